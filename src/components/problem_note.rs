//! Why a form or button was refused, beside it: what happened, what to do, and how to find the request again.

use api::Problem;
use leptos::prelude::*;

use crate::text::{problem::explain, words};
use crate::ui::{Mark, MarkIcon};

/// The refusal of a write; nothing while there is none.
#[component]
pub fn ProblemNote(
    /// The last refusal.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    move || problem.get().map(note_view)
}

fn note_view(problem: Problem) -> AnyView {
    let explained = explain(&problem);
    let errors = problem
        .errors
        .into_iter()
        .map(|it| view! { <li>{it}</li> })
        .collect_view();
    let request = problem
        .request_id
        .map(|it| view! { " · " {words::REQUEST} " " <code class="mono">{it}</code> });
    view! {
        <div class="callout" data-tone="danger" role="alert">
            <MarkIcon mark=Mark::Cross />
            <div class="callout-body">
                <p class="callout-title">{problem.title}</p>
                <p>{explained}</p>
                <ul>{errors}</ul>
                <p class="caption muted">
                    {words::CODE} " " <code class="mono">{problem.code.as_str()}</code> {request}
                </p>
            </div>
        </div>
    }
    .into_any()
}
