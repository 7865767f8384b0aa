//! Attaching to a pod of the same data centre, and detaching. On a running pod either is a restart, said first.

use std::sync::Arc;

use api::pods::{DataKind, PodSummary};
use api::volumes::{Attachment, Volume, VolumeActionRequest};
use client::commands::VolumeAction;
use client::queries::ListPods;
use domain::pod::PodStateKind;
use domain::{PodId, limits};
use leptos::prelude::*;

use crate::components::loaded::loaded;
use crate::components::problem_note::ProblemNote;
use crate::data::{use_mutation, use_query};
use crate::text::volumes as words;
use crate::ui::{
    Button, ButtonTone, Checkbox, Consequences, Dialog, DialogBody, DialogFooter, SelectField, SubmitButton,
    TextField,
};

/// Asks for the pod and the place, and for agreement to a restart where the pod runs.
#[component]
pub fn VolumeAttachDialog(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let first = volume.get_untracked();
    let data_center = first.data_center_id.clone();
    let pods = use_query(move || {
        let limit = u32::try_from(limits::PAGE_ROWS_MAX).unwrap_or(u32::MAX);
        Some(ListPods {
            q: format!("dc:{data_center}"),
            sort: "name".to_owned(),
            limit,
            ..ListPods::default()
        })
    });
    let title = format!("{}: {}", words::ATTACH, first.name);
    let form = loaded(pods, 4, words::PODS_UNREADABLE, move |list| {
        let fitting = Memo::new(move |_| {
            let volume = volume.get();
            list.with(|list| {
                list.pods
                    .iter()
                    .filter(|it| could_mount(it, &volume))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        // What is typed stays when the last pod that fits goes.
        let any = Memo::new(move |before: Option<&bool>| {
            before == Some(&true) || fitting.with(|it| !it.is_empty())
        });
        (move || {
            if any.get() {
                attach_form(volume, fitting, on_close)
            } else {
                view! { <DialogBody><p>{words::NO_PODS}</p></DialogBody> }.into_any()
            }
        })
        .into_any()
    });
    view! { <Dialog title on_close>{form}</Dialog> }.into_any()
}

/// In the same data centre, not gone, and not mounting it already. Everything else the server knows and says.
fn could_mount(pod: &PodSummary, volume: &Volume) -> bool {
    let gone = matches!(pod.state, PodStateKind::Terminating | PodStateKind::Terminated);
    pod.data_center_id == volume.data_center_id
        && !gone
        // A pod has a volume of its own or network volumes, never both.
        && pod.data != DataKind::Local
        && volume.attached_to.iter().all(|it| it.pod_id != pod.id)
}

fn attach_form(volume: Signal<Arc<Volume>>, pods: Memo<Vec<PodSummary>>, on_close: Callback<()>) -> AnyView {
    let attach = use_mutation::<VolumeAction>();
    let first = pods.with_untracked(|it| it.first().map(|it| it.id.to_string()));
    let chosen = RwSignal::new(first.unwrap_or_default());
    let path = RwSignal::new(words::PATH_DEFAULT.to_owned());
    let restart = RwSignal::new(false);
    let pod_id = Memo::new(move |_| chosen.with(|it| it.parse::<PodId>().ok()));
    let runs = Memo::new(move |_| {
        pods.with(|pods| {
            pods.iter()
                .any(|it| Some(it.id) == pod_id.get() && it.state.holds_gpus())
        })
    });
    let options = Signal::derive(move || {
        let option = |it: &PodSummary| {
            (
                it.id.to_string(),
                words::pod_choice(&it.name, it.state.holds_gpus()),
            )
        };
        pods.with(|it| it.iter().map(option).collect())
    });
    let warning = move || {
        let text = volume.with(|it| words::writers_warning(&it.attached_to, pod_id.get()));
        text.map(|text| view! { <p class="tone" data-tone="warn">{text}</p> })
    };
    let fits = Memo::new(move |_| pods.with(|pods| pods.iter().any(|it| Some(it.id) == pod_id.get())));
    let blocked = Signal::derive(move || {
        if !fits.get() {
            return Some(words::POD_FIRST.to_owned());
        }
        (runs.get() && !restart.get()).then(|| words::RESTART_FIRST.to_owned())
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let body = VolumeActionRequest {
            action: "attach".to_owned(),
            pod_id: pod_id.get_untracked(),
            path: Some(path.get_untracked()),
            restart: runs.get_untracked().then_some(true),
            confirm: None,
        };
        attach.run(
            VolumeAction {
                id: volume.with_untracked(|it| it.id),
                body,
            },
            move |_| on_close.run(()),
        );
    };
    view! {
        <form on:submit=on_submit>
            <DialogBody>
                <SelectField label=words::POD value=chosen options error=None />
                <TextField label=words::PATH value=path error=None mono=true />
                {warning}
                {move || runs.get().then(|| view! { <Checkbox label=words::RESTART checked=restart /> })}
                <ProblemNote problem=attach.problem() />
            </DialogBody>
            <DialogFooter>
                <Button label=words::CANCEL on_press=move || on_close.run(()) />
                <SubmitButton label=words::ATTACH pending=attach.pending() blocked />
            </DialogFooter>
        </form>
    }
    .into_any()
}

/// Asks before a volume is taken out of a pod.
#[component]
pub fn VolumeDetachDialog(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
    /// The pod that mounts it.
    pod_id: PodId,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let detach = use_mutation::<VolumeAction>();
    let first = volume.get_untracked();
    let Some(mount) = first.attached_to.iter().find(|it| it.pod_id == pod_id).cloned() else {
        return ().into_any();
    };
    let id = first.id;
    let restart = RwSignal::new(false);
    let title = words::detach_title(&first.name, &mount.pod_name);
    // The pod may start or stop while the question is open; once detached, the question stays as it was.
    let mount = Memo::new(move |before: Option<&Attachment>| {
        let found = volume.with(|it| it.attached_to.iter().find(|it| it.pod_id == pod_id).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| mount.clone())
    });
    let runs = Memo::new(move |_| mount.with(|it| it.holds_gpus));
    let happens = move || mount.with(words::detach_effect);
    let blocked =
        Signal::derive(move || (runs.get() && !restart.get()).then(|| words::RESTART_FIRST.to_owned()));
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let body = VolumeActionRequest {
            action: "detach".to_owned(),
            pod_id: Some(pod_id),
            restart: runs.get_untracked().then_some(true),
            ..Default::default()
        };
        detach.run(VolumeAction { id, body }, move |_| on_close.run(()));
    };
    view! {
        <Dialog title=title.clone() on_close>
            <form on:submit=on_submit>
                <DialogBody>
                    <Consequences
                        happens=move || view! { <p>{happens}</p> }
                        costs=|| view! { <p>{words::DETACH_COST}</p> }
                        undo=|| view! { <p>{words::DETACH_UNDO}</p> }
                    />
                    {move || runs.get().then(|| view! { <Checkbox label=words::RESTART checked=restart /> })}
                    <ProblemNote problem=detach.problem() />
                </DialogBody>
                <DialogFooter>
                    <Button label=words::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton label=title tone=ButtonTone::DangerPrimary pending=detach.pending() blocked />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
