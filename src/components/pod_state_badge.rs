//! A pod's state as mark, word, reason and time.

use api::pods::{MigrationRole, PodSummary};
use domain::pod::{PodStateKind, StopReason};
use leptos::prelude::*;

use crate::{
    text::pods as text,
    ui::{Badge, Mark, Time},
};

/// The mark of a pod. Shape and tone say the same as the word beside it.
pub fn pod_mark(pod: &PodSummary) -> Mark {
    let fenced = pod
        .migration
        .as_ref()
        .is_some_and(|it| it.role == MigrationRole::Source);
    match pod.state {
        PodStateKind::Queued => Mark::DottedRing,
        PodStateKind::Provisioning
        | PodStateKind::Starting
        | PodStateKind::Stopping
        | PodStateKind::Terminating => Mark::QuarterRing,
        PodStateKind::Running if pod.cpu_only => Mark::HalfDisc,
        PodStateKind::Running => Mark::Disc,
        PodStateKind::Stopped if fenced => Mark::BarredSquare,
        PodStateKind::Stopped if pod.queue_position.is_some() => Mark::DottedRing,
        PodStateKind::Stopped => Mark::HollowSquare,
        PodStateKind::Unreachable => Mark::BrokenRing,
        PodStateKind::Error => Mark::Cross,
        PodStateKind::Terminated => Mark::Dash,
    }
}

/// What there is to say behind the word: place in the queue, taken GPUs, or why it is stopped.
fn note(pod: &PodSummary) -> Option<String> {
    if let Some(place) = pod.queue_position {
        return Some(text::queue_place(place));
    }
    if pod.gpus_taken {
        return Some(text::GPUS_TAKEN.to_owned());
    }
    // A stop that was asked for needs no explanation.
    let reason = pod
        .stop_reason
        .filter(|it| pod.state == PodStateKind::Stopped && *it != StopReason::User)?;
    Some(text::stop_reason(reason).to_owned())
}

/// Mark, word and note, and since when.
pub fn pod_state_badge(pod: &PodSummary) -> AnyView {
    let label = text::state(pod.state, pod.cpu_only);
    view! {
        <Badge mark=pod_mark(pod) label=label note=note(pod) />
        " "
        <span class="muted num">
            <Time at_ms=pod.since.millis() />
        </span>
    }
    .into_any()
}
