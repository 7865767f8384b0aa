//! A move under way or ended: phases, copy, confirm or revert, receipt.

use std::sync::Arc;

use api::migrations::{CopyProgress as Copied, Migration, MigrationStateWord};
use domain::MigrationId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::components::copy_progress::CopyProgress;
use crate::components::go::use_go;
use crate::components::identity_change_list::IdentityChangeList;
use crate::components::loaded::loaded;
use crate::components::migration_decision::MigrationDecision;
use crate::components::migration_steps::MigrationSteps;
use crate::components::notice::Notice;
use crate::components::receipt::Receipt;
use crate::data::{QueryHandle, use_migration};
use crate::forms::migration_action::MigrationActionDialog;
use crate::pages::not_found::NotFoundPage;
use crate::paths::{self, MigrationDialog};
use crate::shell::Page;
use crate::text::{migrations as words, pods};
use crate::ui::{Announcer, Mark, Time};

/// `/migrations/{id}`.
#[component]
pub fn MigrationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<MigrationId>().ok()));
    move || match id.get() {
        Some(id) => migration_page(id),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

fn migration_page(id: MigrationId) -> AnyView {
    let handle = use_migration(move || Some(id));
    let ready = handle.settled();
    let naming = handle.clone();
    // The phase stands in the title, so that the tab tells it while another page is read.
    let title = Signal::derive(move || match naming.value() {
        Some(it) => words::migration_title(&it.pod_name, it.state),
        None => words::MIGRATION_TITLE.to_owned(),
    });
    let content = loaded(handle.clone(), 8, words::MIGRATION_UNREADABLE, move |migration| {
        view_of(migration, handle.clone())
    });
    let crumbs = vec![(pods::PODS.into(), paths::pods())];
    view! { <Page title ready crumbs>{content}</Page> }.into_any()
}

fn view_of(migration: Signal<Arc<Migration>>, handle: QueryHandle<Migration>) -> AnyView {
    let state = Memo::new(move |_| migration.with(|it| it.state));
    let progress = Memo::new(move |_| migration.with(|it| it.progress));
    let changes = Memo::new(move |_| migration.with(|it| it.changes.clone()));
    let problem = Memo::new(move |_| migration.with(|it| it.problem.clone()));
    let has_receipt = Memo::new(move |_| migration.with(|it| it.receipt.is_some()));
    announce(state, progress);
    let ran = Memo::new(move |_| migration.with(|it| words::ran(it)));
    let copies = Memo::new(move |_| {
        let begun = state.get() == MigrationStateWord::Copying || progress.with(|it| it.bytes_done > 0);
        begun && progress.with(|it| it.bytes_total > 0)
    });
    let copy = move || copies.get().then(|| view! { <CopyProgress progress /> });
    // With a receipt the table stands in it, once.
    let table = move || {
        (!has_receipt.get()).then(|| {
            view! {
                <section class="section">
                    <div class="section-header">
                        <h2>{words::IDENTITIES}</h2>
                    </div>
                    <IdentityChangeList changes />
                </section>
            }
        })
    };
    view! {
        {summary(migration)}
        {move || problem.get().map(|title| view! { <Notice mark=Mark::Cross title /> })}
        {move || {
            let problem = problem.with(Option::is_some);
            words::end_text(state.get(), ran.get(), problem).map(|it| view! { <p>{it}</p> })
        }}
        <section class="section">
            <div class="section-header">
                <h2>{words::PHASES}</h2>
            </div>
            <MigrationSteps migration />
            {copy}
        </section>
        <section class="section no-print" id="confirm">
            <MigrationDecision migration />
        </section>
        {table}
        <Receipt migration />
        {dialogs(migration, handle)}
    }
    .into_any()
}

/// From where to where, and since when it is as the title says. The links stay while the figures change.
fn summary(migration: Signal<Arc<Migration>>) -> AnyView {
    let since = Memo::new(move |_| migration.with(|it| it.since.millis()));
    let first = migration.get_untracked();
    view! {
        <p class="cluster">
            <span>
                <a href=paths::pod(first.source_pod_id)>{words::OLD_POD}</a>
                {format!(" on {} → ", first.source_machine)}
                <a href=paths::pod(first.target_pod_id)>{words::NEW_POD}</a>
                {format!(" on {}", first.target_machine)}
            </span>
            <span class="muted">{words::SINCE} " " <Time at_ms=since /></span>
        </p>
    }
    .into_any()
}

/// Says a new phase aloud, a failure at once, and each quarter of the copy; the figures between are never said.
fn announce(state: Memo<MigrationStateWord>, progress: Memo<Copied>) {
    let Some(announcer) = use_context::<Announcer>() else {
        return;
    };
    let copy = announcer.clone();
    Effect::new(move |before: Option<MigrationStateWord>| {
        let state = state.get();
        if before.is_some_and(|it| it != state) {
            match state {
                MigrationStateWord::Failed => announcer.interrupt(words::state_word(state)),
                MigrationStateWord::StoppingSource
                | MigrationStateWord::Provisioning
                | MigrationStateWord::Copying
                | MigrationStateWord::Starting
                | MigrationStateWord::AwaitingConfirmation
                | MigrationStateWord::Reverting
                | MigrationStateWord::Completed
                | MigrationStateWord::Cancelled
                | MigrationStateWord::Reverted => announcer.say(words::state_word(state)),
            }
        }
        state
    });
    let quarters = Memo::new(move |_| progress.with(|it| words::percent_copied(it) / 25));
    Effect::new(move |before: Option<u64>| {
        let quarters = quarters.get();
        if before.is_some_and(|it| it < quarters) {
            copy.say(words::copy_spoken(quarters));
        }
        quarters
    });
}

/// The dialog the address asks for.
fn dialogs(migration: Signal<Arc<Migration>>, handle: QueryHandle<Migration>) -> impl IntoView {
    let query = use_query_map();
    let go = use_go();
    let dialog = Memo::new(move |_| query.with(|it| it.get(paths::DIALOG)?.parse::<MigrationDialog>().ok()));
    let id = migration.with_untracked(|it| it.id);
    let on_close = Callback::new(move |()| go.instead(&paths::migration(id)));
    let (done, opened) = (handle.clone(), handle);
    let on_done = Callback::new(move |it| done.set(it));
    Effect::new(move |_| {
        // What was written since the switch is no event, and a dialog asks by what is true now.
        if dialog.get().is_some() {
            opened.refetch();
        }
    });
    move || {
        dialog
            .get()
            .map(|dialog| view! { <MigrationActionDialog migration dialog on_close on_done /> })
    }
}
