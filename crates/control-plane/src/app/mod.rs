//! The fleet in memory and the ways to it: readers look, one writer changes.

mod in_flight;
mod outbox;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::serve::{Principal, Render, Response};
use domain::limits;
use engine::{Actor, Command, Fleet, Outcome, Refusal};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{RwLock, RwLockReadGuard, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::events::Feed;
use crate::metrics::Metrics;
use crate::store::Store;

pub use in_flight::{InFlight, Taken, Ticket};
pub use outbox::Outbox;
pub(crate) use writer::Writer;

/// What the parts of a running control plane share.
pub struct App {
    /// The fleet, never ahead of the log for anybody who can look.
    fleet: RwLock<Fleet>,
    /// The fleet could not be read from the log again: nobody may look at it any more.
    is_lost: AtomicBool,
    queue: mpsc::Sender<Work>,
    /// The time.
    pub clock: Clock,
    /// The log.
    pub store: Arc<dyn Store>,
    /// What has happened lately.
    pub feed: Feed,
    /// What machines have to be told.
    pub outbox: Outbox,
    /// Idempotency keys that are being worked on.
    pub in_flight: InFlight,
    /// Counters.
    pub metrics: Metrics,
    /// Counts starts.
    pub epoch: u64,
    /// Ends everything.
    pub ending: CancellationToken,
}

/// One piece of work for the writer.
pub(crate) enum Work {
    /// A command of a request, answered as the request's surface wants it.
    Request(Box<RequestWork>),
    /// Commands of the control plane itself and of machines, carried out one after the other.
    Own {
        commands: Vec<(Actor, Command)>,
        reply: oneshot::Sender<Result<Vec<Result<Outcome, Refusal>>, Unavailable>>,
    },
    /// Panics where a fault in the engine would.
    #[cfg(test)]
    Fault,
}

/// A request's command with all that its answer needs.
pub(crate) struct RequestWork {
    pub(crate) principal: Principal,
    pub(crate) actor: Actor,
    pub(crate) command: Command,
    pub(crate) render: Render,
    /// Present if the answer is to be kept.
    pub(crate) ticket: Option<Ticket>,
    pub(crate) reply: oneshot::Sender<Result<Response, Unavailable>>,
}

/// Nothing was changed, and nothing can be now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The log could not be extended, or the fleet is being read from it.
    #[error("the store is not available")]
    Store,
    /// More waits already than is sensible.
    #[error("the queue of commands is full")]
    Busy,
    /// A fault of ours; memory was read again from the log.
    #[error("the command met a fault")]
    Fault,
}

impl App {
    #[expect(
        clippy::too_many_arguments,
        reason = "made in one place, from parts that nothing else groups"
    )]
    pub(crate) fn new(
        fleet: Fleet,
        clock: Clock,
        store: Arc<dyn Store>,
        feed: Feed,
        outbox: Outbox,
        epoch: u64,
        queue: mpsc::Sender<Work>,
        ending: CancellationToken,
    ) -> Self {
        Self {
            fleet: RwLock::new(fleet),
            is_lost: AtomicBool::new(false),
            queue,
            clock,
            store,
            feed,
            outbox,
            in_flight: InFlight::default(),
            metrics: Metrics::default(),
            epoch,
            ending,
        }
    }

    /// The fleet, to look at.
    ///
    /// # Errors
    /// [`Unavailable::Store`] if it is not free in time: it is being read again from a log that does
    /// not answer, or could not be by the time of the end.
    pub async fn read(&self) -> Result<RwLockReadGuard<'_, Fleet>, Unavailable> {
        let wait = Duration::from_millis(limits::FLEET_WAIT_MS_MAX);
        let fleet = tokio::time::timeout(wait, self.fleet.read())
            .await
            .map_err(|_| Unavailable::Store)?;
        if self.is_lost.load(Ordering::Acquire) {
            return Err(Unavailable::Store);
        }
        Ok(fleet)
    }

    /// Ends all looking at the fleet; called by whoever holds it.
    fn lose(&self) {
        self.is_lost.store(true, Ordering::Release);
    }

    /// Carries out a request's command and answers it.
    ///
    /// # Errors
    /// [`Unavailable`]; nothing has changed.
    pub(crate) async fn carry_out(
        &self,
        make: impl FnOnce(oneshot::Sender<Result<Response, Unavailable>>) -> RequestWork,
    ) -> Result<Response, Unavailable> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Request(Box::new(make(reply)));
        self.queue.try_send(work).map_err(|it| match it {
            TrySendError::Full(_) => Unavailable::Busy,
            TrySendError::Closed(_) => Unavailable::Store,
        })?;
        answer.await.unwrap_or(Err(Unavailable::Fault))
    }

    /// Carries out commands of the control plane itself or of machines, in one commit.
    ///
    /// # Errors
    /// [`Unavailable`]; nothing has changed.
    pub async fn run(
        &self,
        commands: Vec<(Actor, Command)>,
    ) -> Result<Vec<Result<Outcome, Refusal>>, Unavailable> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Own { commands, reply };
        self.queue.send(work).await.map_err(|_| Unavailable::Store)?;
        answer.await.unwrap_or(Err(Unavailable::Fault))
    }

    /// Commands that wait for the writer.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}
