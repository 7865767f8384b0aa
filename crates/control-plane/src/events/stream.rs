//! One reader's stream of server-sent events.
//!
//! The id of a message is the position of the last event it tells of, and messages go out in that
//! order. One event may make several messages, so whoever resumes gets those of the last one again: a
//! connection that broke between them leaves no gap. A slow reader is not pushed: its stream is polled
//! when there is room, and begins again with `reset` if it fell too far back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use api::events::FeedEvent;
use api::serve::{self, Principal};
use axum::response::sse;
use domain::{AccountId, MachineId, MigrationId, PodId, VolumeId, limits};
use engine::{Change, Event};
use futures::Stream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Place, Since};
use crate::app::App;

/// Says whether a reader may still be told something.
pub(crate) type IsValid = Box<dyn Fn() -> bool + Send>;

/// A reader.
struct Reader {
    app: Arc<App>,
    principal: Principal,
    is_valid: IsValid,
    /// Everything up to here was sent.
    position: u64,
    grown: watch::Receiver<u64>,
    waiting: VecDeque<sse::Event>,
    /// Then the reader has to ask again, and is checked again.
    ends: Instant,
    _place: Place,
}

/// Opens a stream after `last`, or at the present for whoever reads the lists now.
pub(crate) fn open(
    app: &Arc<App>,
    principal: Principal,
    place: Place,
    last: Option<u64>,
    lasts: Duration,
    is_valid: IsValid,
) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send + use<> {
    let reader = Reader {
        app: app.clone(),
        principal,
        is_valid,
        position: last.map_or_else(|| app.feed.sequence(), |it| it.saturating_sub(1)),
        grown: app.feed.watch(),
        waiting: VecDeque::new(),
        ends: Instant::now() + lasts,
        _place: place,
    };
    futures::stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    })
}

impl Reader {
    /// The next message; `None` at the end of the stream.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            self.grown.borrow_and_update();
            if self.app.feed.sequence() == self.position {
                tokio::select! {
                    grown = self.grown.changed() => grown.ok()?,
                    () = tokio::time::sleep_until(self.ends) => return None,
                    () = self.app.ending.cancelled() => return None,
                }
                tokio::time::sleep(Duration::from_millis(limits::FEED_COALESCE_MS)).await;
            }
            self.collect().await?;
        }
    }

    /// Makes messages of what happened since the last look.
    async fn collect(&mut self) -> Option<()> {
        if !(self.is_valid)() {
            return None;
        }
        // The lock first: what is in the ring then is in the fleet too.
        let app = self.app.clone();
        let fleet = app.read().await.ok()?;
        let (events, last) = match app.feed.since(self.position) {
            Since::Events(events, last) => (events, last),
            Since::TooFarBack(last) => {
                self.position = last;
                self.waiting.push_back(message(last, &FeedEvent::Reset)?);
                return Some(());
            }
        };
        let now = app.clock.now();
        // Backwards: of two views of one thing the later one stays, with the later id.
        let mut seen = BTreeSet::new();
        for (sequence, group) in by_thing(&events).into_iter().rev() {
            for event in serve::feed(&fleet, &self.principal, &group, now)
                .into_iter()
                .rev()
            {
                if seen.insert(name(&event)) {
                    self.waiting.push_front(message(sequence, &event)?);
                }
            }
        }
        self.position = last;
        Some(())
    }
}

/// The kind of a message and the thing it is about.
fn name(event: &FeedEvent) -> (&'static str, String) {
    let id = match event {
        FeedEvent::PodChanged(it) => it.summary.id.to_string(),
        FeedEvent::PodDeleted(it) => it.id.to_string(),
        FeedEvent::MachineChanged(it) => it.id.to_string(),
        FeedEvent::MachineDeleted(it) => it.id.to_string(),
        FeedEvent::VolumeChanged(it) => it.id.to_string(),
        FeedEvent::VolumeDeleted(it) => it.id.to_string(),
        FeedEvent::MigrationChanged(it) => it.id.to_string(),
        FeedEvent::AccountChanged(_) | FeedEvent::LedgerPosted(_) | FeedEvent::Reset => String::new(),
    };
    (event.name(), id)
}

fn message(sequence: u64, event: &FeedEvent) -> Option<sse::Event> {
    match event.data() {
        Ok(data) => Some(
            sse::Event::default()
                .id(sequence.to_string())
                .event(event.name())
                .data(data),
        ),
        Err(error) => {
            tracing::error!(%error, "a view cannot be written; the stream ends");
            None
        }
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Everything,
    Account(AccountId),
    Ledger(AccountId),
    Machine(MachineId),
    Pod(PodId),
    Volume(VolumeId),
    Migration(MigrationId),
}

impl Thing {
    const fn of(event: &Event) -> Self {
        match &event.change {
            Change::Settings(_) | Change::Template(_) => Self::Everything,
            Change::Account(it) => Self::Account(it.id),
            Change::Machine(it) => Self::Machine(it.id),
            Change::Pod(it) => Self::Pod(it.id),
            Change::Volume(it) => Self::Volume(it.id),
            Change::Plan(it) | Change::PlanDropped(it) => Self::Account(it.account_id),
            Change::Migration(it) => Self::Migration(it.id),
            // An hour's postings are one message, not one for each meter.
            Change::Meter(it) | Change::MeterClosed(it) => Self::Account(it.account_id),
            Change::Posted(it) => Self::Ledger(it.account_id),
        }
    }
}

/// Events of one thing together, in the order of their last one.
fn by_thing(events: &[Arc<Event>]) -> BTreeMap<u64, Vec<Event>> {
    let mut groups: BTreeMap<Thing, Vec<Event>> = BTreeMap::new();
    for event in events {
        groups
            .entry(Thing::of(event))
            .or_default()
            .push(Event::clone(event));
    }
    let last = |group: Vec<Event>| (group.last().map_or(0, |it| it.sequence), group);
    groups.into_values().map(last).collect()
}
