//! A small table set like a tide table: few rows, all in the page. Long lists use the grid.

use std::sync::Arc;

use leptos::prelude::*;

/// The head of a column.
#[derive(Clone, Copy)]
pub struct Head {
    /// Its name, with the unit if it has one.
    pub label: &'static str,
    /// Whether it holds figures, which stand right-aligned.
    pub num: bool,
}

impl Head {
    /// A column of words.
    pub const fn text(label: &'static str) -> Self {
        Self { label, num: false }
    }

    /// A column of figures.
    pub const fn num(label: &'static str) -> Self {
        Self { label, num: true }
    }
}

/// What makes the rows, again whenever a signal it reads changes. The first cell of each row is its header.
#[derive(Clone)]
pub struct TideRows(Arc<dyn Fn() -> Vec<Vec<AnyView>> + Send + Sync>);

impl<F: Fn() -> Vec<Vec<AnyView>> + Send + Sync + 'static> From<F> for TideRows {
    fn from(rows: F) -> Self {
        Self(Arc::new(rows))
    }
}

/// A table with a name, heads and rows. Narrow screens show each row as a block, with the heads before the values.
#[component]
pub fn Tide(
    /// What the table is, for screen readers; the heading above it says it to the eye.
    #[prop(into)]
    caption: Signal<String>,
    /// The columns in order.
    heads: &'static [Head],
    /// The rows.
    #[prop(into)]
    rows: TideRows,
) -> impl IntoView {
    let class = |head: &Head| head.num.then_some("num");
    let header = heads
        .iter()
        .map(|head| view! { <th scope="col" class=class(head)>{head.label}</th> })
        .collect_view();
    let cell = move |(head, cell): (&Head, AnyView)| view! { <td class=class(head) data-label=head.label>{cell}</td> };
    let row = move |cells: Vec<AnyView>| {
        let mut cells = heads.iter().zip(cells);
        let first = cells
            .next()
            .map(|(_, cell)| view! { <th scope="row">{cell}</th> });
        view! { <tr>{first}{cells.map(cell).collect_view()}</tr> }
    };
    view! {
        <table class="tide" data-stack="">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>{header}</tr>
            </thead>
            <tbody>{move || rows.0().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
