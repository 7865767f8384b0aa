//! Into the bin, with the volume's name typed.

use std::sync::Arc;

use api::volumes::{Volume, VolumeActionRequest};
use client::commands::VolumeAction;
use domain::Money;
use leptos::prelude::*;

use crate::components::problem_note::ProblemNote;
use crate::data::use_mutation;
use crate::text::volumes as words;
use crate::ui::{
    Button, ButtonTone, Consequences, Dialog, DialogBody, DialogFooter, SubmitButton, TextField,
};

/// Asks for the name; blocked while pods mount the volume, and then says which.
#[component]
pub fn VolumeDeleteDialog(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let delete = use_mutation::<VolumeAction>();
    let first = volume.get_untracked();
    let (id, title) = (first.id, format!("{} {}", words::DELETE, first.name));
    let typed = RwSignal::new(String::new());
    let blocked = Signal::derive(move || {
        let in_use = volume.with(|it| words::delete_blocked(it));
        let differs = typed.with(|typed| volume.with(|it| typed.trim() != it.name));
        in_use.or_else(|| differs.then(|| words::DELETE_CONSENT.to_owned()))
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let confirm = Some(typed.get_untracked().trim().to_owned());
        let body = VolumeActionRequest {
            action: "delete".to_owned(),
            confirm,
            ..Default::default()
        };
        delete.run(VolumeAction { id, body }, move |_| on_close.run(()));
    };
    let in_use = move || {
        volume
            .with(|it| words::delete_blocked(it))
            .map(|text| view! { <p class="tone" data-tone="warn">{text}</p> })
    };
    view! {
        <Dialog title=title.clone() on_close>
            <form on:submit=on_submit>
                <DialogBody>
                    <Consequences
                        happens=move || view! { <p>{move || volume.with(|it| words::delete_effect(it))}</p> }
                        costs=move || {
                            let month = move || Money::from_micros(volume.with(|it| it.micros_per_month));
                            view! { <p>{move || words::cost_until_deleted(month())}</p> }
                        }
                        undo=|| view! { <p>{words::restorable()}</p> }
                    />
                    {in_use}
                    <TextField
                        label=words::DELETE_CONSENT
                        value=typed
                        error=None
                        hint=Some(first.name.clone())
                        mono=true
                    />
                    <ProblemNote problem=delete.problem() />
                </DialogBody>
                <DialogFooter>
                    <Button label=words::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton label=title tone=ButtonTone::DangerPrimary pending=delete.pending() blocked />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
