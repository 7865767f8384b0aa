//! The agent: accepts documents, makes the machine follow, reports.

use agent_api::{Document, PodOrder, Report, Version};
use domain::machine::HEARTBEAT_MS;
use domain::{MachineId, Timestamp};

use crate::driver::Driver;
use crate::reconcile::reconcile;

/// Milliseconds between two reports while a pull or a copy is moving: what a person watching a
/// progress bar expects, and few enough to cost nothing.
pub const PROGRESS_MS: i64 = 2_000;
/// Rounds of one reconciliation. The longest way is create, stop, start; more would be our mistake.
const ROUNDS_MAX: usize = 8;

/// Why a document was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefused {
    /// A late message must not move a machine backwards.
    #[error("the document {got:?} is older than {accepted:?}, the last one accepted")]
    Older {
        /// The last one accepted.
        accepted: Version,
        /// The one refused.
        got: Version,
    },
    /// It was sent to the wrong machine.
    #[error("the document is for {got}, this is {own}")]
    OtherMachine {
        /// The machine of this agent.
        own: MachineId,
        /// The machine of the document.
        got: MachineId,
    },
}

/// The agent of one machine. It acts in [`step`](Self::step) only, with the time it is given.
#[derive(Debug)]
pub struct Agent<D> {
    machine_id: MachineId,
    boot_id: u64,
    driver: D,
    accepted: Version,
    /// `None` before the first document: nothing is touched that nobody asked about.
    orders: Option<Vec<PodOrder>>,
    /// Something happened that has not been reconciled and reported.
    changed: bool,
    silent_from: Option<Timestamp>,
    next_heartbeat: Timestamp,
    next_progress: Timestamp,
    /// Before this a step does nothing.
    due: Timestamp,
}

/// A moment that never comes.
const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);
/// A moment that has always been.
const ALWAYS: Timestamp = Timestamp::from_millis(i64::MIN);

impl<D: Driver> Agent<D> {
    /// The agent of `machine_id`, started by the boot `boot_id`. Its first step reports.
    #[must_use]
    pub const fn new(machine_id: MachineId, boot_id: u64, driver: D) -> Self {
        Self {
            machine_id,
            boot_id,
            driver,
            accepted: Version {
                epoch: 0,
                generation: 0,
            },
            orders: None,
            changed: true,
            silent_from: None,
            next_heartbeat: ALWAYS,
            next_progress: ALWAYS,
            due: ALWAYS,
        }
    }

    /// Its machine.
    #[must_use]
    pub const fn machine_id(&self) -> MachineId {
        self.machine_id
    }

    /// Changes with every start of the machine.
    #[must_use]
    pub const fn boot_id(&self) -> u64 {
        self.boot_id
    }

    /// The last document accepted.
    #[must_use]
    pub const fn accepted(&self) -> Version {
        self.accepted
    }

    /// What it drives.
    #[must_use]
    pub const fn driver(&self) -> &D {
        &self.driver
    }

    /// Accepts a document, to be followed from the next step on. Repeating one does nothing.
    ///
    /// # Errors
    /// [`DocumentRefused`]; the agent goes on with the one it has.
    pub fn accept(&mut self, document: Document) -> Result<(), DocumentRefused> {
        let (accepted, got) = (self.accepted, document.version());
        if document.machine_id != self.machine_id {
            return Err(DocumentRefused::OtherMachine {
                own: self.machine_id,
                got: document.machine_id,
            });
        }
        if got < accepted {
            return Err(DocumentRefused::Older { accepted, got });
        }
        if got > accepted || self.orders.is_none() {
            self.accepted = got;
            self.orders = Some(document.pods);
            self.touch();
        }
        Ok(())
    }

    /// When [`step`](Self::step) has something to do next; `None` if not before something else happens.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        (self.due < NEVER).then_some(self.due)
    }

    /// Does what is due by `now` and reports if something changed or a heartbeat is due.
    ///
    /// Costs a comparison when nothing is due.
    pub fn step(&mut self, now: Timestamp) -> Option<Report> {
        if now < self.due {
            return None;
        }
        self.changed |= self.driver.advance(now);
        if self.changed {
            self.follow(now);
        }
        let has_progress = self.driver.is_progressing() && self.next_progress <= now;
        let must_report = self.changed || has_progress || self.next_heartbeat <= now;
        let report = (must_report && !self.is_silent(now)).then(|| self.report(now));
        self.changed = false;
        self.due = self.find_due(now);
        report
    }

    /// Everything it observes, whether or not a report is due.
    #[must_use]
    pub fn observe(&self, now: Timestamp) -> Report {
        Report {
            machine_id: self.machine_id,
            boot_id: self.boot_id,
            accepted: self.accepted,
            at: now,
            pods: self.driver.pods(now),
            copies: self.driver.copies(now),
        }
    }

    /// Whether it sends nothing at `now`.
    #[must_use]
    pub fn is_silent(&self, now: Timestamp) -> bool {
        self.silent_from.is_some_and(|it| it <= now)
    }

    /// Sends nothing from `from` on, as with a broken network; the pods go on.
    pub fn silence_from(&mut self, from: Timestamp) {
        self.silent_from = Some(from);
        self.due = ALWAYS;
    }

    /// Sends nothing from now on, or speaks again with its next step.
    pub fn set_silent(&mut self, silent: bool) {
        self.silent_from = silent.then_some(ALWAYS);
        self.due = ALWAYS;
    }

    /// Changes something of the machine from outside, to be seen by the next step.
    pub(crate) fn with_driver(&mut self, change: impl FnOnce(&mut D)) {
        change(&mut self.driver);
        self.touch();
    }

    /// The machine starts again.
    pub(crate) fn restarted(&mut self, boot_id: u64) {
        self.boot_id = boot_id;
        self.touch();
    }

    fn touch(&mut self) {
        self.changed = true;
        self.due = ALWAYS;
    }

    fn follow(&mut self, now: Timestamp) {
        let Some(orders) = &self.orders else { return };
        for _ in 0..ROUNDS_MAX {
            let actions = reconcile(orders, &self.driver.pods(now), &self.driver.copies(now));
            if actions.is_empty() {
                return;
            }
            for action in actions {
                self.driver.apply(action, now);
            }
            self.driver.advance(now);
        }
        debug_assert!(false, "a machine is reconciled within {ROUNDS_MAX} rounds");
    }

    fn report(&mut self, now: Timestamp) -> Report {
        self.next_heartbeat = now + HEARTBEAT_MS;
        self.next_progress = now + PROGRESS_MS;
        self.observe(now)
    }

    fn find_due(&self, now: Timestamp) -> Timestamp {
        let of_report = match self.driver.is_progressing() {
            _ if self.is_silent(now) => NEVER,
            true => self.next_progress.min(self.next_heartbeat),
            false => self.next_heartbeat,
        };
        of_report.min(self.driver.next_change().unwrap_or(NEVER))
    }
}
