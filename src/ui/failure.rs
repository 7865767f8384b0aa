//! Something could not be read, or is older than it should be. One failing part never blanks the page.

use leptos::prelude::*;

use super::{
    button::{Button, ButtonSize, ButtonTone},
    mark::{Mark, MarkIcon},
};
use crate::text::words;

/// What failed, under which code and request, and a button to try again.
#[component]
pub fn Failure(
    /// What could not be done, as a sentence.
    title: &'static str,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
    /// Why, and what helps.
    #[prop(default = None)]
    detail: Option<String>,
    /// The problem's code, as the API and the CLI say it.
    #[prop(default = None)]
    code: Option<&'static str>,
    /// The ID under which the server knows the request.
    #[prop(default = None)]
    request_id: Option<String>,
) -> impl IntoView {
    view! {
        <div class="failure" role="alert">
            <p class="failure-title">
                <MarkIcon mark=Mark::Cross />
                {title}
            </p>
            {detail.map(|detail| view! { <p>{detail}</p> })}
            <p class="failure-facts">{facts(code, request_id)}</p>
            <Button label=words::RETRY size=ButtonSize::Small on_press=move || on_retry.run(()) />
        </div>
    }
    .into_any()
}

/// The facts below are of the time it says, because newer ones could not be read: why, under which code and request,
/// and a button to try again.
#[component]
pub fn Stale(
    /// "As of 10:42:07", and why.
    label: String,
    /// Tries again.
    on_retry: Callback<()>,
    /// The problem's code, as the API and the CLI say it.
    code: &'static str,
    /// The ID under which the server knows the request.
    request_id: Option<String>,
) -> impl IntoView {
    view! {
        <p class="stale">
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                <path d="M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM6 3v3l2 1.5"></path>
            </svg>
            {label}
            {facts(Some(code), request_id)}
            <Button label=words::RETRY tone=ButtonTone::Link size=ButtonSize::Small on_press=move || on_retry.run(()) />
        </p>
    }
    .into_any()
}

/// How the problem is found again, by its kind and by its request.
fn facts(code: Option<&'static str>, request_id: Option<String>) -> impl IntoView {
    [
        code.map(|it| (words::CODE, it.to_owned())),
        request_id.map(|it| (words::REQUEST, it)),
    ]
    .into_iter()
    .flatten()
    .map(|(name, value)| view! { <span>{name} " " <code class="mono">{value}</code></span> })
    .collect_view()
}
