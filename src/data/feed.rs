//! The one event stream of the tab: how fresh the page is, and who hears of what.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use api::events::FeedEvent;
use client::{Client, Endpoint, FeedMessage, Subscription};
use domain::limits;
use futures::channel::{mpsc, oneshot};
use futures::future::{Fuse, FusedFuture, LocalBoxFuture, Shared};
use futures::{FutureExt, StreamExt, select_biased};
use leptos::prelude::*;

use super::backoff::Backoff;
use super::context::use_data;
use super::freshness::Freshness;
use super::staleness::Staleness;
use crate::browser::{clock, connection, page};

/// Longest wait for the server to accept a stream.
const OPEN_MS_MAX: u32 = 10_000;
/// Longest wait of the first reads for the stream, so that nothing is missed between the two.
const FIRST_CONTACT_MS_MAX: u32 = 1_000;
/// Quiet after which a resumed stream has delivered what was missed.
const SETTLE_MS: u32 = 300;
/// Longest wait for that quiet: where something happens all the time there is none.
const SETTLE_MS_MAX: u32 = 2_000;
/// Events of this long make a read stale once, not once each.
const GATHER_MS: u32 = 500;

type Hear = Arc<dyn Fn(&FeedEvent) + Send + Sync>;

#[derive(Default)]
struct Listeners {
    next: u64,
    calls: Vec<(u64, Hear)>,
}

/// What is known of the stream. Cheap to clone.
#[derive(Clone)]
pub(super) struct LiveFeed {
    freshness: ArcRwSignal<Freshness>,
    listeners: Arc<Mutex<Listeners>>,
    contact: Shared<oneshot::Receiver<()>>,
    made: Arc<Mutex<Option<oneshot::Sender<()>>>>,
    /// The last event taken: where a new stream begins.
    last: Arc<Mutex<Option<u64>>>,
}

/// No lock here is held while other code runs, so a poisoned one holds a whole value.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl LiveFeed {
    pub(super) fn new() -> Self {
        let (made, contact) = oneshot::channel();
        Self {
            freshness: ArcRwSignal::new(Freshness::CatchingUp),
            listeners: Arc::default(),
            contact: contact.shared(),
            made: Arc::new(Mutex::new(Some(made))),
            last: Arc::default(),
        }
    }

    pub(super) fn freshness(&self) -> ArcRwSignal<Freshness> {
        self.freshness.clone()
    }

    /// Ends once the stream is open, or has failed, or is late: reads that begin afterwards miss nothing, because what
    /// happens after them is delivered.
    pub(super) async fn first_contact(&self) {
        // The sender is dropped when contact is made or given up.
        let _: Result<(), oneshot::Canceled> = self.contact.clone().await;
    }

    fn end_of_first_contact(&self) {
        lock(&self.made).take();
    }

    fn hear(&self, call: Hear) -> u64 {
        let mut listeners = lock(&self.listeners);
        listeners.next += 1;
        let id = listeners.next;
        listeners.calls.push((id, call));
        id
    }

    fn unhear(&self, id: u64) {
        lock(&self.listeners).calls.retain(|(other, _)| *other != id);
    }

    fn set(&self, freshness: Freshness) {
        if self.freshness.get_untracked() != freshness {
            self.freshness.set(freshness);
        }
    }

    /// Follows the stream for ever, through losses. Ended by dropping the future.
    pub(super) async fn follow(self, client: Client, staleness: Arc<Staleness>) {
        self.set(Freshness::CatchingUp);
        let (wake, mut woken) = mpsc::channel(1);
        // Both a network that comes back and a reader who does are reasons not to wait any longer.
        let nudge = move || {
            // One that is not read yet says the same.
            let _ = wake.clone().try_send(());
        };
        let _guards = (
            connection::on_change(nudge.clone()),
            page::on_visibility_change(nudge),
        );
        let mut line = Line::new(&self, &client, &staleness);
        let mut backoff = Backoff::default();
        // When the last open stream ended, known or presumed; each end of an open one says it anew.
        let mut lost_at = None;
        loop {
            match line.run().await {
                Ended::Silent => {
                    // Nothing may have changed, or the connection may be dead: only a new one tells. The old one stays
                    // until then, and the page is not called stale meanwhile.
                    // If that fails, nothing has been heard since the silence began.
                    lost_at = Some(clock::now_ms() - i64::from(limits::FEED_SILENCE_MS_MAX));
                    line.connect();
                    continue;
                }
                Ended::Lost { was_open: true } => {
                    backoff.reset();
                    lost_at = Some(clock::now_ms());
                    self.set(Freshness::CatchingUp);
                }
                Ended::Lost { was_open: false } => {
                    let since_ms = *lost_at.get_or_insert_with(clock::now_ms);
                    self.set(if connection::is_online() {
                        Freshness::Stale { since_ms }
                    } else {
                        Freshness::Offline { since_ms }
                    });
                }
            }
            self.end_of_first_contact();
            line.hang_up();
            while woken.try_recv().is_ok() {}
            let wait = backoff.next_ms(connection::chance());
            select_biased! {
                _ = woken.next() => backoff.reset(),
                () = client.sleep(wait).boxed_local().fuse() => {}
            }
            line.connect();
        }
    }
}

enum Ended {
    /// Open, and nothing has come for long.
    Silent,
    /// Closed, or never opened.
    Lost { was_open: bool },
}

/// The present stream, and while it opens the former one too.
struct Line<'a> {
    feed: &'a LiveFeed,
    client: &'a Client,
    staleness: &'a Staleness,
    said: mpsc::Sender<(u32, FeedMessage)>,
    hears: mpsc::Receiver<(u32, FeedMessage)>,
    /// More came in one turn than fits: the stream is taken up again after the last message that was read.
    overrun: Arc<AtomicBool>,
    /// Tells messages of the present stream from those of former ones.
    number: u32,
    present: Option<Subscription>,
    former: Option<Subscription>,
    open: bool,
    /// Whether a stream was ever open: a first one that begins now has missed nothing.
    began: bool,
    /// Ends when the stream counts as settled, quiet or not.
    settled_by: Fuse<LocalBoxFuture<'static, ()>>,
    stale: Vec<Endpoint>,
    gathering: Fuse<LocalBoxFuture<'static, ()>>,
}

impl<'a> Line<'a> {
    fn new(feed: &'a LiveFeed, client: &'a Client, staleness: &'a Staleness) -> Self {
        let (said, hears) = mpsc::channel(limits::FEED_REPLAY_MAX);
        let mut line = Self {
            feed,
            client,
            staleness,
            said,
            hears,
            overrun: Arc::default(),
            number: 0,
            present: None,
            former: None,
            open: false,
            began: false,
            settled_by: Fuse::terminated(),
            stale: Vec::new(),
            gathering: Fuse::terminated(),
        };
        line.connect();
        line
    }

    fn connect(&mut self) {
        self.number += 1;
        self.open = false;
        self.former = self.present.take();
        let (number, said, overrun) = (self.number, self.said.clone(), self.overrun.clone());
        let last = *lock(&self.feed.last);
        let tell = move |message| {
            if said.clone().try_send((number, message)).is_err() {
                overrun.store(true, Ordering::Relaxed);
            }
        };
        self.present = Some(self.client.subscribe(last, Box::new(tell)));
    }

    fn hang_up(&mut self) {
        (self.present, self.former) = (None, None);
    }

    async fn run(&mut self) -> Ended {
        loop {
            if self.overrun.swap(false, Ordering::Relaxed) {
                return Ended::Lost { was_open: true };
            }
            let settling = self.feed.freshness.get_untracked() != Freshness::Live;
            let waits_for_contact = !self.open && lock(&self.feed.made).is_some();
            let wait = match (self.open, settling) {
                (false, _) if waits_for_contact => FIRST_CONTACT_MS_MAX,
                (false, _) => OPEN_MS_MAX,
                (true, true) => SETTLE_MS,
                (true, false) => limits::FEED_SILENCE_MS_MAX,
            };
            let mut patience = self.client.sleep(wait).boxed_local().fuse();
            select_biased! {
                // First, or a stream that always has something to say would never come to it.
                () = &mut self.settled_by => if self.open { self.feed.set(Freshness::Live) },
                message = self.hears.next() => match message {
                    Some((number, message)) => if let Some(ended) = self.take(number, message) { return ended },
                    None => return Ended::Lost { was_open: self.open },
                },
                () = &mut self.gathering => for endpoint in self.stale.drain(..) { self.staleness.heard(endpoint) },
                () = patience => match (self.open, settling) {
                    // The reads need not wait; if the stream opens later, they are repeated.
                    (false, _) if waits_for_contact => self.feed.end_of_first_contact(),
                    (false, _) => return Ended::Lost { was_open: false },
                    (true, true) => self.feed.set(Freshness::Live),
                    (true, false) => return Ended::Silent,
                },
            }
        }
    }

    fn take(&mut self, number: u32, message: FeedMessage) -> Option<Ended> {
        let present = number == self.number;
        match message {
            FeedMessage::Opened if present => {
                self.open = true;
                self.former = None;
                let in_time = lock(&self.feed.made).take().is_some();
                let resumed = lock(&self.feed.last).is_some();
                // A stream from now on, but reads or another stream came before it: something may lie between.
                if !resumed && (self.began || !in_time) {
                    self.staleness.gap();
                }
                if !self.began && in_time {
                    self.feed.set(Freshness::Live);
                } else if self.feed.freshness.get_untracked() != Freshness::Live {
                    self.feed.set(Freshness::CatchingUp);
                    self.settled_by = self.client_sleep(SETTLE_MS_MAX);
                }
                self.began = true;
            }
            FeedMessage::Lost if present => return Some(Ended::Lost { was_open: self.open }),
            FeedMessage::Opened | FeedMessage::Lost => {}
            FeedMessage::Event(id, event) => self.hear(id, &event),
        }
        None
    }

    fn hear(&mut self, id: Option<u64>, event: &FeedEvent) {
        if let Some(id) = id {
            // Two streams may overlap for a moment; the position never goes back.
            let mut last = lock(&self.feed.last);
            *last = Some(last.map_or(id, |it| it.max(id)));
        }
        if *event == FeedEvent::Reset {
            // The position belongs to another log, or is too old to be of use.
            *lock(&self.feed.last) = id;
        }
        let calls: Vec<Hear> = lock(&self.feed.listeners)
            .calls
            .iter()
            .map(|(_, call)| call.clone())
            .collect();
        for call in calls {
            call(event);
        }
        if *event == FeedEvent::Reset {
            self.staleness.gap();
        }
        for endpoint in touched_by(event) {
            if !self.stale.contains(endpoint) {
                self.stale.push(*endpoint);
            }
        }
        if self.gathering.is_terminated() && !self.stale.is_empty() {
            self.gathering = self.client_sleep(GATHER_MS);
        }
    }

    fn client_sleep(&self, ms: u32) -> Fuse<LocalBoxFuture<'static, ()>> {
        let client = self.client.clone();
        async move { client.sleep(ms).await }.boxed_local().fuse()
    }
}

/// The reads that may answer otherwise after an event.
const fn touched_by(event: &FeedEvent) -> &'static [Endpoint] {
    match event {
        FeedEvent::PodChanged(_) | FeedEvent::PodDeleted(_) => &[
            Endpoint::Pods,
            Endpoint::Pod,
            Endpoint::StartOptions,
            Endpoint::StopPreview,
        ],
        FeedEvent::MachineChanged(_) | FeedEvent::MachineDeleted(_) => &[
            Endpoint::Machines,
            Endpoint::Offers,
            Endpoint::StartOptions,
            Endpoint::StopPreview,
            Endpoint::Plans,
        ],
        FeedEvent::VolumeChanged(_) | FeedEvent::VolumeDeleted(_) => &[Endpoint::Volumes],
        FeedEvent::MigrationChanged(_) => &[Endpoint::Migrations],
        FeedEvent::AccountChanged(_) => &[Endpoint::Account, Endpoint::Accounts],
        FeedEvent::LedgerPosted(_) => &[Endpoint::Ledger],
        FeedEvent::Reset => &[],
    }
}

/// Hears every event for as long as the current owner lives.
pub fn use_feed(on_event: impl Fn(&FeedEvent) + Send + Sync + 'static) {
    let feed = use_data().feed();
    let id = feed.hear(Arc::new(on_event));
    on_cleanup(move || feed.unhear(id));
}

/// How fresh the page is.
pub fn use_freshness() -> Signal<Freshness> {
    use_data().feed().freshness().into()
}
