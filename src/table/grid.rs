//! The grid: a header, a spacer as high as all rows, and the visible rows in it.
//!
//! What it does not do: fetch, filter, or sort. The owner puts rows into the [`GridSource`] in their order. A change of
//! rows never moves the scroll position, and the focus stays with its row.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::{
    column::{Column, Priority, Row, SortBy},
    row::{RowContext, row_view},
    source::GridSource,
    window::{Position, Slot, Step, Viewport, in_order, in_slots, with_pinned},
};
use crate::browser::{
    hold,
    measure::{self, SizeWatch},
    page,
};

/// Set on the page's timeline when the first rows are in the document.
const ROWS_MARK: &str = "roadstead:rows";
/// Scrolling has ended when nothing has moved for so long. The browser's own word for it comes after each step of a wheel.
const SCROLL_END_AFTER: Duration = Duration::from_millis(300);

/// Rows of one kind, of which only the visible ones are in the page.
#[component]
pub fn Grid<R>(
    /// Name of the grid for screen readers: "Pods".
    #[prop(into)]
    label: Signal<String>,
    /// The rows, in their order.
    source: GridSource<R>,
    /// The columns; the first one holds the link of the row.
    columns: &'static [Column<R>],
    /// Where a row leads.
    href: fn(&R) -> String,
    /// By which column the rows are sorted now.
    #[prop(into)]
    sort: Signal<Option<SortBy>>,
    /// Asked for by a press on a header.
    #[prop(into)]
    on_sort: Callback<(SortBy,)>,
    /// The rows are being read again.
    #[prop(into)]
    busy: Signal<bool>,
    /// Rows there are in all, if the server has more than are loaded.
    #[prop(optional, into)]
    total: Signal<Option<u64>>,
) -> impl IntoView
where
    R: Row,
{
    let scroller = NodeRef::<html::Div>::new();
    let probe = NodeRef::<html::Div>::new();
    let head = NodeRef::<html::Div>::new();
    let viewport = RwSignal::new(Viewport {
        scroll_px: 0.0,
        height_px: 0.0,
        row_px: 0.0,
    });

    // ---- What is mounted. The key of the focused row, not its index: when rows move, the focus goes with its row. When
    // the row has left, its place alone is remembered.
    let rows = {
        let source = source.clone();
        Memo::new(move |_| source.len())
    };
    let focused = RwSignal::new(None::<(Option<String>, Position)>);
    // The key of the row in which the browser's focus is. It stays when the row has left, until the focus is elsewhere.
    let holder = RwSignal::new(None::<String>);
    let position = {
        let source = source.clone();
        Memo::new(move |_| {
            focused.with(|focused| match focused {
                Some((key, last)) => Position {
                    row: key
                        .as_ref()
                        .and_then(|key| source.index_of(key, last.row))
                        .unwrap_or(last.row),
                    column: last.column,
                },
                None => Position::default(),
            })
        })
    };
    // An effect that sets a signal: a row that has left is missed once. Otherwise it would be looked for in all rows at
    // every change.
    Effect::new({
        let source = source.clone();
        move |_| {
            let left = focused.with(|focused| match focused {
                Some((Some(key), last)) => source.index_of(key, last.row).is_none(),
                _ => false,
            });
            if left {
                focused.update(|it| {
                    if let Some((key, _)) = it {
                        *key = None;
                    }
                });
            }
        }
    });
    // A step of the wheel within the mounted rows ends here: nothing of them is looked at again.
    let window = Memo::new(move |_| viewport.get().mounted(rows.get()));
    let row_px = Memo::new(move |_| viewport.with(|it| it.row_px));
    let is_scrolling = RwSignal::new(false);
    let mounted = {
        let source = source.clone();
        Memo::new(move |previous: Option<&Vec<Slot>>| {
            let pinned = focused.with(Option::is_some).then(|| position.get().row);
            let wanted = source.keys(with_pinned(window.get(), pinned, rows.get()));
            let previous = previous.map_or(&[][..], Vec::as_slice);
            holder.with(|holder| {
                let slots = in_slots(previous, wanted, holder.as_deref());
                let holds_focus = slots.iter().any(|it| holder.as_deref() == Some(&it.row.1));
                if is_scrolling.get() || holds_focus {
                    slots
                } else {
                    in_order(slots)
                }
            })
        })
    };

    // ---- Measuring. Effects, because only the document knows; they set the one signal of the window.
    let measure = move || {
        let (Some(scroller), Some(probe)) = (scroller.get_untracked(), probe.get_untracked()) else {
            return;
        };
        let head_px = head.get_untracked().map_or(0.0, |head| measure::height_px(&head));
        let seen = Viewport {
            scroll_px: measure::scroll_top_px(&scroller),
            height_px: measure::height_px(&scroller) - head_px,
            row_px: measure::height_px(&probe),
        };
        if viewport.get_untracked() != seen {
            viewport.set(seen);
        }
        // Where the column has gone that Tab reaches, it reaches the first one, which never goes.
        let at = position.get_untracked();
        if at.column > 0 && !measure::shown_columns(&scroller, at.row + 2).contains(&(at.column + 1)) {
            focused.update(|it| {
                if let Some((_, last)) = it {
                    last.column = 0;
                }
            });
        }
    };
    // Scrolling changes no size, and asking for one makes the browser lay the page out.
    let mut end_soon = debounce(SCROLL_END_AFTER, move |()| is_scrolling.set(false));
    let mut follow = move || {
        let scroll_px = scroller.with_untracked(|it| it.as_ref().map(|it| measure::scroll_top_px(it)));
        if let Some(scroll_px) = scroll_px.filter(|it| *it != viewport.get_untracked().scroll_px) {
            if !is_scrolling.get_untracked() {
                is_scrolling.set(true);
            }
            end_soon(());
            viewport.update(|it| it.scroll_px = scroll_px);
        }
    };
    scroller.on_load(move |element| hold(SizeWatch::on(&element, measure)));
    // Another density or font size changes rows without changing the grid.
    probe.on_load(move |element| hold(SizeWatch::on(&element, measure)));
    Effect::new(move |marked: Option<bool>| {
        let any = mounted.with(|rows| !rows.is_empty());
        if any && marked != Some(true) {
            page::mark(ROWS_MARK);
        }
        any || marked == Some(true)
    });

    // ---- The focus.
    let remember = {
        let source = source.clone();
        move |at: Position| {
            let (_, key) = source.keys(std::iter::once(at.row)).pop()?;
            focused.set(Some((Some(key.clone()), at)));
            Some(key)
        }
    };
    let on_focus = {
        let remember = remember.clone();
        move |event: leptos::ev::FocusEvent| {
            let cell = measure::cell_of(&event).filter(|(row, _)| *row >= 2);
            let key = cell.and_then(|(row, column)| {
                untrack(|| {
                    remember(Position {
                        row: row - 2,
                        column: column - 1,
                    })
                })
            });
            holder.set(key);
        }
    };
    let on_blur = move |_| {
        // Between two cells the focus is nowhere for a moment; only the place after that counts.
        request_animation_frame(move || {
            let inside = scroller
                .try_get_untracked()
                .flatten()
                .is_some_and(|grid| measure::holds_focus(&grid));
            if !inside {
                let _ = holder.try_set(None);
            }
        });
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let Some(grid) = scroller.get_untracked() else {
            return;
        };
        let at = position.get_untracked();
        if event.key() == "." && measure::press_row_menu(&grid, at.row + 2) {
            event.prevent_default();
            return;
        }
        let in_body = measure::cell_of(&event).is_some_and(|(row, _)| row >= 2);
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key());
        let Some(step) = Step::from_key(&event.key()).filter(|_| in_body && plain) else {
            return;
        };
        event.prevent_default();
        let seen = viewport.get_untracked();
        let shown: Vec<u32> = measure::shown_columns(&grid, at.row + 2)
            .into_iter()
            .map(|it| it - 1)
            .collect();
        let next = at.step(step, rows.get_untracked(), &shown, seen.page_rows());
        if let Some(top) = seen.reveal(next.row) {
            measure::set_scroll_top(&grid, top);
        }
        untrack(|| remember(next));
        // The row may be mounted only after the next drawing; memos and lists settle in a microtask.
        request_animation_frame(move || {
            measure::focus_cell(&grid, next.row + 2, next.column + 1);
        });
    };

    // ---- The view.
    let context = RowContext {
        source,
        columns,
        href,
        mounted,
        row_px,
        position,
    };
    let header = columns
        .iter()
        .enumerate()
        .map(|(place, column)| header_view(HeaderCell::of(column, place), sort, on_sort))
        .collect_view();
    let row_count = move || (total.get().unwrap_or_else(|| u64::from(rows.get())) + 1).to_string();
    view! {
        <div class="grid">
            <div
                class="grid-scroller"
                node_ref=scroller
                role="grid"
                aria-label=label
                aria-rowcount=row_count
                aria-colcount=columns.len().to_string()
                aria-busy=move || busy.get().to_string()
                style:--grid-tracks=tracks(columns, |_| true)
                style:--grid-tracks-medium=tracks(columns, |priority| priority == Priority::High)
                on:scroll=move |_| follow()
                on:focusin=on_focus
                on:focusout=on_blur
                on:keydown=on_key
                on:click=|event| measure::follow_row(&event)
            >
                <div class="grid-probe" aria-hidden="true" node_ref=probe></div>
                <div class="grid-sheet" role="presentation">
                    <div class="grid-head" role="rowgroup" node_ref=head>
                        <div class="grid-line" role="row" aria-rowindex="1">
                            {header}
                        </div>
                    </div>
                    <div
                        class="grid-body"
                        role="rowgroup"
                        style:height=move || measure::css_px(row_px.get() * f64::from(rows.get()))
                    >
                        <For each=move || mounted.get() key=|slot| slot.id let(slot)>
                            {row_view(context.clone(), slot)}
                        </For>
                    </div>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The track list of the columns that are shown.
fn tracks<R: Row>(columns: &[Column<R>], shown: fn(Priority) -> bool) -> String {
    let mut text = String::new();
    for column in columns.iter().filter(|column| shown(column.priority)) {
        text.push_str(column.track);
        text.push(' ');
    }
    text
}

/// What a header needs of its column, without the type of the row.
struct HeaderCell {
    header: &'static str,
    align: &'static str,
    low: bool,
    sort: Option<&'static str>,
    place: usize,
}

impl HeaderCell {
    fn of<R: Row>(column: &Column<R>, place: usize) -> Self {
        Self {
            header: column.header,
            align: column.align.as_str(),
            low: column.priority == Priority::Low,
            sort: column.sort,
            place,
        }
    }
}

fn header_view(cell: HeaderCell, sort: Signal<Option<SortBy>>, on_sort: Callback<(SortBy,)>) -> AnyView {
    let HeaderCell {
        header,
        align,
        low,
        sort: key,
        place,
    } = cell;
    let direction = move || {
        let key = key?;
        Some(sort.with(|sort| match sort {
            Some(by) if by.key == key => {
                if by.descending {
                    "descending"
                } else {
                    "ascending"
                }
            }
            _ => "none",
        }))
    };
    let content = match key {
        Some(key) => {
            let press = move |_| on_sort.run((SortBy::pressed(sort.get_untracked().as_ref(), key),));
            view! {
                <button type="button" class="grid-sort" on:click=press>
                    {header}
                </button>
            }
            .into_any()
        }
        None => header.into_any(),
    };
    view! {
        <div
            class="grid-head-cell"
            role="columnheader"
            aria-colindex=(place + 1).to_string()
            aria-sort=direction
            data-align=align
            data-priority=low.then_some("3")
        >
            {content}
        </div>
    }
    .into_any()
}
