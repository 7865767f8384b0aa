//! Labelled blocks of a dialog: what is kept, what is lost, what it costs.

use leptos::prelude::*;

/// One block.
pub fn block(label: &'static str, content: AnyView) -> AnyView {
    view! {
        <div class="consequence">
            <dt class="consequence-label">{label}</dt>
            <dd class="consequence-text">{content}</dd>
        </div>
    }
    .into_any()
}

/// The blocks below each other.
pub fn blocks(all: Vec<AnyView>) -> AnyView {
    view! { <dl class="consequences">{all}</dl> }.into_any()
}

/// Sentences below each other, or the one for none.
pub fn sentences(texts: Vec<String>, none: &'static str) -> AnyView {
    if texts.is_empty() {
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    texts
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect_view()
        .into_any()
}
