//! The sum that proves the balance: credits − entries = balance, to the micro-dollar.

use std::sync::Arc;

use api::account::Ledger;
use client::queries::GetLedger;
use domain::limits;
use leptos::prelude::*;

use crate::data::{Loadable, use_query};
use crate::text::{
    billing::{self as words, Statement},
    format,
};

/// Lines read for the sum; with more, the statement begins with the balance before the oldest of them.
const LINES_MAX: usize = 10 * limits::PAGE_ROWS_MAX;

/// How far the sum has come.
#[derive(Clone, PartialEq)]
struct Sum {
    statement: Statement,
    lines: usize,
    /// The page that comes next; none once every line is in the sum.
    next: Option<String>,
}

impl Sum {
    /// The sum of one page. `None` for a page without lines, or one that does not add up.
    fn of(page: &Ledger) -> Option<Self> {
        let next = page.pagination.next_cursor.clone();
        Some(Self {
            statement: words::statement(&page.lines)?,
            lines: page.lines.len(),
            next,
        })
    }

    /// This sum and that of the page below it. `None` if the page is not the one below.
    fn with(&self, older: &Self) -> Option<Self> {
        let statement = self.statement.joined(&older.statement)?;
        Some(Self {
            statement,
            lines: self.lines + older.lines,
            next: older.next.clone(),
        })
    }
}

/// The statement of the whole ledger, read page after page.
#[component]
pub fn LedgerStatement(
    /// The newest lines of the whole account.
    #[prop(into)]
    ledger: Signal<Arc<Ledger>>,
) -> impl IntoView {
    let newest = Memo::new(move |_| ledger.with(|it| Sum::of(it)));
    // New lines on top begin the sum anew.
    move || newest.get().map(sum_view)
}

fn sum_view(newest: Sum) -> AnyView {
    let sum = RwSignal::new(newest);
    let cursor = Memo::new(move |_| sum.with(|it| it.next.clone().filter(|_| it.lines < LINES_MAX)));
    let limit = u32::try_from(limits::PAGE_ROWS_MAX).unwrap_or(u32::MAX);
    let older = use_query(move || {
        cursor.get().map(|it| GetLedger {
            limit,
            cursor: Some(it),
            ..GetLedger::default()
        })
    });
    Effect::new(move |_| {
        // An effect that sets a signal: each page leads to the next. A page that was added already does not join below
        // itself, so none is counted twice.
        if let Loadable::Ready {
            value,
            refreshing: false,
            ..
        } = older.get()
            && let Some(joined) = Sum::of(&value).and_then(|page| sum.with_untracked(|sum| sum.with(&page)))
        {
            sum.set(joined);
        }
    });
    (move || sum.with(|it| statement_view(&it.statement, it.next.is_some()))).into_any()
}

fn statement_view(statement: &Statement, more: bool) -> AnyView {
    let row = |sign: &'static str, name: &'static str, micros: i64| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num">{sign} " " {format::money_exact(micros)}</td>
            </tr>
        }
    };
    // Once every line is here there is nothing before the first one.
    let opening = more.then(|| row("", words::OPENING, statement.opening.micros()));
    let plus = if more { "+" } else { "" };
    view! {
        <table class="tide ledger-statement">
            <caption class="visually-hidden">{words::STATEMENT}</caption>
            <tbody>
                {opening} {row(plus, words::CREDITS, statement.credits.micros())}
                {row("−", words::ENTRIES, statement.entries.micros())}
                {row("=", words::POSTED_BALANCE, statement.closing.micros())}
            </tbody>
        </table>
        <p class="muted">{if more { words::STATEMENT_OF_PAGE } else { words::STATEMENT_OF_ALL }}</p>
    }
    .into_any()
}
