//! What happened to a pod so far, newest last, as steps on one line.

use std::sync::Arc;

use api::pods::Pod;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::{
    text::{format, pods as text},
    ui::{Mark, MarkIcon, Time, use_now},
};

/// The changes of state, each with its time and how long it lasted; the last one goes on.
#[component]
pub fn PodTimeline(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    // The list changes with the pod's state; only the last duration moves with the clock.
    let line = Memo::new(move |_| pod.with(|pod| (pod.timeline.clone(), pod.summary.cpu_only)));
    let steps = move || {
        line.with(|(timeline, cpu_only)| {
            let ends = timeline.iter().skip(1).map(|it| Some(it.at)).chain([None]);
            let cpu_only = *cpu_only;
            let step = |(entry, end): (&api::pods::TimelineEntry, Option<domain::Timestamp>)| {
                let failed = matches!(entry.state, PodStateKind::Error | PodStateKind::Unreachable);
                let (step, mark) = match (end, failed) {
                    (_, true) => ("failed", Mark::Cross),
                    (None, false) => ("now", Mark::Disc),
                    (Some(_), false) => ("done", Mark::Disc),
                };
                view! {
                    <li class="step" data-step=step aria-current=end.is_none().then_some("step")>
                        <MarkIcon mark />
                        <span class="step-name">{text::state(entry.state, end.is_none() && cpu_only)}</span>
                        <span class="step-owner">
                            <Time at_ms=entry.at.millis() />
                        </span>
                        <span class="step-time">{lasted(entry.at.millis(), end.map(domain::Timestamp::millis))}</span>
                        {entry.note.clone().map(|note| view! { <p class="step-detail">{note}</p> })}
                    </li>
                }
            };
            timeline.iter().zip(ends).map(step).collect_view()
        })
    };
    view! { <ol class="steps">{steps}</ol> }.into_any()
}

/// How long a state lasted, or lasts.
fn lasted(from_ms: i64, to_ms: Option<i64>) -> impl IntoView {
    let now = use_now();
    let text = Memo::new(move |_| {
        let span_ms = to_ms.unwrap_or_else(|| now.get()) - from_ms;
        format::duration(u64::try_from(span_ms / 1_000).unwrap_or(0))
    });
    move || text.get()
}
