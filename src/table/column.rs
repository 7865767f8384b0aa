//! What a column shows, how wide it is, and what happens to it where there is little room.

use std::sync::Arc;

use leptos::prelude::*;

/// What a value must be to be a row.
pub trait Row: PartialEq + Send + Sync + 'static {}

impl<R: PartialEq + Send + Sync + 'static> Row for R {}

/// One column. Columns are constants of the module that owns the table.
pub struct Column<R: Row> {
    /// Name of the column, with its unit: "Price, $/h".
    pub header: &'static str,
    /// Width as a track of a CSS grid: `minmax(10rem, 2fr)`, `7rem`. Never by content: each row is a grid of its own.
    pub track: &'static str,
    /// Where figures and words stand.
    pub align: Align,
    /// When the column goes.
    pub priority: Priority,
    /// Where its cell stands when rows take two lines; `None` hides it there.
    pub place: Option<Place>,
    /// Key by which the owner sorts; `None` if it cannot.
    pub sort: Option<&'static str>,
    /// What a cell shows.
    pub cell: Cell<R>,
}

/// Where the contents of a cell stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Words.
    Start,
    /// Figures.
    End,
}

impl Align {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

/// Which columns go first where there is little room (below 64rem).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Priority {
    /// Stays.
    High,
    /// Goes first.
    Low,
}

/// Place in a row of two lines (up to 40rem). One column for each place at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// First line, from its start.
    TopStart,
    /// First line, at its end.
    TopEnd,
    /// Second line, from its start.
    BottomStart,
    /// Second line, at its end.
    BottomEnd,
}

impl Place {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::TopStart => "1",
            Self::TopEnd => "2",
            Self::BottomStart => "3",
            Self::BottomEnd => "4",
        }
    }
}

/// How a cell is made.
pub enum Cell<R: Row> {
    /// The text of the row's link. Exactly the first column.
    Link(fn(&R) -> String),
    /// Made again whenever the row changes: words, figures, badges.
    Value(fn(&R) -> AnyView),
    /// Made once per element, which shows one row after another, and reading the row: menus, whose focus a change must not
    /// take away. It keeps nothing that belongs to one row. What can be pressed here is made with `in_grid`.
    Stable(fn(Signal<Arc<R>>) -> AnyView),
}

/// By which column the rows are sorted, and in which direction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SortBy {
    /// Key of the column.
    pub key: String,
    /// Largest first.
    pub descending: bool,
}

impl SortBy {
    /// What a press on the header of `key` asks for: ascending first, then the other way round.
    pub(super) fn pressed(current: Option<&Self>, key: &str) -> Self {
        let descending = current.is_some_and(|it| it.key == key && !it.descending);
        Self {
            key: key.to_owned(),
            descending,
        }
    }
}

/// A cell with an ID, shortened in its middle, the whole as its title.
pub fn id_cell(id: &str) -> AnyView {
    let short = crate::text::format::short_id(id);
    view! { <span class="mono" title=id.to_owned()>{short}</span> }.into_any()
}
