//! `/overview`: three figures, what needs the user, what is on its way.

use std::sync::Arc;

use api::migrations::{Migration, MigrationList, MigrationStateWord};
use api::pods::PodSummary;
use domain::Timestamp;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::{
    components::{
        copy_progress::CopyProgress,
        keyed::keyed,
        loaded::{failure, loaded, stale_line},
        overview_figures::{FundsFigures, PodCount, PodsFigure},
        pod_state_badge::pod_state_badge,
        section::section,
        tide::{Head, Tide, TideRows},
        worklist::Worklist,
    },
    data::{Loadable, Rows, use_account, use_migrations, use_pod_rows, use_volumes},
    paths,
    shell::Page,
    text::{migrations as migration_text, overview as text, pods},
    ui::{Badge, ButtonLink, ButtonTone, Empty, Mark, Skeleton, use_now},
    worklist::{self, Missing},
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
    let migrations = use_migrations();
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
        let (account, migrations, volumes, rows) =
            (account.clone(), migrations.clone(), volumes.clone(), rows.clone());
        Memo::new(move |_| {
            let now = Timestamp::from_millis(minute.get() * LOOK_MS);
            let (account, migrations, volumes) = (account.value(), migrations.value(), volumes.value());
            let migrations = migrations.as_ref().map_or(&[][..], |it| &it.migrations);
            let volumes = volumes.as_ref().map_or(&[][..], |it| &it.network_volumes);
            rows.source()
                .with(|pods| worklist::needs(account.as_deref(), migrations, pods, volumes, now))
        })
    };
    let look = pods_look(&rows);
    let missing = {
        let (account, migrations, volumes) = (account.clone(), migrations.clone(), volumes.clone());
        Memo::new(move |_| {
            let pods = look.with(|look| match look {
                Look::Loading => Missing::Loading,
                Look::Failed(_) => Missing::Failed,
                Look::Empty | Look::Pods => Missing::Nothing,
            });
            pods.max(account.with(missing_of))
                .max(migrations.with(missing_of))
                .max(volumes.with(missing_of))
        })
    };
    let (reading, again) = (rows.clone(), rows.clone());
    let retry = Callback::new(move |()| again.refetch());
    let needs = view! {
        {loaded(volumes, 0, text::VOLUMES_FAILED, |_| ().into_any())}
        <Worklist items missing />
    };
    view! {
        <Page title=text::TITLE ready>
            {stale_line(move || reading.extent().stale(), retry)}
            <div class="figures">
                {pods_figure(&rows, look, retry)}
                {loaded(account, 1, text::ACCOUNT_FAILED, |account| view! { <FundsFigures account /> }.into_any())}
            </div>
            {move || (look.get() == Look::Empty).then(no_pods)}
            {section(text::NEEDS_YOU, needs.into_any())}
            {move || {
                (look.get() == Look::Pods).then(|| section(text::IN_TRANSITION, transition_view(&rows)))
            }}
            {section(text::MIGRATIONS, loaded(migrations, 2, text::MIGRATIONS_FAILED, migrations_view))}
        </Page>
    }
    .into_any()
}

/// What is known of the list of pods. Nothing is counted before all of it has come.
#[derive(Clone, PartialEq)]
enum Look {
    Loading,
    Failed(Box<api::Problem>),
    Empty,
    Pods,
}

fn pods_look(rows: &Rows<PodSummary>) -> Memo<Look> {
    let rows = rows.clone();
    Memo::new(move |_| match rows.extent() {
        Loadable::Loading => Look::Loading,
        Loadable::Failed(problem) => Look::Failed(Box::new(problem)),
        Loadable::Ready { value, .. } if !value.complete => Look::Loading,
        Loadable::Ready { value, .. } if value.shown == 0 => Look::Empty,
        Loadable::Ready { .. } => Look::Pods,
    })
}

/// Whether something that is read may be missing in the worklist.
const fn missing_of<T>(read: &Loadable<T>) -> Missing {
    match read {
        Loadable::Loading => Missing::Loading,
        Loadable::Failed(_) => Missing::Failed,
        Loadable::Ready { .. } => Missing::Nothing,
    }
}

fn no_pods() -> AnyView {
    view! {
        <Empty title=pods::EMPTY_TITLE purpose=pods::EMPTY_TEXT>
            <ButtonLink label=pods::DEPLOY href=paths::deploy() tone=ButtonTone::Primary />
        </Empty>
    }
    .into_any()
}

/// How many pods run, or why that is not known.
fn pods_figure(rows: &Rows<PodSummary>, look: Memo<Look>, retry: Callback<()>) -> AnyView {
    let source = rows.source();
    let count = Memo::new(move |_| {
        source.with(|pods| PodCount {
            running: pods.iter().filter(|it| it.state == PodStateKind::Running).count(),
            all: pods.len(),
        })
    });
    (move || match look.get() {
        Look::Loading => view! { <Skeleton rows=2 /> }.into_any(),
        Look::Failed(problem) => failure(pods::LIST_FAILED, &problem, retry),
        Look::Empty | Look::Pods => view! { <PodsFigure count /> }.into_any(),
    })
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
    let row = |pod: Signal<Arc<PodSummary>>| {
        let name = move || pod.with(|pod| pod.name.clone());
        let place = move || pod.with(|pod| pods::place(&pod.machine_name, &pod.data_center_id, pod.cloud));
        vec![
            view! { <a href=paths::pod(pod.with_untracked(|pod| pod.id))>{name}</a> }.into_any(),
            view! { <span class="cluster">{move || pod.with(|pod| pod_state_badge(pod))}</span> }.into_any(),
            place.into_any(),
        ]
    };
    let none = Memo::new(move |_| passing.with(Vec::is_empty));
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="muted">{text::NO_TRANSITION}</p> }>
            <Tide
                caption=text::IN_TRANSITION
                heads=TRANSITION_HEADS
                rows=TideRows::keyed(move || passing.get(), |pod| pod.id, row)
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
            <ul class="stack">{keyed(moving.into(), |it| it.id, migration_view)}</ul>
        </Show>
    }
    .into_any()
}

fn migration_view(migration: Signal<Migration>) -> AnyView {
    // Where it comes from and goes to never changes; what does is followed piece by piece, so that the link stays.
    let first = migration.get_untracked();
    let phase = Signal::derive(move || migration.with(|it| migration_text::state_word(it.state).to_owned()));
    let progress = Memo::new(move |_| migration.with(|it| it.progress));
    let copies = Memo::new(move |_| progress.with(|it| it.bytes_total > 0));
    view! {
        <li class="stack" data-gap="tight">
            <p class="cluster">
                <a href=paths::migration(first.id)>{first.pod_name}</a>
                <Badge mark=Mark::QuarterRing label=phase />
                <span class="muted">{text::route(&first.source_machine, &first.target_machine)}</span>
            </p>
            {move || copies.get().then(|| view! { <CopyProgress progress /> })}
        </li>
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
