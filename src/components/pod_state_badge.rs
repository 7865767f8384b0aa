//! A pod's state as mark, word, reason and age.

use api::pods::{MigrationRole, PodSummary};
use domain::pod::{PodStateKind, StopReason};
use leptos::prelude::*;

use crate::{
    browser::intl::{self, Moment},
    text::pods as text,
    ui::{Badge, Mark, use_now},
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

/// Mark, word and note, and how long it has been so, as short as a row needs it.
pub fn pod_state_badge(pod: &PodSummary) -> AnyView {
    badge_and_age(pod, text::age)
}

/// The same as part of a sentence, for the pod's own page.
pub fn pod_state_line(pod: &PodSummary) -> AnyView {
    badge_and_age(pod, text::lasting)
}

/// Word and note of the state as one text, for where the badge is cut off.
pub fn pod_state_title(pod: &PodSummary) -> String {
    let word = text::state(pod.state, pod.cpu_only);
    note(pod).map_or_else(|| word.to_owned(), |note| format!("{word}, {note}"))
}

fn badge_and_age(pod: &PodSummary, words: fn(u64) -> String) -> AnyView {
    let (since, now) = (pod.since.millis(), use_now());
    // A memo, so that the page changes when the words do and not each second.
    let age = Memo::new(move |_| words((now.get() - since).max(0).unsigned_abs() / 1_000));
    view! {
        <Badge mark=pod_mark(pod) label=text::state(pod.state, pod.cpu_only) note=note(pod) />
        " "
        <time class="time muted num" datetime=intl::iso(since) title=intl::moment(since, Moment::Full)>
            {age}
        </time>
    }
    .into_any()
}
