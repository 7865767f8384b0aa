//! The dialogs over a move: cancel, confirm, revert.

use std::sync::Arc;

use api::migrations::{Migration, MigrationActionRequest};
use client::commands::MigrationAction;
use leptos::prelude::*;

use crate::components::problem_note::ProblemNote;
use crate::data::use_mutation;
use crate::paths::MigrationDialog;
use crate::text::migrations as words;
use crate::ui::{
    Button, ButtonTone, Consequences, Dialog, DialogBody, DialogFooter, SubmitButton, TextField,
};

/// Asks before the step is taken, and for the pod's name where written data is given up.
#[component]
pub fn MigrationActionDialog(
    /// The move.
    #[prop(into)]
    migration: Signal<Arc<Migration>>,
    /// Which step.
    dialog: MigrationDialog,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
    /// Runs with the answer.
    #[prop(into)]
    on_done: Callback<Migration>,
) -> impl IntoView {
    let act = use_mutation::<MigrationAction>();
    let first = migration.get_untracked();
    let typed = RwSignal::new(String::new());
    let reverts = dialog == MigrationDialog::Revert;
    let asks = Memo::new(move |_| reverts && migration.with(|it| it.written_since_switch_bytes > 0));
    let name = first.pod_name.clone();
    let blocked = Signal::derive(move || {
        let open = asks.get() && typed.with(|it| it.trim() != name);
        open.then(|| words::REVERT_CONSENT.to_owned())
    });
    let (title, tone) = match dialog {
        MigrationDialog::Cancel => (words::CANCEL, ButtonTone::DangerPrimary),
        MigrationDialog::Confirm => (words::CONFIRM, ButtonTone::Primary),
        MigrationDialog::Revert => (words::REVERT, ButtonTone::DangerPrimary),
    };
    let happens = move || match dialog {
        MigrationDialog::Cancel => words::CANCEL_EFFECT.to_owned(),
        MigrationDialog::Confirm => words::CONFIRM_EFFECT.to_owned(),
        MigrationDialog::Revert => migration.with(|it| words::revert_effect(it.written_since_switch_bytes)),
    };
    let undo = match dialog {
        MigrationDialog::Cancel => words::CANCEL_UNDO,
        MigrationDialog::Confirm | MigrationDialog::Revert => words::NO_UNDO,
    };
    let id = first.id;
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let consent = asks
            .get_untracked()
            .then(|| typed.get_untracked().trim().to_owned());
        let body = MigrationActionRequest {
            action: dialog.as_str().to_owned(),
            consent,
        };
        act.run(MigrationAction { id, body }, move |migration| {
            on_done.run(migration);
            on_close.run(());
        });
    };
    let field = move || {
        let hint = Some(migration.get_untracked().pod_name.clone());
        asks.get().then(|| {
            view! { <TextField label=words::REVERT_CONSENT value=typed error=None hint mono=true /> }
        })
    };
    view! {
        <Dialog title on_close>
            <form on:submit=on_submit>
                <DialogBody>
                    <Consequences
                        happens=move || view! { <p>{happens}</p> }
                        costs=move || view! { <p>{words::ACTION_COST}</p> }
                        undo=move || view! { <p>{undo}</p> }
                    />
                    {field}
                    <ProblemNote problem=act.problem() />
                </DialogBody>
                <DialogFooter>
                    <Button label=words::KEEP_GOING on_press=move || on_close.run(()) />
                    <SubmitButton label=title tone pending=act.pending() blocked />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
