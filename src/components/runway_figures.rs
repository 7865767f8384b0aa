//! Balance, burn and runway as three figures, and what happens when money ends.

use std::sync::Arc;

use api::account::Account;
use domain::Timestamp;
use leptos::prelude::*;

use super::overview_figures::{figure, runs_out_figure};
use crate::bill::month_to_date;
use crate::data::balance_at;
use crate::text::{
    billing as words,
    format::{self, Period},
};
use crate::ui::use_now;

/// The three figures. What is left and what was charged move at each minute boundary, as the server posts.
#[component]
pub fn RunwayFigures(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let now = use_now();
    let at_now = move |figure: fn(&Account, Timestamp) -> i64| {
        Memo::new(move |_| account.with(|it| figure(it, Timestamp::from_millis(now.get()))))
    };
    let balance = at_now(|account, now| balance_at(account, now).micros());
    let month = at_now(month_to_date);
    let burn = Memo::new(move |_| account.with(|it| it.burn.micros_per_hour));
    let balance_view = view! {
        <span title=move || format::money_exact(balance.get())>{move || format::money(balance.get())}</span>
    };
    let per = move |period| move || format::rate(burn.get(), 60, period);
    view! {
        <div class="figures">
            {figure(
                words::BALANCE,
                balance_view.into_any(),
                (move || words::month_to_date(month.get())).into_any(),
            )}
            {figure(words::BURN, per(Period::Minute).into_any(), per(Period::Hour).into_any())}
            {runs_out_figure(account, ().into_any())}
        </div>
        <p>{move || account.with(|it| words::runway_text(it))}</p>
    }
    .into_any()
}
