//! The one task that changes the fleet.
//!
//! It takes what waits in the queue, carries it out one after the other, commits once, and only then
//! publishes and answers. Readers wait meanwhile: nobody sees what the log does not hold. If the commit
//! fails the batch is refused, and the fleet is read again from the log before anything else happens.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use api::serve::{self, Response};
use domain::{MachineId, Timestamp, limits};
use engine::state::FleetRecord;
use engine::{Actor, Command, Effect, Fleet, Moment, Outcome, Refusal};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{App, RequestWork, Ticket, Unavailable, Work};
use crate::clock::Clock;
use crate::secret;
use crate::store::{Answer, Batch, Wish};

/// Shortest and longest wait between two tries to read the log after a failed commit.
const RETRY: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(5)];
/// Longest that a try to read the log may go on after the end was asked for.
const LAST_TRY: Duration = Duration::from_secs(5);

/// The writer's own memory.
pub(crate) struct Writer {
    app: Arc<App>,
    queue: mpsc::Receiver<Work>,
    /// Events between two snapshots.
    snapshot_events: u64,
    /// Whoever could send something has ended before it.
    ending: CancellationToken,
    events_since_snapshot: u64,
    snapshot: Option<tokio::task::JoinHandle<()>>,
    /// The fleet was read again: every machine has a fresh 30 s.
    must_resume: bool,
}

/// What is sent once the batch is stored.
enum Reply {
    Response(oneshot::Sender<Result<Response, Unavailable>>, Response),
    Outcomes(Replies, Vec<Result<Outcome, Refusal>>),
}

type Replies = oneshot::Sender<Result<Vec<Result<Outcome, Refusal>>, Unavailable>>;

/// A batch in the making.
#[derive(Default)]
struct Draft {
    batch: Batch,
    machines: BTreeSet<MachineId>,
    replies: Vec<Reply>,
    /// Held until the answers are stored.
    tickets: Vec<Ticket>,
    commands: u64,
    refusals: u64,
}

impl Writer {
    /// A writer whose fleet was just read from the log, which has `events_since_snapshot` events after the
    /// newest snapshot: they count, or a server that is often started again would never keep another one.
    pub(crate) const fn new(
        app: Arc<App>,
        queue: mpsc::Receiver<Work>,
        snapshot_events: u64,
        events_since_snapshot: u64,
        ending: CancellationToken,
    ) -> Self {
        Self {
            app,
            queue,
            snapshot_events,
            ending,
            events_since_snapshot,
            snapshot: None,
            must_resume: true,
        }
    }

    /// Works until the end is asked for, then finishes what waits, or refuses it if the log cannot be read.
    pub(crate) async fn run(mut self) {
        let ending = self.ending.clone();
        loop {
            let first = tokio::select! {
                biased;
                work = self.queue.recv() => work,
                () = ending.cancelled() => {
                    self.queue.close();
                    self.queue.recv().await
                }
            };
            let Some(first) = first else { break };
            if self.carry_out(first).await.is_break() {
                self.queue.close();
                while let Some(work) = self.queue.recv().await {
                    work.refuse(Unavailable::Store);
                }
                break;
            }
        }
        if let Some(snapshot) = self.snapshot.take() {
            // A snapshot only saves time; one that failed has said so itself.
            let _ = snapshot.await;
        }
    }

    /// Breaks if nothing can be carried out any more.
    async fn carry_out(&mut self, first: Work) -> ControlFlow<()> {
        let app = self.app.clone();
        let mut fleet = app.fleet.write().await;
        // Who waited to look at the fleet has looked by now, and what they want goes into the same commit.
        let mut works = vec![first];
        while works.len() < limits::COMMIT_BATCH_MAX
            && let Ok(work) = self.queue.try_recv()
        {
            works.push(work);
        }
        let mut draft = Draft::default();
        // A fault in the engine must neither end the writer nor leave a half-changed fleet behind.
        let drafted = catch_unwind(AssertUnwindSafe(|| {
            if self.must_resume {
                // The timer is never refused.
                let _ = draft.execute(&mut fleet, &Actor::Timer, Command::Resume, app.clock.now());
            }
            for work in works {
                draft.take(&mut fleet, work, &app.clock);
            }
        }));
        if drafted.is_err() {
            tracing::error!("a command met a fault; the fleet is read again from the log");
            return self.refuse(&mut fleet, draft, Unavailable::Fault).await;
        }
        self.must_resume = false;
        draft.wish(fleet.sequence(), app.clock.now());
        if !draft.batch.is_idle() {
            draft.batch.done = app.outbox.take_done();
        }
        if !draft.batch.is_idle()
            && let Err(error) = app.store.commit(&draft.batch).await
        {
            app.metrics.commits_failed.add(1);
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a commit failed; nothing of it was done"
            );
            return self.refuse(&mut fleet, draft, Unavailable::Store).await;
        }
        let record = self
            .snapshot_due(draft.batch.events.len())
            .then(|| fleet.record());
        app.metrics.commits.add(u64::from(!draft.batch.is_idle()));
        app.metrics.commands.add(draft.commands);
        app.metrics.refusals.add(draft.refusals);
        app.metrics.events.add(draft.batch.events.len() as u64);
        app.feed.publish(draft.batch.events, fleet.sequence());
        app.outbox.wish(draft.batch.wishes);
        drop(fleet);
        drop(draft.tickets);
        for reply in draft.replies {
            reply.send();
        }
        if let Some(record) = record {
            self.keep_snapshot(record);
        }
        ControlFlow::Continue(())
    }

    /// Takes everything back: memory never runs ahead of the log.
    async fn refuse(&mut self, fleet: &mut Fleet, draft: Draft, why: Unavailable) -> ControlFlow<()> {
        self.must_resume = true;
        let read = self.read_again().await;
        let flow = match read {
            Some(read) => {
                *fleet = read;
                ControlFlow::Continue(())
            }
            None => {
                // Before the fleet is free: it holds what the log does not.
                self.app.lose();
                ControlFlow::Break(())
            }
        };
        for reply in draft.replies {
            reply.refuse(why);
        }
        flow
    }

    /// The fleet as the log has it, however long that takes; `None` if the end comes first. Whoever ends the
    /// server waits for those who wait for the writer, so that this must not wait for its own end alone.
    async fn read_again(&self) -> Option<Fleet> {
        let ending = &self.app.ending;
        let mut wait = RETRY[0];
        loop {
            let too_late = async {
                ending.cancelled().await;
                tokio::time::sleep(LAST_TRY).await;
            };
            let read = tokio::select! {
                read = self.app.store.load() => read,
                () = too_late => return None,
            };
            match read {
                Ok(Some(read)) => return Some(read),
                Ok(None) => tracing::error!("the log is empty"),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the log cannot be read; trying again"
                    );
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(RETRY[1]),
                () = ending.cancelled() => return None,
            }
        }
    }

    fn snapshot_due(&mut self, events: usize) -> bool {
        self.events_since_snapshot += events as u64;
        let idle = self
            .snapshot
            .as_ref()
            .is_none_or(tokio::task::JoinHandle::is_finished);
        let due = self.events_since_snapshot >= self.snapshot_events && idle;
        if due {
            self.events_since_snapshot = 0;
        }
        due
    }

    fn keep_snapshot(&mut self, record: FleetRecord) {
        let store = self.app.store.clone();
        self.snapshot = Some(tokio::spawn(async move {
            if let Err(error) = store.put_snapshot(&record).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a snapshot could not be kept"
                );
            }
        }));
    }
}

impl Draft {
    fn take(&mut self, fleet: &mut Fleet, work: Work, clock: &Clock) {
        match work {
            Work::Request(work) => {
                let RequestWork {
                    principal,
                    actor,
                    command,
                    render,
                    ticket,
                    reply,
                } = *work;
                let now = clock.now();
                let outcome = self.execute(fleet, &actor, command, now);
                let response = serve::render(fleet, &principal, &render, outcome.as_ref(), now);
                // What was refused has changed nothing and may be tried again under the same key.
                if let (Some(ticket), Ok(_)) = (&ticket, &outcome) {
                    self.batch.answers.push(answer(ticket, &response));
                }
                self.tickets.extend(ticket);
                self.replies.push(Reply::Response(reply, response));
            }
            Work::Own { commands, reply } => {
                let run = |(actor, command)| self.execute(fleet, &actor, command, clock.now());
                let outcomes = commands.into_iter().map(run).collect();
                self.replies.push(Reply::Outcomes(reply, outcomes));
            }
            #[cfg(test)]
            Work::Fault => panic!("a fault that a test asked for"),
        }
    }

    fn execute(
        &mut self,
        fleet: &mut Fleet,
        actor: &Actor,
        command: Command,
        now: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.commands += 1;
        // Seeds make IDs, which must differ but need not be secret: the position in the log would do.
        let seed = secret::random_bits().unwrap_or_else(|_| fleet.sequence());
        match engine::execute(fleet, actor, command, Moment { now, seed }) {
            Ok(decision) => {
                self.batch.events.extend(decision.events);
                for effect in decision.effects {
                    match effect {
                        Effect::PushDesired(machine_id) => self.machines.insert(machine_id),
                    };
                }
                Ok(decision.outcome)
            }
            Err(refusal) => {
                self.refusals += 1;
                Err(refusal)
            }
        }
    }

    /// Ten effects for one machine are one wish.
    fn wish(&mut self, sequence: u64, now: Timestamp) {
        let wish = |machine_id| Wish {
            machine_id,
            sequence,
            attempt: 0,
            next_run_at: now,
        };
        self.batch.wishes = std::mem::take(&mut self.machines).into_iter().map(wish).collect();
    }
}

fn answer(ticket: &Ticket, response: &Response) -> Answer {
    let (principal, key) = ticket.name.clone();
    Answer {
        principal,
        key,
        digest: ticket.digest.clone(),
        status: response.status,
        content_type: response.content_type.to_owned(),
        headers: response
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        body: response.body.clone(),
        created_at: Clock::wall(),
    }
}

impl Work {
    fn refuse(self, why: Unavailable) {
        match self {
            Self::Request(work) => drop(work.reply.send(Err(why))),
            Self::Own { reply, .. } => drop(reply.send(Err(why))),
            #[cfg(test)]
            Self::Fault => {}
        }
    }
}

impl Reply {
    /// Whoever does not listen any more finds the answer under its key, or reads the fleet.
    fn send(self) {
        match self {
            Self::Response(reply, response) => drop(reply.send(Ok(response))),
            Self::Outcomes(reply, outcomes) => drop(reply.send(Ok(outcomes))),
        }
    }

    fn refuse(self, why: Unavailable) {
        match self {
            Self::Response(reply, _) => drop(reply.send(Err(why))),
            Self::Outcomes(reply, _) => drop(reply.send(Err(why))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Outbox;
    use crate::events::Feed;
    use crate::seed::{Seed, seed};
    use crate::store::{SqliteStore, Store};
    use domain::AccountId;
    use domain::ids::IdMint;
    use domain::names::Name;
    use engine::state::Settings;

    fn settings() -> Settings {
        Settings {
            pod_domain: domain::endpoints::PodDomain::local(8080),
            prices: domain::prices::PriceBook::default(),
            policy: engine::state::Policy::default(),
            data_centers: Vec::new(),
        }
    }

    fn account(name: &str) -> Vec<(Actor, Command)> {
        let command = Command::CreateAccount {
            name: Name::try_from(name).unwrap(),
            operator: false,
        };
        vec![(Actor::Operator, command)]
    }

    #[tokio::test]
    async fn a_fault_takes_the_whole_batch_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("a.db")).await.unwrap());
        let main_account = AccountId::mint(&mut IdMint::new(Clock::wall(), 1));
        let empty = Seed {
            settings: settings(),
            events: Vec::new(),
            main_account,
        };
        seed(store.as_ref(), empty).await.unwrap();
        let fleet = store.load().await.unwrap().unwrap();
        let feed = Feed::new(Vec::new(), fleet.sequence());
        let (queue, works) = mpsc::channel(8);
        let ending = CancellationToken::new();
        let clock = Clock::wall_clock(Timestamp::default());
        let app = Arc::new(App::new(
            fleet,
            clock,
            store.clone(),
            feed,
            Outbox::default(),
            1,
            queue,
            ending.clone(),
        ));
        let writer = Writer::new(app.clone(), works, u64::MAX, 0, ending.clone());
        let digest = async || app.read().await.unwrap().digest().unwrap();
        let before = digest().await;
        // All three wait when the writer begins, so that they are one batch.
        let mut writing = None;
        let (first, _, last, ()) = tokio::join!(
            app.run(account("first")),
            app.queue.send(Work::Fault),
            app.run(account("last")),
            async { writing = Some(tokio::spawn(writer.run())) },
        );
        assert_eq!(first.err(), Some(Unavailable::Fault));
        assert_eq!(last.err(), Some(Unavailable::Fault));
        assert_eq!(digest().await, before);
        assert_eq!(store.tail(usize::MAX, usize::MAX).await.unwrap().len(), 1);
        // The next command finds the fleet as the log has it.
        let outcomes = app.run(account("next")).await.unwrap();
        assert!(outcomes[0].is_ok(), "{outcomes:?}");
        let names: Vec<_> = app
            .read()
            .await
            .unwrap()
            .accounts()
            .map(|it| it.name.to_string())
            .collect();
        assert_eq!(names, ["next"]);
        assert_eq!(
            store.load().await.unwrap().unwrap().digest().unwrap(),
            digest().await
        );
        ending.cancel();
        writing.unwrap().await.unwrap();
    }
}
