//! The sum that proves the balance, page by page from the newest line down, and a list of lines that grows at both ends.
//! Arithmetic only; the words are in `text::billing`.

use api::account::{Ledger, LedgerLine};
use domain::{LedgerEntryId, Money};

/// `opening + credits − entries = closing`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Balance before the oldest line; zero once all lines are read.
    pub opening: Money,
    /// Sum of what was added.
    pub credits: Money,
    /// Sum of what was charged, less what was corrected.
    pub entries: Money,
    /// Balance after the newest line.
    pub closing: Money,
}

impl Statement {
    /// This statement and one of the lines right before it. `None` if there is a gap between the two, or an overlap.
    #[must_use]
    pub fn joined(&self, older: &Self) -> Option<Self> {
        (older.closing == self.opening).then(|| Self {
            opening: older.opening,
            credits: self.credits + older.credits,
            entries: self.entries + older.entries,
            closing: self.closing,
        })
    }
}

/// The statement of lines without a gap, newest first. `None` without lines, or if they do not add up.
#[must_use]
pub fn statement(lines: &[LedgerLine]) -> Option<Statement> {
    let (newest, oldest) = (lines.first()?, lines.last()?);
    let sum = |credit: bool| -> Money {
        let of_kind = lines.iter().filter(|it| (it.resource == "credit") == credit);
        of_kind.map(|it| Money::from_micros(it.amount_micros)).sum()
    };
    let found = Statement {
        opening: Money::from_micros(oldest.balance_after_micros) - Money::from_micros(oldest.amount_micros),
        credits: sum(true),
        entries: -sum(false),
        closing: Money::from_micros(newest.balance_after_micros),
    };
    (found.opening + found.credits - found.entries == found.closing).then_some(found)
}

/// How far the sum has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Of all lines so far.
    pub statement: Statement,
    /// How many these are.
    pub lines: usize,
    /// The page that comes next; none once every line is in the sum.
    pub next: Option<String>,
    newest: LedgerEntryId,
    oldest: LedgerEntryId,
}

impl Sum {
    /// The sum of one page. `None` for a page without lines, or one that does not add up.
    #[must_use]
    pub fn of(page: &Ledger) -> Option<Self> {
        Some(Self {
            statement: statement(&page.lines)?,
            lines: page.lines.len(),
            next: page.pagination.next_cursor.clone(),
            newest: page.lines.first()?.id,
            oldest: page.lines.last()?.id,
        })
    }

    /// The same sum with the page below it; a page that is in it already changes nothing. `None` if it does not add up.
    #[must_use]
    pub fn with_older(&self, page: &Ledger) -> Option<Self> {
        if page.lines.last().is_some_and(|it| it.id == self.oldest) {
            return Some(self.clone());
        }
        let older = Self::of(page)?;
        Some(Self {
            statement: self.statement.joined(&older.statement)?,
            lines: self.lines + older.lines,
            newest: self.newest,
            ..older
        })
    }

    /// The same sum with the lines posted since, from the first page as it is now: nothing below is read again. A page
    /// that does not reach down to the sum begins a new one. `None` if it does not add up.
    #[must_use]
    pub fn with_newer(&self, page: &Ledger) -> Option<Self> {
        let Some(count) = page.lines.iter().position(|it| it.id == self.newest) else {
            return Self::of(page);
        };
        let Some(newest) = page.lines.first().filter(|_| count > 0) else {
            return Some(self.clone());
        };
        Some(Self {
            statement: statement(&page.lines[..count])?.joined(&self.statement)?,
            lines: self.lines + count,
            newest: newest.id,
            ..self.clone()
        })
    }
}

/// The newest lines, with those of before that new ones have pushed off the page, and what leads to the lines below.
///
/// Pages below begin where this list has ended from the start, so that none of their lines moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Newest first.
    pub lines: Vec<LedgerLine>,
    /// The page below; none if there is none.
    pub next: Option<String>,
}

impl Newest {
    /// What is shown now that `page` has come, after what was shown before. A page that does not reach down to that
    /// leaves a hole, so the list begins anew; only then does `next` change.
    #[must_use]
    pub fn renewed(before: Option<&Self>, page: &Ledger) -> Self {
        let mut lines = page.lines.clone();
        let known = before.and_then(|before| {
            let last = lines.last()?.id;
            let place = before.lines.iter().position(|it| it.id == last)?;
            Some((before, place + 1))
        });
        match known {
            Some((before, below)) => {
                lines.extend_from_slice(&before.lines[below..]);
                Self {
                    lines,
                    next: before.next.clone(),
                }
            }
            None => Self {
                lines,
                next: page.pagination.next_cursor.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use api::Pagination;

    use super::*;
    use crate::samples::ledger_line;

    fn line(number: u64, resource: &str, amount_micros: i64, balance_after_micros: i64) -> LedgerLine {
        LedgerLine {
            amount_micros,
            balance_after_micros,
            ..ledger_line(number, resource)
        }
    }

    /// Four lines, newest first; the second one costs nothing.
    fn lines() -> [LedgerLine; 4] {
        [
            line(4, "pod_gpu", -175_667, 9_490_000),
            line(3, "pod_gpu", 0, 9_665_667),
            line(2, "pod_gpu", -334_333, 9_665_667),
            line(1, "credit", 10_000_000, 10_000_000),
        ]
    }

    fn page(lines: &[LedgerLine], next: Option<&str>) -> Ledger {
        Ledger {
            lines: lines.to_vec(),
            pagination: Pagination {
                next_cursor: next.map(str::to_owned),
                ..Pagination::default()
            },
            total_micros: 0,
            sequence: 1,
        }
    }

    /// balance = credits − entries.
    #[test]
    fn the_statement_adds_up_exactly() {
        let lines = lines();
        let all = statement(&lines).unwrap();
        assert_eq!(
            (all.opening, all.credits, all.entries),
            (Money::ZERO, Money::from_dollars(10), Money::from_micros(510_000))
        );
        assert_eq!(all.credits - all.entries, all.closing);
        assert_eq!(statement(&lines[..3]).unwrap().opening, Money::from_dollars(10));
        assert_eq!(statement(&[]), None);
        let (newer, older) = (statement(&lines[..1]).unwrap(), statement(&lines[1..]).unwrap());
        assert_eq!(newer.joined(&older), Some(all));
        assert_eq!(older.joined(&newer), None);
    }

    #[test]
    fn a_page_counts_once_even_if_it_costs_nothing() {
        let lines = lines();
        let first = Sum::of(&page(&lines[..1], Some("b"))).unwrap();
        let free = page(&lines[1..2], Some("c"));
        let two = first.with_older(&free).unwrap();
        assert_eq!((two.lines, two.next.as_deref()), (2, Some("c")));
        assert_eq!(two.with_older(&free), Some(two.clone()));
        let all = two.with_older(&page(&lines[2..], None)).unwrap();
        assert_eq!((all.lines, all.next.clone()), (4, None));
        assert_eq!(all.statement, statement(&lines).unwrap());
        assert_eq!(
            first.with_older(&page(&lines[2..], None)).map(|it| it.lines),
            Some(3),
            "a line of $0 between the two is no gap"
        );
        assert_eq!(first.with_older(&page(&lines[3..], None)), None, "a gap is one");
    }

    #[test]
    fn new_lines_are_added_on_top_and_nothing_below_is_read_again() {
        let lines = lines();
        let old = Sum::of(&page(&lines[2..], None)).unwrap();
        let same = old.with_newer(&page(&lines[2..], Some("other"))).unwrap();
        assert_eq!(same, old);
        let new = old.with_newer(&page(&lines[..3], Some("other"))).unwrap();
        assert_eq!((new.lines, new.next.clone()), (4, None));
        assert_eq!(new.statement, statement(&lines).unwrap());
        let anew = old.with_newer(&page(&lines[..1], Some("far"))).unwrap();
        assert_eq!((anew.lines, anew.next.as_deref()), (1, Some("far")));
        let mut wrong = lines.clone();
        wrong[0].amount_micros += 1;
        assert_eq!(old.with_newer(&page(&wrong, None)), None);
    }

    #[test]
    fn lines_pushed_off_the_first_page_stay_and_a_hole_begins_the_list_anew() {
        let lines = lines();
        let before = Newest::renewed(None, &page(&lines[1..3], Some("b")));
        let after = Newest::renewed(Some(&before), &page(&lines[..2], Some("a")));
        assert_eq!(after.lines, lines[..3]);
        assert_eq!(after.next, before.next, "older pages stay below");
        let far = Newest::renewed(Some(&before), &page(&lines[..1], Some("a")));
        assert_eq!((far.lines.len(), far.next.as_deref()), (1, Some("a")));
    }
}
