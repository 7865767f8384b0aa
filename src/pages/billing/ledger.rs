//! The ledger: lines page by page, the total of the filter, and the statement of the newest lines.

use std::sync::Arc;

use api::account::{Account, Ledger};
use client::queries::{GetLedger, Granularity};
use domain::{PodId, VolumeId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::ledger_statement::LedgerStatement;
use crate::components::ledger_table::LedgerTable;
use crate::components::loaded::loaded;
use crate::components::section::section;
use crate::data::{Loadable, QueryHandle, use_query};
use crate::paths::{self, BillingTab};
use crate::statement::Newest;
use crate::text::{billing as words, format};
use crate::ui::{Button, ButtonLink, ButtonSize, Empty};

/// Lines of a page: enough for a day of a few pods, and drawn at once.
const PAGE_LINES: u32 = 100;

#[derive(Clone, PartialEq)]
struct Filter {
    pod_id: Option<PodId>,
    volume_id: Option<VolumeId>,
}

impl Filter {
    const fn is_set(&self) -> bool {
        self.pod_id.is_some() || self.volume_id.is_some()
    }

    fn page(&self, cursor: Option<String>) -> GetLedger {
        let (pod_id, volume_id) = (self.pod_id, self.volume_id);
        GetLedger {
            pod_id,
            volume_id,
            granularity: Granularity::Span,
            limit: PAGE_LINES,
            cursor,
            from: None,
            to: None,
        }
    }
}

pub(super) fn view_of(account: Signal<Arc<Account>>) -> AnyView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|it| Filter {
            pod_id: it.get(paths::POD).and_then(|it| it.parse().ok()),
            volume_id: it.get(paths::VOLUME).and_then(|it| it.parse().ok()),
        })
    });
    // Another filter is another list: its pages begin anew.
    (move || filtered_view(filter.get(), account)).into_any()
}

fn filtered_view(filter: Filter, account: Signal<Arc<Account>>) -> AnyView {
    let is_set = filter.is_set();
    let chip = is_set.then(|| {
        let what = [
            filter.pod_id.map(|it| it.to_string()),
            filter.volume_id.map(|it| it.to_string()),
        ];
        let only = words::only_of(&what.into_iter().flatten().collect::<Vec<_>>().join(", "));
        view! {
            <div class="filter-bar">
                <span>{only}</span>
                <ButtonLink
                    label=words::ALL_LINES
                    href=paths::billing_tab(BillingTab::Ledger)
                    size=ButtonSize::Small
                />
            </div>
        }
    });
    let first = use_query({
        let filter = filter.clone();
        move || Some(filter.page(None))
    });
    let again = first.clone();
    let on_retry = Callback::new(move |()| again.refetch());
    let content = loaded(first, 12, words::LEDGER_UNREADABLE, move |ledger| {
        let none = Memo::new(move |_| ledger.with(|it| it.lines.is_empty()));
        let filter = filter.clone();
        (move || {
            if none.get() {
                return view! { <Empty title=words::NO_LINES purpose=words::NO_LINES_TEXT /> }.into_any();
            }
            let head = if is_set {
                let total = move || ledger.with(|it| format::money_exact(it.total_micros));
                view! { <p>{words::TOTAL} ": " <strong class="num">{total}</strong></p> }.into_any()
            } else {
                let proof = view! { <LedgerStatement ledger account on_retry /> };
                section(words::STATEMENT, proof.into_any())
            };
            view! {
                {head}
                {lines_view(ledger, filter.clone())}
            }
            .into_any()
        })
        .into_any()
    });
    view! {
        {chip}
        {content}
    }
    .into_any()
}

/// The newest lines, and below them the older ones that were asked for.
fn lines_view(ledger: Signal<Arc<Ledger>>, filter: Filter) -> AnyView {
    let newest = Memo::new(move |before: Option<&Newest>| ledger.with(|it| Newest::renewed(before, it)));
    let below = Memo::new(move |_| newest.with(|it| it.next.clone()));
    // It changes only where the list begins anew; older pages would then stand below a hole.
    (move || {
        below.with(|_| ());
        pages_view(newest, filter.clone())
    })
    .into_any()
}

/// All lines in one table, each older page read when it is asked for.
fn pages_view(newest: Memo<Newest>, filter: Filter) -> AnyView {
    let older = RwSignal::new(Vec::<QueryHandle<Ledger>>::new());
    let lines = Memo::new(move |_| {
        let mut lines = newest.with(|it| it.lines.clone());
        older.with(|pages| {
            for page in pages {
                page.with(|it| lines.extend(it.value().into_iter().flat_map(|it| it.lines.iter().cloned())));
            }
        });
        lines
    });
    let next = Memo::new(move |_| {
        older.with(|pages| match pages.last() {
            Some(page) => page.with(|it| it.value()?.pagination.next_cursor.clone()),
            None => newest.with(|it| it.next.clone()),
        })
    });
    // A page lives as long as the list, not as long as the press that asked for it.
    let owner = Owner::current();
    let on_press = Callback::new(move |()| {
        let (Some(owner), Some(cursor)) = (&owner, next.get_untracked()) else {
            return;
        };
        let query = filter.page(Some(cursor));
        let page = owner.with(|| use_query(move || Some(query.clone())));
        older.update(|pages| pages.push(page));
    });
    // Each page is drawn in the table; what stands below is why one is not there yet.
    let unread = move || {
        older.with(|pages| {
            pages
                .last()
                .map(|page| loaded(page.clone(), 6, words::LEDGER_UNREADABLE, |_| ().into_any()))
        })
    };
    let pending = Memo::new(move |_| {
        older.with(|pages| pages.last().is_some_and(|page| page.with(Loadable::is_loading)))
    });
    // The button stays while its page is read, and with it the focus.
    let more = Memo::new(move |_| pending.get() || next.with(Option::is_some));
    let button = move || {
        more.get().then(|| {
            view! { <div class="cluster"><Button label=words::MORE pending on_press=move || on_press.run(()) /></div> }
        })
    };
    view! {
        <LedgerTable lines />
        {unread}
        {button}
    }
    .into_any()
}
