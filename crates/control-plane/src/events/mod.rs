//! What has happened lately, for those who follow.
//!
//! A ring of the last events in memory. Readers ask for what came after a position and make views of
//! it for themselves; the ring knows nobody's rights.

mod places;
mod stream;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use domain::limits;
use engine::{Change, Event};
use tokio::sync::watch;

pub(crate) use places::{Full, Place};
pub(crate) use stream::open;

use places::Places;

/// The last events.
#[derive(Debug)]
pub struct Feed {
    ring: RwLock<Ring>,
    sequence: watch::Sender<u64>,
    streams: Places,
}

/// Events, the oldest first, within the limits of their number and size.
#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<Arc<Event>>,
    /// Bytes of all of them, about.
    bytes: usize,
}

impl Ring {
    fn extend(&mut self, events: Vec<Event>) {
        for event in events {
            self.bytes += bytes_of(&event);
            self.events.push_back(Arc::new(event));
        }
        while self.events.len() > limits::FEED_REPLAY_MAX || self.bytes > limits::FEED_REPLAY_BYTES_MAX {
            let Some(oldest) = self.events.pop_front() else {
                return;
            };
            self.bytes -= bytes_of(&oldest);
        }
    }
}

/// About how much memory an event takes. What users write into a pod, template or account is most of it.
fn bytes_of(event: &Event) -> usize {
    const USUAL: usize = 2_048;
    let with = |env: &BTreeMap<String, String>, args: &String| {
        let env: usize = env.iter().map(|(name, value)| name.len() + value.len()).sum();
        env + args.len()
    };
    USUAL
        + match &event.change {
            Change::Pod(it) => with(&it.spec.env, &it.spec.args),
            Change::Template(it) => with(&it.env, &it.args),
            Change::Account(it) => it.ssh_keys.iter().map(String::len).sum(),
            Change::Machine(it) => size_of_val(it.downtimes.as_slice()),
            _ => 0,
        }
}

/// What came after a position.
#[derive(Debug, Clone, PartialEq)]
pub enum Since {
    /// These events, oldest first, up to a position.
    Events(Vec<Arc<Event>>, u64),
    /// More than is remembered: everything has to be read again, as of this position.
    TooFarBack(u64),
}

impl Feed {
    /// A feed that remembers `events`, the last ones of the log, which ends at `sequence`.
    #[must_use]
    pub fn new(events: Vec<Event>, sequence: u64) -> Self {
        let mut ring = Ring::default();
        ring.extend(events);
        Self {
            ring: RwLock::new(ring),
            sequence: watch::Sender::new(sequence),
            streams: Places::default(),
        }
    }

    /// Adds events that are in the log.
    pub fn publish(&self, events: Vec<Event>, sequence: u64) {
        if events.is_empty() {
            return;
        }
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        ring.extend(events);
        drop(ring);
        self.sequence.send_replace(sequence);
    }

    /// The position of the last event.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        *self.sequence.borrow()
    }

    /// What came after `position`.
    ///
    /// A position that the log has not reached is one of a log that was put back to an earlier state.
    #[must_use]
    pub fn since(&self, position: u64) -> Since {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let ring = &ring.events;
        let last = ring.back().map_or_else(|| self.sequence(), |it| it.sequence);
        let Some(missed) = last.checked_sub(position) else {
            return Since::TooFarBack(last);
        };
        let missed = usize::try_from(missed).unwrap_or(usize::MAX);
        match ring.len().checked_sub(missed) {
            Some(start) => Since::Events(ring.range(start..).cloned().collect(), last),
            None => Since::TooFarBack(last),
        }
    }

    /// Tells when the log has grown.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.sequence.subscribe()
    }

    /// Streams that are open.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.streams.taken()
    }

    /// A place for one more stream of `principal`.
    pub(crate) fn place(&self, principal: &str) -> Result<Place, Full> {
        self.streams.take(principal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;
    use domain::names::Name;
    use engine::state::{Account, FundsState};
    use engine::{Actor, Fact};

    fn event(sequence: u64) -> Event {
        let at = Timestamp::from_millis(0);
        let id = domain::AccountId::mint(&mut domain::ids::IdMint::new(at, 1));
        let name = Name::try_from("a".to_owned()).unwrap();
        let account = Account {
            id,
            generation: 0,
            name,
            created_at: at,
            operator: false,
            ssh_keys: Vec::new(),
            funds: FundsState::Ok,
        };
        let change = Change::Account(Box::new(account));
        Event {
            sequence,
            at,
            actor: Actor::Timer,
            fact: Fact::AccountCreated,
            change,
        }
    }

    fn numbers(since: Since) -> Option<Vec<u64>> {
        match since {
            Since::Events(events, _) => Some(events.iter().map(|it| it.sequence).collect()),
            Since::TooFarBack(_) => None,
        }
    }

    #[test]
    fn nothing_is_missing_between_two_looks() {
        let feed = Feed::new(vec![event(8), event(9)], 9);
        assert_eq!(numbers(feed.since(9)), Some(vec![]));
        feed.publish(vec![event(10), event(11)], 11);
        assert_eq!(numbers(feed.since(9)), Some(vec![10, 11]));
        assert_eq!(numbers(feed.since(7)), Some(vec![8, 9, 10, 11]));
        assert_eq!(numbers(feed.since(6)), None);
        assert_eq!(numbers(feed.since(12)), None);
    }

    #[test]
    fn the_ring_is_bounded() {
        let feed = Feed::new(Vec::new(), 0);
        let last = limits::FEED_REPLAY_MAX as u64 + 5;
        feed.publish((1..=last).map(event).collect(), last);
        assert_eq!(numbers(feed.since(4)), None);
        assert_eq!(
            numbers(feed.since(5)).map(|it| it.len()),
            Some(limits::FEED_REPLAY_MAX)
        );
    }

    #[test]
    fn large_events_take_the_place_of_many() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let world = scenarios::demo(now, domain::endpoints::PodDomain::local(8080)).unwrap();
        let is_pod = |it: &&Event| matches!(it.change, Change::Pod(_));
        let mut large = world.events().iter().find(is_pod).unwrap().clone();
        if let Change::Pod(pod) = &mut large.change {
            pod.spec.args = "x".repeat(1 << 20);
        }
        let mut keys = event(1);
        if let Change::Account(account) = &mut keys.change {
            account.ssh_keys = vec!["x".repeat(1 << 20)];
        }
        for large in [large, keys] {
            let feed = Feed::new(Vec::new(), 0);
            let events = (1..=100).map(|sequence| Event {
                sequence,
                ..large.clone()
            });
            feed.publish(events.collect(), 100);
            assert_eq!(numbers(feed.since(30)), None);
            assert_eq!(numbers(feed.since(50)).map(|it| it.len()), Some(50));
        }
    }
}
