//! Balance, burn and runway as three figures, and what happens when money ends.

use std::sync::Arc;

use api::account::Account;
use domain::Timestamp;
use leptos::prelude::*;

use crate::data::balance_at;
use crate::text::{
    billing as words,
    format::{self, Period},
};
use crate::ui::{Time, use_now};

/// The three figures. The balance falls at each minute boundary, as the server posts.
#[component]
pub fn RunwayFigures(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let now = use_now();
    let balance =
        Memo::new(move |_| account.with(|it| balance_at(it, Timestamp::from_millis(now.get())).micros()));
    let burn = Memo::new(move |_| account.with(|it| it.burn.micros_per_hour));
    let stops_at = Memo::new(move |_| account.with(|it| it.runway.map(|it| it.pods_stop_at.millis())));
    let month = Memo::new(move |_| account.with(|it| it.month_to_date_micros));
    let runway = move || match stops_at.get() {
        Some(at_ms) => view! { <Time at_ms /> }.into_any(),
        None => words::NO_END.into_any(),
    };
    view! {
        <div class="figures">
            <div class="figure">
                <span class="figure-label">{words::BALANCE}</span>
                <span class="figure-value" title=move || format::money_exact(balance.get())>
                    {move || format::money(balance.get())}
                </span>
                <span class="figure-note">{move || words::month_to_date(month.get())}</span>
            </div>
            <div class="figure">
                <span class="figure-label">{words::BURN}</span>
                <span class="figure-value">{move || format::rate(burn.get(), 60, Period::Minute)}</span>
                <span class="figure-note">{move || format::rate(burn.get(), 60, Period::Hour)}</span>
            </div>
            <div class="figure">
                <span class="figure-label">{words::RUNWAY}</span>
                <span class="figure-value">{runway}</span>
            </div>
        </div>
        <p>{move || account.with(|it| words::runway_text(it))}</p>
    }
    .into_any()
}
