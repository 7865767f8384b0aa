//! The end of a move: time left, confirm or revert, and what either does.

use std::sync::Arc;

use api::Action;
use api::migrations::{Migration, MigrationStateWord};
use leptos::prelude::*;

use crate::browser::intl::{self, Moment};
use crate::paths::{self, MigrationDialog};
use crate::text::migrations as words;
use crate::ui::{ButtonLink, ButtonTone, TimeLeft};

/// Buttons for what is possible now, each with its reason where it is not.
#[component]
pub fn MigrationDecision(
    /// The move.
    #[prop(into)]
    migration: Signal<Arc<Migration>>,
) -> impl IntoView {
    // A memo for each decision, so that a figure which changes does not make the buttons anew and take their focus.
    let dialogs = Memo::new(move |_| migration.with(|it| dialogs(it)));
    let until = Memo::new(move |_| {
        migration.with(|it| {
            it.confirm_by
                .filter(|_| it.state == MigrationStateWord::AwaitingConfirmation)
                .map(|it| it.millis())
        })
    });
    let effect = Memo::new(move |_| {
        migration.with(|it| words::revert_effect(it.written_since_switch_bytes, words::ran(it)))
    });
    let clock = move || {
        until.get().map(|until_ms| {
            view! {
                <div class="figure">
                    <span class="figure-label">{words::TIME_TO_DECIDE}</span>
                    <span class="figure-value">
                        <TimeLeft until_ms=Signal::stored(until_ms) ended=words::CONFIRMED_BY_TIME />
                        <span class="unit">", " {words::until(&intl::moment(until_ms, Moment::DateTime))}</span>
                    </span>
                    <span class="figure-note">{words::KEPT_COST}</span>
                </div>
                <p>{effect}</p>
            }
        })
    };
    view! {
        <div class="stack">
            {clock} <div class="cluster">
                <For each=move || dialogs.get() key=|it| it.as_str() children=move |it| button(migration, it) />
            </div>
        </div>
    }
    .into_any()
}

/// The steps that are offered. The server says what is possible; the page never guesses from a state word.
fn dialogs(migration: &Migration) -> Vec<MigrationDialog> {
    let waits = migration.state == MigrationStateWord::AwaitingConfirmation;
    let offered = |action: &Action| {
        // A newer server may offer more than this page knows.
        let dialog = action.action.parse::<MigrationDialog>().ok()?;
        let relevant = action.enabled || waits == (dialog != MigrationDialog::Cancel);
        relevant.then_some(dialog)
    };
    if words::is_ended(migration.state) {
        return Vec::new();
    }
    migration.actions.iter().filter_map(offered).collect()
}

fn button(migration: Signal<Arc<Migration>>, dialog: MigrationDialog) -> AnyView {
    let (label, tone) = match dialog {
        MigrationDialog::Confirm => (words::CONFIRM, ButtonTone::Primary),
        MigrationDialog::Revert => (words::REVERT, ButtonTone::Danger),
        MigrationDialog::Cancel => (words::CANCEL, ButtonTone::Danger),
    };
    let href = paths::migration_dialog(migration.with_untracked(|it| it.id), dialog);
    let blocked = Signal::derive(move || {
        migration.with(|it| {
            it.actions
                .iter()
                .find(|it| it.action == dialog.as_str())
                .and_then(blocked)
        })
    });
    view! { <ButtonLink label href tone blocked /> }.into_any()
}

/// Why an action is not possible and what would make it so.
fn blocked(action: &Action) -> Option<String> {
    if action.enabled {
        return None;
    }
    let parts: Vec<&str> = [&action.reason, &action.enabled_by]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    Some(if parts.is_empty() {
        words::NOT_NOW.to_owned()
    } else {
        parts.join(" ")
    })
}
