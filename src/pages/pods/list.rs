//! `/pods`: all pods, filtered and sorted by the server, live, in a grid of any length.

use api::ProblemCode;
use api::pods::PodSummary;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    components::{
        go::use_go,
        loaded::{failure, stale_line},
        pod_actions::provide_pod_actions,
        pod_columns::POD_COLUMNS,
        pod_filter::PodFilter,
    },
    data::{Loadable, Rows, use_pod_rows},
    paths,
    shell::Page,
    table::{Grid, SortBy},
    text::pods as text,
    ui::{Button, ButtonLink, ButtonSize, ButtonTone, Empty, Skeleton},
};

/// Which picture the list shows. The grid stays while rows come, go and change.
#[derive(Clone, PartialEq)]
enum Look {
    Loading,
    Failed(Box<api::Problem>),
    Empty,
    Filtered,
    /// The server does not understand the filter; why stands at the filter itself.
    Invalid,
    Rows,
}

/// All pods of the account.
#[component]
pub fn PodsPage() -> impl IntoView {
    provide_pod_actions();
    let query = use_query_map();
    let go = use_go();
    let q = Memo::new(move |_| query.with(|it| it.get(paths::FILTER).unwrap_or_default()));
    let sort = Memo::new(move |_| query.with(|it| it.get(paths::SORT).unwrap_or_default()));
    let rows = use_pod_rows(q.into(), sort.into());
    let on_filter = Callback::new(move |q: String| go.instead(&paths::pods_view(&q, &sort.get_untracked())));
    let problem = {
        let rows = rows.clone();
        Memo::new(move |_| rows.extent().problem().cloned())
    };
    let filter_error = Signal::derive(move || {
        problem
            .get()
            .filter(|it| it.code == ProblemCode::FilterInvalid)
            .map(|it| it.detail)
    });
    let (reading, again) = (rows.clone(), rows.clone());
    let stale = stale_line(
        move || {
            let known = reading.extent().stale();
            known.filter(|(_, it)| it.code != ProblemCode::FilterInvalid)
        },
        Callback::new(move |()| again.refetch()),
    );
    let ready = rows.settled();
    let look = look(rows.clone(), q);
    let summed = rows.clone();
    let body = move || match look.get() {
        Look::Loading => view! { <Skeleton rows=12 /> }.into_any(),
        Look::Failed(problem) => {
            let rows = rows.clone();
            failure(
                text::LIST_FAILED,
                &problem,
                Callback::new(move |()| rows.refetch()),
            )
        }
        Look::Empty => view! {
            <Empty title=text::EMPTY_TITLE purpose=text::EMPTY_TEXT>
                <ButtonLink label=text::DEPLOY href=paths::deploy() tone=ButtonTone::Primary />
            </Empty>
        }
        .into_any(),
        Look::Filtered => {
            let purpose = Signal::derive(move || q.with(|q| text::filtered_of(q)));
            no_match_view(text::FILTERED_TITLE, purpose, on_filter)
        }
        Look::Invalid => no_match_view(
            text::FILTER_INVALID,
            Signal::stored(text::FILTER_GRAMMAR.to_owned()),
            on_filter,
        ),
        Look::Rows => grid_view(rows.clone(), q, sort),
    };
    view! {
        <Page title=text::PODS ready fill=true>
            <PodFilter q sort error=filter_error on_change=on_filter rows=summed />
            {stale}
            {body}
        </Page>
    }
    .into_any()
}

fn look(rows: Rows<PodSummary>, q: Memo<String>) -> Memo<Look> {
    Memo::new(move |_| match rows.extent() {
        Loadable::Loading => Look::Loading,
        Loadable::Failed(problem) if problem.code == ProblemCode::FilterInvalid => Look::Invalid,
        Loadable::Failed(problem) => Look::Failed(Box::new(problem)),
        Loadable::Ready { value, .. } if value.shown > 0 => Look::Rows,
        // That there is nothing is said only of an answer that is whole, and stays said while it is renewed.
        Loadable::Ready { value, stale, .. } if !value.complete || stale.is_some() => Look::Loading,
        Loadable::Ready { .. } if q.with(|q| q.trim().is_empty()) => Look::Empty,
        Loadable::Ready { .. } => Look::Filtered,
    })
}

fn no_match_view(title: &'static str, purpose: Signal<String>, on_filter: Callback<String>) -> AnyView {
    view! {
        <Empty title purpose>
            <Button label=text::CLEAR_FILTER on_press=move || on_filter.run(String::new()) />
        </Empty>
    }
    .into_any()
}

fn grid_view(rows: Rows<PodSummary>, q: Memo<String>, sort: Memo<String>) -> AnyView {
    let go = use_go();
    let sorted = Signal::derive(move || sort.with(|sort| sort_by(sort)));
    let on_sort = Callback::new(move |(by,): (SortBy,)| {
        let sign = if by.descending { "-" } else { "" };
        go.instead(&paths::pods_view(
            &q.get_untracked(),
            &format!("{sign}{}", by.key),
        ));
    });
    let (waiting, reveal) = (rows.pending_new(), rows.clone());
    let pill = Signal::derive(move || text::new_rows(waiting.get()));
    let reveal = Callback::new(move |()| reveal.reveal());
    let reading = rows.clone();
    let busy = Signal::derive(move || {
        reading.is_former() || matches!(reading.extent(), Loadable::Ready { refreshing: true, .. })
    });
    let shown = rows.clone();
    let is_former = Memo::new(move |_| shown.is_former());
    let counted = rows.clone();
    let total = Signal::derive(move || counted.extent().value().and_then(|it| it.total));
    view! {
        <div class="grid-frame" data-former=move || is_former.get().then_some("")>
            <Show when=move || waiting.get() != 0>
                <div class="grid-pill">
                    <Button label=pill size=ButtonSize::Small on_press=move || reveal.run(()) />
                </div>
            </Show>
            <Grid
                label=text::PODS
                source=rows.source()
                columns=&POD_COLUMNS
                href=|pod| paths::pod(pod.id)
                sort=sorted
                on_sort
                busy
                total
            />
        </div>
    }
    .into_any()
}

/// Reads the order of the address: a key, with `-` before it for the largest first.
fn sort_by(sort: &str) -> Option<SortBy> {
    let (key, descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    (!key.is_empty()).then(|| SortBy {
        key: key.to_owned(),
        descending,
    })
}
