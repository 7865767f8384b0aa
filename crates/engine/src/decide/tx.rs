//! One command at work: reads and writes the fleet, remembers how to take it back.

use std::collections::BTreeSet;

use domain::ids::IdMint;
use domain::pod::{PodState, PodStateKind};
use domain::{AccountId, MachineId, MigrationId, PodId, Timestamp, VolumeId};

use super::{Decision, Effect, money};
use crate::command::{Actor, Moment, Outcome};
use crate::event::{Change, Event, Fact};
use crate::refusal::Refusal;
use crate::state::{Account, Fleet, Machine, Migration, Pod, TimelineEntry, Volume};

/// A command at work.
pub(super) struct Tx<'a> {
    pub fleet: &'a mut Fleet,
    pub now: Timestamp,
    pub mint: IdMint,
    pub actor: Actor,
    events: Vec<Event>,
    undo: Vec<crate::state::Undo>,
    sequence_before: u64,
    pushes: BTreeSet<MachineId>,
}

impl<'a> Tx<'a> {
    pub fn begin(fleet: &'a mut Fleet, actor: Actor, moment: Moment) -> Self {
        let sequence_before = fleet.sequence();
        Self {
            fleet,
            now: moment.now,
            mint: IdMint::new(moment.now, moment.seed),
            actor,
            events: Vec::new(),
            undo: Vec::new(),
            sequence_before,
            pushes: BTreeSet::new(),
        }
    }

    pub fn commit(mut self, outcome: Outcome) -> Decision {
        // One new generation per machine and command, however much of its document changed.
        for id in std::mem::take(&mut self.pushes) {
            if let Some(machine) = self.fleet.machine(id).cloned() {
                let document = machine.document + 1;
                self.put_machine(Fact::MachineAssigned, Machine { document, ..machine });
                self.pushes.insert(id);
            }
        }
        for account_id in self.fleet.take_funds_changed() {
            let due = money::funds_due(self.fleet, account_id, self.now);
            self.fleet.look_at_funds(account_id, due);
        }
        let effects = self.pushes.iter().copied().map(Effect::PushDesired).collect();
        Decision {
            events: self.events,
            effects,
            outcome,
        }
    }

    pub fn roll_back(self) {
        for undo in self.undo.into_iter().rev() {
            self.fleet.undo(undo);
        }
        self.fleet.set_sequence(self.sequence_before);
    }

    /// Adds a fact to the log.
    pub fn record(&mut self, fact: Fact, change: Change) {
        let sequence = self.fleet.sequence() + 1;
        self.undo.push(self.fleet.put(change.clone()));
        self.fleet.set_sequence(sequence);
        self.events.push(Event {
            sequence,
            at: self.now,
            actor: self.actor.clone(),
            fact,
            change,
        });
    }

    /// Remembers a pod's disk usage; taken back like everything else.
    pub fn use_disk(&mut self, pod_id: PodId, volume_bytes: u64, container_bytes: u64) {
        self.undo
            .push(self.fleet.use_disk(pod_id, volume_bytes, container_bytes));
    }

    /// The machine's document has changed.
    pub fn push(&mut self, machine_id: MachineId) {
        self.pushes.insert(machine_id);
    }

    pub fn put_machine(&mut self, fact: Fact, mut machine: Machine) {
        machine.generation += 1;
        self.record(fact, Change::Machine(Box::new(machine)));
    }

    /// Stores a pod and brings its charges in line with it, as of `at`.
    pub fn put_pod_as_of(&mut self, fact: Fact, mut pod: Pod, at: Timestamp) {
        pod.generation += 1;
        (pod.volume_used_bytes, pod.container_used_bytes) = self.fleet.usage(&pod);
        let id = pod.id;
        self.record(fact, Change::Pod(Box::new(pod)));
        super::meters::sync_pod(self, id, at);
    }

    /// Stores a pod and brings its charges in line with it.
    pub fn put_pod(&mut self, fact: Fact, pod: Pod) {
        let now = self.now;
        self.put_pod_as_of(fact, pod, now);
    }

    pub fn put_volume(&mut self, fact: Fact, mut volume: Volume) {
        volume.generation += 1;
        let id = volume.id;
        self.record(fact, Change::Volume(Box::new(volume)));
        super::meters::sync_volume(self, id);
    }

    pub fn put_migration(&mut self, fact: Fact, mut migration: Migration) {
        migration.generation += 1;
        self.record(fact, Change::Migration(Box::new(migration)));
    }

    pub fn put_account(&mut self, fact: Fact, mut account: Account) {
        account.generation += 1;
        self.record(fact, Change::Account(Box::new(account)));
    }

    /// Refuses anybody but the operator and the control plane itself.
    pub fn operator_only(&self) -> Result<(), Refusal> {
        match self.actor {
            Actor::Operator | Actor::Timer => Ok(()),
            Actor::Account(_) | Actor::Machine(_) => Err(Refusal::OperatorOnly),
        }
    }

    /// The account that asks.
    pub fn account(&self) -> Result<&Account, Refusal> {
        let id = match self.actor {
            Actor::Account(id) => id,
            Actor::Operator | Actor::Timer | Actor::Machine(_) => {
                return Err(Refusal::NotFound {
                    what: "account",
                    id: "operator".to_owned(),
                });
            }
        };
        self.fleet.account(id).ok_or_else(|| Refusal::NotFound {
            what: "account",
            id: id.to_string(),
        })
    }

    fn may_see(&self, owner: AccountId) -> bool {
        match self.actor {
            Actor::Account(id) => id == owner,
            Actor::Operator | Actor::Timer => true,
            Actor::Machine(_) => false,
        }
    }

    /// A pod of the account that asks. Another's is not found; a moved one says where it is.
    pub fn own_pod(&self, id: PodId) -> Result<Pod, Refusal> {
        let pod = self.fleet.pod(id).filter(|it| self.may_see(it.account_id));
        let pod = pod.ok_or_else(|| Refusal::NotFound {
            what: "pod",
            id: id.to_string(),
        })?;
        match (pod.state.kind(), pod.moved_to) {
            (PodStateKind::Terminated, Some(moved)) => {
                let to = self.fleet.resolve(moved.pod_id).map_or(moved.pod_id, |it| it.id);
                Err(Refusal::PodMoved {
                    pod_id: id,
                    to,
                    at: moved.at,
                })
            }
            (PodStateKind::Terminated, None) => Err(Refusal::NotFound {
                what: "pod",
                id: id.to_string(),
            }),
            _ => Ok(pod.clone()),
        }
    }

    /// A volume of the account that asks.
    pub fn own_volume(&self, id: VolumeId) -> Result<Volume, Refusal> {
        let volume = self
            .fleet
            .volume(id)
            .filter(|it| it.is_listed() && self.may_see(it.account_id));
        volume.cloned().ok_or_else(|| Refusal::NotFound {
            what: "network volume",
            id: id.to_string(),
        })
    }

    /// A migration of the account that asks.
    pub fn own_migration(&self, id: MigrationId) -> Result<Migration, Refusal> {
        let migration = self.fleet.migration(id).filter(|it| self.may_see(it.account_id));
        migration.cloned().ok_or_else(|| Refusal::NotFound {
            what: "migration",
            id: id.to_string(),
        })
    }

    /// A machine by its ID.
    pub fn machine(&self, id: MachineId) -> Result<Machine, Refusal> {
        let machine = self.fleet.machine(id).cloned();
        machine.ok_or_else(|| Refusal::NotFound {
            what: "machine",
            id: id.to_string(),
        })
    }
}

/// Puts a pod into another state and writes it into its timeline.
pub(super) fn enter(pod: &mut Pod, state: PodState, note: Option<String>) {
    pod.timeline.push(TimelineEntry {
        at: state.since(),
        state: state.kind(),
        note,
    });
    if pod.timeline.len() > Pod::TIMELINE_MAX {
        pod.timeline.remove(0);
    }
    pod.state = state;
}
