//! A small table set like a tide table: few rows, all in the page. Long lists use the grid.

use std::hash::Hash;

use leptos::prelude::*;

use super::keyed::keyed;

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

/// What makes the body of a table with these columns. The first cell of each row is its header.
pub struct TideRows(Box<dyn FnOnce(&'static [Head]) -> AnyView + Send>);

/// All rows, made again whenever a signal that `rows` reads changes: for rows in which nothing can be pressed.
impl<F: Fn() -> Vec<Vec<AnyView>> + Send + Sync + 'static> From<F> for TideRows {
    fn from(rows: F) -> Self {
        Self(Box::new(move |heads| {
            (move || {
                rows()
                    .into_iter()
                    .map(|cells| row_view(heads, cells))
                    .collect_view()
            })
            .into_any()
        }))
    }
}

impl TideRows {
    /// A row for each thing, which stays the same elements while the thing changes, so that the focus stays in it.
    pub fn keyed<T, K>(
        each: impl Fn() -> Vec<T> + Send + Sync + 'static,
        key: fn(&T) -> K,
        row: impl Fn(Signal<T>) -> Vec<AnyView> + Clone + Send + Sync + 'static,
    ) -> Self
    where
        T: Clone + PartialEq + Send + Sync + 'static,
        K: Eq + Hash + Send + Sync + 'static,
    {
        Self(Box::new(move |heads| {
            keyed(Memo::new(move |_| each()).into(), key, move |thing| {
                row_view(heads, row(thing))
            })
        }))
    }
}

fn row_view(heads: &'static [Head], cells: Vec<AnyView>) -> AnyView {
    let mut cells = heads.iter().zip(cells);
    let first = cells
        .next()
        .map(|(_, cell)| view! { <th scope="row">{cell}</th> });
    let cell =
        |(head, cell): (&Head, AnyView)| view! { <td class=class(head) data-label=head.label>{cell}</td> };
    view! { <tr>{first}{cells.map(cell).collect_view()}</tr> }.into_any()
}

fn class(head: &Head) -> Option<&'static str> {
    head.num.then_some("num")
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
    let header = heads
        .iter()
        .map(|head| view! { <th scope="col" class=class(head)>{head.label}</th> })
        .collect_view();
    view! {
        <table class="tide" data-stack="">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>{header}</tr>
            </thead>
            <tbody>{(rows.0)(heads)}</tbody>
        </table>
    }
    .into_any()
}
