//! Every way to reach a pod, and which of them a move changes.

use std::sync::Arc;

use api::pods::Pod;
use domain::endpoints::ChangeKind;
use domain::pod::PortKind;
use leptos::prelude::*;

use super::tide::{Head, Tide, TideRows};
use crate::{
    text::pods::{self as text, page},
    ui::{CopyButton, Copyable},
};

// every address belongs to the pod ID or to the machine, so the head says once what a move does to them.
const HEADS: &[Head] = &[Head::text(page::WAY), Head::text(page::ADDRESS)];

/// A table of addresses, each with a copy button.
#[component]
pub fn ConnectList(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let ways = move || pod.with(ways);
    let rows = TideRows::keyed(ways, |it| (it.kind, it.port, it.is_url), row);
    view! { <Tide caption=page::CONNECT heads=HEADS rows /> }
}

/// One way in.
#[derive(Clone, PartialEq)]
struct Way {
    kind: ChangeKind,
    port: Option<u16>,
    /// None while it is assigned at start.
    address: Option<String>,
    /// Whether the address can be opened in a browser.
    is_url: bool,
}

fn ways(pod: &Arc<Pod>) -> Vec<Way> {
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

fn row(way: Signal<Way>) -> Vec<AnyView> {
    let (name, is_url) = way.with_untracked(|it| (text::way(it.kind, it.port), it.is_url));
    let what = name.clone();
    let is_known = Memo::new(move |_| way.with(|it| it.address.is_some()));
    // While there is none yet, nothing reads it.
    let address = Signal::derive(move || way.with(|it| it.address.clone().unwrap_or_default()));
    let cell = move || {
        let what = what.clone();
        match (is_known.get(), is_url) {
            (true, true) => view! {
                <a class="mono" href=address rel="external noopener" target="_blank">{address}</a>
                <CopyButton text=address what />
            }
            .into_any(),
            (true, false) => view! { <Copyable text=address what /> }.into_any(),
            (false, _) => view! { <span class="muted">{page::ASSIGNED_AT_START}</span> }.into_any(),
        }
    };
    vec![name.into_any(), cell.into_any()]
}
