//! Which rows of a list are in the page, and where the focus goes. Index arithmetic only.

use std::ops::Range;

/// Rows mounted above and below the visible ones, so that scrolling shows text and not ground.
pub const OVERSCAN_ROWS: u32 = 8;

/// What is seen of the rows, in CSS pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Viewport {
    /// How far the rows are scrolled; may be negative while a touch screen bounces.
    pub scroll_px: f64,
    /// Height of the part in which rows are seen, without the header.
    pub height_px: f64,
    /// Height of one row. Zero before it is measured: then no row is visible.
    pub row_px: f64,
}

impl Viewport {
    /// Rows to mount out of `rows`: the visible ones and [`OVERSCAN_ROWS`] on both sides.
    pub fn mounted(self, rows: u32) -> Range<u32> {
        let Some(first) = self.index_at(self.scroll_px) else {
            return 0..0;
        };
        let Some(last) = self.index_at(self.scroll_px + self.height_px) else {
            return 0..0;
        };
        // A list that became shorter while it was scrolled far down shows its end.
        let end = last.saturating_add(1 + OVERSCAN_ROWS).min(rows);
        let shown = last.saturating_sub(first) + 1 + 2 * OVERSCAN_ROWS;
        let start = first
            .saturating_sub(OVERSCAN_ROWS)
            .min(rows.saturating_sub(shown));
        start..end.max(start)
    }

    /// Whole rows that fit: what a Page key moves by, at least one.
    pub fn page_rows(self) -> u32 {
        if self.row_px > 0.0 {
            ((self.height_px / self.row_px) as u32).max(1)
        } else {
            1
        }
    }

    /// Where a row begins.
    pub fn top_px(self, index: u32) -> f64 {
        self.row_px * f64::from(index)
    }

    /// The scroll position that shows all of `index` with the least movement; `None` if it is seen already.
    pub fn reveal(self, index: u32) -> Option<f64> {
        let top = self.top_px(index);
        let bottom = top + self.row_px;
        if top < self.scroll_px {
            Some(top)
        } else if bottom > self.scroll_px + self.height_px {
            Some((bottom - self.height_px).max(0.0))
        } else {
            None
        }
    }

    /// A cast from `f64` saturates, so a position far outside is the first or last index that can be.
    fn index_at(self, position_px: f64) -> Option<u32> {
        (self.row_px > 0.0).then(|| (position_px.max(0.0) / self.row_px) as u32)
    }
}

/// A step of the focus among rows and columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// One row towards the start.
    Up,
    /// One row towards the end.
    Down,
    /// As many rows towards the start as are seen.
    PageUp,
    /// As many rows towards the end as are seen.
    PageDown,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// One column towards the start of the line.
    Back,
    /// One column towards the end of the line.
    Forward,
}

impl Step {
    /// The step a key asks for; `None` for every other key. Home and End go to the first and last row.
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "ArrowLeft" => Self::Back,
            "ArrowRight" => Self::Forward,
            "PageUp" => Self::PageUp,
            "PageDown" => Self::PageDown,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }
}

/// The cell that holds, or would hold, the focus.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// Row, counted from 0 without the header.
    pub row: u32,
    /// Column, counted from 0.
    pub column: u32,
}

impl Position {
    /// Goes one step, stays within `rows`, and passes over columns that are not `shown`, which are in order. In an empty
    /// list it stays at the start.
    pub fn step(self, step: Step, rows: u32, shown: &[u32], page_rows: u32) -> Self {
        let last_row = rows.saturating_sub(1);
        let row = self.row.min(last_row);
        let row = match step {
            Step::Up => row.saturating_sub(1),
            Step::Down => row.saturating_add(1),
            Step::PageUp => row.saturating_sub(page_rows),
            Step::PageDown => row.saturating_add(page_rows),
            Step::First => 0,
            Step::Last => last_row,
            Step::Back | Step::Forward => row,
        };
        let column = match step {
            Step::Back => shown.iter().rev().find(|it| **it < self.column),
            Step::Forward => shown.iter().find(|it| **it > self.column),
            Step::Up | Step::Down | Step::PageUp | Step::PageDown | Step::First | Step::Last => None,
        };
        Self {
            row: row.min(last_row),
            column: column.copied().unwrap_or(self.column),
        }
    }
}

/// The mounted rows in order, with `pinned` (the row that has the focus) among them wherever it is.
pub fn with_pinned(mounted: Range<u32>, pinned: Option<u32>, rows: u32) -> impl Iterator<Item = u32> {
    let outside = pinned.filter(|row| *row < rows && !mounted.contains(row));
    let before = outside.filter(|row| *row < mounted.start);
    let after = outside.filter(|row| *row >= mounted.end);
    before.into_iter().chain(mounted).chain(after)
}

/// A mounted row: its index and its key.
pub type Mounted = (u32, String);

/// A row's element: it is made once and shows one row after the other, because making one costs more than filling it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// What names the element while it is in the page.
    pub id: u32,
    /// The row in it.
    pub row: Mounted,
}

/// Puts the `wanted` rows into slots so that each row which was mounted before keeps its slot, and those that come take
/// the slots of those that go. The slot of the row that `holds_focus` goes with its row: the focus, or an open menu, must
/// not find itself in another one.
///
/// No slot changes its place among the others: an element that is moved loses the focus, and moving costs. The price is
/// that rows are not in order in the page, only where they are seen; see [`in_order`].
pub fn in_slots(previous: &[Slot], wanted: Vec<Mounted>, holds_focus: Option<&str>) -> Vec<Slot> {
    let mut rows: Vec<Option<Mounted>> = vec![None; previous.len()];
    let mut entering = Vec::new();
    for row in wanted {
        match previous.iter().position(|slot| slot.row.1 == row.1) {
            Some(place) => rows[place] = Some(row),
            None => entering.push(row),
        }
    }
    let mut entering = entering.into_iter();
    let fresh = next_id(previous);
    let mut slots = Vec::with_capacity(previous.len());
    for (slot, row) in previous.iter().zip(rows) {
        let is_free = holds_focus != Some(slot.row.1.as_str());
        if let Some(row) = row.or_else(|| is_free.then(|| entering.next()).flatten()) {
            slots.push(Slot { id: slot.id, row });
        }
    }
    slots.extend(entering.zip(fresh..).map(|(row, id)| Slot { id, row }));
    slots
}

/// The same rows in the order in which they are seen, for who reads the page from its start to its end.
///
/// As many slots as can stay where they are among the others; the rest are made anew, because an element that is moved
/// is a new one for whoever reads it and begins its animations again.
pub fn in_order(slots: Vec<Slot>) -> Vec<Slot> {
    let fresh = next_id(&slots);
    let stays = longest_ascent(&slots.iter().map(|slot| slot.row.0).collect::<Vec<_>>());
    let mut ids = fresh..;
    let mut slots: Vec<Slot> = slots
        .into_iter()
        .zip(stays)
        .map(|(slot, stays)| match stays {
            true => slot,
            false => Slot {
                id: ids.next().unwrap_or(fresh),
                row: slot.row,
            },
        })
        .collect();
    slots.sort_by_key(|slot| slot.row.0);
    slots
}

fn next_id(slots: &[Slot]) -> u32 {
    slots.iter().map(|slot| slot.id + 1).max().unwrap_or(0)
}

/// Which of some numbers belong to their longest ascending row. Quadratic: there is a windowful of them.
fn longest_ascent(numbers: &[u32]) -> Vec<bool> {
    // For each number, how long the longest row is that ends in it, and where the number before it stands.
    let mut best: Vec<(u32, Option<usize>)> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let before = (0..at)
            .filter(|it| numbers[*it] < *number)
            .max_by_key(|it| best[*it].0);
        best.push((before.map_or(1, |it| best[it].0 + 1), before));
    }
    let mut belongs = vec![false; numbers.len()];
    let mut next = (0..numbers.len()).max_by_key(|it| best[*it].0);
    while let Some(at) = next {
        belongs[at] = true;
        next = best[at].1;
    }
    belongs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_stay_keep_their_slot_and_others_take_what_is_free() {
        let row = |index: u32| (index, format!("k{index}"));
        let slots = |pairs: &[(u32, u32)]| {
            let slot = |(id, index): &(u32, u32)| Slot {
                id: *id,
                row: row(*index),
            };
            pairs.iter().map(slot).collect::<Vec<_>>()
        };
        let wanted = |indexes: &[u32]| indexes.iter().copied().map(row).collect::<Vec<_>>();
        let before = slots(&[(0, 0), (1, 1), (2, 2)]);
        assert_eq!(in_slots(&[], wanted(&[0, 1, 2]), None), before);
        let scrolled = in_slots(&before, wanted(&[1, 2, 3]), None);
        assert_eq!(scrolled, slots(&[(0, 3), (1, 1), (2, 2)]));
        assert_eq!(
            in_order(scrolled.clone()),
            slots(&[(1, 1), (2, 2), (3, 3)]),
            "only what is out of order is made anew"
        );
        assert_eq!(in_order(before.clone()), before);
        // The focus is in row 0, or a menu of it is open.
        assert_eq!(
            in_slots(&before, wanted(&[1, 2, 3]), Some("k0")),
            slots(&[(1, 1), (2, 2), (3, 3)])
        );
        assert_eq!(
            in_slots(&before, wanted(&[0, 2, 3]), Some("k0")),
            slots(&[(0, 0), (1, 3), (2, 2)])
        );
        assert_eq!(
            in_slots(&before, wanted(&[1, 40, 41, 42]), None),
            slots(&[(0, 40), (1, 1), (2, 41), (3, 42)])
        );
        assert_eq!(in_slots(&before, wanted(&[2]), None), slots(&[(2, 2)]));
        assert_eq!(
            in_slots(&slots(&[(2, 2)]), wanted(&[2, 3]), None),
            slots(&[(2, 2), (3, 3)])
        );
        assert_eq!(in_slots(&before, Vec::new(), None), []);
    }

    const fn seen(scroll_px: f64, height_px: f64) -> Viewport {
        Viewport {
            scroll_px,
            height_px,
            row_px: 36.0,
        }
    }

    #[test]
    fn only_what_is_seen_is_mounted() {
        for (viewport, rows, expected) in [
            (seen(0.0, 360.0), 100_000, 0..19),
            (seen(0.0, 360.0), 3, 0..3),
            (seen(0.0, 360.0), 0, 0..0),
            (seen(3_600.0, 360.0), 100_000, 92..119),
            (seen(-40.0, 360.0), 100_000, 0..17),
            (seen(3_599_640.0, 360.0), 100_000, 99_973..100_000),
            // Shortened to 50 rows while scrolled far down.
            (seen(3_599_640.0, 360.0), 50, 23..50),
            (
                Viewport {
                    scroll_px: 0.0,
                    height_px: 360.0,
                    row_px: 0.0,
                },
                10,
                0..0,
            ),
            (
                Viewport {
                    scroll_px: f64::NAN,
                    height_px: 360.0,
                    row_px: 36.0,
                },
                10,
                0..9,
            ),
        ] {
            assert_eq!(viewport.mounted(rows), expected, "{viewport:?} of {rows}");
        }
    }

    #[test]
    fn a_window_is_bounded_and_covers_what_is_seen() {
        for scroll in (0..3_600_000).step_by(977) {
            let viewport = seen(f64::from(scroll), 720.0);
            let mounted = viewport.mounted(100_000);
            assert!(
                mounted.len() <= 20 + 2 + 2 * OVERSCAN_ROWS as usize + 1,
                "{scroll}: {mounted:?}"
            );
            assert!(mounted.end == 100_000 || viewport.top_px(mounted.end) >= f64::from(scroll) + 720.0);
            assert!(viewport.top_px(mounted.start) <= f64::from(scroll));
        }
    }

    #[test]
    fn revealing_moves_as_little_as_possible() {
        assert_eq!(seen(360.0, 360.0).reveal(12), None);
        assert_eq!(seen(360.0, 360.0).reveal(9), Some(324.0));
        assert_eq!(seen(360.0, 360.0).reveal(20), Some(396.0));
        assert_eq!(seen(0.0, 20.0).reveal(0), Some(16.0));
    }

    #[test]
    fn steps_stay_inside() {
        let at = |row, column| Position { row, column };
        for (from, step, expected) in [
            (at(0, 0), Step::Up, at(0, 0)),
            (at(0, 0), Step::Down, at(1, 0)),
            (at(9, 0), Step::Down, at(9, 0)),
            (at(2, 1), Step::PageDown, at(7, 1)),
            (at(7, 1), Step::PageDown, at(9, 1)),
            (at(2, 1), Step::PageUp, at(0, 1)),
            (at(2, 1), Step::First, at(0, 1)),
            (at(2, 1), Step::Last, at(9, 1)),
            (at(2, 0), Step::Back, at(2, 0)),
            (at(2, 3), Step::Forward, at(2, 3)),
            (at(500, 3), Step::Up, at(8, 3)),
        ] {
            assert_eq!(
                from.step(step, 10, &[0, 1, 2, 3], 5),
                expected,
                "{from:?} {step:?}"
            );
        }
        assert_eq!(at(3, 1).step(Step::Down, 0, &[], 5), at(0, 1));
    }

    #[test]
    fn steps_pass_over_columns_that_are_not_shown() {
        let shown = [0, 1, 4];
        let column = |from, step| Position { row: 0, column: from }.step(step, 1, &shown, 5).column;
        assert_eq!(column(1, Step::Forward), 4);
        assert_eq!(column(4, Step::Forward), 4);
        assert_eq!(column(4, Step::Back), 1);
        assert_eq!(column(0, Step::Back), 0);
        // The column has just gone.
        assert_eq!(column(2, Step::Forward), 4);
        assert_eq!(column(2, Step::Back), 1);
    }

    #[test]
    fn the_focused_row_stays_mounted() {
        let rows = |pinned| with_pinned(10..13, pinned, 100).collect::<Vec<_>>();
        assert_eq!(rows(None), [10, 11, 12]);
        assert_eq!(rows(Some(11)), [10, 11, 12]);
        assert_eq!(rows(Some(2)), [2, 10, 11, 12]);
        assert_eq!(rows(Some(40)), [10, 11, 12, 40]);
        assert_eq!(rows(Some(400)), [10, 11, 12]);
    }
}
