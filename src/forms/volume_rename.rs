//! Renaming a network volume. Nothing but the name changes, so this is a dialog without consequences.

use std::sync::Arc;

use api::volumes::{UpdateVolume as Body, Volume};
use client::commands::UpdateVolume;
use domain::names::Name;
use leptos::prelude::*;

use super::field_problem::{field_problem, other_problem};
use crate::components::problem_note::ProblemNote;
use crate::data::use_mutation;
use crate::text::volumes as words;
use crate::ui::{Button, Dialog, DialogBody, DialogFooter, SubmitButton, TextField};

/// Asks for the new name.
#[component]
pub fn VolumeRenameDialog(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let rename = use_mutation::<UpdateVolume>();
    let first = volume.get_untracked();
    let (id, title) = (first.id, format!("{} {}", words::RENAME, first.name));
    let name = RwSignal::new(first.name.clone());
    // The same check as the server's, while typing.
    let wrong =
        Memo::new(move |_| name.with(|name| Name::try_from(name.as_str()).err().map(|it| it.to_string())));
    let refused = field_problem(rename.problem(), "name");
    let error = Signal::derive(move || wrong.get().or_else(|| refused.get()));
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if wrong.with_untracked(Option::is_some) {
            return;
        }
        let body = Body {
            name: Some(name.get_untracked().trim().to_owned()),
            size_gb: None,
        };
        rename.run(UpdateVolume { id, body }, move |_| on_close.run(()));
    };
    view! {
        <Dialog title on_close>
            <form on:submit=on_submit>
                <DialogBody>
                    <TextField label=words::NAME value=name error hint=Some(words::RENAME_HINT.to_owned()) />
                    <ProblemNote problem=other_problem(rename.problem(), &["name"]) />
                </DialogBody>
                <DialogFooter>
                    <Button label=words::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton label=words::SAVE_NAME pending=rename.pending() blocked=wrong />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
