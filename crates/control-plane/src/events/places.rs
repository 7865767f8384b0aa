//! How many streams are open, in all and of each principal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::limits;

/// Streams by principal; whoever has none does not stand here.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<HashMap<String, usize>>>);

/// Held as long as a stream is open.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    principal: String,
}

/// What there are too many of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// Streams in all.
    Server,
    /// Streams of this principal.
    Principal,
}

impl Places {
    pub(super) fn taken(&self) -> usize {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }

    pub(super) fn take(&self, principal: &str) -> Result<Place, Full> {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.values().sum::<usize>() >= limits::FEED_STREAMS_MAX {
            return Err(Full::Server);
        }
        if streams
            .get(principal)
            .is_some_and(|it| *it >= limits::FEED_STREAMS_PER_PRINCIPAL_MAX)
        {
            return Err(Full::Principal);
        }
        *streams.entry(principal.to_owned()).or_default() += 1;
        Ok(Place {
            places: self.clone(),
            principal: principal.to_owned(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = streams.get_mut(&self.principal) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.principal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_principal_cannot_have_all_streams() {
        let places = Places::default();
        let take = |name: &str, count| (0..count).map(|_| places.take(name)).collect::<Vec<_>>();
        let mut greedy = take("a", limits::FEED_STREAMS_PER_PRINCIPAL_MAX);
        assert_eq!(places.take("a").err(), Some(Full::Principal));
        assert!(places.take("b").is_ok());
        greedy.pop();
        assert!(places.take("a").is_ok());
        drop(greedy);
        assert_eq!(places.taken(), 0);
        let principals = limits::FEED_STREAMS_MAX / limits::FEED_STREAMS_PER_PRINCIPAL_MAX;
        let all: Vec<_> = (0..principals)
            .map(|it| take(&it.to_string(), limits::FEED_STREAMS_PER_PRINCIPAL_MAX))
            .collect();
        assert_eq!(places.take("b").err(), Some(Full::Server));
        drop(all);
        assert!(
            places.0.lock().unwrap().is_empty(),
            "nothing is kept of those who have left"
        );
    }
}
