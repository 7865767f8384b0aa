//! The strip under a pod's name: state, machine, price, spent, and what could happen to its data.

use std::sync::Arc;

use api::pods::{DataKind, Pod};
use leptos::prelude::*;

use super::{
    pod_columns::is_stranded,
    pod_cost::{per_minute_and_hour, spent},
    pod_state_badge::pod_state_line,
};
use crate::{
    paths,
    text::{
        format,
        pods::{self as text, page},
    },
    ui::{Copyable, Definition, DefinitionRow, Progress, Time},
};

/// What one looks at first.
#[component]
pub fn PodSummaryStrip(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let spent = spent(pod);
    let id = Signal::derive(move || pod.with(|pod| pod.summary.id.to_string()));
    let short = Signal::derive(move || Some(format::short_id(&id.get())));
    let machine = move || {
        pod.with(|pod| {
            let it = &pod.summary;
            let place = text::place(&it.machine_name, &it.data_center_id, it.cloud);
            view! { <a href=paths::machine(it.machine_id)>{place}</a> }
        })
    };
    let gpus = move || pod.with(|pod| text::gpus(pod.summary.gpu_type.as_deref(), pod.summary.gpu_count));
    let price = move || pod.with(|pod| per_minute_and_hour(pod.cost.now_micros_per_hour));
    let created = Signal::derive(move || pod.with(|pod| pod.summary.created_at.millis()));
    view! {
        <section class="pod-summary" aria-label=page::SUMMARY>
            <Definition>
                <DefinitionRow term=page::STATE>{move || pod.with(|pod| pod_state_line(&pod.summary))}</DefinitionRow>
                <DefinitionRow term=page::MACHINE>{machine}</DefinitionRow>
                <DefinitionRow term=page::GPUS>{gpus}</DefinitionRow>
                <DefinitionRow term=page::PRICE>{price}</DefinitionRow>
            </Definition>
            <Definition>
                <DefinitionRow term=page::SPENT>
                    <span title=move || format::money_exact(spent.get())>{move || format::money(spent.get())}</span>
                </DefinitionRow>
                <DefinitionRow term=page::DATA>{move || pod.with(|pod| risk(pod))}</DefinitionRow>
                <DefinitionRow term=page::ID>
                    <Copyable text=id what=page::ID shown=short />
                </DefinitionRow>
                <DefinitionRow term=page::CREATED>
                    <Time at_ms=created />
                </DefinitionRow>
            </Definition>
        </section>
        {pull(pod)}
    }
    .into_any()
}

/// What could strand or erase the pod's data.
const fn risk(pod: &Pod) -> &'static str {
    match pod.summary.data {
        DataKind::Network => text::RISK_NETWORK,
        DataKind::Local if is_stranded(&pod.summary) => text::RISK_STRANDED,
        DataKind::Local => text::RISK_LOCAL,
        DataKind::None => text::RISK_NONE,
    }
}

/// The progress of the image while it is pulled.
fn pull(pod: Signal<Arc<Pod>>) -> impl IntoView {
    let pulls = Memo::new(move |_| pod.with(|pod| pod.pull.is_some()));
    let progress = move || pod.with(|pod| pod.pull);
    let share = Signal::derive(move || {
        // Bytes of an image stay far below 2^53, so nothing visible is lost.
        progress()
            .filter(|it| it.bytes_total > 0)
            .map(|it| it.bytes_done as f64 / it.bytes_total as f64)
    });
    let value = Signal::derive(move || {
        progress().map_or_else(String::new, |it| text::pulled(it.bytes_done, it.bytes_total))
    });
    view! {
        <Show when=move || pulls.get()>
            <Progress label=page::PULL share value />
        </Show>
    }
}
