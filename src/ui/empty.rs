//! An empty list. Shown only after a successful reply with nothing in it and no filter set.

use leptos::prelude::*;

use super::command_line::CommandLine;

/// What the list is for, one action, and the command that does the same.
#[component]
pub fn Empty(
    /// What is missing: "No pods yet".
    #[prop(into)]
    title: Signal<String>,
    /// What this list is for, in one sentence.
    #[prop(into)]
    purpose: Signal<String>,
    /// The command that does what the action does.
    #[prop(optional, into)]
    command: Signal<Option<String>>,
    /// The one primary action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <p>{purpose}</p>
            {children.map(|children| children())}
            {move || command.get().map(|text| view! { <CommandLine label="CLI" text /> })}
        </div>
    }
    .into_any()
}
