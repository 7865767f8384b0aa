//! Stopping a pod: what is kept, what is erased, what it still costs, and whether the GPUs will be there again (R-2.6).

use std::sync::Arc;

use api::pods::{DiskFate, Pod, PodActionRequest, StopPreview};
use client::{commands, queries::GetStopPreview};
use domain::allowed::PodAction;
use leptos::prelude::*;

use crate::{
    components::{
        blocks::{block, blocks, sentences},
        loaded::loaded,
        pod_facts::pod_blocked,
        problem_note::ProblemNote,
    },
    data::{Loadable, use_mutation, use_query},
    text::{dialogs as text, pods},
    ui::{Button, ButtonTone, CommandLine, Dialog, DialogBody, DialogFooter, Mark, Toast, Toasts},
};

/// The dialog of a stop.
#[component]
pub fn PodStop(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
    /// Takes the dialog away.
    on_close: Callback<()>,
) -> impl IntoView {
    let id = Memo::new(move |_| pod.with(|pod| pod.summary.id));
    let preview = use_query(move || Some(GetStopPreview(id.get())));
    let stop = use_mutation::<commands::PodAction>();
    let toasts = use_context::<Toasts>();
    let label = Signal::derive(move || pod.with(|pod| text::stop(&pod.summary.name)));
    // R-2.6: before a stop the user sees what it does. A preview that could not be read shows nothing of it.
    let reading = preview.clone();
    let unseen = Memo::new(move |_| {
        reading.with(|it| match it {
            Loadable::Loading => Some(text::PREVIEW_WAITS),
            Loadable::Failed(_) => Some(text::PREVIEW_NEEDED),
            Loadable::Ready { .. } => None,
        })
    });
    let blocked = Signal::derive(move || {
        let refused = pod.with(|pod| pod_blocked(PodAction::Stop, pod));
        refused.or_else(|| unseen.get().map(str::to_owned))
    });
    let press = move || {
        let (said, toasts) = (
            pod.with_untracked(|pod| pods::asked(PodAction::Stop, &pod.summary.name)),
            toasts.clone(),
        );
        let body = PodActionRequest {
            action: PodAction::Stop.as_str().to_owned(),
            ..PodActionRequest::default()
        };
        stop.run(
            commands::PodAction {
                id: id.get_untracked(),
                body,
            },
            move |_| {
                if let Some(toasts) = toasts {
                    toasts.show(Toast {
                        mark: Mark::HollowSquare,
                        title: said,
                        detail: None,
                        action: None,
                    });
                }
                on_close.run(());
            },
        );
    };
    let curl = move || {
        text::curl(
            "POST",
            &format!("/api/v1/pods/{}/action", id.get()),
            r#"{"action":"stop"}"#,
        )
    };
    let shown = |preview: Signal<Arc<StopPreview>>| (move || preview.with(|it| preview_view(it))).into_any();
    view! {
        <Dialog title=label on_close>
            <DialogBody>
                {loaded(preview, 4, text::PREVIEW_FAILED, shown)}
                <ProblemNote problem=stop.problem() />
                <CommandLine label=text::CURL text=Signal::derive(curl) />
            </DialogBody>
            <DialogFooter>
                <Button label=text::CANCEL on_press=move || on_close.run(()) />
                <Button label tone=ButtonTone::DangerPrimary pending=stop.pending() blocked on_press=press />
            </DialogFooter>
        </Dialog>
    }
    .into_any()
}

fn preview_view(it: &StopPreview) -> AnyView {
    let disks = |disks: &[DiskFate]| disks.iter().map(disk).collect();
    let odds = &it.return_odds;
    let chances = vec![
        text::return_odds(odds.free_after_stop, odds.needed_gpus, odds.waiting),
        text::return_history(odds.restarts, odds.restarts_refused),
    ];
    blocks(vec![
        block(text::KEPT, sentences(disks(&it.kept), text::KEPT_NOTHING)),
        block(text::ERASED, sentences(disks(&it.lost), text::ERASED_NOTHING)),
        block(
            text::COSTS_STOPPED,
            view! { <p class="num">{text::stopped_price(it.stopped_micros_per_day)}</p> }.into_any(),
        ),
        block(text::RETURN, sentences(chances, "")),
    ])
}

fn disk(it: &DiskFate) -> String {
    text::disk_line(
        &pods::disk(&it.disk, it.name.as_deref()),
        it.size_gb,
        it.used_bytes,
    )
}
