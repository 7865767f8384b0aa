//! Something could not be read, or is older than it should be. One failing part never blanks the page.

use leptos::prelude::*;

use super::{
    button::{Button, ButtonSize},
    mark::{Mark, MarkIcon},
};
use crate::text::words;

/// What failed, under which code and request, and a button to try again.
#[component]
pub fn Failure(
    /// What could not be done, as a sentence.
    #[prop(into)]
    title: Signal<String>,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
    /// Why, and what helps.
    #[prop(optional, into)]
    detail: Signal<Option<String>>,
    /// The problem's code, as the API and the CLI say it.
    #[prop(optional, into)]
    code: Signal<Option<String>>,
    /// The ID under which the server knows the request.
    #[prop(optional, into)]
    request_id: Signal<Option<String>>,
) -> impl IntoView {
    let fact = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <span>{name} " " <code class="mono">{value}</code></span> })
    };
    view! {
        <div class="failure" role="alert">
            <p class="failure-title">
                <MarkIcon mark=Mark::Cross />
                {title}
            </p>
            {move || detail.get().map(|detail| view! { <p>{detail}</p> })}
            <p class="failure-facts">
                {move || fact(words::CODE, code.get())} {move || fact(words::REQUEST, request_id.get())}
            </p>
            <Button label=words::RETRY size=ButtonSize::Small on_press=move || on_retry.run(()) />
        </div>
    }
    .into_any()
}

/// "as of 10:42:07": the facts beside it are of that time.
#[component]
pub fn Stale(
    /// The sentence, made by the view that knows the time.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="stale">
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                <path d="M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM6 3v3l2 1.5"></path>
            </svg>
            {label}
        </span>
    }
}
