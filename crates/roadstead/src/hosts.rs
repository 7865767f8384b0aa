//! Simulated machines in this process, and the replay of a trace.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use agent_api::{Document, Report};
use control_plane::{AgentLink, Script};
use domain::{AccountId, Timestamp};
use engine::{Actor, Command, Fleet, Outcome, Refusal};
use scenarios::SimFleet;
use scenarios::trace::{Replay, Trace};

/// The machines of a fleet, simulated.
pub struct SimLink(pub SimFleet);

impl AgentLink for SimLink {
    fn deliver(&mut self, name: &str, document: Document, now: Timestamp) {
        // A machine that knows a newer document has all the same what it needs.
        let _known = self.0.deliver(name, document, now);
    }

    fn step(&mut self, now: Timestamp) -> Vec<Report> {
        self.0.step(now)
    }

    fn next_deadline(&self) -> Option<Timestamp> {
        self.0.next_deadline()
    }
}

/// The pods of a trace, each at its time.
pub struct TraceScript {
    replay: Replay,
    account_id: AccountId,
}

impl TraceScript {
    /// The trace from `start` on, going on where `fleet` is at `now`.
    pub fn new(
        trace: &Trace,
        account_id: AccountId,
        start: Timestamp,
        fleet: &Fleet,
        now: Timestamp,
    ) -> Self {
        let mut replay = Replay::new(trace, start, NonZeroU32::MIN);
        let pods: BTreeMap<_, _> = fleet
            .pods_of(account_id)
            .map(|it| (it.name.clone(), it.id))
            .collect();
        // What was due before is answered as it was then, without asking for it again.
        let past = now - 1;
        while let Some(command) = replay.next(past) {
            let answer = match command {
                Command::CreatePod(new) => match pods.get(&new.name) {
                    Some(id) => Ok(Outcome::Pod(*id)),
                    None => Err(Refusal::NoCapacity {
                        explanation: "refused before".to_owned(),
                        left: Vec::new(),
                    }),
                },
                _ => Ok(Outcome::Done),
            };
            replay.answer(&answer);
        }
        Self { replay, account_id }
    }
}

impl Script for TraceScript {
    fn next_deadline(&self) -> Option<Timestamp> {
        self.replay.next_deadline()
    }

    fn next(&mut self, now: Timestamp) -> Option<(Actor, Command)> {
        self.replay
            .next(now)
            .map(|it| (Actor::Account(self.account_id), it))
    }

    fn answer(&mut self, answer: &Result<Outcome, Refusal>) {
        self.replay.answer(answer);
    }
}
