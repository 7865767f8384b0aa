//! One way to start a pod, as a column with the same rows as its neighbours.

use api::pods::{Pod, StartOption};
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::text::{
    decide::{self as text, row},
    format::{self, Period},
};

/// What a column needs to know of the pod.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PodDisks {
    /// It has a pod volume.
    pub volume: bool,
    /// It mounts network volumes.
    pub network: bool,
    /// It runs, without its GPUs, so its container disk is still there.
    pub running: bool,
}

impl From<&Pod> for PodDisks {
    fn from(pod: &Pod) -> Self {
        Self {
            volume: pod.volume.is_some(),
            network: !pod.mounts.is_empty(),
            running: pod.summary.state == PodStateKind::Running,
        }
    }
}

/// The column; `action` is its button and what belongs to it. Nothing is selected beforehand. It is built once and stays
/// while what it says changes, because its button may have the focus.
pub fn start_choice(option: Memo<StartOption>, disks: Memo<PodDisks>, action: AnyView) -> AnyView {
    let kind = option.with_untracked(|it| it.kind);
    let rate = move |period| option.with(|it| it.micros_per_hour.map(|it| format::rate(it, 60, period)));
    let minute = move || rate(Period::Minute).unwrap_or_else(|| text::NO_PRICE.to_owned());
    let hour = move || rate(Period::Hour);
    let fact = move |label: &'static str, value: fn(&StartOption, PodDisks) -> String| {
        let value = move || option.with(|it| value(it, disks.get()));
        view! { <div><dt>{label}</dt><dd>{value}</dd></div> }
    };
    let reason = Memo::new(move |_| option.with(blocked));
    let why_not = move || {
        let reason = reason.get()?;
        Some(view! { <div><dt>{row::NOT_POSSIBLE}</dt><dd>{reason}</dd></div> })
    };
    view! {
        <section class="choice" data-blocked=move || reason.with(Option::is_some).then_some("")>
            <h3 class="choice-title">{text::kind(kind)}</h3>
            <p class="choice-note">{move || option.with(text::gives)}</p>
            <p class="choice-price">
                {minute} " " <span class="unit">{hour}</span>
            </p>
            <dl class="choice-facts">
                {fact(row::TIME, |it, _| text::time(it))}
                {fact(row::IDENTITY, |it, _| text::identity(it.kind).to_owned())}
                {fact(row::CONTAINER_DISK, |it, disks| text::container_disk(it.kind, disks.running).to_owned())}
                {fact(row::POD_VOLUME, |it, disks| text::pod_volume(it, disks.volume))}
                {fact(row::NETWORK_VOLUME, |it, disks| text::network_volume(it.kind, disks.network).to_owned())}
                {fact(row::WAY_BACK, |it, _| text::way_back(it.kind).to_owned())} {why_not}
            </dl>
            <div class="choice-action stack" data-gap="tight">
                {action}
            </div>
        </section>
    }
    .into_any()
}

/// Why a way is not possible now.
pub fn blocked(option: &StartOption) -> Option<String> {
    (!option.possible).then(|| option.reason.clone().unwrap_or_else(|| text::BLOCKED.to_owned()))
}
