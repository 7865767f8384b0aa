//! Names with their values, as a list.

use leptos::prelude::*;

use crate::ui::{Definition, DefinitionRow};

/// The list. A function, because the values are erased already.
pub fn facts(rows: Vec<(&'static str, AnyView)>) -> AnyView {
    let row = |(term, value): (&'static str, AnyView)| view! { <DefinitionRow term>{value}</DefinitionRow> };
    let rows = rows.into_iter().map(row).collect_view();
    view! { <Definition>{rows}</Definition> }.into_any()
}
