//! A value that comes from the server, in every condition a view has to show.

use std::sync::Arc;

use api::Problem;

/// Views match all three; failure is a look, never a default.
#[derive(Debug, PartialEq)]
pub enum Loadable<T> {
    /// Nothing has come yet.
    Loading,
    /// The last good value.
    Ready {
        /// The value.
        value: Arc<T>,
        /// When it came, in milliseconds since the Unix epoch by this computer's clock.
        read_at_ms: i64,
        /// A newer one has been asked for.
        refreshing: bool,
        /// Why the value could not be renewed, if the last attempt failed.
        stale: Option<Problem>,
    },
    /// There is no value, and this is why.
    Failed(Problem),
}

impl<T> Clone for Loadable<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Ready {
                value,
                read_at_ms,
                refreshing,
                stale,
            } => Self::Ready {
                value: value.clone(),
                read_at_ms: *read_at_ms,
                refreshing: *refreshing,
                stale: stale.clone(),
            },
            Self::Failed(problem) => Self::Failed(problem.clone()),
        }
    }
}

impl<T> Loadable<T> {
    /// The last good value.
    pub const fn value(&self) -> Option<&Arc<T>> {
        match self {
            Self::Ready { value, .. } => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Why there is no value, or why it is not renewed.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Ready { stale, .. } => stale.as_ref(),
            Self::Failed(problem) => Some(problem),
            Self::Loading => None,
        }
    }

    /// When the value came, and why it is not renewed, if that is so.
    pub fn stale(&self) -> Option<(i64, Problem)> {
        match self {
            Self::Ready {
                read_at_ms, stale, ..
            } => stale.clone().map(|it| (*read_at_ms, it)),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Whether the first answer is still out.
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading)
    }

    /// The same condition with a part or another form of the value.
    pub fn map<U>(&self, part: impl FnOnce(&T) -> U) -> Loadable<U> {
        match self {
            Self::Loading => Loadable::Loading,
            Self::Ready {
                value,
                read_at_ms,
                refreshing,
                stale,
            } => Loadable::Ready {
                value: Arc::new(part(value)),
                read_at_ms: *read_at_ms,
                refreshing: *refreshing,
                stale: stale.clone(),
            },
            Self::Failed(problem) => Loadable::Failed(problem.clone()),
        }
    }

    /// There is nothing to read yet.
    pub fn clear(&mut self) {
        *self = Self::Loading;
    }

    /// A request begins. `keep` says whether what is shown still belongs to it.
    ///
    /// A failure stays visible until the answer comes, so that repeated attempts do not flicker.
    pub fn begin(&mut self, keep: bool) {
        match self {
            Self::Ready { refreshing, .. } if keep => *refreshing = true,
            Self::Failed(_) if keep => {}
            _ => *self = Self::Loading,
        }
    }

    /// An answer has come, at this moment. A value from before survives a failure, unless the answer is that the thing is gone or not
    /// the reader's.
    pub fn finish(&mut self, answer: Result<T, Problem>, at_ms: i64) {
        match answer {
            Ok(value) => self.set(value, at_ms),
            Err(problem) => match self {
                Self::Ready {
                    refreshing, stale, ..
                } if !matches!(problem.status, 403 | 404 | 410) => {
                    (*refreshing, *stale) = (false, Some(problem));
                }
                _ => *self = Self::Failed(problem),
            },
        }
    }

    /// A whole new value, as of this moment.
    pub fn set(&mut self, value: T, at_ms: i64) {
        *self = Self::Ready {
            value: Arc::new(value),
            read_at_ms: at_ms,
            refreshing: false,
            stale: None,
        };
    }
}

#[cfg(test)]
mod tests {
    use api::ProblemCode;

    use super::*;

    const FIRST_MS: i64 = 1_000;
    const LATER_MS: i64 = 2_000;

    fn ready(value: u32, read_at_ms: i64, refreshing: bool, stale: Option<Problem>) -> Loadable<u32> {
        Loadable::Ready {
            value: Arc::new(value),
            read_at_ms,
            refreshing,
            stale,
        }
    }

    fn down() -> Problem {
        Problem::new(ProblemCode::StoreUnavailable, "down")
    }

    #[test]
    fn a_value_survives_a_failed_refresh_and_says_so() {
        let mut it = Loadable::Loading;
        it.finish(Ok(1), FIRST_MS);
        it.begin(true);
        assert_eq!(it, ready(1, FIRST_MS, true, None));
        assert_eq!(it.stale(), None);
        it.finish(Err(down()), LATER_MS);
        assert_eq!(it, ready(1, FIRST_MS, false, Some(down())));
        assert_eq!(it.stale(), Some((FIRST_MS, down())));
        it.begin(true);
        assert_eq!(it, ready(1, FIRST_MS, true, Some(down())));
        it.finish(Ok(2), LATER_MS);
        assert_eq!(it, ready(2, LATER_MS, false, None));
    }

    #[test]
    fn another_key_shows_nothing_of_the_former_one() {
        let mut it = ready(1, FIRST_MS, false, None);
        it.begin(false);
        assert_eq!(it, Loadable::Loading);
    }

    #[test]
    fn what_is_gone_is_not_shown_as_stale() {
        let mut it = ready(1, FIRST_MS, false, None);
        let moved = Problem::new(ProblemCode::PodMoved, "moved");
        it.finish(Err(moved.clone()), LATER_MS);
        assert_eq!(it, Loadable::Failed(moved));
    }

    #[test]
    fn a_failure_stays_visible_while_it_is_tried_again() {
        let mut it: Loadable<u32> = Loadable::Loading;
        it.finish(Err(down()), FIRST_MS);
        it.begin(true);
        assert_eq!(it, Loadable::Failed(down()));
        it.begin(false);
        assert_eq!(it, Loadable::Loading);
    }
}
