//! `/overview`: three figures, what needs the user, what is on its way.

use std::sync::Arc;

use api::events::FeedEvent;
use api::migrations::{Migration, MigrationList, MigrationStateWord};
use api::pods::PodSummary;
use client::queries::ListMigrations;
use domain::Timestamp;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::{
    components::{
        copy_progress::CopyProgress,
        loaded::{failure, loaded, stale_line},
        overview_figures::{FundsFigures, PodCount, PodsFigure},
        pod_state_badge::pod_state_badge,
        section::section,
        tide::{Head, Tide},
        worklist::Worklist,
    },
    data::{Loadable, QueryHandle, Rows, use_account, use_feed, use_pod_rows, use_query, use_volumes},
    paths,
    shell::Page,
    text::{migrations as migration_text, overview as text, pods},
    ui::{Badge, ButtonLink, ButtonTone, Empty, Mark, Skeleton, use_now},
    worklist,
};

const TRANSITION_HEADS: &[Head] = &[
    Head::text(text::POD),
    Head::text(text::PHASE),
    Head::text(pods::column::MACHINE),
];
/// How often what counts in minutes and days is looked at again, in milliseconds.
const LOOK_MS: i64 = 60_000;

/// What needs attention, and the sum of everything.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let account = use_account();
    let volumes = use_volumes();
    let migrations = use_live_migrations();
    let empty = Signal::stored(String::new());
    let rows = use_pod_rows(empty, empty);
    // An effect that sets a signal: no list is on the screen whose order could jump, so new pods count at once.
    let (waiting, fresh) = (rows.pending_new(), rows.clone());
    Effect::new(move |_| {
        if waiting.get() > 0 {
            fresh.reveal();
        }
    });
    let (first, second) = (rows.settled(), account.settled());
    let ready = Signal::derive(move || first.get() && second.get());

    let now = use_now();
    let minute = Memo::new(move |_| now.get() / LOOK_MS);
    let items = {
        let (account, migrations, rows) = (account.clone(), migrations.clone(), rows.clone());
        Memo::new(move |_| {
            let now = Timestamp::from_millis(minute.get() * LOOK_MS);
            let (account, migrations, volumes) = (account.value(), migrations.value(), volumes.value());
            let migrations = migrations.as_ref().map_or(&[][..], |it| &it.migrations);
            let volumes = volumes.as_ref().map_or(&[][..], |it| &it.network_volumes);
            rows.source()
                .with(|pods| worklist::needs(account.as_deref(), migrations, pods, volumes, now))
        })
    };
    let needs = move || section(text::NEEDS_YOU, view! { <Worklist items /> }.into_any());
    view! {
        <Page title=text::TITLE ready>
            <div class="figures">
                {pods_figure(&rows)}
                {loaded(account, 1, text::ACCOUNT_FAILED, |account| view! { <FundsFigures account /> }.into_any())}
            </div>
            {pods_look(rows, needs)}
            {section(text::MIGRATIONS, loaded(migrations, 2, text::MIGRATIONS_FAILED, migrations_view))}
        </Page>
    }
    .into_any()
}

/// The list of moves, renewed by what the stream says of each.
fn use_live_migrations() -> QueryHandle<MigrationList> {
    let handle = use_query(|| Some(ListMigrations));
    let patched = handle.clone();
    use_feed(move |event| {
        let (FeedEvent::MigrationChanged(new), Some(list)) = (event, patched.value_untracked()) else {
            return;
        };
        let mut list = MigrationList::clone(&list);
        match list.migrations.iter_mut().find(|it| it.id == new.id) {
            Some(old) if old.generation <= new.generation => *old = Migration::clone(new),
            Some(_) => return,
            None => list.migrations.insert(0, Migration::clone(new)),
        }
        patched.set(list);
    });
    handle
}

fn pods_figure(rows: &Rows<PodSummary>) -> AnyView {
    let source = rows.source();
    let count = Memo::new(move |_| {
        source.with(|pods| PodCount {
            running: pods.iter().filter(|it| it.state == PodStateKind::Running).count(),
            all: pods.len(),
        })
    });
    view! { <PodsFigure count /> }.into_any()
}

/// What hangs on the list of pods: the worklist and what is in transition; or why the list is not here.
fn pods_look(rows: Rows<PodSummary>, needs: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    #[derive(Clone, PartialEq)]
    enum Look {
        Loading,
        Failed(Box<api::Problem>),
        Empty,
        Pods,
    }
    let reading = rows.clone();
    let look = Memo::new(move |_| match reading.extent() {
        Loadable::Loading => Look::Loading,
        Loadable::Failed(problem) => Look::Failed(Box::new(problem)),
        Loadable::Ready { value, .. } if value.shown == 0 && value.complete => Look::Empty,
        Loadable::Ready { .. } => Look::Pods,
    });
    let (reading, again) = (rows.clone(), rows.clone());
    let stale = stale_line(
        move || reading.extent().stale(),
        Callback::new(move |()| again.refetch()),
    );
    let body = move || match look.get() {
        Look::Loading => view! { <Skeleton rows=6 /> }.into_any(),
        Look::Failed(problem) => {
            let rows = rows.clone();
            failure(
                pods::LIST_FAILED,
                &problem,
                Callback::new(move |()| rows.refetch()),
            )
        }
        Look::Empty => view! {
            <Empty title=pods::EMPTY_TITLE purpose=pods::EMPTY_TEXT>
                <ButtonLink label=pods::DEPLOY href=paths::deploy() tone=ButtonTone::Primary />
            </Empty>
            {needs()}
        }
        .into_any(),
        Look::Pods => (needs(), section(text::IN_TRANSITION, transition_view(&rows))).into_any(),
    };
    view! {
        {stale}
        {body}
    }
    .into_any()
}

fn transition_view(rows: &Rows<PodSummary>) -> AnyView {
    let source = rows.source();
    let passing = Memo::new(move |_| {
        source.with(|pods| {
            pods.iter()
                .filter(|it| it.state.is_passing())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let row = |pod: &Arc<PodSummary>| {
        let name = view! { <a href=paths::pod(pod.id)>{pod.name.clone()}</a> };
        let phase = view! { <span class="cluster">{pod_state_badge(pod)}</span> };
        vec![
            name.into_any(),
            phase.into_any(),
            pods::place(&pod.machine_name, &pod.data_center_id, pod.cloud).into_any(),
        ]
    };
    let none = Memo::new(move |_| passing.with(Vec::is_empty));
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="muted">{text::NO_TRANSITION}</p> }>
            <Tide
                caption=text::IN_TRANSITION
                heads=TRANSITION_HEADS
                rows=move || passing.with(|it| it.iter().map(row).collect())
            />
        </Show>
    }
    .into_any()
}

fn migrations_view(list: Signal<Arc<MigrationList>>) -> AnyView {
    let moving = Memo::new(move |_| {
        list.with(|it| {
            it.migrations
                .iter()
                .filter(|it| is_moving(it.state))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let none = Memo::new(move |_| moving.with(Vec::is_empty));
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="muted">{text::NO_MIGRATIONS}</p> }>
            <ul class="stack">
                {move || moving.get().into_iter().map(|it| view! { <li>{migration_view(&it)}</li> }).collect_view()}
            </ul>
        </Show>
    }
    .into_any()
}

fn migration_view(it: &Migration) -> AnyView {
    let progress = it.progress;
    let route = text::route(&it.source_machine, &it.target_machine);
    view! {
        <div class="stack" data-gap="tight">
            <p class="cluster">
                <a href=paths::migration(it.id)>{it.pod_name.clone()}</a>
                <Badge mark=Mark::QuarterRing label=migration_text::state_word(it.state) />
                <span class="muted">{route}</span>
            </p>
            {(progress.bytes_total > 0).then(|| view! { <CopyProgress progress=Signal::stored(progress) /> })}
        </div>
    }
    .into_any()
}

/// Whether something still happens by itself; what waits for the user stands in the worklist.
const fn is_moving(state: MigrationStateWord) -> bool {
    match state {
        MigrationStateWord::StoppingSource
        | MigrationStateWord::Provisioning
        | MigrationStateWord::Copying
        | MigrationStateWord::Starting
        | MigrationStateWord::Reverting => true,
        MigrationStateWord::AwaitingConfirmation
        | MigrationStateWord::Completed
        | MigrationStateWord::Cancelled
        | MigrationStateWord::Reverted
        | MigrationStateWord::Failed => false,
    }
}
