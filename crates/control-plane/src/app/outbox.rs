//! What machines have to be told: due until their agents say that they have it.
//!
//! A machine that does not say so is told again, less and less often but for ever, and counts as stuck
//! from a number of tries on. That it is silent may be the network's fault, so nothing else follows from it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use agent_api::Version;
use domain::{MachineId, Timestamp, limits};
use tokio::sync::Notify;

use crate::store::{Done, Wish};

/// Milliseconds until a document that nobody acknowledged is sent again; doubled with each attempt.
const RETRY_MS: i64 = 1_000;
/// The longest such wait.
const RETRY_MS_MAX: i64 = 60_000;

/// Wishes in memory. The store holds the same, so that a restart forgets none.
#[derive(Debug, Default)]
pub struct Outbox {
    state: Mutex<State>,
    wished: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: BTreeMap<MachineId, Waiting>,
    /// Carried out, not yet written.
    done: Vec<Done>,
}

#[derive(Debug)]
struct Waiting {
    wish: Wish,
    /// The document sent last.
    sent: Option<Version>,
}

impl Waiting {
    const fn is_stuck(&self) -> bool {
        self.wish.attempt >= limits::EFFECT_ATTEMPTS_MAX
    }
}

impl Outbox {
    /// An outbox with what was left from the last start.
    #[must_use]
    pub fn new(wishes: Vec<Wish>) -> Self {
        let outbox = Self::default();
        outbox.wish(wishes);
        outbox
    }

    /// Adds wishes; each takes the place of an older one for its machine.
    pub fn wish(&self, wishes: Vec<Wish>) {
        if wishes.is_empty() {
            return;
        }
        let mut state = self.lock();
        for mut wish in wishes {
            // What is new is sent at once; that nothing came back so far is not forgotten.
            let before = state.waiting.get(&wish.machine_id).map(|it| it.wish.attempt);
            wish.attempt = wish.attempt.max(before.unwrap_or(0));
            state
                .waiting
                .insert(wish.machine_id, Waiting { wish, sent: None });
        }
        drop(state);
        self.wished.notify_one();
    }

    /// Tells machines again that are known to have missed something, unless that is under way.
    pub fn wish_again(&self, machines: Vec<MachineId>, now: Timestamp) {
        let mut state = self.lock();
        for machine_id in machines {
            // Sequence 0: nothing in the store stands for it, and a restart tells every machine anyway.
            let wish = Wish {
                machine_id,
                sequence: 0,
                attempt: 0,
                next_run_at: now,
            };
            state
                .waiting
                .entry(machine_id)
                .or_insert(Waiting { wish, sent: None });
        }
    }

    /// Ends when there is a new wish.
    pub async fn wished(&self) {
        self.wished.notified().await;
    }

    /// Machines that are to be told now.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<MachineId> {
        let state = self.lock();
        state
            .waiting
            .values()
            .map(|it| &it.wish)
            .filter(|it| it.next_run_at <= now)
            .map(|it| it.machine_id)
            .collect()
    }

    /// When the next machine is to be told.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.lock().waiting.values().map(|it| it.wish.next_run_at).min()
    }

    /// A document went out. It is sent again unless it is acknowledged: the way may have lost it.
    pub fn sent(&self, machine_id: MachineId, version: Version, now: Timestamp) {
        if let Some(waiting) = self.lock().waiting.get_mut(&machine_id) {
            if waiting.sent == Some(version) {
                waiting.wish.attempt = waiting.wish.attempt.saturating_add(1);
                if waiting.wish.attempt == limits::EFFECT_ATTEMPTS_MAX {
                    tracing::warn!(%machine_id, "the machine does not take its document; it is sent again and again");
                }
            }
            let wait = (RETRY_MS << waiting.wish.attempt.min(10)).min(RETRY_MS_MAX);
            waiting.wish.next_run_at = now + wait;
            waiting.sent = Some(version);
        }
    }

    /// There is no such machine any more.
    pub fn forget(&self, machine_id: MachineId) {
        let mut state = self.lock();
        if let Some(waiting) = state.waiting.remove(&machine_id) {
            state.done.push(Done {
                machine_id,
                sequence: waiting.wish.sequence,
            });
        }
    }

    /// A machine said which document it has.
    pub fn acknowledged(&self, machine_id: MachineId, accepted: Version) {
        let mut state = self.lock();
        let has_it = state
            .waiting
            .get(&machine_id)
            .and_then(|it| it.sent)
            .is_some_and(|it| it <= accepted);
        if has_it && let Some(waiting) = state.waiting.remove(&machine_id) {
            if waiting.is_stuck() {
                tracing::info!(%machine_id, "the machine takes its documents again");
            }
            state.done.push(Done {
                machine_id,
                sequence: waiting.wish.sequence,
            });
        }
    }

    /// What was carried out since the last call.
    #[must_use]
    pub fn take_done(&self) -> Vec<Done> {
        std::mem::take(&mut self.lock().done)
    }

    /// Wishes that are not carried out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Machines that were told as often as counts as stuck.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.lock().waiting.values().filter(|it| it.is_stuck()).count()
    }

    /// Whether every machine has what it should.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::IdMint;

    #[test]
    fn a_wish_is_due_until_it_is_acknowledged() {
        let now = Timestamp::from_millis(1_000);
        let machine_id = MachineId::mint(&mut IdMint::new(now, 1));
        let wish = |sequence| Wish {
            machine_id,
            sequence,
            attempt: 0,
            next_run_at: now,
        };
        let version = |generation| Version { epoch: 1, generation };
        let outbox = Outbox::new(vec![wish(5)]);
        assert_eq!(outbox.due(now), [machine_id]);
        outbox.sent(machine_id, version(2), now);
        assert!(outbox.due(now).is_empty());
        assert_eq!(outbox.due(now + RETRY_MS), [machine_id]);
        outbox.acknowledged(machine_id, version(1));
        assert_eq!(outbox.len(), 1);
        // A newer wish asks for a newer document than the one acknowledged.
        outbox.wish(vec![wish(9)]);
        outbox.acknowledged(machine_id, version(2));
        assert_eq!(outbox.len(), 1);
        outbox.sent(machine_id, version(3), now);
        outbox.acknowledged(machine_id, version(3));
        assert!(outbox.is_empty());
        assert_eq!(
            outbox.take_done(),
            [Done {
                machine_id,
                sequence: 9
            }]
        );
    }

    #[test]
    fn a_machine_that_takes_nothing_counts_as_stuck_and_is_told_less_and_less_often() {
        let start = Timestamp::from_millis(1_000);
        let machine_id = MachineId::mint(&mut IdMint::new(start, 1));
        let wish = |sequence, at| Wish {
            machine_id,
            sequence,
            attempt: 0,
            next_run_at: at,
        };
        let version = |generation| Version { epoch: 1, generation };
        let outbox = Outbox::new(vec![wish(1, start)]);
        let (mut now, mut waits) = (start, Vec::new());
        for _ in 0..=limits::EFFECT_ATTEMPTS_MAX {
            assert_eq!(outbox.stuck(), 0);
            outbox.sent(machine_id, version(1), now);
            let next = outbox.next_deadline().unwrap();
            waits.push(next.since(now) / 1_000);
            now = next;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(outbox.stuck(), 1);
        // Something newer is sent at once, and is no sign of life.
        outbox.wish(vec![wish(2, now)]);
        assert_eq!((outbox.due(now).len(), outbox.stuck()), (1, 1));
        outbox.sent(machine_id, version(2), now);
        outbox.acknowledged(machine_id, version(1));
        assert_eq!(outbox.stuck(), 1);
        outbox.acknowledged(machine_id, version(2));
        assert_eq!((outbox.stuck(), outbox.len()), (0, 0));
        outbox.wish(vec![wish(3, now)]);
        outbox.sent(machine_id, version(3), now);
        assert_eq!(outbox.next_deadline(), Some(now + RETRY_MS));
    }
}
