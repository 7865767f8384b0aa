//! One network volume in full, beside the list: what mounts it, what it costs, and what can be done.

use std::sync::Arc;

use api::volumes::{Attachment, Volume};
use client::commands::VolumeAction;
use domain::{Money, Timestamp, VolumeId};
use leptos::{html, prelude::*};

use super::facts::facts;
use super::go::use_go;
use super::problem_note::ProblemNote;
use super::tide::{Head, Tide};
use super::volume_table::{Idle, is_in_bin, used_meter};
use crate::browser::{hold, listen::Listener, page};
use crate::data::use_mutation;
use crate::paths::{self, VolumeDialog};
use crate::text::{format, volumes as words};
use crate::ui::{Button, ButtonLink, ButtonSize, ButtonTone, Copyable, Time};

const POD_HEADS: &[Head] = &[
    Head::text(words::label::POD),
    Head::text(words::label::MOUNTED_AT),
    Head::text(words::label::WRITES_NOW),
    Head::text(words::label::DETACH),
];
const GPU_HEADS: &[Head] = &[
    Head::text(words::label::GPU_TYPE),
    Head::num(words::label::FREE),
    Head::num(words::label::MOST_ON_ONE_MACHINE),
];

/// The panel of a volume. Escape closes it, and the focus goes back to the volume in the list.
#[component]
pub fn VolumePanel(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
) -> impl IntoView {
    let (id, go) = (volume.with_untracked(|it| it.id), use_go());
    let heading = NodeRef::<html::H2>::new();
    heading.on_load(|heading| {
        if page::is_focus_somewhere() {
            page::focus_quietly(&heading);
        }
    });
    on_cleanup(move || page::move_focus(".volume-panel", &format!("main a[href='{}']", paths::volume(id))));
    hold(Listener::on_key(move |event| {
        if event.key() == "Escape" && !event.default_prevented() && !page::is_dialog_open() {
            go.instead(&paths::volumes());
        }
    }));
    let title = Memo::new(move |_| volume.with(|it| it.name.clone()));
    let attached = Memo::new(move |_| volume.with(|it| (it.id, it.attached_to.clone())));
    let placement = Memo::new(move |_| volume.with(|it| it.placement.clone()));
    let in_bin = Memo::new(move |_| volume.with(|it| is_in_bin(it)));
    let pods = move || attached.with(|(id, pods)| pods.iter().map(|it| pod_row(*id, it)).collect::<Vec<_>>());
    let writers = move || {
        let warning = attached.with(|(_, pods)| (pods.len() > 1).then(|| words::several_writers(pods)));
        warning.map(|text| view! { <p class="tone" data-tone="warn">{text}</p> })
    };
    let gpus = move || {
        let row = |it: &api::volumes::PlacementGpu| {
            vec![
                it.gpu_type.clone().into_any(),
                it.free.into_any(),
                it.most_on_one_machine.into_any(),
            ]
        };
        placement.with(|it| it.iter().map(row).collect::<Vec<_>>())
    };
    view! {
        <aside class="side-panel volume-panel" aria-label=title>
            <div class="section-header">
                <h2 tabindex="-1" node_ref=heading>
                    {title}
                </h2>
                <ButtonLink label=crate::text::words::CLOSE href=paths::volumes() tone=ButtonTone::Quiet size=ButtonSize::Small />
            </div>
            {move || volume.with(|it| facts_of(it))}
            {move || if in_bin.get() { restore_view(volume).into_any() } else { actions(volume).into_any() }}
            <h3>{words::ATTACHED_TO}</h3>
            {writers}
            {move || attached.with(|(_, pods)| pods.is_empty()).then(|| view! { <p class="muted">{words::UNATTACHED}</p> })}
            <Tide caption=words::ATTACHED_TO heads=POD_HEADS rows=pods />
            <h3>{words::STOCK}</h3>
            <p class="muted">{words::DATA_CENTER_HINT}</p>
            <Tide caption=words::STOCK heads=GPU_HEADS rows=gpus />
        </aside>
    }
    .into_any()
}

fn pod_row(volume_id: VolumeId, it: &Attachment) -> Vec<AnyView> {
    let label = format!("{} {}", words::DETACH, it.pod_name);
    vec![
        view! { <a href=paths::pod(it.pod_id)>{it.pod_name.clone()}</a> }.into_any(),
        view! { <span class="mono">{it.path.clone()}</span> }.into_any(),
        words::writes_now(it).into_any(),
        view! { <ButtonLink label href=paths::volume_detach(volume_id, it.pod_id) size=ButtonSize::Small /> }
            .into_any(),
    ]
}

fn facts_of(volume: &Volume) -> AnyView {
    let (charged, exact) = (
        format::money(volume.accrued_micros),
        format::money_exact(volume.accrued_micros),
    );
    let ledger = paths::ledger_of_volume(volume.id);
    let mut rows = vec![
        (
            words::label::VOLUME_ID,
            view! { <Copyable text=volume.id.to_string() what="volume ID" /> }.into_any(),
        ),
        (
            words::label::DATA_CENTRE,
            volume.data_center_id.clone().into_any(),
        ),
        (words::label::USED, used_meter(volume)),
        (
            words::label::PRICE,
            words::price(Money::from_micros(volume.micros_per_month)).into_any(),
        ),
        (
            words::label::CHARGED_SO_FAR,
            view! { <a href=ledger title=exact>{charged}</a> }.into_any(),
        ),
        (
            words::label::CREATED,
            view! { <Time at_ms=volume.created_at.millis() /> }.into_any(),
        ),
    ];
    if volume.attached_to.is_empty() {
        let since_ms = volume.unattached_since.map(Timestamp::millis);
        rows.push((
            words::label::IDLE,
            view! { <Idle since_ms accrued_micros=volume.accrued_micros /> }.into_any(),
        ));
    }
    facts(rows)
}

fn actions(volume: Signal<Arc<Volume>>) -> impl IntoView {
    let id = volume.with_untracked(|it| it.id);
    let blocked = Signal::derive(move || volume.with(|it| words::delete_blocked(it)));
    view! {
        <div class="cluster">
            <ButtonLink label=words::ATTACH href=paths::volume_dialog(id, VolumeDialog::Attach) />
            <ButtonLink label=words::RENAME href=paths::volume_dialog(id, VolumeDialog::Edit) />
            <ButtonLink label=words::GROW href=paths::volume_dialog(id, VolumeDialog::Grow) />
            <ButtonLink label=words::DELETE tone=ButtonTone::Danger href=paths::volume_dialog(id, VolumeDialog::Delete) blocked />
        </div>
    }
}

/// Out of the bin: nothing is lost by it, so nothing is asked.
fn restore_view(volume: Signal<Arc<Volume>>) -> impl IntoView {
    let restore = use_mutation::<VolumeAction>();
    let on_press = move || {
        let body = api::volumes::VolumeActionRequest {
            action: "restore".to_owned(),
            ..Default::default()
        };
        // The list is read again, because the command makes it stale.
        restore.run(
            VolumeAction {
                id: volume.with_untracked(|it| it.id),
                body,
            },
            |_| (),
        );
    };
    let until = move || {
        volume
            .with(|it| it.deleted_at_latest)
            .map(|at| view! { <Time at_ms=at.millis() /> })
    };
    view! {
        <p>{words::GONE} " " {until}</p>
        <div class="cluster">
            <Button label=words::RESTORE tone=ButtonTone::Primary pending=restore.pending() on_press />
        </div>
        <ProblemNote problem=restore.problem() />
    }
}
