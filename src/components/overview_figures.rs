//! The three figures of the overview: running pods, burn, and when funds run out.

use std::sync::Arc;

use api::account::{Account, Funds};
use leptos::prelude::*;

use crate::{
    browser::intl::{self, Moment},
    data::balance_at,
    text::{format, overview as text},
    ui::use_now,
};

/// How many pods run, of how many.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PodCount {
    /// Running ones.
    pub running: usize,
    /// All of them.
    pub all: usize,
}

/// Pods: the count is of the list.
#[component]
pub fn PodsFigure(
    /// How many.
    #[prop(into)]
    count: Signal<PodCount>,
) -> impl IntoView {
    figure(
        text::RUNNING,
        (move || format::count(count.get().running as u64)).into_any(),
        (move || text::of_pods(count.get().all)).into_any(),
    )
}

/// Burn and date: both are the account's.
#[component]
pub fn FundsFigures(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let now = use_now();
    let burn = Memo::new(move |_| account.with(|it| it.burn.micros_per_hour));
    let balance = Memo::new(move |_| {
        let now = domain::Timestamp::from_millis(now.get());
        account.with(|it| balance_at(it, now).micros())
    });
    let burn_view = view! {
        {move || format::money(burn.get())}
        <span class="unit">{text::PER_HOUR}</span>
    };
    let left = view! {
        " · "
        <span title=move || format::money_exact(balance.get())>{move || text::balance(balance.get())}</span>
    };
    view! {
        {figure(text::BURN, burn_view.into_any(), (move || text::per_day(burn.get())).into_any())}
        {runs_out_figure(account, left.into_any())}
    }
}

/// When funds end, as every page says it: the moment, and how long that is from now.
pub fn runs_out_figure(account: Signal<Arc<Account>>, more: AnyView) -> AnyView {
    let now = use_now();
    let end = Memo::new(move |_| {
        account.with(|it| match (it.funds, it.runway) {
            (Funds::Out { stopped_at }, _) => Some(stopped_at.millis()),
            (Funds::Ok | Funds::Low, runway) => runway.map(|it| it.ends_at().millis()),
        })
    });
    let date = move || match end.get() {
        Some(at) => view! {
            <time class="time" datetime=intl::iso(at) title=intl::moment(at, Moment::Full)>
                {intl::moment(at, Moment::DateTime)}
            </time>
        }
        .into_any(),
        None => text::NEVER.into_any(),
    };
    let until = Memo::new(move |_| end.get().map(|at| text::until(at, now.get())));
    let label = Memo::new(move |_| {
        account.with(|it| match (it.funds, it.runway) {
            (Funds::Ok | Funds::Low, Some(runway)) if runway.pods_stop_at.is_none() => text::STORAGE_PAID,
            (Funds::Ok | Funds::Low | Funds::Out { .. }, _) => text::RUNS_OUT,
        })
    });
    figure(
        move || label.get(),
        date.into_any(),
        (move || until.get(), more).into_any(),
    )
}

/// A figure under its name.
pub fn figure(label: impl IntoAny, value: AnyView, note: AnyView) -> AnyView {
    let label = label.into_any();
    view! {
        <div class="figure">
            <h2 class="figure-label">{label}</h2>
            <p class="figure-value">{value}</p>
            <p class="figure-note">{note}</p>
        </div>
    }
    .into_any()
}
