//! Names and their values.

use leptos::prelude::*;

/// A list of [`DefinitionRow`]s with hairlines between them.
#[component]
pub fn Definition(
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! { <dl class="definition">{children()}</dl> }
}

/// One name with its value.
#[component]
pub fn DefinitionRow(
    /// The name, without a colon.
    #[prop(into)]
    term: Signal<String>,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="definition-row">
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
