//! What a pod costs: now, running, stopped, so far, and part by part.

use std::sync::Arc;

use api::pods::{Meter, Pod};
use domain::{Quantity, Timestamp};
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::{
    bill,
    data::use_clock,
    paths,
    text::{
        format::{self, Period},
        pods::{self as text, page},
    },
    ui::{Definition, DefinitionRow, Time, use_now},
};

const HEADS: &[Head] = &[
    Head::text(page::WHAT),
    Head::num(page::QUANTITY),
    Head::num(page::RATE),
    Head::num(page::AMOUNT),
    Head::text(page::SINCE),
];

/// What a pod has cost so far, in micro-dollars. It grows at each minute boundary, as the ledger does.
pub fn spent(pod: Signal<Arc<Pod>>) -> Memo<i64> {
    let (now, clock) = (use_now(), use_clock());
    // The sum is of the moment the view came; from then on its open charges are counted here. The views' time rests in a
    // hidden tab, where views still come, so it does not tell that moment.
    let base = Memo::new(move |_| pod.with(|pod| (pod.cost.clone(), pod.sequence, clock())));
    Memo::new(move |_| {
        let now = Timestamp::from_millis(now.get());
        base.with(|(cost, _, at)| {
            cost.accrued_micros + bill::accrued_between(&cost.meters, *at, now.max(*at))
        })
    })
}

/// A price of so much per hour, per minute first.
pub fn per_minute_and_hour(micros_per_hour: i64) -> String {
    let rate = |period| format::rate(micros_per_hour, 60, period);
    format!("{} · {}", rate(Period::Minute), rate(Period::Hour))
}

/// Prices and sum as a list, meters as a table.
#[component]
pub fn PodCost(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let spent = spent(pod);
    let price = move |pick: fn(&Pod) -> i64| move || per_minute_and_hour(pod.with(|pod| pick(pod)));
    let meters = Memo::new(move |_| pod.with(|pod| pod.cost.meters.clone()));
    let has_meters = Memo::new(move |_| meters.with(|it| !it.is_empty()));
    let rows = move || meters.with(|it| it.iter().map(row).collect::<Vec<_>>());
    let ledger = move || paths::ledger_of_pod(pod.with(|pod| pod.summary.id));
    view! {
        <Definition>
            <DefinitionRow term=page::SPENT>
                <span class="num" title=move || format::money_exact(spent.get())>
                    {move || format::money(spent.get())}
                </span>
            </DefinitionRow>
            <DefinitionRow term=page::PRICE>
                <span class="num">{price(|pod| pod.cost.now_micros_per_hour)}</span>
            </DefinitionRow>
            <DefinitionRow term=page::RUNNING_PRICE>
                <span class="num">{price(|pod| pod.cost.running_micros_per_hour)}</span>
            </DefinitionRow>
            <DefinitionRow term=page::STOPPED_PRICE>
                <span class="num">{price(|pod| pod.cost.stopped_micros_per_hour)}</span>
            </DefinitionRow>
        </Definition>
        <Show when=move || has_meters.get() fallback=|| view! { <p class="muted">{page::NO_METERS}</p> }>
            <Tide caption=page::WHAT heads=HEADS rows />
        </Show>
        <p>
            <a href=ledger>{page::LEDGER}</a>
        </p>
    }
    .into_any()
}

fn row(meter: &Meter) -> Vec<AnyView> {
    let period = if meter.per_minutes == 60 {
        Period::Hour
    } else {
        Period::Month
    };
    let per_hour = bill::meter_rate(meter)
        .per_hour(Quantity(meter.quantity))
        .micros();
    vec![
        text::resource(&meter.resource).to_owned().into_any(),
        format::count(u64::from(meter.quantity)).into_any(),
        format::rate(meter.rate_micros, meter.per_minutes, period).into_any(),
        view! { <span title=format::money_exact(per_hour)>{format::money(per_hour)}</span> }.into_any(),
        view! { <Time at_ms=meter.opened_at.millis() /> }.into_any(),
    ]
}
