//! The ledger: lines page by page, the total of the filter, and the statement of the newest lines.

use std::sync::Arc;

use api::account::Ledger;
use client::queries::{GetLedger, Granularity};
use domain::{PodId, VolumeId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::ledger_statement::LedgerStatement;
use crate::components::ledger_table::LedgerTable;
use crate::components::loaded::loaded;
use crate::components::section::section;
use crate::data::use_query;
use crate::paths::{self, BillingTab};
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

pub(super) fn view_of() -> AnyView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|it| Filter {
            pod_id: it.get(paths::POD).and_then(|it| it.parse().ok()),
            volume_id: it.get(paths::VOLUME).and_then(|it| it.parse().ok()),
        })
    });
    // Another filter is another list: its pages begin anew.
    (move || filtered_view(filter.get())).into_any()
}

fn filtered_view(filter: Filter) -> AnyView {
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
    let content = loaded(first, 12, words::LEDGER_UNREADABLE, move |ledger| {
        let none = Memo::new(move |_| ledger.with(|it| it.lines.is_empty()));
        let filter = filter.clone();
        (move || {
            if none.get() {
                return view! { <Empty title=words::NO_LINES purpose=words::NO_LINES_TEXT /> }.into_any();
            }
            let total = move || ledger.with(|it| format::money_exact(it.total_micros));
            let proof =
                (!is_set).then(|| section(words::STATEMENT, view! { <LedgerStatement ledger /> }.into_any()));
            view! {
                {proof}
                <p>{words::TOTAL} ": " <strong class="num">{total}</strong></p>
                {page_view(ledger, filter.clone())}
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

/// A page of lines, and below it, once asked for, the next one.
fn page_view(ledger: Signal<Arc<Ledger>>, filter: Filter) -> AnyView {
    let next = Memo::new(move |_| ledger.with(|it| it.pagination.next_cursor.clone()));
    // The cursor as it was when it was pressed: new lines on top move the pages, and an older page must not shift.
    let opened = RwSignal::new(None::<String>);
    let below = move || match opened.get() {
        Some(cursor) => {
            let (query, filter) = (filter.page(Some(cursor)), filter.clone());
            let older = use_query(move || Some(query.clone()));
            Some(loaded(older, 6, words::LEDGER_UNREADABLE, move |it| {
                page_view(it, filter.clone())
            }))
        }
        None => next.get().map(|cursor| {
            let on_press = move || opened.set(Some(cursor.clone()));
            view! { <div class="cluster"><Button label=words::MORE on_press /></div> }.into_any()
        }),
    };
    view! {
        <LedgerTable ledger />
        {below}
    }
    .into_any()
}
