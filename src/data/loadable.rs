//! A value that comes from the server, in every condition a view has to show.

use std::sync::Arc;

use api::Problem;

/// Views match all three; failure is a look, never a default.
#[derive(Debug)]
pub enum Loadable<T> {
    /// Nothing has come yet.
    Loading,
    /// The last good value.
    Ready {
        /// The value.
        value: Arc<T>,
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
                refreshing,
                stale,
            } => Self::Ready {
                value: value.clone(),
                refreshing: *refreshing,
                stale: stale.clone(),
            },
            Self::Failed(problem) => Self::Failed(problem.clone()),
        }
    }
}

impl<T: PartialEq> PartialEq for Loadable<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loading, Self::Loading) => true,
            (Self::Failed(one), Self::Failed(two)) => one == two,
            (
                Self::Ready {
                    value: value_1,
                    refreshing: refreshing_1,
                    stale: stale_1,
                },
                Self::Ready {
                    value: value_2,
                    refreshing: refreshing_2,
                    stale: stale_2,
                },
            ) => value_1 == value_2 && refreshing_1 == refreshing_2 && stale_1 == stale_2,
            _ => false,
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
                refreshing,
                stale,
            } => Loadable::Ready {
                value: Arc::new(part(value)),
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

    /// An answer has come. A value from before survives a failure, unless the answer is that the thing is gone or not
    /// the reader's.
    pub fn finish(&mut self, answer: Result<T, Problem>) {
        match answer {
            Ok(value) => self.set(value),
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

    /// A whole new value.
    pub fn set(&mut self, value: T) {
        *self = Self::Ready {
            value: Arc::new(value),
            refreshing: false,
            stale: None,
        };
    }
}

#[cfg(test)]
mod tests {
    use api::ProblemCode;

    use super::*;

    fn ready(value: u32, refreshing: bool, stale: Option<Problem>) -> Loadable<u32> {
        Loadable::Ready {
            value: Arc::new(value),
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
        it.finish(Ok(1));
        it.begin(true);
        assert_eq!(it, ready(1, true, None));
        it.finish(Err(down()));
        assert_eq!(it, ready(1, false, Some(down())));
        it.begin(true);
        assert_eq!(it, ready(1, true, Some(down())));
        it.finish(Ok(2));
        assert_eq!(it, ready(2, false, None));
    }

    #[test]
    fn another_key_shows_nothing_of_the_former_one() {
        let mut it = ready(1, false, None);
        it.begin(false);
        assert_eq!(it, Loadable::Loading);
    }

    #[test]
    fn what_is_gone_is_not_shown_as_stale() {
        let mut it = ready(1, false, None);
        let moved = Problem::new(ProblemCode::PodMoved, "moved");
        it.finish(Err(moved.clone()));
        assert_eq!(it, Loadable::Failed(moved));
    }

    #[test]
    fn a_failure_stays_visible_while_it_is_tried_again() {
        let mut it: Loadable<u32> = Loadable::Loading;
        it.finish(Err(down()));
        it.begin(true);
        assert_eq!(it, Loadable::Failed(down()));
        it.begin(false);
        assert_eq!(it, Loadable::Loading);
    }
}
