//! What is charged now, meter by meter, and how money gets in.

use std::sync::Arc;

use api::account::Account;
use leptos::prelude::*;

use crate::components::burn_table::BurnTable;
use crate::components::meter_table::MeterTable;
use crate::components::section::section;
use crate::forms::credit_create::CreditCreate;
use crate::text::billing as words;

pub(super) fn view_of(account: Signal<Arc<Account>>) -> AnyView {
    let operator = Memo::new(move |_| account.with(|it| it.operator));
    let meters = view! {
        <p class="muted">{words::METERS_LEDE}</p>
        <MeterTable account />
    };
    let top_up = view! {
        <p>{words::TOP_UP_TEXT}</p>
        {move || operator.get().then(|| view! { <CreditCreate /> })}
    };
    view! {
        {section(words::PARTS, view! { <BurnTable account /> }.into_any())}
        {section(words::METERS, meters.into_any())}
        {section(words::TOP_UP, top_up.into_any())}
    }
    .into_any()
}
