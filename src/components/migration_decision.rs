//! The end of a move: time left, confirm or revert, and what either does.

use std::sync::Arc;

use api::Action;
use api::migrations::{Migration, MigrationStateWord};
use leptos::prelude::*;

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
    // The server says what is possible; the page never guesses from a state word.
    let facts = Memo::new(move |_| {
        migration.with(|it| {
            (
                it.id,
                it.state,
                it.confirm_by,
                it.actions.clone(),
                it.written_since_switch_bytes,
            )
        })
    });
    move || {
        let (id, state, confirm_by, actions, written) = facts.get();
        let waits = state == MigrationStateWord::AwaitingConfirmation;
        let button = |action: &Action| {
            let (dialog, label, tone) = match action.action.as_str() {
                "confirm" => (MigrationDialog::Confirm, words::CONFIRM, ButtonTone::Primary),
                "revert" => (MigrationDialog::Revert, words::REVERT, ButtonTone::Danger),
                "cancel" => (MigrationDialog::Cancel, words::CANCEL, ButtonTone::Danger),
                // A newer server may offer more than this page knows.
                _ => return None,
            };
            let relevant = action.enabled || waits == (dialog != MigrationDialog::Cancel);
            let href = paths::migration_dialog(id, dialog);
            relevant.then(|| view! { <ButtonLink label href tone blocked=blocked(action) /> })
        };
        let ended = words::end_text(state).is_some();
        let buttons = (!ended).then(|| actions.iter().filter_map(button).collect_view());
        let clock = confirm_by.filter(|_| waits).map(|until| {
            view! {
                <div class="figure">
                    <span class="figure-label">{words::TIME_TO_DECIDE}</span>
                    <span class="figure-value">
                        <TimeLeft until_ms=Signal::stored(until.millis()) ended=words::CONFIRMED_BY_TIME />
                    </span>
                    <span class="figure-note">{words::KEPT_COST}</span>
                </div>
                <p>{words::revert_effect(written)}</p>
            }
        });
        view! {
            <div class="stack">
                {clock}
                <div class="cluster">{buttons}</div>
            </div>
        }
        .into_any()
    }
}

/// Why an action is not possible and what would make it so.
pub fn blocked(action: &Action) -> Option<String> {
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
