//! The bill beside the form: what the pod on the screen would cost, and what it does to the funds.

use std::sync::Arc;

use api::account::Account;
use api::catalog::Offers;
use domain::Timestamp;
use leptos::prelude::*;

use super::fields::{Bounds, COUNT, CPU, DISK, DataChoice, Fields, VCPUS, VOLUME};
use super::hardware::chosen_offer;
use crate::{
    bill::{Bill, Wish, bill},
    components::loaded::loaded,
    data::{QueryHandle, balance_at},
    text::{
        deploy as text,
        format::{self, Period},
        overview,
    },
    ui::{Definition, DefinitionRow, Time, use_now},
};

const MINUTE_MS: i64 = 60_000;

/// What the fields ask for; `None` while the hardware is not chosen or a number is wrong. Tracked.
fn wish(fields: Fields, offers: Signal<Arc<Offers>>) -> Option<Wish> {
    let typed = |field: RwSignal<String>, bounds: Bounds| field.with(|it| bounds.read(it).ok());
    let (unit_micros_per_hour, units) = if fields.gpu.with(|it| it == CPU) {
        (
            offers.with(|it| it.prices.vcpu_micros_per_hour),
            typed(fields.vcpus, VCPUS)?,
        )
    } else {
        (
            chosen_offer(fields, offers)?.micros_per_hour,
            typed(fields.count, COUNT)?,
        )
    };
    let volume_gb = if fields.data.get() == DataChoice::Pod {
        typed(fields.volume_gb, VOLUME)?
    } else {
        0
    };
    Some(Wish {
        unit_micros_per_hour,
        units,
        container_gb: typed(fields.disk_gb, DISK)?,
        volume_gb,
    })
}

/// The bill; it follows every choice.
pub fn side_bill(fields: Fields, offers: Signal<Arc<Offers>>, account: QueryHandle<Account>) -> AnyView {
    let view = move |account: Signal<Arc<Account>>| {
        let clock = use_now();
        // Charges fall due at minutes; between two of them the bill stays as it is.
        let now = Memo::new(move |_| Timestamp::from_millis(clock.get() / MINUTE_MS * MINUTE_MS));
        let bill = Memo::new(move |_| {
            let (wish, now) = (wish(fields, offers)?, now.get());
            Some(offers.with(|offers| account.with(|account| bill(&wish, &offers.prices, account, now))))
        });
        let balance = move || format::money(account.with(|it| balance_at(it, now.get()).micros()));
        (move || match bill.get() {
            None => view! { <p class="muted">{text::CHOOSE_GPU}</p> }.into_any(),
            Some(bill) => bill_view(bill, balance()),
        })
        .into_any()
    };
    view! {
        <aside class="deploy-bill" aria-label=text::BILL>
            <div class="stack">
                <h2>{text::BILL}</h2>
                {loaded(account, 6, overview::ACCOUNT_FAILED, view)}
            </div>
        </aside>
    }
    .into_any()
}

fn bill_view(bill: Bill, balance: String) -> AnyView {
    let rate = move |period| text::rate(bill.running_micros_per_hour, period);
    let ends = match bill.runway {
        Some(it) => view! { <Time at_ms=it.ends_at().millis() /> }.into_any(),
        None => text::NEVER.into_any(),
    };
    let later = if bill.funds_after_day.is_negative() {
        text::STOPS_BEFORE.to_owned()
    } else {
        format::money(bill.funds_after_day.micros())
    };
    let row = |term: &'static str, value: AnyView| view! { <DefinitionRow term>{value}</DefinitionRow> };
    view! {
        <Definition>
            {row(text::PER_MINUTE, rate(Period::Minute).into_any())}
            {row(text::BILL_PER_HOUR, rate(Period::Hour).into_any())} {row(text::PER_DAY, rate(Period::Day).into_any())}
            {row(text::STOPPED, text::rate(bill.stopped_micros_per_hour, Period::Day).into_any())}
            {row(text::FUNDS_NOW, balance.into_any())}
            {row(text::FUNDS_LATER, later.into_any())}
            {row(text::RUNS_OUT, ends)}
        </Definition>
    }
    .into_any()
}
