//! Idempotency keys whose request is being worked on.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::limits;

/// The keys under way.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

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
    /// Takes a key; `None` while another request has it, or if too many are under way.
    #[must_use]
    pub fn take(&self, principal: &str, key: &str, digest: String) -> Option<Ticket> {
        let name = (principal.to_owned(), key.to_owned());
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= limits::IN_FLIGHT_MAX || !names.insert(name.clone()) {
            return None;
        }
        drop(names);
        Some(Ticket {
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
        let ticket = in_flight.take("a", "k", String::new());
        assert!(ticket.is_some());
        assert!(in_flight.take("a", "k", String::new()).is_none());
        assert!(in_flight.take("b", "k", String::new()).is_some());
        drop(ticket);
        assert!(in_flight.take("a", "k", String::new()).is_some());
    }
}
