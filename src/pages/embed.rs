//! Addresses for a frame in another page: `/embed/migrate` leads to the page of a pod that shows the case.
//!
//! Only the demo has them; what is real is not framed by strangers.

use api::pods::{DataKind, PodList};
use client::queries::ListPods;
use leptos::prelude::*;

use crate::components::go::use_go;
use crate::data::{Loadable, use_query};
use crate::paths;
use crate::shell::Page;
use crate::text::demo as words;

/// Looks for a stopped pod whose GPUs are taken and goes to the plan of its move.
#[component]
pub fn EmbedPage() -> impl IntoView {
    let pods = use_query(|| {
        Some(ListPods {
            q: "state:stopped".to_owned(),
            ..ListPods::default()
        })
    });
    let go = use_go();
    let found = pods.clone();
    // An effect that navigates: the address is the outside it touches.
    Effect::new(move |_| {
        if let Some(address) = found.value().and_then(|it| stranded(&it)) {
            go.instead(&address);
        }
    });
    let ready = Signal::derive(move || !matches!(pods.get(), Loadable::Loading));
    view! {
        <Page title=words::LOOKING ready>
            <p class="muted">{words::LOOKING_LEDE}</p>
        </Page>
    }
    .into_any()
}

fn stranded(list: &PodList) -> Option<String> {
    let shows = list.pods.iter().find(|it| {
        it.gpus_taken && it.data == DataKind::Local && it.migration.is_none() && it.queue_position.is_none()
    });
    shows.map(|it| paths::pod_migrate(it.id))
}
