//! The line above the list of pods: filter, chips and sum. The address holds the filter; chips and text are two views of it.

use std::sync::Arc;

use api::pods::PodSummary;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use crate::{data::Rows, paths, text::pods as text};

/// Joins the field and its label. The key `/` leads to it.
const FIELD_ID: &str = "pods-filter";
/// Joins the field and what is wrong with it.
const ERROR_ID: &str = "pods-filter-error";

/// Filter, chips and sum.
#[component]
pub fn PodFilter(
    /// The filter of the address.
    #[prop(into)]
    q: Signal<String>,
    /// The order of the address, which the chips keep.
    #[prop(into)]
    sort: Signal<String>,
    /// Why the server does not understand the filter.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Asked for another filter.
    on_change: Callback<String>,
    /// The rows that are summed up.
    rows: Rows<PodSummary>,
) -> impl IntoView {
    // A part of a list, or one of a former filter, has no sum that anybody asked for.
    let of_all = move |say: fn(&[Arc<PodSummary>]) -> String| {
        let rows = rows.clone();
        Memo::new(move |_| {
            let whole = rows.extent().value().is_some_and(|it| it.complete) && !rows.is_former();
            // Nothing for a list without rows: the picture below says why there are none.
            let said = || rows.source().with(|rows| (!rows.is_empty()).then(|| say(rows)));
            whole.then(said).flatten()
        })
    };
    let (matching, sum) = (of_all(|rows| text::matching(rows.len())), of_all(sum_up));
    let chip = move |(label, state): (&'static str, Option<&'static str>)| {
        let is_on = move || q.with(|q| text::state_of_filter(q) == state);
        let href = move || paths::pods_view(&q.with(|q| text::filter_with_state(q, state)), &sort.get());
        view! {
            <a class="chip" href=href aria-current=move || is_on().then_some("true")>
                {label}
            </a>
        }
    };
    let chips = text::STATE_CHIPS.map(|(label, state)| (label, Some(state)));
    view! {
        <search class="filter-bar">
            <label class="visually-hidden" for=FIELD_ID>
                {text::FILTER_LABEL}
            </label>
            <input
                class="field-control"
                id=FIELD_ID
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=text::FILTER_EXAMPLE
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || error.with(Option::is_some).then_some(ERROR_ID)
                prop:value=move || q.get()
                on:input=move |event| on_change.run(event_target_value(&event))
            />
            <nav class="cluster" aria-label=text::CHIPS>
                {chip((text::CHIP_ALL, None))} {chips.into_iter().map(chip).collect::<Vec<_>>()}
            </nav>
            // Only the answer to the filter is read out; the sum changes by itself.
            <span class="filter-summary">
                <span role="status">{matching}</span>
                {sum}
            </span>
        </search>
        {move || error.get().map(|text| view! { <p class="field-error" id=ERROR_ID>{text}</p> })}
    }
    .into_any()
}

fn sum_up(rows: &[Arc<PodSummary>]) -> String {
    let running = rows.iter().filter(|it| it.state == PodStateKind::Running).count();
    let burn = rows.iter().map(|it| it.micros_per_hour).sum();
    text::summary(rows.len(), running, burn)
}
