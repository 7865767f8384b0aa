//! All machines in a grid, filtered by words in the address. GPUs of a silent machine are never counted free.

use std::sync::Arc;

use api::machines::{Machine, MachineStateWord};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::go::use_go;
use crate::components::loaded::{failure, stale_line};
use crate::components::machine_slots::strip_slots;
use crate::data::{Loadable, Rows, use_machine_rows};
use crate::paths;
use crate::shell::Page;
use crate::table::{Align, Cell, Column, Grid, GridSource, Place, Priority, SortBy};
use crate::text::{
    format::{self, Period},
    machines as words,
    pods::gpu_name,
};
use crate::ui::{Badge, Button, ButtonSize, Empty, Mark, Skeleton, SlotStrip, Time};

/// Query parameter of the filter.
const FILTER: &str = "q";

static COLUMNS: [Column<Machine>; 10] = [
    Column {
        place: Some(Place::TopStart),
        ..column(
            words::label::NAME,
            "minmax(6.5rem, 1fr)",
            Cell::Link(|it| it.name.clone()),
        )
    },
    Column {
        place: Some(Place::TopEnd),
        ..column(words::label::STATE, "12rem", Cell::Value(state_cell))
    },
    column(
        words::label::DATA_CENTRE,
        "5.5rem",
        Cell::Value(|it| it.data_center_id.clone().into_any()),
    ),
    column(
        words::label::TIER,
        "5.5rem",
        Cell::Value(|it| words::tier(it.cloud).into_any()),
    ),
    column(
        words::label::GPU_TYPE,
        "minmax(8.25rem, 1fr)",
        Cell::Value(gpu_cell),
    ),
    Column {
        place: Some(Place::BottomStart),
        ..column(
            words::label::SLOTS,
            "minmax(8.75rem, 1fr)",
            Cell::Value(slots_cell),
        )
    },
    Column {
        place: Some(Place::BottomEnd),
        ..figures(words::label::FREE, "4.5rem", |it| {
            words::free_of_total(it).into_any()
        })
    },
    figures(words::label::PER_GPU, "4.75rem", price_cell),
    Column {
        priority: Priority::Low,
        ..figures(words::label::RELIABILITY, "5.25rem", |it| {
            words::reliability(it.reliability_ppm).into_any()
        })
    },
    Column {
        priority: Priority::Low,
        ..figures(words::label::CUDA, "3.25rem", |it| {
            it.cuda_version.clone().into_any()
        })
    },
];

const fn column(header: &'static str, track: &'static str, cell: Cell<Machine>) -> Column<Machine> {
    Column {
        header,
        track,
        align: Align::Start,
        priority: Priority::High,
        place: None,
        sort: None,
        cell,
    }
}

const fn figures(
    header: &'static str,
    track: &'static str,
    cell: fn(&Machine) -> AnyView,
) -> Column<Machine> {
    Column {
        header,
        track,
        align: Align::End,
        priority: Priority::High,
        place: None,
        sort: None,
        cell: Cell::Value(cell),
    }
}

/// The state with its mark. A machine that is heard but not reliable enough stands out among those that take pods.
pub(super) fn state_badge(machine: &Machine) -> AnyView {
    let mark = match (machine.state, machine.placeable) {
        (MachineStateWord::Ready, true) => Mark::Disc,
        (MachineStateWord::Ready, false) => Mark::Triangle,
        (MachineStateWord::Unreachable, _) => Mark::BrokenRing,
    };
    view! { <Badge mark label=words::state_word(machine) /> }.into_any()
}

/// The state, and of a silent machine the age of its last heartbeat.
fn state_cell(machine: &Machine) -> AnyView {
    let silent = machine
        .unreachable_since
        .map(|at| view! { " " <Time at_ms=at.millis() /> });
    view! { {state_badge(machine)} {silent} }.into_any()
}

/// Without the maker's name, which stands in its title.
fn gpu_cell(machine: &Machine) -> AnyView {
    let (short, full) = (gpu_name(&machine.gpu_type).to_owned(), machine.gpu_type.clone());
    view! { <span title=full>{short}</span> }.into_any()
}

fn slots_cell(machine: &Machine) -> AnyView {
    view! { <SlotStrip slots=Signal::stored(strip_slots(machine)) /> }.into_any()
}

fn price_cell(machine: &Machine) -> AnyView {
    machine
        .gpu_micros_per_hour
        .map_or_else(|| "–".to_owned(), |it| format::rate(it, 60, Period::Hour))
        .into_any()
}

/// `/machines?q=…`.
#[component]
pub fn MachinesPage() -> impl IntoView {
    let rows = use_machine_rows();
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(|it| it.get(FILTER)).unwrap_or_default());
    let shown = filtered(&rows, filter);
    let ready = rows.settled();
    view! {
        <Page title=words::TITLE ready lede=Some(words::LEDE.to_owned()) fill=true>
            {filter_bar(filter, shown.clone(), rows.clone())}
            {body(rows, shown, filter)}
        </Page>
    }
    .into_any()
}

/// The rows the filter lets through, in a source of their own.
fn filtered(rows: &Rows<Machine>, filter: Memo<String>) -> GridSource<Machine> {
    let shown = GridSource::new(|it: &Machine| it.id.to_string());
    let (from, into) = (rows.source(), shown.clone());
    // An effect that writes rows: they live outside signals, because a grid reads only those it shows.
    Effect::new(move |_| {
        let matching = from.with(|rows| {
            let matches = |filter: &String| {
                rows.iter()
                    .filter(|it| words::matches(it, filter))
                    .cloned()
                    .collect()
            };
            filter.with(matches)
        });
        into.edit(|rows| *rows = matching);
    });
    shown
}

fn filter_bar(filter: Memo<String>, shown: GridSource<Machine>, rows: Rows<Machine>) -> impl IntoView {
    let go = use_go();
    let on_input = move |event| go.instead(&paths::machines_filtered(&event_target_value(&event)));
    let all = rows.source();
    // A number is said only of a list that is here.
    let summary = Memo::new(move |_| {
        let known = rows.extent().value().is_some_and(|it| it.complete);
        known.then(|| words::shown_of(shown.len(), all.len()))
    });
    view! {
        <div class="filter-bar">
            <input
                class="field-control"
                type="search"
                aria-label=words::FILTER
                placeholder=words::FILTER
                autocomplete="off"
                spellcheck="false"
                prop:value=move || filter.get()
                on:input=on_input
            />
            <span class="filter-summary" role="status">{summary}</span>
        </div>
    }
}

fn body(rows: Rows<Machine>, shown: GridSource<Machine>, filter: Memo<String>) -> impl IntoView {
    let reading = rows.clone();
    // The decision only: a change of rows must not build the grid anew.
    let look = Memo::new(move |_| match reading.extent() {
        Loadable::Loading => Look::Loading,
        Loadable::Failed(problem) => Look::Failed(Box::new(problem)),
        Loadable::Ready { value, .. } if value.complete && value.shown == 0 => Look::Empty,
        Loadable::Ready { .. } => Look::Rows,
    });
    let (reading, again) = (rows.clone(), rows.clone());
    let stale = stale_line(
        move || reading.extent().stale(),
        Callback::new(move |()| again.refetch()),
    );
    let reading = rows.clone();
    let busy = Signal::derive(move || {
        !matches!(
            reading.extent(),
            Loadable::Ready {
                refreshing: false,
                ..
            }
        )
    });
    let (waiting, fresh) = (rows.pending_new(), rows.clone());
    let reveal = Callback::new(move |()| fresh.reveal());
    let more = move || {
        let count = waiting.get();
        (count > 0).then(|| {
            let label = words::new_rows(count);
            view! { <div class="grid-pill"><Button label size=ButtonSize::Small on_press=move || reveal.run(()) /></div> }
        })
    };
    let view = move || match look.get() {
        Look::Loading => view! { <Skeleton rows=12 /> }.into_any(),
        Look::Failed(problem) => {
            let retry = rows.clone();
            failure(
                words::UNREADABLE,
                &problem,
                Callback::new(move |()| retry.refetch()),
            )
        }
        Look::Empty => view! { <Empty title=words::EMPTY purpose=words::EMPTY_TEXT /> }.into_any(),
        Look::Rows => {
            let (source, empty) = (shown.clone(), shown.clone());
            let nothing = move || {
                (empty.is_empty() && !filter.get().is_empty())
                    .then(|| view! { <p role="status">{words::NO_MATCH}</p> })
            };
            view! {
                {nothing}
                <div class="grid-frame">
                    {more}
                    <Grid
                        label=words::TITLE
                        source
                        columns=&COLUMNS
                        href=|it: &Machine| paths::machine(it.id)
                        sort=None
                        on_sort=|_: SortBy| ()
                        busy
                    />
                </div>
            }
            .into_any()
        }
    };
    view! {
        {stale}
        {view}
    }
}

#[derive(Clone, PartialEq)]
enum Look {
    Loading,
    Failed(Box<api::Problem>),
    Empty,
    Rows,
}

/// A machine as the parts of its page read it.
pub(super) type MachineSignal = Signal<Arc<Machine>>;
