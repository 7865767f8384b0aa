//! A sentence with its mark: something to know before one goes on.

use leptos::prelude::*;

use crate::ui::{Mark, MarkIcon};

/// A notice in the tone of its mark.
#[component]
pub fn Notice(
    /// The shape; its tone gives the colour.
    mark: Mark,
    /// What there is to know.
    #[prop(into)]
    title: Signal<String>,
    /// More of it, or an action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="callout" data-tone=mark.tone().as_str() role="note">
            <MarkIcon mark />
            <div class="callout-body">
                <p class="callout-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}
