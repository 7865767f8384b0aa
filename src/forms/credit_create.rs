//! An operator adds credit to an account.

use std::sync::Arc;

use api::account::{AccountList, AccountRow, CreateCredit as Body};
use client::commands::CreateCredit;
use client::queries::ListAccounts;
use domain::AccountId;
use leptos::prelude::*;

use super::field_problem::{field_problem, other_problem};
use crate::components::loaded::loaded;
use crate::components::problem_note::ProblemNote;
use crate::data::{use_account, use_mutation, use_query};
use crate::text::{billing as words, format};
use crate::ui::{Mark, NumberField, SelectField, SubmitButton, TextField, Toast, Toasts};

/// The form, with all accounts to choose from.
#[component]
pub fn CreditCreate() -> impl IntoView {
    let accounts = use_query(|| Some(ListAccounts));
    loaded(accounts, 3, words::ACCOUNTS_UNREADABLE, form_view)
}

fn form_view(accounts: Signal<Arc<AccountList>>) -> AnyView {
    let create = use_mutation::<CreateCredit>();
    let toasts = use_context::<Toasts>();
    // Begins with the operator's own account, so that nobody else is credited by a slip.
    let own = use_account().value_untracked().map(|it| it.id);
    let first = accounts.with_untracked(|it| it.accounts.first().map(|it| it.id));
    let chosen = RwSignal::new(own.or(first).map(|it| it.to_string()).unwrap_or_default());
    let amount = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let option = |it: &AccountRow| {
            (
                it.id.to_string(),
                format!("{} ({})", it.name, format::money(it.balance_micros)),
            )
        };
        accounts.with(|it| it.accounts.iter().map(option).collect())
    });
    let checked = Memo::new(move |_| amount.with(|it| words::parse_credit(it)));
    let refused = create.problem();
    let of_amount = field_problem(refused, "amountMicros");
    let error = Signal::derive(move || {
        let typed = amount.with(|it| !it.is_empty());
        checked.get().err().filter(|_| typed).or_else(|| of_amount.get())
    });
    let blocked = Signal::derive(move || checked.get().err());
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let account_id = chosen.with_untracked(|it| it.parse::<AccountId>().ok());
        let (Some(account_id), Ok(amount_micros)) = (account_id, checked.get_untracked()) else {
            return;
        };
        let body = Body {
            amount_micros,
            note: note.get_untracked(),
        };
        let toasts = toasts.clone();
        create.run(CreateCredit { account_id, body }, move |line| {
            amount.set(String::new());
            note.set(String::new());
            if let Some(toasts) = toasts {
                let title = words::credited(line.amount_micros);
                toasts.show(Toast {
                    mark: Mark::Disc,
                    title,
                    detail: None,
                    action: None,
                });
            }
        });
    };
    view! {
        <form class="form" on:submit=on_submit>
            <SelectField label=words::label::ACCOUNT value=chosen options error=None />
            <NumberField
                label=words::label::AMOUNT
                value=amount
                error
                unit="USD"
                min="10"
                step="any"
                hint=Some(words::CREDIT_HINT.to_owned())
            />
            <TextField label=words::label::NOTE value=note error=None optional=true hint=Some(words::NOTE_HINT.to_owned()) />
            <ProblemNote problem=other_problem(refused, &["amountMicros"]) />
            <div class="form-actions">
                <SubmitButton label=words::ADD_CREDIT pending=create.pending() blocked />
            </div>
        </form>
    }
    .into_any()
}
