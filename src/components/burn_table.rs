//! What is charged now, part by part, each per minute, hour and day.

use std::sync::Arc;

use api::account::Account;
use leptos::prelude::*;

use crate::text::billing::{self as words, label};

/// The parts of the burn and their sum.
#[component]
pub fn BurnTable(
    /// The account.
    #[prop(into)]
    account: Signal<Arc<Account>>,
) -> impl IntoView {
    let parts = Memo::new(move |_| account.with(|it| words::burn_parts(it)));
    let total = Memo::new(move |_| account.with(|it| it.burn.micros_per_hour));
    let row = |(name, micros): (&'static str, i64)| {
        let heads = [label::PER_MINUTE, label::PER_HOUR, label::PER_DAY];
        let cells = heads.into_iter().zip(words::per_periods(micros));
        view! {
            <tr>
                <th scope="row">{name}</th>
                {cells
                    .map(|(head, text)| view! { <td class="num" data-label=head>{text}</td> })
                    .collect_view()}
            </tr>
        }
    };
    view! {
        <table class="tide" data-stack="">
            <caption class="visually-hidden">{words::PARTS}</caption>
            <thead>
                <tr>
                    <th scope="col">{label::PART}</th>
                    <th scope="col" class="num">{label::PER_MINUTE}</th>
                    <th scope="col" class="num">{label::PER_HOUR}</th>
                    <th scope="col" class="num">{label::PER_DAY}</th>
                </tr>
            </thead>
            <tbody>{move || parts.get().map(row).collect_view()}</tbody>
            <tfoot>{move || row((words::IN_ALL, total.get()))}</tfoot>
        </table>
    }
    .into_any()
}
