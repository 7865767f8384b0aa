//! Idempotency keys whose request is being worked on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::limits;

/// The keys under way, with the digests of their requests.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashMap<(String, String), String>>>);

/// Why a key cannot be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The same request is being carried out under it.
    SameRequest,
    /// Another request is.
    OtherRequest,
    /// Too many keys are under way.
    TooMany,
}

/// Holds a key until its request is answered, whether or not anybody still listens.
#[derive(Debug)]
pub struct Ticket {
    in_flight: InFlight,
    /// Who writes, and under which key.
    pub(crate) name: (String, String),
    /// BLAKE3 of the request.
    pub(crate) digest: String,
}

impl InFlight {
    /// Takes a key for the request with this digest.
    ///
    /// # Errors
    /// [`Taken`].
    pub fn take(&self, principal: &str, key: &str, digest: String) -> Result<Ticket, Taken> {
        let name = (principal.to_owned(), key.to_owned());
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match names.get(&name) {
            Some(it) if *it == digest => return Err(Taken::SameRequest),
            Some(_) => return Err(Taken::OtherRequest),
            None if names.len() >= limits::IN_FLIGHT_MAX => return Err(Taken::TooMany),
            None => names.insert(name.clone(), digest.clone()),
        };
        drop(names);
        Ok(Ticket {
            in_flight: self.clone(),
            name,
            digest,
        })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut names = self.in_flight.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_free_again_when_its_ticket_is_gone() {
        let in_flight = InFlight::default();
        let take = |principal, key, digest: &str| in_flight.take(principal, key, digest.to_owned());
        let ticket = take("a", "k", "x");
        assert!(ticket.is_ok());
        assert_eq!(take("a", "k", "x").err(), Some(Taken::SameRequest));
        assert_eq!(take("a", "k", "y").err(), Some(Taken::OtherRequest));
        assert!(take("b", "k", "x").is_ok());
        drop(ticket);
        assert!(take("a", "k", "y").is_ok());
    }

    #[test]
    fn there_is_a_most_of_them() {
        let in_flight = InFlight::default();
        let take = |key: usize| in_flight.take("a", &key.to_string(), String::new());
        let tickets: Vec<_> = (0..limits::IN_FLIGHT_MAX).map(take).collect();
        assert!(tickets.iter().all(Result::is_ok));
        assert_eq!(take(limits::IN_FLIGHT_MAX).err(), Some(Taken::TooMany));
    }
}
