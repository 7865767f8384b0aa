//! A move under way or ended: phases, copy, confirm or revert, receipt.

use std::sync::Arc;

use api::migrations::{Migration, MigrationStateWord};
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
use crate::text::migrations as words;
use crate::ui::{Announcer, Badge, Mark, Time};

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
    view! { <Page title ready>{content}</Page> }.into_any()
}

fn view_of(migration: Signal<Arc<Migration>>, handle: QueryHandle<Migration>) -> AnyView {
    let state = Memo::new(move |_| migration.with(|it| it.state));
    let progress = Memo::new(move |_| migration.with(|it| it.progress));
    let changes = Memo::new(move |_| migration.with(|it| it.changes.clone()));
    let problem = Memo::new(move |_| migration.with(|it| it.problem.clone()));
    let has_receipt = Memo::new(move |_| migration.with(|it| it.receipt.is_some()));
    announce_phases(state);
    let copy = move || {
        let seen = state.get() == MigrationStateWord::Copying || progress.with(|it| it.bytes_done > 0);
        (seen && progress.with(|it| it.bytes_total > 0)).then(|| view! { <CopyProgress progress /> })
    };
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
        {move || migration.with(|it| summary(it))}
        {move || problem.get().map(|title| view! { <Notice mark=Mark::Cross title /> })}
        {move || words::end_text(state.get()).map(|it| view! { <p>{it}</p> })}
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

fn summary(migration: &Migration) -> AnyView {
    let mark = match migration.state {
        MigrationStateWord::StoppingSource
        | MigrationStateWord::Provisioning
        | MigrationStateWord::Copying
        | MigrationStateWord::Starting
        | MigrationStateWord::Reverting => Mark::QuarterRing,
        MigrationStateWord::AwaitingConfirmation => Mark::DottedRing,
        MigrationStateWord::Completed => Mark::Disc,
        MigrationStateWord::Cancelled | MigrationStateWord::Reverted => Mark::Dash,
        MigrationStateWord::Failed => Mark::Cross,
    };
    let (source, target) = (migration.source_pod_id, migration.target_pod_id);
    let since = Signal::stored(migration.since.millis());
    view! {
        <div class="cluster">
            <Badge mark label=words::state_word(migration.state) />
            <span class="muted">"since " <Time at_ms=since /></span>
            <span>
                <a href=paths::pod(source)>{words::OLD_POD}</a>
                {format!(" on {} → ", migration.source_machine)}
                <a href=paths::pod(target)>{words::NEW_POD}</a>
                {format!(" on {}", migration.target_machine)}
            </span>
        </div>
    }
    .into_any()
}

/// Says a new phase aloud; the figures of the copy are never said.
fn announce_phases(state: Memo<MigrationStateWord>) {
    let Some(announcer) = use_context::<Announcer>() else {
        return;
    };
    Effect::new(move |before: Option<MigrationStateWord>| {
        let state = state.get();
        if before.is_some_and(|it| it != state) {
            announcer.say(words::state_word(state));
        }
        state
    });
}

/// The dialog the address asks for.
fn dialogs(migration: Signal<Arc<Migration>>, handle: QueryHandle<Migration>) -> impl IntoView {
    let query = use_query_map();
    let go = use_go();
    let dialog = Memo::new(move |_| query.with(|it| it.get(paths::DIALOG)?.parse::<MigrationDialog>().ok()));
    let id = migration.with_untracked(|it| it.id);
    let on_close = Callback::new(move |()| go.instead(&paths::migration(id)));
    let on_done = Callback::new(move |it| handle.set(it));
    move || {
        dialog
            .get()
            .map(|dialog| view! { <MigrationActionDialog migration dialog on_close on_done /> })
    }
}
