//! One machine: its slots, its hardware and network, its reliability with the figures, and the reader's pods on it.

use api::machines::{Machine, MachineStateWord};
use client::queries::ListPods;
use domain::{MachineId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::list::{MachineSignal, state_badge};
use crate::components::facts::facts;
use crate::components::loaded::loaded;
use crate::components::machine_slots::MachineSlots;
use crate::components::pod_state_badge::pod_state_badge;
use crate::components::reliability::Reliability;
use crate::components::section::section;
use crate::components::tide::{Head, Tide};
use crate::data::{Freshness, use_freshness, use_machine, use_query};
use crate::pages::not_found::NotFoundPage;
use crate::paths;
use crate::shell::Page;
use crate::text::{
    format::{self, Period},
    machines as words,
};
use crate::ui::{Copyable, Time};

/// `/machines/{id}`.
#[component]
pub fn MachinePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<MachineId>().ok()));
    move || match id.get() {
        Some(id) => machine_page(id),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

fn machine_page(id: MachineId) -> AnyView {
    let handle = use_machine(move || Some(id));
    let (ready, naming) = (handle.settled(), handle.clone());
    let title = Signal::derive(move || {
        naming
            .value()
            .map_or_else(|| words::ONE.to_owned(), |it| it.name.clone())
    });
    let crumbs = vec![(words::TITLE.into(), paths::machines())];
    view! { <Page title ready crumbs>{loaded(handle, 8, words::ONE_UNREADABLE, machine_view)}</Page> }
        .into_any()
}

fn machine_view(machine: MachineSignal) -> AnyView {
    let freshness = use_freshness();
    let is_live = Memo::new(move |_| freshness.get() == Freshness::Live);
    view! {
        {move || machine.with(|it| state_line(it, is_live.get()))}
        {section(words::SLOTS, view! {
            <MachineSlots machine />
            <p>{move || machine.with(|it| words::queue(it.waiting))}</p>
        }.into_any())}
        {section(words::MY_PODS, my_pods(machine))}
        {section(words::RELIABILITY, view! { <Reliability machine /> }.into_any())}
        {section(words::FACTS, view! { {move || machine.with(|it| hardware(it))} }.into_any())}
    }
    .into_any()
}

/// The state, and when the machine was heard last: of one that is ready, that is now as long as the page is live.
fn state_line(machine: &Machine, is_live: bool) -> AnyView {
    let heard_now = is_live && machine.state == MachineStateWord::Ready;
    let beat = machine.last_heartbeat_at.filter(|_| !heard_now).map(|at| {
        view! { <span class="muted">{words::LAST_HEARTBEAT} " " <Time at_ms=Signal::stored(at.millis()) /></span> }
    });
    view! { <div class="cluster">{state_badge(machine)} {beat}</div> }.into_any()
}

fn hardware(machine: &Machine) -> AnyView {
    let price = machine.gpu_micros_per_hour.map_or_else(
        || words::NO_PRICE.to_owned(),
        |micros| {
            [Period::Minute, Period::Hour]
                .map(|period| format::rate(micros, 60, period))
                .join(" · ")
        },
    );
    let gb = |value: u32| format!("{} GB", format::count(value.into()));
    let mbps = |value: u32| format!("{} Mbit/s", format::count(value.into()));
    let id = machine.id.to_string();
    let disk = format!("{} free of {}", gb(machine.disk_free_gb), gb(machine.disk_gb));
    let public_ip = machine
        .public_ip
        .clone()
        .unwrap_or_else(|| words::NO_PUBLIC_IP.to_owned());
    facts(vec![
        (
            words::label::MACHINE_ID,
            view! { <Copyable text=id what="machine ID" /> }.into_any(),
        ),
        (words::label::TIER, words::tier_text(machine.cloud).into_any()),
        (
            words::label::DATA_CENTRE,
            format!("{}, {}", machine.data_center_id, machine.country).into_any(),
        ),
        (
            words::label::GPUS,
            format!("{} × {}", machine.slots.len(), machine.gpu_type).into_any(),
        ),
        (words::label::PRICE_PER_GPU, price.into_any()),
        (
            words::label::NEWEST_CUDA_VERSION,
            machine.cuda_version.clone().into_any(),
        ),
        ("vCPUs", machine.vcpu_count.into_any()),
        (
            words::label::MEMORY,
            format!("{} GiB", machine.memory_gib).into_any(),
        ),
        (words::label::DISK, disk.into_any()),
        (words::label::DOWNLOAD, mbps(machine.down_mbps).into_any()),
        (words::label::UPLOAD, mbps(machine.up_mbps).into_any()),
        (words::label::PUBLIC_IP, public_ip.into_any()),
    ])
}

const HEADS: &[Head] = &[
    Head::text(words::label::POD),
    Head::text(words::label::STATE),
    Head::num(words::label::GPUS),
    Head::num(words::label::PER_HOUR),
];

/// The reader's pods on the machine, by one query for all of them.
fn my_pods(machine: MachineSignal) -> AnyView {
    let place = Memo::new(move |_| machine.with(|it| (it.id, it.my_pods.is_empty())));
    let pods = use_query(move || {
        let (id, none) = place.get();
        let limit = u32::try_from(limits::PAGE_ROWS_MAX).unwrap_or(u32::MAX);
        (!none).then(|| ListPods {
            q: format!("machine:{id}"),
            limit,
            ..ListPods::default()
        })
    });
    (move || {
        let (id, none) = place.get();
        if none {
            return view! { <p class="muted">{words::NO_PODS}</p> }.into_any();
        }
        loaded(pods.clone(), 2, words::PODS_UNREADABLE, move |list| {
            let rows = move || {
                // The filter matches part of a word; another machine's name may contain the ID.
                list.with(|list| {
                    list.pods
                        .iter()
                        .filter(|it| it.machine_id == id)
                        .map(pod_row)
                        .collect()
                })
            };
            view! { <Tide caption=words::MY_PODS heads=HEADS rows /> }.into_any()
        })
    })
    .into_any()
}

fn pod_row(pod: &api::pods::PodSummary) -> Vec<AnyView> {
    vec![
        view! { <a href=paths::pod(pod.id)>{pod.name.clone()}</a> }.into_any(),
        // One thing, where rows are narrow and each cell puts its things apart.
        view! { <span>{pod_state_badge(pod)}</span> }.into_any(),
        pod.gpu_count.into_any(),
        format::rate(pod.micros_per_hour, 60, Period::Hour).into_any(),
    ]
}
