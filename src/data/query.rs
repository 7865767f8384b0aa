//! The one way to read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use api::events::FeedEvent;
use api::{Problem, ProblemCode};
use client::{Endpoint, Query, RawResponse};
use futures::channel::mpsc;
use futures::future::Fuse;
use futures::{FutureExt, StreamExt, select_biased};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

use super::backoff::Backoff;
use super::context::{Data, use_data};
use super::loadable::Loadable;
use super::staleness::Upkeep;
use crate::browser::{clock, connection};

/// How often a read is repeated while the event stream is lost.
pub(super) const POLL_MS: u32 = 10_000;

/// What has been read. It may outlive the view that asked.
pub struct QueryHandle<T: Send + Sync + 'static> {
    state: ArcRwSignal<Loadable<T>>,
    again: ArcTrigger,
    /// The present value is of another log; what comes next is newer, whatever its number.
    outdated: Arc<AtomicBool>,
    /// While an answer is on its way, what was heard meanwhile: the answer may have been made before.
    meanwhile: Arc<Mutex<Option<Vec<FeedEvent>>>>,
}

impl<T: Send + Sync + 'static> Clone for QueryHandle<T> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            again: self.again.clone(),
            outdated: self.outdated.clone(),
            meanwhile: self.meanwhile.clone(),
        }
    }
}

impl<T: Send + Sync + 'static> QueryHandle<T> {
    pub(super) fn new() -> Self {
        Self {
            state: ArcRwSignal::new(Loadable::Loading),
            again: ArcTrigger::new(),
            outdated: Arc::default(),
            meanwhile: Arc::default(),
        }
    }

    /// The present condition; tracked.
    pub fn get(&self) -> Loadable<T> {
        self.state.get()
    }

    /// The present condition, looked at in place; tracked.
    pub fn with<U>(&self, look: impl FnOnce(&Loadable<T>) -> U) -> U {
        self.state.with(look)
    }

    /// The last good value; tracked.
    pub fn value(&self) -> Option<Arc<T>> {
        self.state.with(|it| it.value().cloned())
    }

    /// The last good value, not tracked: for handlers and tasks.
    pub fn value_untracked(&self) -> Option<Arc<T>> {
        self.state.with_untracked(|it| it.value().cloned())
    }

    /// Whether the first answer has come, of whatever kind; what [`crate::shell::Page`] wants to know.
    pub fn settled(&self) -> Signal<bool> {
        let state = self.state.clone();
        Signal::derive(move || state.with(|it| !it.is_loading()))
    }

    /// Reads again. A failure gives way to the picture of loading, so that the press is seen to work.
    pub fn refetch(&self) {
        if self.state.with_untracked(|it| matches!(it, Loadable::Failed(_))) {
            self.state.update(Loadable::clear);
        }
        self.again.notify();
    }

    /// Puts a whole newer value in the place of the present one.
    pub fn set(&self, value: T) {
        self.state.update(|it| it.set(value, clock::now_ms()));
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Loadable<T>)) {
        self.state.update(change);
    }

    /// A reset of the stream: numbers from before it compare with nothing.
    pub(super) fn outdate(&self) {
        self.outdated.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_outdated(&self) -> bool {
        self.outdated.load(Ordering::Relaxed)
    }

    /// Whether a value that comes now is newer than the present one; asked once for each value.
    pub(super) fn takes(&self, value: &T, older: fn(&T, &T) -> bool) -> bool {
        self.outdated.swap(false, Ordering::Relaxed)
            || self
                .value_untracked()
                .is_none_or(|present| !older(value, &present))
    }

    /// A request begins; `keep` says whether what is shown still belongs to it.
    fn begin(&self, keep: bool) {
        *self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        self.update(|it| it.begin(keep));
    }

    /// Keeps an event for the answer that is on its way, if one is.
    pub(super) fn remember(&self, event: &FeedEvent) {
        if let Some(events) = &mut *self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner) {
            events.push(event.clone());
        }
    }

    /// An answer has come: what was heard since its request began.
    fn heard_meanwhile(&self) -> Vec<FeedEvent> {
        let mut meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
        meanwhile.take().unwrap_or_default()
    }

    pub(super) fn track_again(&self) {
        self.again.track();
    }
}

/// Reads now, and again when the key changes or the answer becomes stale. Keeps the last good value meanwhile.
///
/// The key is tracked; `None` reads nothing. The request ends for real when the key changes or the owner goes.
pub fn use_query<Q: Query>(key: impl Fn() -> Option<Q> + Send + Sync + 'static) -> QueryHandle<Q::Output> {
    read(
        Memo::new(move |_| key()),
        Upkeep::Reread,
        |_, _| false,
        |_, _| false,
    )
}

/// `older` says whether the first value is older than the second: an event may have renewed the value meanwhile, and
/// then the answer may not replace it. `amend` puts an event that came meanwhile into the answer, and says whether it
/// concerns it.
pub(super) fn read<Q: Query>(
    key: Memo<Option<Q>>,
    upkeep: Upkeep,
    older: fn(&Q::Output, &Q::Output) -> bool,
    amend: fn(&mut Q::Output, &FeedEvent) -> bool,
) -> QueryHandle<Q::Output> {
    let data = use_data();
    let is_down = data.is_down();
    let handle = QueryHandle::new();
    let reads = handle.clone();
    Effect::new(move |previous: Option<Option<Q>>| {
        reads.track_again();
        data.track(Q::ENDPOINT, upkeep);
        // Losing the stream and getting it back are both reasons to ask. Read, because a memo that is only tracked is
        // never worked out, and then hears of nothing.
        is_down.get();
        let Some(query) = key.get() else {
            reads.update(Loadable::clear);
            return None;
        };
        let same = previous.flatten().as_ref() == Some(&query);
        // An effect that sets a signal: the request and its picture begin together.
        reads.begin(same || Q::KEEP_ACROSS_KEYS);
        let reading = Read {
            query: query.clone(),
            handle: reads.clone(),
            older,
            amend,
        };
        spawn_local_scoped_with_cancellation(keep_reading(
            data.clone(),
            Q::ENDPOINT,
            upkeep,
            Box::new(reading),
        ));
        Some(query)
    });
    handle
}

/// What [`keep_reading`] needs of a query and its handle. It is the same code for all of them, and there are many.
trait Reading {
    /// Where the answer is.
    fn path(&self) -> String;

    /// A request begins again.
    fn begin(&self);

    /// An answer has come; it is shown unless an event has brought a newer value. Returns what went wrong.
    fn take(&self, answer: Result<RawResponse, Problem>) -> Option<Problem>;
}

struct Read<Q: Query> {
    query: Q,
    handle: QueryHandle<Q::Output>,
    older: fn(&Q::Output, &Q::Output) -> bool,
    amend: fn(&mut Q::Output, &FeedEvent) -> bool,
}

impl<Q: Query> Reading for Read<Q> {
    fn path(&self) -> String {
        self.query.path()
    }

    fn begin(&self) {
        self.handle.begin(true);
    }

    fn take(&self, answer: Result<RawResponse, Problem>) -> Option<Problem> {
        let mut answer = answer.and_then(|it| it.parse());
        let meanwhile = self.handle.heard_meanwhile();
        if let Ok(value) = &mut answer {
            for event in &meanwhile {
                (self.amend)(value, event);
            }
        }
        let problem = answer.as_ref().err().cloned();
        let overtaken = answer
            .as_ref()
            .is_ok_and(|value| !self.handle.takes(value, self.older));
        self.handle.update(|it| match it {
            Loadable::Ready {
                refreshing, stale, ..
            } if overtaken => (*refreshing, *stale) = (false, None),
            _ => it.finish(answer, clock::now_ms()),
        });
        problem
    }
}

/// Asks until there is an answer, then whenever the stream speaks of it, and while there is no stream every ten seconds.
///
/// Runs with the effect as its observer, so nothing here may be tracked.
async fn keep_reading(data: Data, endpoint: Endpoint, upkeep: Upkeep, reading: Box<dyn Reading>) {
    data.feed().first_contact().await;
    let mut backoff = Backoff::default();
    let mut told = match upkeep {
        Upkeep::Reread => data.staleness.listen(endpoint),
        // Nobody tells: the channel has ended before it began.
        Upkeep::Patched | Upkeep::Rows => mpsc::channel(0).1,
    };
    loop {
        let answer = data.client.get(reading.path()).await;
        let problem = reading.take(answer);
        data.learn(problem.as_ref());
        let mut patience = match pause(&data, problem.as_ref(), &mut backoff) {
            Some(ms) => data.client.sleep(ms).boxed_local().fuse(),
            None => Fuse::terminated(),
        };
        select_biased! {
            () = told.select_next_some() => while told.try_recv().is_ok() {},
            () = patience => {}
            complete => return,
        }
        reading.begin();
    }
}

/// Milliseconds until the next attempt; `None` if there is no reason for one.
pub(super) fn pause(data: &Data, problem: Option<&Problem>, backoff: &mut Backoff) -> Option<u32> {
    match problem {
        Some(problem) if passes(problem) => Some(backoff.next_ms(connection::chance())),
        Some(_) => None,
        None => {
            backoff.reset();
            data.polls().then_some(POLL_MS)
        }
    }
}

/// Whether the same request may succeed later without anybody doing anything.
fn passes(problem: &Problem) -> bool {
    problem.status >= 500 || problem.code == ProblemCode::RateLimited
}
