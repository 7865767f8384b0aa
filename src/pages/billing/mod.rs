//! Balance, what is charged now, and every line that was.

mod ledger;
mod usage;

use std::sync::Arc;

use api::account::Account;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::loaded::loaded;
use crate::components::runway_figures::RunwayFigures;
use crate::data::use_account;
use crate::paths::{self, BillingTab};
use crate::shell::Page;
use crate::text::billing as words;
use crate::ui::{Tab, Tabs};

/// `/billing?tab=usage|ledger`.
#[component]
pub fn BillingPage() -> impl IntoView {
    let query = use_query_map();
    let tab = Memo::new(move |_| {
        query
            .with(|it| it.get(paths::TAB))
            .and_then(|it| it.parse::<BillingTab>().ok())
            .unwrap_or(BillingTab::Usage)
    });
    let account = use_account();
    let ready = account.settled();
    let content = loaded(account, 6, words::UNREADABLE, move |account| {
        content_view(account, tab)
    });
    view! {
        <Page title=words::TITLE ready lede=Some(words::LEDE.to_owned())>
            {content}
        </Page>
    }
    .into_any()
}

fn content_view(account: Signal<Arc<Account>>, tab: Memo<BillingTab>) -> AnyView {
    let one = |label: &str, tab| Tab {
        label: label.to_owned(),
        href: paths::billing_tab(tab),
        count: None,
    };
    let tabs = vec![
        one(words::USAGE, BillingTab::Usage),
        one(words::LEDGER, BillingTab::Ledger),
    ];
    view! {
        <RunwayFigures account />
        <Tabs label=words::PARTS_OF_PAGE tabs current=Signal::derive(move || paths::billing_tab(tab.get())) />
        {move || match tab.get() {
            BillingTab::Usage => usage::view_of(account),
            BillingTab::Ledger => ledger::view_of(account),
        }}
    }
    .into_any()
}
