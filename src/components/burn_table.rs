//! What is charged now, part by part, each per minute, hour and day.

use std::sync::Arc;

use api::account::Account;
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::text::billing as words;

const HEADS: &[Head] = &[
    Head::text(words::label::PART),
    Head::num(words::label::PER_MINUTE),
    Head::num(words::label::PER_HOUR),
    Head::num(words::label::PER_DAY),
];

/// The parts of the burn and their sum.
#[component]
pub fn BurnTable(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let parts = Memo::new(move |_| account.with(|it| (words::burn_parts(it), it.burn.micros_per_hour)));
    let row = |name: &'static str, micros: i64| {
        let mut cells = vec![name.into_any()];
        cells.extend(words::per_periods(micros).map(IntoAny::into_any));
        cells
    };
    let rows = move || {
        let (parts, total) = parts.get();
        parts
            .into_iter()
            .chain([(words::IN_ALL, total)])
            .map(|(name, micros)| row(name, micros))
            .collect::<Vec<_>>()
    };
    view! { <Tide caption=words::PARTS heads=HEADS rows /> }
}
