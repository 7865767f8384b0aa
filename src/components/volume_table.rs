//! Network volumes in a table: place, size, use, pods, price, and what an idle one has cost.

use std::sync::Arc;

use api::volumes::{Volume, VolumeList};
use domain::money::MONTH_MINUTES;
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::paths;
use crate::text::{
    format::{self, Period},
    volumes as words,
};
use crate::ui::{Badge, Mark, Time, use_now};

const HEADS: &[Head] = &[
    Head::text(words::label::NAME),
    Head::text(words::label::DATA_CENTRE),
    Head::num(words::label::USED),
    Head::text(words::label::ATTACHED_TO),
    Head::num(words::label::PER_MONTH),
    Head::text(words::label::GPUS_FREE_THERE),
];

const BIN_HEADS: &[Head] = &[
    Head::text(words::label::NAME),
    Head::text(words::label::DATA_CENTRE),
    Head::num(words::label::USED),
    Head::text(words::label::GONE_FOR_GOOD),
    Head::num(words::label::PER_MONTH),
];

/// The volumes that are in use or could be.
#[component]
pub fn VolumeTable(
    /// All volumes; those in the bin are left out.
    #[prop(into)]
    list: Signal<Arc<VolumeList>>,
) -> impl IntoView {
    let rows = move || {
        list.with(|it| {
            it.network_volumes
                .iter()
                .filter(|it| !is_in_bin(it))
                .map(row)
                .collect::<Vec<_>>()
        })
    };
    view! { <Tide caption=words::TITLE heads=HEADS rows /> }
}

/// The volumes that wait to be gone; nothing if there are none.
#[component]
pub fn VolumeBin(
    /// All volumes; only those in the bin are shown.
    #[prop(into)]
    list: Signal<Arc<VolumeList>>,
) -> impl IntoView {
    let any = Memo::new(move |_| list.with(|it| it.network_volumes.iter().any(is_in_bin)));
    move || {
        any.get().then(|| {
            let rows = move || {
                list.with(|it| {
                    it.network_volumes
                        .iter()
                        .filter(|it| is_in_bin(it))
                        .map(bin_row)
                        .collect::<Vec<_>>()
                })
            };
            view! {
                <section class="section">
                    <div class="section-header">
                        <h2>{words::BIN}</h2>
                    </div>
                    <Tide caption=words::BIN heads=BIN_HEADS rows />
                </section>
            }
        })
    }
}

/// Whether a volume is deleted and can still be restored.
#[must_use]
pub fn is_in_bin(volume: &Volume) -> bool {
    volume.deleted_at_latest.is_some()
}

fn row(volume: &Volume) -> Vec<AnyView> {
    vec![
        name_cell(volume),
        place_cell(volume),
        used_meter(volume),
        attached_cell(volume),
        price_cell(volume),
        words::stock(&volume.placement).into_any(),
    ]
}

fn bin_row(volume: &Volume) -> Vec<AnyView> {
    let gone = volume
        .deleted_at_latest
        .map(|at| view! { <Time at_ms=at.millis() /> });
    vec![
        name_cell(volume),
        place_cell(volume),
        used_meter(volume),
        gone.into_any(),
        price_cell(volume),
    ]
}

fn name_cell(volume: &Volume) -> AnyView {
    view! { <a href=paths::volume(volume.id)>{volume.name.clone()}</a> }.into_any()
}

/// How full a volume is, as a scale and in words. Writes fail once it is full, so that is said before.
pub fn used_meter(volume: &Volume) -> AnyView {
    let (size, high) = (words::size_bytes(volume), words::nearly_full_bytes(volume));
    let warning = words::fullness(volume).map(|label| view! { <Badge mark=Mark::Triangle label /> });
    view! {
        <span class="meter">
            <meter
                aria-label=words::label::USED
                min="0"
                max=size.to_string()
                high=high.to_string()
                optimum="0"
                value=volume.used_bytes.to_string()
            ></meter>
            <span>{words::used(volume)}</span>
            {warning}
        </span>
    }
    .into_any()
}

fn place_cell(volume: &Volume) -> AnyView {
    view! { <span class="nowrap">{volume.data_center_id.clone()}</span> }.into_any()
}

fn price_cell(volume: &Volume) -> AnyView {
    format::rate(volume.micros_per_month, MONTH_MINUTES.get(), Period::Month).into_any()
}

/// The pods, or since when there is none and what the volume has cost.
fn attached_cell(volume: &Volume) -> AnyView {
    if volume.attached_to.is_empty() {
        return view! { <Idle since_ms=volume.unattached_since.map(|it| it.millis()) accrued_micros=volume.accrued_micros /> }
            .into_any();
    }
    let link = |(place, it): (usize, &api::volumes::Attachment)| {
        let comma = (place > 0).then_some(", ");
        view! { {comma} <a href=paths::pod(it.pod_id)>{it.pod_name.clone()}</a> }
    };
    let links = volume.attached_to.iter().enumerate().map(link).collect_view();
    // One thing, where rows are narrow and each cell puts its things apart.
    view! { <span>{links}</span> }.into_any()
}

/// "No pod for 12 d, $1.84 charged since it was created".
#[component]
pub fn Idle(
    /// Since when no pod mounts it, in milliseconds.
    since_ms: Option<i64>,
    /// Charged so far.
    accrued_micros: i64,
) -> impl IntoView {
    let now = use_now();
    // A memo: the words change once a minute at most.
    let text = Memo::new(move |_| match since_ms {
        Some(since) => words::idle(
            (now.get() - since).max(0).unsigned_abs() / 60_000 * 60,
            accrued_micros,
        ),
        None => words::UNATTACHED.to_owned(),
    });
    view! { <span>{text}</span> }
}
