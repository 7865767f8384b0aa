//! Rows that are not there yet: of the final height, without text, and unseen for the first 200 ms.

use leptos::prelude::*;

use crate::text::words;

/// Stands in for rows while they are loaded.
#[component]
pub fn Skeleton(
    /// How many rows to hold the place of.
    #[prop(default = 6)]
    rows: u8,
) -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true">
            <span class="visually-hidden">{words::LOADING}</span>
            {(0..rows).map(|_| view! { <div class="skeleton-row" aria-hidden="true"></div> }).collect_view()}
        </div>
    }
}
