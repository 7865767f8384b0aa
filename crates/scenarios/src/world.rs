//! A whole world on a virtual clock: the engine, its machines, and a network that may fail.

use agent_api::Report;
use domain::ids::IdMint;
use domain::{AccountId, MachineId, PodId, Timestamp};
use engine::state::Settings;
use engine::{Actor, Command, Effect, Event, Fleet, Moment, Outcome, Refusal, desired};

use crate::sim_fleet::SimFleet;

/// How often the network between control plane and machines fails, in percent of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// Documents and reports that never arrive.
    pub drop_percent: u64,
    /// Documents and reports that arrive twice.
    pub repeat_percent: u64,
}

/// An engine with its machines. The same seed and the same commands give the same world.
#[derive(Debug)]
pub struct World {
    fleet: Fleet,
    hosts: SimFleet,
    now: Timestamp,
    random: IdMint,
    faults: Faults,
    events: Vec<Event>,
}

/// Every document of a world is of one leader.
const EPOCH: u64 = 1;
/// Ticks at one moment. More would mean that a tick does not do what is due.
const TICKS_MAX: usize = 10_000;

impl World {
    /// A world without machines, at `now`.
    #[must_use]
    pub fn new(settings: Settings, now: Timestamp, seed: u64) -> Self {
        Self {
            fleet: Fleet::new(settings),
            hosts: SimFleet::new(),
            now,
            random: IdMint::new(now, seed),
            faults: Faults::default(),
            events: Vec::new(),
        }
    }

    /// What the control plane knows.
    #[must_use]
    pub const fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// The machines.
    #[must_use]
    pub const fn hosts(&self) -> &SimFleet {
        &self.hosts
    }

    /// Takes the machines out, for a control plane that goes on with them.
    #[must_use]
    pub fn into_hosts(self) -> SimFleet {
        self.hosts
    }

    /// The virtual clock.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Everything that happened and was not taken yet, in the order of the log.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Takes the events, so that a store or a feed can have them.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// From now on the network fails this often.
    pub const fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// Carries out a command of `actor`, now.
    ///
    /// # Errors
    /// The engine's refusal; nothing has changed.
    pub fn run(&mut self, actor: &Actor, command: Command) -> Result<Outcome, Refusal> {
        let moment = Moment {
            now: self.now,
            seed: self.random.next_bits(),
        };
        let decision = engine::execute(&mut self.fleet, actor, command, moment)?;
        self.events.extend(decision.events);
        for effect in decision.effects {
            match effect {
                Effect::PushDesired(machine_id) => self.push(machine_id),
            }
        }
        Ok(decision.outcome)
    }

    /// Carries out a command of an account.
    ///
    /// # Errors
    /// The engine's refusal.
    pub fn run_as(&mut self, account_id: AccountId, command: Command) -> Result<Outcome, Refusal> {
        self.run(&Actor::Account(account_id), command)
    }

    /// When something happens next by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.hosts
            .next_deadline()
            .into_iter()
            .chain(engine::next_deadline(&self.fleet))
            .min()
    }

    /// Lets everything happen that is due by `until`, in order, each at its moment.
    pub fn advance_to(&mut self, until: Timestamp) {
        let mut ticks = 0;
        while let Some(at) = self.next_deadline().filter(|it| *it <= until) {
            ticks = if at > self.now { 0 } else { ticks + 1 };
            if ticks > TICKS_MAX {
                debug_assert!(false, "a tick does what is due");
                break;
            }
            self.now = self.now.max(at);
            for report in self.hosts.step(self.now) {
                self.hear(report);
            }
            // Reports first: a heartbeat that arrives at its last moment is in time.
            if engine::next_deadline(&self.fleet).is_some_and(|it| it <= self.now) {
                // A tick is the control plane's own and is never refused.
                let _done = self.run(&Actor::Timer, Command::Tick);
            }
        }
        self.now = self.now.max(until);
    }

    /// Lets `seconds` pass.
    pub fn advance_seconds(&mut self, seconds: i64) {
        self.advance_to(self.now.plus_seconds(seconds));
    }

    /// Writes data to a pod's volume, so that `used_bytes` are used, and lets its machine say so.
    pub fn fill_volume(&mut self, pod_id: PodId, used_bytes: u64) {
        if let Some(pod) = self.fleet.pod(pod_id) {
            self.hosts
                .fill_volume(pod.machine_id, pod_id, used_bytes, self.now);
        }
    }

    /// A machine's network is cut or mended.
    pub fn set_silent(&mut self, machine_id: MachineId, silent: bool) {
        self.hosts.set_silent(machine_id, silent);
    }

    /// A machine loses power and is back at once.
    pub fn reboot(&mut self, machine_id: MachineId) {
        self.hosts.reboot(machine_id, self.now);
    }

    /// Every copy a machine takes is cut off and resumes.
    pub fn cut_copies(&mut self, machine_id: MachineId) {
        self.hosts.cut_copies(machine_id, self.now);
    }

    /// A machine has a newer document: the network takes it there, or does not.
    fn push(&mut self, machine_id: MachineId) {
        self.hosts.switch_on(machine_id);
        let arrives = self.copies_of_message();
        let Some(machine) = self.fleet.machine(machine_id) else {
            return;
        };
        let Some(document) = desired::document(&self.fleet, machine_id, EPOCH) else {
            return;
        };
        for _ in 0..arrives {
            // A machine that knows a newer document has all the same what it needs.
            let _known = self
                .hosts
                .deliver(machine.name.as_str(), document.clone(), self.now);
        }
    }

    /// A report reaches the control plane, or does not.
    fn hear(&mut self, report: Report) {
        let machine_id = report.machine_id;
        for _ in 0..self.copies_of_message() {
            let accepted = report.accepted;
            // The reports of a machine that was removed are refused; it is no fault of the world.
            let _known = self.run(
                &Actor::Machine(machine_id),
                Command::Report(Box::new(report.clone())),
            );
            let is_behind = self
                .fleet
                .machine(machine_id)
                .is_some_and(|it| accepted.generation < it.document);
            if is_behind {
                self.push(machine_id);
            }
        }
    }

    fn copies_of_message(&mut self) -> usize {
        if self.faults == Faults::default() {
            return 1;
        }
        let percent = self.random.next_bits() % 100;
        let Faults {
            drop_percent,
            repeat_percent,
        } = self.faults;
        match percent {
            it if it < drop_percent => 0,
            it if it < drop_percent + repeat_percent => 2,
            _ => 1,
        }
    }
}
