//! One way to start a pod, as a column with the same rows as its neighbours.

use api::pods::{Pod, StartOption};
use leptos::prelude::*;

use crate::text::{
    decide::{self as text, row},
    format::{self, Period},
};

/// What a column needs to know of the pod.
#[derive(Clone, Copy)]
pub struct PodDisks {
    /// It has a pod volume.
    pub volume: bool,
    /// It mounts network volumes.
    pub network: bool,
}

impl From<&Pod> for PodDisks {
    fn from(pod: &Pod) -> Self {
        Self {
            volume: pod.volume.is_some(),
            network: !pod.mounts.is_empty(),
        }
    }
}

/// The column; `action` is its button and what belongs to it. Nothing is selected beforehand.
pub fn start_choice(option: &StartOption, disks: PodDisks, action: AnyView) -> AnyView {
    let rate = |period| option.micros_per_hour.map(|it| format::rate(it, 60, period));
    let minute = rate(Period::Minute).unwrap_or_else(|| text::NO_PRICE.to_owned());
    let hour = rate(Period::Hour);
    let fact = |label: &'static str, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="choice" data-blocked=(!option.possible).then_some("")>
            <h3 class="choice-title">{text::kind(option.kind)}</h3>
            <p class="choice-note">{text::gives(option)}</p>
            <p class="choice-price">
                {minute} " " <span class="unit">{hour}</span>
            </p>
            <dl class="choice-facts">
                {fact(row::TIME, text::time(option))}
                {fact(row::IDENTITY, text::identity(option.kind).to_owned())}
                {fact(row::CONTAINER_DISK, text::CONTAINER_DISK_EMPTY.to_owned())}
                {fact(row::POD_VOLUME, text::pod_volume(option, disks.volume))}
                {fact(row::NETWORK_VOLUME, text::network_volume(option.kind, disks.network).to_owned())}
                {fact(row::WAY_BACK, text::way_back(option.kind).to_owned())}
                {fact(row::NOT_POSSIBLE, blocked(option).unwrap_or_else(|| text::POSSIBLE.to_owned()))}
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
