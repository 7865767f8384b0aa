//! The timer, and what is carried out after a commit.
//!
//! One task: it tells machines what they should be, hears what they are, and sends
//! [`Command::Tick`] when something is due. What comes of an effect is a new command. Reports go before
//! the tick: a heartbeat that arrives at its last moment is in time.

use std::sync::Arc;
use std::time::Duration;

use agent_api::{Document, Report};
use domain::machine::HEARTBEAT_MS;
use domain::{MachineId, Timestamp, limits};
use engine::{Actor, Command, Outcome, Refusal, desired};

use crate::app::App;

/// Shortest time between two steps: what is due within it is done together.
const STEP: Duration = Duration::from_millis(10);
/// Longest time between two steps.
const STEP_MAX: Duration = Duration::from_secs(5);
/// Commands of a script in one step; the rest comes with the next.
const SCRIPT_COMMANDS_MAX: usize = 64;

/// The way to the agents of all machines, and what they send back.
///
/// Documents are delivered at least once, in any order; agents refuse those that are older than what
/// they have.
pub trait AgentLink: Send + 'static {
    /// Takes a document to its machine, called `name`.
    fn deliver(&mut self, name: &str, document: Document, now: Timestamp);

    /// Lets machines that live in this process do what is due; everything that agents have sent.
    fn step(&mut self, now: Timestamp) -> Vec<Report>;

    /// When [`step`](Self::step) has something to do.
    fn next_deadline(&self) -> Option<Timestamp>;
}

/// Commands that come by themselves, such as the replay of a trace.
pub trait Script: Send + 'static {
    /// When the next command is due; `None` at the end.
    fn next_deadline(&self) -> Option<Timestamp>;

    /// The next command that is due by `now`.
    fn next(&mut self, now: Timestamp) -> Option<(Actor, Command)>;

    /// What came of it. A command that was not answered is asked for again.
    fn answer(&mut self, answer: &Result<Outcome, Refusal>);
}

/// The runner's own memory.
pub(crate) struct Runner {
    pub(crate) app: Arc<App>,
    pub(crate) link: Box<dyn AgentLink>,
    pub(crate) script: Option<Box<dyn Script>>,
    /// When the last step was.
    pub(crate) stepped: Timestamp,
}

impl Runner {
    /// Works until the end is asked for.
    pub(crate) async fn run(mut self) {
        let ending = self.app.ending.clone();
        let mut grown = self.app.feed.watch();
        loop {
            let pause = self.step().await;
            grown.borrow_and_update();
            tokio::select! {
                () = ending.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                // A command may have made something due earlier.
                _ = grown.changed() => tokio::time::sleep(STEP).await,
                () = self.app.outbox.wished() => tokio::time::sleep(STEP).await,
            }
        }
    }

    /// Does what is due; how long nothing will be.
    async fn step(&mut self) -> Duration {
        let now = self.app.clock.advance();
        self.resume_after_sleep(now).await;
        self.deliver(now).await;
        let reports = self.link.step(now);
        self.hear(reports, now).await;
        self.act_out(now).await;
        self.tick(now).await;
        let next = self.next_deadline().await;
        next.map_or(STEP_MAX, |it| self.app.clock.until(it))
            .clamp(STEP, STEP_MAX)
    }

    /// silence counts only while the control plane could hear. If the whole computer slept, it could not.
    async fn resume_after_sleep(&mut self, now: Timestamp) {
        if self.app.clock.is_wall() && now.since(self.stepped) > 2 * HEARTBEAT_MS {
            self.run_own(vec![(Actor::Timer, Command::Resume)]).await;
        }
        self.stepped = now;
    }

    async fn deliver(&mut self, now: Timestamp) {
        let machines = self.app.outbox.due(now);
        for machine_id in machines {
            let Some((name, document)) = self.document(machine_id).await else {
                continue;
            };
            self.app.outbox.sent(machine_id, document.version(), now);
            self.app.metrics.documents.add(1);
            self.link.deliver(&name, document, now);
        }
    }

    async fn document(&mut self, machine_id: MachineId) -> Option<(String, Document)> {
        let fleet = self.app.read().await.ok()?;
        let name = fleet.machine(machine_id).map(|it| it.name.to_string());
        let found = name.zip(desired::document(&fleet, machine_id, self.app.epoch));
        if found.is_none() {
            self.app.outbox.forget(machine_id);
        }
        found
    }

    /// Reports become commands. One whose commit failed is not repeated: the next one says the same.
    async fn hear(&mut self, reports: Vec<Report>, now: Timestamp) {
        self.app.metrics.reports.add(reports.len() as u64);
        for report in &reports {
            self.app.outbox.acknowledged(report.machine_id, report.accepted);
        }
        let behind = self.behind(&reports).await;
        self.app.outbox.wish_again(behind, now);
        let command = |report: Report| {
            (
                Actor::Machine(report.machine_id),
                Command::Report(Box::new(report)),
            )
        };
        let mut commands = reports.into_iter().map(command).peekable();
        while commands.peek().is_some() {
            self.run_own(commands.by_ref().take(limits::REPORTS_PER_COMMIT_MAX).collect())
                .await;
        }
    }

    /// Machines that have an older document than they should, and for which nothing is under way.
    async fn behind(&mut self, reports: &[Report]) -> Vec<MachineId> {
        let Ok(fleet) = self.app.read().await else {
            return Vec::new();
        };
        let epoch = self.app.epoch;
        let is_behind = |report: &&Report| {
            let machine = fleet.machine(report.machine_id);
            machine
                .is_some_and(|it| (report.accepted.epoch, report.accepted.generation) < (epoch, it.document))
        };
        reports.iter().filter(is_behind).map(|it| it.machine_id).collect()
    }

    async fn act_out(&mut self, now: Timestamp) {
        let Some(script) = &mut self.script else { return };
        for _ in 0..SCRIPT_COMMANDS_MAX {
            let Some(command) = script.next(now) else { return };
            match self.app.run(vec![command]).await {
                Ok(outcomes) => outcomes.iter().for_each(|it| script.answer(it)),
                Err(error) => return tracing::warn!(%error, "a command of the script has to wait"),
            }
        }
    }

    async fn tick(&mut self, now: Timestamp) {
        let Ok(fleet) = self.app.read().await else { return };
        let due = engine::next_deadline(&fleet).is_some_and(|it| it <= now);
        drop(fleet);
        if due {
            self.run_own(vec![(Actor::Timer, Command::Tick)]).await;
        }
    }

    async fn run_own(&mut self, commands: Vec<(Actor, Command)>) {
        if let Err(error) = self.app.run(commands).await {
            tracing::warn!(%error, "commands of the control plane have to wait");
        }
    }

    async fn next_deadline(&mut self) -> Option<Timestamp> {
        let of_fleet = match self.app.read().await {
            Ok(fleet) => engine::next_deadline(&fleet),
            Err(_) => None,
        };
        let of_script = self.script.as_ref().and_then(|it| it.next_deadline());
        let deadlines = [
            of_fleet,
            of_script,
            self.link.next_deadline(),
            self.app.outbox.next_deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }
}
