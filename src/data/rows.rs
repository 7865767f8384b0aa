//! Long lists: all pages one after the other, then kept up to date row by row.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api::events::FeedEvent;
use api::machines::{Machine, MachineList};
use api::pods::{PodList, PodSummary};
use api::{Pagination, Problem};
use client::Query;
use client::queries::{ListMachines, ListPods};
use domain::limits;
use futures::channel::mpsc::{Receiver, Sender, channel};
use futures::future::Fuse;
use futures::{FutureExt, StreamExt, select_biased};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

use super::backoff::Backoff;
use super::context::{Data, use_data};
use super::feed::use_feed;
use super::loadable::Loadable;
use super::query::pause;
use super::row_set::{LiveRow, RowSet, Taken};
use super::staleness::Upkeep;
use crate::browser::clock;
use crate::table::GridSource;

/// Rows of a page, as many as the server gives.
const PAGE_ROWS: u32 = limits::PAGE_ROWS_MAX as u32;
/// A filter is read when the typing pauses for this long.
const TYPING_MS: u32 = 150;
/// Least time between two readings of a filtered list whose matches may have changed.
const REMATCH_MS: u32 = 3_000;

/// How much of a list is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Rows that are shown.
    pub shown: usize,
    /// Rows the server counted, if it was asked to.
    pub total: Option<u64>,
    /// Whether the last page has come.
    pub complete: bool,
    /// What this answers.
    question: Question,
}

/// Counts what was asked: each filter and each order is another question.
type Question = u32;

/// A live list. Cheap to clone; may outlive the view that asked.
pub struct Rows<R: LiveRow> {
    source: GridSource<R>,
    set: Arc<Mutex<RowSet<R>>>,
    extent: ArcRwSignal<Loadable<Extent>>,
    pending_new: ArcRwSignal<usize>,
    question: ArcMemo<Question>,
    /// How often a reading in the server's order was asked for.
    anew: ArcRwSignal<u32>,
    /// Tells the present reader that the list has to be compared with the server's. No trigger: where pods change all
    /// the time, each comparison would be ended by the next change, and none be finished.
    rematch: Arc<Mutex<Option<Sender<()>>>>,
    sorted: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl<R: LiveRow> Clone for Rows<R> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            set: self.set.clone(),
            extent: self.extent.clone(),
            pending_new: self.pending_new.clone(),
            question: self.question.clone(),
            anew: self.anew.clone(),
            rematch: self.rematch.clone(),
            sorted: self.sorted.clone(),
        }
    }
}

impl<R: LiveRow> Rows<R> {
    fn new<Q: Query>(
        key: fn(&R) -> String,
        query: Memo<Q>,
        sorted: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let question = move |last: Option<&Question>| {
            query.track();
            last.map_or(0, |last| last + 1)
        };
        Self {
            source: GridSource::new(key),
            set: Arc::default(),
            extent: ArcRwSignal::new(Loadable::Loading),
            pending_new: ArcRwSignal::new(0),
            question: ArcMemo::new(question),
            anew: ArcRwSignal::new(0),
            rematch: Arc::default(),
            sorted: Arc::new(sorted),
        }
    }

    /// The rows, for a grid.
    pub fn source(&self) -> GridSource<R> {
        self.source.clone()
    }

    /// How much there is, or why there is nothing; tracked. That a former filter let nothing through says nothing of the
    /// present one.
    pub fn extent(&self) -> Loadable<Extent> {
        let (extent, question) = (self.extent.get(), self.question.get());
        match extent.value() {
            Some(it) if it.shown == 0 && it.question != question => Loadable::Loading,
            _ => extent,
        }
    }

    /// Whether the rows are of a former filter or order, while those of the present one have not come; tracked.
    pub fn is_former(&self) -> bool {
        let question = self.question.get();
        self.extent
            .with(|it| it.value().is_some_and(|it| it.question != question))
    }

    /// Whether the first answer has come, of whatever kind.
    pub fn settled(&self) -> Signal<bool> {
        let extent = self.extent.clone();
        Signal::derive(move || extent.with(|it| !it.is_loading()))
    }

    /// Rows that have appeared since the list was read and wait behind a pill.
    pub fn pending_new(&self) -> Signal<usize> {
        self.pending_new.clone().into()
    }

    /// Shows the rows that wait: on top, or, in a list with an order of its own, where that puts them.
    pub fn reveal(&self) {
        if (self.sorted)() {
            self.anew.update(|it| *it += 1);
        } else {
            self.change(|set, rows| set.reveal(rows));
        }
    }

    /// Reads again. A failure gives way to the picture of loading, so that the press is seen to work.
    pub fn refetch(&self) {
        if self.extent.with_untracked(|it| matches!(it, Loadable::Failed(_))) {
            self.extent.update(Loadable::clear);
        }
        self.anew.update(|it| *it += 1);
    }

    fn set(&self) -> MutexGuard<'_, RowSet<R>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes rows and bookkeeping together, and tells the grid once, if `change` says that rows have changed.
    fn change(&self, change: impl FnOnce(&mut RowSet<R>, &mut Vec<Arc<R>>) -> bool) {
        let (mut waiting, mut shown) = (0, 0);
        self.source.edit_if(|rows| {
            let mut set = self.set();
            let mut changed = change(&mut set, rows);
            // Where nothing is shown nothing can jump, and a list with new rows is not an empty one.
            if rows.is_empty() && set.waiting() > 0 {
                changed |= set.reveal(rows);
            }
            (waiting, shown) = (set.waiting(), rows.len());
            changed
        });
        if self.pending_new.get_untracked() != waiting {
            self.pending_new.set(waiting);
        }
        let moved = self
            .extent
            .with_untracked(|it| it.value().is_some_and(|it| it.shown != shown));
        if moved {
            self.extent.update(|it| {
                if let Loadable::Ready { value, .. } = it {
                    *value = Arc::new(Extent { shown, ..**value });
                }
            });
        }
    }

    fn shows(&self, id: R::Id) -> bool {
        self.set().shows(id)
    }

    fn reached(&self, question: Question, total: Option<u64>, complete: bool) {
        let shown = untrack(|| self.source.len()) as usize;
        let extent = Extent {
            shown,
            total,
            complete,
            question,
        };
        self.extent.update(|it| it.set(extent, clock::now_ms()));
    }

    /// There is no answer. Rows of a former question would pass for it, so they go.
    fn failed(&self, question: Question, problem: Problem) {
        let former = |it: &Loadable<Extent>| it.value().is_some_and(|it| it.question != question);
        if self.extent.with_untracked(former) {
            self.change(|set, rows| {
                set.replace(rows, Vec::new());
                true
            });
            self.extent.update(Loadable::clear);
        }
        self.extent.update(|it| it.finish(Err(problem), clock::now_ms()));
    }
}

/// A list that comes in pages.
trait Paged: Query {
    type Row: LiveRow;

    fn page(&self, cursor: Option<String>) -> Self;
    fn open(answer: Self::Output) -> (Vec<Self::Row>, Pagination, Option<u64>);
}

impl Paged for ListPods {
    type Row = PodSummary;

    fn page(&self, cursor: Option<String>) -> Self {
        Self {
            limit: PAGE_ROWS,
            cursor,
            ..self.clone()
        }
    }

    fn open(answer: PodList) -> (Vec<PodSummary>, Pagination, Option<u64>) {
        (answer.pods, answer.pagination, answer.total)
    }
}

impl Paged for ListMachines {
    type Row = Machine;

    fn page(&self, cursor: Option<String>) -> Self {
        Self {
            limit: PAGE_ROWS,
            cursor,
        }
    }

    fn open(answer: MachineList) -> (Vec<Machine>, Pagination, Option<u64>) {
        (answer.machines, answer.pagination, None)
    }
}

/// All pods that the filter lets through, in the order asked for.
pub fn use_pod_rows(q: Signal<String>, sort: Signal<String>) -> Rows<PodSummary> {
    let sorted = move || sort.try_get_untracked().is_some_and(|it| !it.is_empty());
    let query = Memo::new(move |_| ListPods {
        q: q.get(),
        sort: sort.get(),
        ..ListPods::default()
    });
    let rows = Rows::new(|pod: &PodSummary| pod.id.to_string(), query, sorted);
    let live = rows.clone();
    use_feed(move |event| match event {
        FeedEvent::PodChanged(pod) => {
            let filtered = q.try_get_untracked().is_some_and(|it| !it.is_empty());
            let changed = if filtered && !live.shows(pod.summary.id) {
                true
            } else {
                live.patch(pod.summary.clone())
            };
            // Whether a pod matches the filter, now or still, only the server can say.
            if filtered && changed {
                live.rematch();
            }
        }
        FeedEvent::PodDeleted(gone) => live.forget(gone.id),
        FeedEvent::Reset => live.outdate(),
        _ => {}
    });
    keep_rows(&rows, query);
    rows
}

/// All machines the reader may see.
pub fn use_machine_rows() -> Rows<Machine> {
    let query = Memo::new(|_| ListMachines::default());
    let rows = Rows::new(|machine: &Machine| machine.id.to_string(), query, || false);
    let live = rows.clone();
    use_feed(move |event| match event {
        FeedEvent::MachineChanged(machine) => {
            live.patch(Machine::clone(machine));
        }
        FeedEvent::MachineDeleted(gone) => live.forget(gone.id),
        FeedEvent::Reset => live.outdate(),
        _ => {}
    });
    keep_rows(&rows, query);
    rows
}

impl<R: LiveRow> Rows<R> {
    /// Takes what an event brings; whether that changed anything.
    fn patch(&self, row: R) -> bool {
        // Before the first page there is no list that a row could be new in.
        if self.extent.with_untracked(|it| it.value().is_none()) {
            return false;
        }
        let mut taken = Taken::Old;
        self.change(|set, rows| {
            taken = set.patch(rows, row);
            taken == Taken::Changed
        });
        taken != Taken::Old
    }

    /// Asks for a comparison, one for however many events ask for it.
    fn rematch(&self) {
        if let Some(tell) = &mut *self.rematch.lock().unwrap_or_else(PoisonError::into_inner) {
            // A reader that was told and has not looked yet needs no second word; one that has gone has a successor,
            // whose reading begins after this.
            let _ = tell.try_send(());
        }
    }

    /// Hears from now on what asks for a comparison. There is one reader at a time.
    fn listen(&self) -> Receiver<()> {
        let (tell, told) = channel(1);
        *self.rematch.lock().unwrap_or_else(PoisonError::into_inner) = Some(tell);
        told
    }

    fn forget(&self, id: R::Id) {
        self.change(|set, rows| set.remove(rows, id));
    }

    /// A reset of the stream. It is a gap too, and for that the list is compared, so that nothing on the screen moves.
    fn outdate(&self) {
        self.set().outdate();
    }
}

/// What made the list be read.
struct Asked {
    question: Question,
    /// How often a reading from the first page on was asked for.
    anew: u32,
}

fn keep_rows<Q: Paged>(rows: &Rows<Q::Row>, query: Memo<Q>) {
    let data = use_data();
    let is_down = data.is_down();
    let rows = rows.clone();
    // Losing the stream and getting it back are both reasons to compare. A list that is still being read goes on: read
    // from the top it would shrink under the reader.
    let compare = ArcTrigger::new();
    let (told, read) = (compare.clone(), rows.clone());
    Effect::new(move |before: Option<bool>| {
        let now = is_down.get();
        let is_under_way = read.extent.with_untracked(|it| match it {
            Loadable::Loading => true,
            Loadable::Ready { value, stale, .. } => !value.complete && stale.is_none(),
            Loadable::Failed(_) => false,
        });
        if before.is_some_and(|before| before != now) && !is_under_way {
            told.notify();
        }
        now
    });
    Effect::new(move |previous: Option<Asked>| {
        data.track(Q::ENDPOINT, Upkeep::Rows);
        compare.track();
        let asked = Asked {
            question: rows.question.get(),
            anew: rows.anew.get(),
        };
        let same_query = previous.as_ref().is_some_and(|it| it.question == asked.question);
        let same = same_query && previous.as_ref().is_some_and(|it| it.anew == asked.anew);
        let complete = rows.extent.with_untracked(|it| {
            it.value()
                .is_some_and(|it| it.complete && it.question == asked.question)
        });
        let how = if same && complete {
            How::Compare
        } else {
            How::FromTheTop {
                after_ms: if same_query || previous.is_none() {
                    0
                } else {
                    TYPING_MS
                },
            }
        };
        spawn_local_scoped_with_cancellation(keep_reading(
            data.clone(),
            asked.question,
            query.get_untracked(),
            rows.clone(),
            how,
        ));
        asked
    });
}

/// How a list is read, and how long that can wait.
#[derive(Clone, Copy)]
enum How {
    /// Page after page, shown as they come.
    FromTheTop { after_ms: u32 },
    /// In full, then compared, so that nothing on the screen moves.
    Compare,
}

/// Runs with the effect as its observer, so nothing here may be tracked.
async fn keep_reading<Q: Paged>(data: Data, question: Question, query: Q, rows: Rows<Q::Row>, mut how: How) {
    data.feed().first_contact().await;
    if let How::FromTheTop { after_ms } = how
        && after_ms > 0
    {
        data.client.sleep(after_ms).await;
    }
    let mut backoff = Backoff::default();
    let mut told = rows.listen();
    loop {
        // What was asked for before a reading begins, this reading answers.
        while told.try_recv().is_ok() {}
        rows.extent.update(|it| it.begin(true));
        let answer = match how {
            How::FromTheTop { .. } => show(&data, question, &query, &rows).await,
            How::Compare => compare(&data, &query, &rows).await,
        };
        data.learn(answer.as_ref().err());
        let wait = pause(&data, answer.as_ref().err(), &mut backoff);
        let mut patience = match wait {
            Some(ms) => data.client.sleep(ms).boxed_local().fuse(),
            None => Fuse::terminated(),
        };
        match answer {
            Ok(total) => {
                rows.reached(question, total, true);
                how = How::Compare;
                select_biased! {
                    () = told.select_next_some() => data.client.sleep(REMATCH_MS).await,
                    () = patience => {}
                    complete => return,
                }
            }
            Err(problem) => {
                rows.failed(question, problem);
                // Events do not shorten the wait: the server fails, and the next attempt answers them too.
                if wait.is_none() {
                    return;
                }
                patience.await;
            }
        }
    }
}

/// Reads page after page; each is seen as soon as it is here. Returns the number of rows the server counted.
async fn show<Q: Paged>(
    data: &Data,
    question: Question,
    query: &Q,
    rows: &Rows<Q::Row>,
) -> Result<Option<u64>, Problem> {
    let (mut cursor, mut total, mut first) = (None, None, true);
    loop {
        let (page, next, counted) = Q::open(data.client.read(&query.page(cursor)).await?);
        total = total.or(counted);
        rows.change(|set, rows| {
            if first {
                set.replace(rows, page);
            } else {
                set.append(rows, page);
            }
            true
        });
        first = false;
        cursor = next.next_cursor.filter(|_| next.has_next_page);
        if cursor.is_none() {
            rows.set().complete();
            return Ok(total);
        }
        rows.reached(question, total, false);
    }
}

/// Reads all pages, then changes what is shown at once.
async fn compare<Q: Paged>(data: &Data, query: &Q, rows: &Rows<Q::Row>) -> Result<Option<u64>, Problem> {
    let (mut cursor, mut total, mut list) = (None, None, Vec::new());
    rows.set().begin();
    loop {
        let (page, next, counted) = Q::open(data.client.read(&query.page(cursor)).await?);
        total = total.or(counted);
        list.extend(page);
        cursor = next.next_cursor.filter(|_| next.has_next_page);
        if cursor.is_none() {
            rows.change(|set, rows| set.merge(rows, list));
            return Ok(total);
        }
    }
}
