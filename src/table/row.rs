//! One mounted row of the grid.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    column::{Cell, Column, Priority, Row},
    source::GridSource,
    window::{Position, Slot},
};
use crate::browser::measure::css_px;

/// What the rows of one grid share.
pub(super) struct RowContext<R: Row> {
    pub source: GridSource<R>,
    pub columns: &'static [Column<R>],
    pub href: fn(&R) -> String,
    /// The slots and what is in them.
    pub mounted: Memo<Vec<Slot>>,
    /// Height of a row in CSS pixels.
    pub row_px: Memo<f64>,
    /// The cell that Tab reaches.
    pub position: Memo<Position>,
}

impl<R: Row> Clone for RowContext<R> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            ..*self
        }
    }
}

/// The element of a slot. It stays the same while another row comes into the slot, or the row's place or value changes.
pub(super) fn row_view<R: Row>(context: RowContext<R>, slot: Slot) -> AnyView {
    let RowContext {
        source,
        columns,
        href,
        mounted,
        row_px,
        position,
    } = context;
    let Slot { id, row: (first, _) } = slot;
    let Some(initial) = source.get(first) else {
        return ().into_any();
    };
    // While a slot goes it keeps its last place and value: an effect may still run in it.
    let index = Memo::new(move |last: Option<&u32>| {
        mounted
            .with(|slots| slots.iter().find(|it| it.id == id).map(|it| it.row.0))
            .unwrap_or_else(|| last.copied().unwrap_or(first))
    });
    let row = Memo::new(move |last: Option<&Arc<R>>| {
        source
            .get(index.get())
            .unwrap_or_else(|| last.cloned().unwrap_or_else(|| Arc::clone(&initial)))
    });
    let is_current = Memo::new(move |_| position.get().row == index.get());
    let cells = columns
        .iter()
        .enumerate()
        .map(|(place, column)| cell_view(column, place, row, href, position, is_current))
        .collect_view();
    view! {
        <div
            class="grid-row grid-line"
            role="row"
            // The header is row 1.
            aria-rowindex=move || (u64::from(index.get()) + 2).to_string()
            style:transform=move || format!("translateY({})", css_px(row_px.get() * f64::from(index.get())))
        >
            {cells}
        </div>
    }
    .into_any()
}

fn cell_view<R: Row>(
    column: &'static Column<R>,
    place: usize,
    row: Memo<Arc<R>>,
    href: fn(&R) -> String,
    position: Memo<Position>,
    is_current: Memo<bool>,
) -> AnyView {
    // Tab reaches one cell of the whole grid; the rest is reached by the arrow keys.
    let tab_index = move || {
        let here = is_current.get() && position.get().column as usize == place;
        if here { "0" } else { "-1" }
    };
    let is_link = matches!(column.cell, Cell::Link(_));
    let content = match column.cell {
        Cell::Link(text) => view! {
            <a class="grid-link" tabindex=tab_index href=move || row.with(|row| href(row))>
                {move || row.with(|row| text(row))}
            </a>
        }
        .into_any(),
        Cell::Value(show) => (move || row.with(|row| show(row))).into_any(),
        Cell::Stable(show) => show(row.into()),
    };
    view! {
        <div
            class="grid-cell"
            role="gridcell"
            aria-colindex=(place + 1).to_string()
            tabindex=move || (!is_link).then(tab_index)
            data-align=column.align.as_str()
            data-priority=(column.priority == Priority::Low).then_some("3")
            data-place=column.place.map(super::column::Place::as_str)
        >
            {content}
        </div>
    }
    .into_any()
}
