//! The meters that run, counted in the page by the server's own rule: quantity × rate, minute by minute.

use std::sync::Arc;

use api::account::{Account, AccountMeter, MoreMeters};
use domain::Timestamp;
use leptos::prelude::*;

use crate::paths;
use crate::text::{
    billing as words,
    format::{self, Period},
};
use crate::ui::{Time, use_now};

/// Every open charge of the account with its running amount.
#[component]
pub fn MeterTable(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let now = use_now();
    // The amounts move at minute boundaries only, so this is what the cells follow, not the second.
    let minute = Memo::new(move |_| Timestamp::from_millis(now.get()).boundary_at_or_after());
    let meters = Memo::new(move |_| account.with(|it| it.meters.clone()));
    let rows = move || meters.with(|it| it.iter().map(|it| row_view(it, minute)).collect_view());
    let more = Memo::new(move |_| account.with(|it| it.more_meters));
    let none = Memo::new(move |_| meters.with(Vec::is_empty) && more.with(|it| it.count == 0));
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="muted">{words::NO_METERS}</p> }>
            <table class="tide" data-stack="">
                <caption class="visually-hidden">{words::METERS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::label::POD_OR_VOLUME}</th>
                        <th scope="col">{words::label::FOR}</th>
                        <th scope="col" class="num">{words::label::QUANTITY_RATE}</th>
                        <th scope="col">{words::label::RUNS}</th>
                        <th scope="col" class="num">{words::label::MINUTES}</th>
                        <th scope="col" class="num">{words::label::SO_FAR}</th>
                        <th scope="col" class="num">{words::label::NOT_POSTED_YET}</th>
                    </tr>
                </thead>
                <tbody>{rows} {move || more_view(more.get())}</tbody>
            </table>
        </Show>
    }
    .into_any()
}

/// The charges that are not listed, so that the table sums to the burn.
fn more_view(more: MoreMeters) -> Option<AnyView> {
    (more.count > 0).then(|| {
        view! {
            <tr data-muted="">
                <th scope="row">{words::more_meters(more.count)}</th>
                <td></td>
                <td class="num" data-label=words::label::QUANTITY_RATE>
                    {format::rate(more.micros_per_hour, 60, Period::Hour)}
                </td>
                <td colspan="4"></td>
            </tr>
        }
        .into_any()
    })
}

fn row_view(it: &AccountMeter, minute: Memo<i64>) -> AnyView {
    let (meter, posted) = (it.meter.clone(), it.posted_micros);
    let price = words::quantity_times_rate(
        &meter.resource,
        meter.quantity,
        meter.rate_micros,
        meter.per_minutes,
    );
    let (resource, opened_ms) = (words::resource(&meter.resource), meter.opened_at.millis());
    let accrued = Memo::new(move |_| {
        // Up to the next boundary nothing more is charged than at this moment.
        let (minutes, amount) = words::accrued(&meter, Timestamp::from_boundary(minute.get()));
        (minutes, amount.micros())
    });
    let amount = move |pick: fn(i64, i64) -> i64| {
        let value = Memo::new(move |_| pick(accrued.get().1, posted));
        move || format::money_exact(value.get())
    };
    let href = it
        .pod_id
        .map(paths::pod)
        .or_else(|| it.volume_id.map(paths::volume));
    let name = it.name.clone();
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=words::label::FOR>{resource}</td>
            <td class="num" data-label=words::label::QUANTITY_RATE>{price}</td>
            <td data-label=words::label::RUNS>
                <Time at_ms=opened_ms />
            </td>
            <td class="num" data-label=words::label::MINUTES>{move || format::count(accrued.get().0)}</td>
            <td class="num" data-label=words::label::SO_FAR>{amount(|all, _| all)}</td>
            <td class="num" data-label=words::label::NOT_POSTED_YET>{amount(|all, posted| all - posted)}</td>
        </tr>
    }
    .into_any()
}
