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
///
/// What was written comes from the machine now and then and is no event, so the page may not know of it: then the server
/// refuses, says what is lost, and the name is asked for. What has been said once stays said.
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
    let typed = RwSignal::new(String::new());
    let reverts = dialog == MigrationDialog::Revert;
    let refused = act.problem();
    let told = move || refused.with(|it| it.as_ref().and_then(words::refused_loss));
    let asks = Memo::new(move |before: Option<&bool>| {
        let written = migration.with(|it| it.written_since_switch_bytes > 0);
        reverts && (before == Some(&true) || written || told().is_some())
    });
    let lost = Memo::new(move |before: Option<&u64>| {
        let now = migration.with(|it| it.written_since_switch_bytes);
        let now = now.max(told().unwrap_or(0));
        if now > 0 {
            now
        } else {
            before.copied().unwrap_or(0)
        }
    });
    let name = Memo::new(move |_| migration.with(|it| it.pod_name.clone()));
    let blocked = Signal::derive(move || {
        let open = asks.get() && name.with(|name| typed.with(|it| it.trim() != name));
        open.then(|| words::REVERT_CONSENT.to_owned())
    });
    let (title, tone) = match dialog {
        MigrationDialog::Cancel => (words::CANCEL, ButtonTone::DangerPrimary),
        MigrationDialog::Confirm => (words::CONFIRM, ButtonTone::Primary),
        MigrationDialog::Revert => (words::REVERT, ButtonTone::DangerPrimary),
    };
    let ran = Memo::new(move |_| migration.with(|it| words::ran(it)));
    let happens = move || match dialog {
        MigrationDialog::Cancel => words::cancel_effect(ran.get()).to_owned(),
        MigrationDialog::Confirm => words::CONFIRM_EFFECT.to_owned(),
        MigrationDialog::Revert => words::revert_effect(lost.get(), ran.get()),
    };
    let undo = match dialog {
        MigrationDialog::Cancel => words::CANCEL_UNDO,
        MigrationDialog::Confirm | MigrationDialog::Revert => words::NO_UNDO,
    };
    let id = migration.with_untracked(|it| it.id);
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
        asks.get().then(|| {
            let hint = Signal::derive(move || Some(name.get()));
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
                    <ProblemNote problem=refused />
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
