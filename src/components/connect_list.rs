//! Every way to reach a pod, and which of them a move changes.

use std::sync::Arc;

use api::pods::Pod;
use domain::endpoints::ChangeKind;
use domain::pod::PortKind;
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::{
    text::pods::{self as text, page},
    ui::{Badge, Copyable, Mark},
};

const HEADS: &[Head] = &[
    Head::text(page::WAY),
    Head::text(page::ADDRESS),
    Head::text(page::AFTER_A_MOVE),
];

/// A table of addresses, each with a copy button and its mark.
#[component]
pub fn ConnectList(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let rows = move || pod.with(|pod| ways(pod).into_iter().map(row).collect::<Vec<_>>());
    view! { <Tide caption=page::CONNECT heads=HEADS rows /> }
}

/// One way in.
struct Way {
    kind: ChangeKind,
    port: Option<u16>,
    /// None while it is assigned at start.
    address: Option<String>,
    /// Whether the address can be opened in a browser.
    is_url: bool,
}

fn ways(pod: &Pod) -> Vec<Way> {
    let ports = pod.endpoints.iter().map(|it| Way {
        kind: match it.kind {
            PortKind::Http => ChangeKind::ProxyUrl,
            PortKind::Tcp => ChangeKind::PortMapping,
        },
        port: Some(it.private),
        address: it.address.clone(),
        is_url: it.kind == PortKind::Http,
    });
    let plain = |kind, address: Option<String>| Way {
        kind,
        port: None,
        address,
        is_url: false,
    };
    let ssh = pod.ssh.clone().map(|it| plain(ChangeKind::SshEndpoint, Some(it)));
    let ip = pod
        .public_ip
        .clone()
        .map(|it| plain(ChangeKind::PublicIp, Some(it)));
    let rest = [
        plain(ChangeKind::InternalDns, Some(pod.internal_dns.clone())),
        plain(ChangeKind::PodId, Some(pod.summary.id.to_string())),
    ];
    ssh.into_iter().chain(ports).chain(ip).chain(rest).collect()
}

fn row(way: Way) -> Vec<AnyView> {
    let name = text::way(way.kind, way.port);
    let address = match way.address {
        Some(url) if way.is_url => view! {
            <a class="mono" href=url.clone() rel="external noopener" target="_blank">{url.clone()}</a>
            <crate::ui::CopyButton text=url what=name.clone() />
        }
        .into_any(),
        Some(text) => view! { <Copyable text what=name.clone() /> }.into_any(),
        None => view! { <span class="muted">{page::ASSIGNED_AT_START}</span> }.into_any(),
    };
    // all of these belong to the pod ID or to the machine.
    let mark = view! { <Badge mark=Mark::Triangle label=text::CHANGES_WITH_A_MOVE /> }.into_any();
    vec![name.into_any(), address, mark]
}
