//! The columns of the list of pods.

use api::pods::{DataKind, PodSummary};
use leptos::prelude::*;

use super::{
    pod_actions::pod_row_menu,
    pod_facts::on_network,
    pod_state_badge::{pod_state_badge, pod_state_title},
};
use crate::{
    table::{Align, Cell, Column, Place, Priority, id_cell},
    text::{
        format,
        pods::{self as text, column},
    },
    ui::{Badge, Mark},
};

/// Name, state with its age, ID, hardware, place, price, data, menu. The keys of `sort` are the API's.
pub static POD_COLUMNS: [Column<PodSummary>; 8] = [
    Column {
        header: column::NAME,
        track: "minmax(8rem, 1.8fr)",
        align: Align::Start,
        priority: Priority::High,
        place: Some(Place::TopStart),
        sort: Some("name"),
        cell: Cell::Link(name),
    },
    Column {
        header: column::STATE,
        track: "minmax(13rem, 2.2fr)",
        align: Align::Start,
        priority: Priority::High,
        place: Some(Place::BottomStart),
        sort: Some("state"),
        cell: Cell::Value(state),
    },
    Column {
        header: column::ID,
        track: "5rem",
        align: Align::Start,
        priority: Priority::Low,
        place: None,
        sort: None,
        cell: Cell::Value(|pod| id_cell(&pod.id.to_string())),
    },
    Column {
        header: column::GPU,
        track: "minmax(10rem, 1.8fr)",
        align: Align::Start,
        priority: Priority::High,
        place: None,
        sort: Some("gpu"),
        cell: Cell::Value(gpus),
    },
    Column {
        header: column::MACHINE,
        track: "minmax(10rem, 1.9fr)",
        align: Align::Start,
        priority: Priority::Low,
        place: None,
        sort: Some("machine"),
        cell: Cell::Value(machine),
    },
    Column {
        header: column::PRICE,
        track: "5rem",
        align: Align::End,
        priority: Priority::High,
        place: Some(Place::TopEnd),
        sort: Some("cost"),
        // The head says per what.
        cell: Cell::Value(|pod| format::money(pod.micros_per_hour).into_any()),
    },
    Column {
        header: column::DATA,
        track: "8.5rem",
        align: Align::Start,
        priority: Priority::High,
        place: None,
        sort: None,
        cell: Cell::Value(data),
    },
    Column {
        header: column::ACTIONS,
        track: "4.5rem",
        align: Align::End,
        priority: Priority::High,
        place: Some(Place::BottomEnd),
        sort: None,
        cell: Cell::Stable(pod_row_menu),
    },
];

fn name(pod: &PodSummary) -> String {
    if pod.locked {
        text::locked_name(&pod.name)
    } else {
        pod.name.clone()
    }
}

/// What may be cut off, with the whole as its title.
fn truncated(title: String, content: AnyView) -> AnyView {
    view! {
        <span class="truncate" title=title>
            {content}
        </span>
    }
    .into_any()
}

fn state(pod: &PodSummary) -> AnyView {
    truncated(pod_state_title(pod), pod_state_badge(pod))
}

fn gpus(pod: &PodSummary) -> AnyView {
    let gpus = text::gpus(pod.gpu_type.as_deref(), pod.gpu_count);
    truncated(gpus.clone(), gpus.into_any())
}

fn machine(pod: &PodSummary) -> AnyView {
    let whole = text::place(&pod.machine_name, &pod.data_center_id, pod.cloud);
    let short = text::short_place(&pod.machine_name, &pod.data_center_id);
    truncated(whole, short.into_any())
}

/// Whether the data of a pod is out of reach: on its machine, while others use the GPUs.
pub const fn is_stranded(pod: &PodSummary) -> bool {
    matches!(pod.data, DataKind::Local) && pod.gpus_taken
}

fn data(pod: &PodSummary) -> AnyView {
    let word = text::data(on_network(pod.data), is_stranded(pod));
    if is_stranded(pod) {
        return view! { <Badge mark=Mark::Triangle label=word /> }.into_any();
    }
    word.into_any()
}
