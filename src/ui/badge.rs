//! A state: mark and word in the state's colour, on one line.

use leptos::prelude::*;

use super::mark::{Mark, MarkIcon};

/// A mark with its word, and perhaps a quieter note such as a phase or a place in a queue.
#[component]
pub fn Badge(
    /// The shape; its tone gives the colour.
    #[prop(into)]
    mark: Signal<Mark>,
    /// The word, always shown.
    #[prop(into)]
    label: Signal<String>,
    /// What more there is to say: "2 of 3", "4 min of usually 3".
    #[prop(optional, into)]
    note: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=move || mark.get().tone().as_str()>
            <MarkIcon mark />
            {label}
            {move || note.get().map(|note| view! { <span class="badge-note">{note}</span> })}
        </span>
    }
}
