//! Starting a stopped pod, and restarting a running one: what happens, what it costs, how to undo.

use std::sync::Arc;

use api::ProblemCode;
use api::pods::{Pod, PodActionRequest};
use client::commands;
use domain::allowed::PodAction;
use leptos::prelude::*;

use crate::{
    components::{
        blocks::sentences, pod_cost::per_minute_and_hour, pod_facts::pod_blocked, problem_note::ProblemNote,
    },
    data::use_mutation,
    paths,
    text::{dialogs as text, pods},
    ui::{
        Button, ButtonLink, ButtonTone, CommandLine, Consequences, Dialog, DialogBody, DialogFooter, Mark,
        Toast, Toasts,
    },
};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// A stopped pod.
    Start,
    /// A running pod.
    Restart,
}

impl Run {
    const fn action(self) -> PodAction {
        match self {
            Self::Start => PodAction::Start,
            Self::Restart => PodAction::Restart,
        }
    }
}

/// The dialog of a start or restart.
#[component]
pub fn PodRun(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
    /// Which of the two.
    run: Run,
    /// Takes the dialog away.
    on_close: Callback<()>,
) -> impl IntoView {
    let sends = use_mutation::<commands::PodAction>();
    let toasts = use_context::<Toasts>();
    let action = run.action();
    let label = Signal::derive(move || {
        pod.with(|pod| match run {
            Run::Start => text::start(&pod.summary.name),
            Run::Restart => text::restart(&pod.summary.name),
        })
    });
    let press = move || {
        let pod = pod.get_untracked();
        let (said, toasts) = (pods::asked(action, &pod.summary.name), toasts.clone());
        let body = PodActionRequest {
            action: action.as_str().to_owned(),
            ..PodActionRequest::default()
        };
        sends.run(
            commands::PodAction {
                id: pod.summary.id,
                body,
            },
            move |_| {
                if let Some(toasts) = toasts {
                    toasts.show(Toast {
                        mark: Mark::Disc,
                        title: said,
                        detail: None,
                        action: None,
                    });
                }
                on_close.run(());
            },
        );
    };
    let taken = Memo::new(move |_| {
        sends.problem().with(|it| {
            it.as_ref()
                .is_some_and(|it| it.code == ProblemCode::MachineHasNoFreeGpu)
        })
    });
    let decide = move || paths::pod_decide(pod.with(|pod| pod.summary.id));
    let costs = move || {
        let price = move || {
            pod.with(|pod| text::running_price(&per_minute_and_hour(pod.cost.running_micros_per_hour)))
        };
        view! { <p>{price}</p> }
    };
    let undo = match run {
        Run::Start => text::START_UNDO,
        Run::Restart => text::RESTART_UNDO,
    };
    let curl = move || {
        let body = format!(r#"{{"action":"{}"}}"#, action.as_str());
        text::curl(
            "POST",
            &format!("/api/v1/pods/{}/action", pod.with(|pod| pod.summary.id)),
            &body,
        )
    };
    let blocked = Signal::derive(move || pod.with(|pod| pod_blocked(action, pod)));
    view! {
        <Dialog title=label on_close>
            <DialogBody>
                <Consequences
                    happens=move || move || pod.with(|pod| sentences(happens(run, pod), ""))
                    costs
                    undo=move || view! { <p>{undo}</p> }
                />
                <ProblemNote problem=sends.problem() />
                <Show when=move || taken.get()>
                    <p>
                        <ButtonLink label=pods::banner::DECIDE href=Signal::derive(decide) />
                    </p>
                </Show>
                <CommandLine label=text::CURL text=Signal::derive(curl) />
            </DialogBody>
            <DialogFooter>
                <Button label=text::CANCEL on_press=move || on_close.run(()) />
                <Button label tone=ButtonTone::Primary pending=sends.pending() blocked on_press=press />
            </DialogFooter>
        </Dialog>
    }
    .into_any()
}

fn happens(run: Run, pod: &Pod) -> Vec<String> {
    let volume = pod
        .volume
        .as_ref()
        .map(|_| text::keeps(&pods::disk("pod_volume", None)));
    let network = pod
        .mounts
        .iter()
        .map(|it| text::keeps(&pods::disk("network_volume", Some(&it.volume_name))));
    let first = match run {
        Run::Start => vec![
            text::start_happens(&pod.summary.machine_name),
            text::DISK_BEGINS_EMPTY.to_owned(),
        ],
        Run::Restart => {
            let mut all = vec![
                text::RESTART_HAPPENS.to_owned(),
                text::restart_erases(&pods::disk("container_disk", None)),
            ];
            if pod.summary.cpu_only {
                all.push(text::RESTART_CPU_ONLY.to_owned());
            }
            all
        }
    };
    first.into_iter().chain(volume).chain(network).collect()
}
