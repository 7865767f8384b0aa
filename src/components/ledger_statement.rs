//! The sum that proves the balance, from the first credit to the balance of now, to the micro-dollar.

use std::sync::Arc;

use api::account::{Account, Ledger};
use client::queries::GetLedger;
use domain::{Timestamp, limits};
use leptos::prelude::*;

use super::loaded::failure;
use crate::data::{Loadable, balance_at, use_query};
use crate::statement::Sum;
use crate::text::{billing as words, format};
use crate::ui::{Failure, use_now};

/// Lines read for the sum; with more, the statement begins with the balance before the oldest of them.
const LINES_MAX: usize = 10 * limits::PAGE_ROWS_MAX;

/// The statement of the whole ledger, read page after page down from the newest line; new lines are added on top.
#[component]
pub fn LedgerStatement(
    /// The newest lines of the whole account.
    #[prop(into)]
    ledger: Signal<Arc<Ledger>>,
    /// The account, for the minutes that have no line yet.
    #[prop(into)]
    account: Signal<Arc<Account>>,
    /// Reads the newest lines again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    // None while the lines do not add up.
    let sum = RwSignal::new(ledger.with_untracked(|it| Sum::of(it)));
    let put = move |new: Option<Sum>| {
        if sum.with_untracked(|it| *it != new) {
            sum.set(new);
        }
    };
    let cursor = Memo::new(move |_| {
        sum.with(|it| {
            let it = it.as_ref().filter(|it| it.lines < LINES_MAX)?;
            it.next.clone()
        })
    });
    let limit = u32::try_from(limits::PAGE_ROWS_MAX).unwrap_or(u32::MAX);
    let older = use_query(move || {
        cursor.get().map(|it| GetLedger {
            limit,
            cursor: Some(it),
            ..GetLedger::default()
        })
    });
    // Effects that set a signal: each page leads to the next, and what is added up already is not read again.
    Effect::new(move |_| {
        put(ledger.with(|page| match sum.get_untracked() {
            Some(sum) => sum.with_newer(page),
            None => Sum::of(page),
        }));
    });
    let page = older.clone();
    Effect::new(move |_| {
        if let Loadable::Ready {
            value,
            refreshing: false,
            ..
        } = page.get()
            && let Some(sum) = sum.get_untracked()
        {
            put(sum.with_older(&value));
        }
    });
    let (reading, again) = (older.clone(), older);
    let unread = Memo::new(move |_| reading.with(|it| it.problem().cloned()));
    let unread_view = move || {
        let again = again.clone();
        unread.get().map(|problem| {
            failure(
                words::LEDGER_UNREADABLE,
                &problem,
                Callback::new(move |()| again.refetch()),
            )
        })
    };
    let sum_view = move || {
        match sum.get() {
        Some(sum) => statement_view(&sum, account),
        None => view! {
            <Failure title=words::DOES_NOT_ADD_UP detail=Some(words::DOES_NOT_ADD_UP_TEXT.to_owned()) on_retry />
        }
        .into_any(),
    }
    };
    view! {
        {sum_view}
        {unread_view}
    }
    .into_any()
}

fn statement_view(sum: &Sum, account: Signal<Arc<Account>>) -> AnyView {
    let (statement, more) = (sum.statement, sum.next.is_some());
    let now = use_now();
    // What the lines add up to is the account's own posted balance, or the two are not of one moment.
    let balance = Memo::new(move |_| {
        let now = Timestamp::from_millis(now.get());
        account
            .with(|it| (it.posted_micros == statement.closing.micros()).then(|| balance_at(it, now).micros()))
    });
    let together = Memo::new(move |_| balance.get().is_some());
    // Once every line is here there is nothing before the first one.
    let opening = more.then(|| row("", words::OPENING, exact(statement.opening.micros())));
    let plus = if more { "+" } else { "" };
    let posted = statement.closing.micros();
    let rest = move || {
        together.get().then(|| {
            let not_posted = move || balance.get().map(|it| format::money_exact(posted - it));
            let now = move || balance.get().map(format::money_exact);
            view! {
                {row("−", words::NOT_POSTED, not_posted.into_any())}
                <tr data-sum="">{cells("=", words::BALANCE_NOW, now.into_any())}</tr>
            }
        })
    };
    let note = if more {
        words::STATEMENT_OF_PAGE
    } else {
        words::STATEMENT_OF_ALL
    };
    view! {
        <table class="tide ledger-statement">
            <caption class="visually-hidden">{words::STATEMENT}</caption>
            <tbody>
                {opening} {row(plus, words::CREDITS, exact(statement.credits.micros()))}
                {row("−", words::ENTRIES, exact(statement.entries.micros()))}
                <tr data-sum="">{cells("=", words::POSTED_BALANCE, exact(posted))}</tr> {rest}
            </tbody>
        </table>
        <p class="muted">
            {note} {move || (!together.get()).then(|| view! { " " {words::NOT_OF_ONE_MOMENT} })}
        </p>
    }
    .into_any()
}

fn row(sign: &'static str, name: &'static str, amount: AnyView) -> AnyView {
    view! { <tr>{cells(sign, name, amount)}</tr> }.into_any()
}

fn cells(sign: &'static str, name: &'static str, amount: AnyView) -> AnyView {
    view! {
        <th scope="row">{name}</th>
        <td class="num">{sign} " " {amount}</td>
    }
    .into_any()
}

fn exact(micros: i64) -> AnyView {
    format::money_exact(micros).into_any()
}
