//! Terminating a pod: what is deleted for good, what stays, and the typed name where a pod volume has data.

use std::sync::Arc;

use api::ProblemCode;
use api::pods::{Pod, PodActionRequest};
use client::commands;
use domain::allowed::PodAction;
use leptos::prelude::*;

use super::field_problem::{field_problem, other_problem};
use crate::{
    components::{blocks::sentences, go::use_go, pod_facts::pod_blocked, problem_note::ProblemNote},
    data::use_mutation,
    paths,
    text::{dialogs as text, pods},
    ui::{
        Button, ButtonTone, CommandLine, Consequences, Dialog, DialogBody, DialogFooter, Mark, SubmitButton,
        TextField, Toast, Toasts,
    },
};

/// The dialog of a termination. Afterwards it leads to the list, because the pod is gone.
#[component]
pub fn PodTerminate(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
    /// Takes the dialog away.
    on_close: Callback<()>,
) -> impl IntoView {
    let go = use_go();
    let terminate = use_mutation::<commands::PodAction>();
    let toasts = use_context::<Toasts>();
    let label = Signal::derive(move || pod.with(|pod| text::terminate(&pod.summary.name)));
    // What is on a volume changes without an event, so the server may know of data that the page does not. Once asked
    // for, the name stays asked for.
    let asks = Memo::new(move |last: Option<&bool>| {
        let has_data = pod.with(|pod| pod.volume.as_ref().is_some_and(|it| it.used_bytes > 0));
        let refused = terminate.problem().with(|it| {
            it.as_ref()
                .is_some_and(|it| it.code == ProblemCode::ConfirmationMissing)
        });
        has_data || refused || last == Some(&true)
    });
    let typed = RwSignal::new(String::new());
    let matches = Memo::new(move |_| {
        !asks.get() || pod.with(|pod| typed.with(|typed| *typed.trim() == *pod.summary.name.trim()))
    });
    let blocked = Signal::derive(move || {
        let refused = pod.with(|pod| pod_blocked(PodAction::Terminate, pod));
        refused.or_else(|| (!matches.get()).then(|| text::NAME_DIFFERS.to_owned()))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let pod = pod.get_untracked();
        let (said, toasts) = (
            pods::asked(PodAction::Terminate, &pod.summary.name),
            toasts.clone(),
        );
        let body = PodActionRequest {
            action: PodAction::Terminate.as_str().to_owned(),
            confirm: asks.get_untracked().then(|| pod.summary.name.clone()),
            ..PodActionRequest::default()
        };
        terminate.run(
            commands::PodAction {
                id: pod.summary.id,
                body,
            },
            move |_| {
                if let Some(toasts) = toasts {
                    toasts.show(Toast {
                        mark: Mark::Dash,
                        title: said,
                        detail: None,
                        action: None,
                    });
                }
                go.instead(&paths::pods());
            },
        );
    };
    let curl = move || {
        let body = match (asks.get(), pod.with(|pod| pod.summary.name.clone())) {
            (true, name) => serde_json::json!({ "action": "terminate", "confirm": name }),
            (false, _) => serde_json::json!({ "action": "terminate" }),
        };
        let path = format!("/api/v1/pods/{}/action", pod.with(|pod| pod.summary.id));
        text::curl("POST", &path, &body.to_string())
    };
    let field_label = Signal::derive(move || pod.with(|pod| text::type_name(&pod.summary.name)));
    let error = field_problem(terminate.problem(), "confirm");
    view! {
        <Dialog title=label on_close>
            <form on:submit=submit>
                <DialogBody>
                    <Consequences
                        happens=move || move || pod.with(|pod| sentences(happens(pod), ""))
                        costs=|| view! { <p>{text::TERMINATE_COSTS}</p> }
                        undo=|| view! { <p>{text::TERMINATE_UNDO}</p> }
                    />
                    <Show when=move || asks.get()>
                        <TextField label=field_label value=typed error />
                    </Show>
                    <ProblemNote problem=other_problem(terminate.problem(), &["confirm"]) />
                    <CommandLine label=text::CURL text=Signal::derive(curl) />
                </DialogBody>
                <DialogFooter>
                    <Button label=text::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton label tone=ButtonTone::DangerPrimary pending=terminate.pending() blocked />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}

fn happens(pod: &Pod) -> Vec<String> {
    let container = text::terminate_erases(&pods::disk("container_disk", None));
    let volume = pod
        .volume
        .as_ref()
        .map(|it| text::terminate_erases_data(&pods::disk("pod_volume", None), it.used_bytes));
    let network = pod
        .mounts
        .iter()
        .map(|it| text::terminate_keeps(&pods::disk("network_volume", Some(&it.volume_name))));
    [text::TERMINATE_HAPPENS.to_owned(), container]
        .into_iter()
        .chain(volume)
        .chain(network)
        .collect()
}
