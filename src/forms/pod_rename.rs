//! Renaming a pod. Nothing but the name changes, so this is the one dialog without consequences.

use std::sync::Arc;

use api::pods::{Pod, UpdatePod};
use client::commands;
use domain::allowed::PodAction;
use domain::names::Name;
use leptos::prelude::*;

use super::field_problem::{field_problem, other_problem};
use crate::{
    components::{pod_facts::pod_blocked, problem_note::ProblemNote},
    data::use_mutation,
    text::dialogs as text,
    ui::{Button, Dialog, DialogBody, DialogFooter, SubmitButton, TextField},
};

/// The dialog of a new name.
#[component]
pub fn PodRename(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
    /// Takes the dialog away.
    on_close: Callback<()>,
) -> impl IntoView {
    let rename = use_mutation::<commands::UpdatePod>();
    let name = RwSignal::new(pod.with_untracked(|pod| pod.summary.name.clone()));
    // The same check as the server's, while typing.
    let wrong =
        Memo::new(move |_| name.with(|name| Name::try_from(name.as_str()).err().map(|it| it.to_string())));
    let refused = field_problem(rename.problem(), "name");
    let error = Signal::derive(move || wrong.get().or_else(|| refused.get()));
    let blocked = Signal::derive(move || {
        pod.with(|pod| pod_blocked(PodAction::Edit, pod))
            .or_else(|| wrong.get())
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let body = UpdatePod {
            name: Some(name.get_untracked().trim().to_owned()),
            ..UpdatePod::default()
        };
        let id = pod.with_untracked(|pod| pod.summary.id);
        rename.run(commands::UpdatePod { id, body }, move |_| on_close.run(()));
    };
    view! {
        <Dialog title=text::RENAME on_close>
            <form on:submit=submit>
                <DialogBody>
                    <TextField label=text::NEW_NAME value=name error hint=Some(text::RENAME_HINT.to_owned()) />
                    <ProblemNote problem=other_problem(rename.problem(), &["name"]) />
                </DialogBody>
                <DialogFooter>
                    <Button label=text::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton label=text::SAVE_NAME pending=rename.pending() blocked />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
