//! Every disk of a pod, with its fate.

use std::sync::Arc;

use api::pods::{Disk, Mount, Pod};
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::{
    paths,
    text::{
        format,
        pods::{self as text, page},
    },
    ui::{Badge, Mark},
};

const HEADS: &[Head] = &[
    Head::text(page::DISK),
    Head::num(page::SIZE),
    Head::num(page::USED),
    Head::text(page::PATH),
    Head::text(page::FATE),
];

/// A table of disks: size, use, path and fate.
#[component]
pub fn DiskList(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    // Most changes of a pod are not about its disks; those leave the table, and the focus in it, alone.
    let disks = Memo::new(move |_| pod.with(|pod| Disks::of(pod)));
    view! { <Tide caption=page::DISKS heads=HEADS rows=move || disks.with(rows) /> }
}

/// What the table shows of a pod.
#[derive(PartialEq)]
struct Disks {
    container: Disk,
    volume: Option<Disk>,
    mounts: Vec<Mount>,
    machine: String,
}

impl Disks {
    fn of(pod: &Pod) -> Self {
        Self {
            container: pod.container_disk.clone(),
            volume: pod.volume.clone(),
            mounts: pod.mounts.clone(),
            machine: pod.summary.machine_name.clone(),
        }
    }
}

fn rows(pod: &Disks) -> Vec<Vec<AnyView>> {
    let gone = view! { <Badge mark=Mark::Triangle label=text::ERASED_AT_STOP /> }.into_any();
    let mut rows = vec![row("container_disk", &pod.container, gone)];
    if let Some(volume) = &pod.volume {
        let stays = text::kept_tied(&pod.machine);
        rows.push(row(
            "pod_volume",
            volume,
            view! { <Badge mark=Mark::HollowSquare label=stays /> }.into_any(),
        ));
    }
    rows.extend(pod.mounts.iter().map(|mount| {
        let name = text::disk("network_volume", Some(&mount.volume_name));
        let link = view! { <a href=paths::volume(mount.volume_id)>{name}</a> };
        vec![
            link.into_any(),
            size(mount.size_gb).into_any(),
            ().into_any(),
            path(&mount.path),
            view! { <Badge mark=Mark::Disc label=text::SURVIVES_EVERYTHING /> }.into_any(),
        ]
    }));
    rows
}

fn row(kind: &str, disk: &Disk, fate: AnyView) -> Vec<AnyView> {
    vec![
        text::disk(kind, None).into_any(),
        size(disk.size_gb).into_any(),
        format::bytes(disk.used_bytes).into_any(),
        path(&disk.path),
        fate,
    ]
}

fn size(gb: u32) -> String {
    format::bytes(u64::from(gb) * 1_000_000_000)
}

fn path(path: &str) -> AnyView {
    view! { <code class="mono">{path.to_owned()}</code> }.into_any()
}
