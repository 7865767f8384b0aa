//! Pages: a limit, and a cursor that is bound to the list, its filter and its sort.
//!
//! A cursor holds the sort values and the ID of the last row that was shown, so rows that come or go
//! meanwhile neither repeat nor hide others.

use std::fmt::{Display, Write};

use domain::limits;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::order::{Kept, Order, Values};
use super::params::{Params, wrong};
use crate::{Pagination, Problem, ProblemCode};

/// Characters of a cursor's check.
const CHECK_CHARS: usize = 16;

/// The size of a page.
pub(super) fn limit(params: &Params) -> Result<usize, Problem> {
    let max = limits::PAGE_ROWS_MAX;
    let accepted = format!("a whole number from 1 to {max}");
    let limit = params.read("limit", &accepted)?.unwrap_or(limits::PAGE_ROWS);
    if (1..=max).contains(&limit) {
        Ok(limit)
    } else {
        Err(wrong("limit", accepted))
    }
}

/// What a cursor is bound to: the list and everything that decides which rows it has.
pub(super) struct Scope(blake3::Hasher);

impl Scope {
    /// The rows of one list for one reader, with these parameters.
    pub(super) fn new(list: &str, reader: impl Display, params: &Params, names: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        part(list);
        part(&reader.to_string());
        for name in names {
            part(params.text(name));
        }
        Self(hasher)
    }

    fn check(&self, payload: &[u8]) -> String {
        let hash = self.0.clone().update(payload).finalize().to_hex();
        hash[..CHECK_CHARS].to_owned()
    }

    /// A cursor for the page after this position.
    pub(super) fn cursor(&self, position: &impl Serialize) -> String {
        // Positions are numbers and texts; they can always be written.
        let payload = serde_json::to_vec(position).unwrap_or_default();
        let mut cursor = self.check(&payload);
        for byte in payload {
            // Writing to a string cannot fail.
            let _ = write!(cursor, "{byte:02x}");
        }
        cursor
    }

    /// The position of the cursor in the parameters, if there is one.
    pub(super) fn position<T: DeserializeOwned>(&self, params: &Params) -> Result<Option<T>, Problem> {
        let Some(cursor) = params.get("cursor") else {
            return Ok(None);
        };
        self.open(cursor).map(Some).ok_or_else(|| {
            Problem::new(
                ProblemCode::CursorInvalid,
                "The cursor is not one of this list, filter and sort.",
            )
            .field("cursor")
            .next("Read the first page again, without `cursor`.")
        })
    }

    fn open<T: DeserializeOwned>(&self, cursor: &str) -> Option<T> {
        let (check, hex) = cursor.split_at_checked(CHECK_CHARS)?;
        let digits: Vec<u8> = hex
            .chars()
            .map(|it| it.to_digit(16).map(|it| it as u8))
            .collect::<Option<_>>()?;
        let payload: Vec<u8> = digits.chunks_exact(2).map(|it| it[0] << 4 | it[1]).collect();
        if !digits.len().is_multiple_of(2) || self.check(&payload) != check {
            return None;
        }
        serde_json::from_slice(&payload).ok()
    }
}

/// The last row that was shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Last<I> {
    v: Vec<Kept>,
    i: I,
}

/// A row before it is shown: its sort values, its ID, and what it is made from.
pub(super) struct Row<'a, I, T> {
    pub(super) values: Values<'a>,
    pub(super) id: I,
    pub(super) item: T,
}

/// A page of rows.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    pub(super) pagination: Pagination,
    /// Rows of all pages.
    pub(super) total: u64,
}

/// Takes a page out of all rows that match.
///
/// Only the rows of the page are sorted: finding them among the others takes linear time.
pub(super) fn take<'a, I, T>(
    rows: Vec<Row<'a, I, T>>,
    order: &Order,
    scope: &Scope,
    params: &Params,
    limit: usize,
) -> Result<Page<T>, Problem>
where
    I: Copy + Ord + Serialize + DeserializeOwned,
{
    let total = rows.len() as u64;
    let compare = |a: &Row<'a, I, T>, b: &Row<'a, I, T>| {
        order.compare(&a.values, &b.values).then_with(|| a.id.cmp(&b.id))
    };
    let mut rows = rows;
    if let Some(last) = scope.position::<Last<I>>(params)? {
        let values = order.values(|_| super::order::Value::Number(0));
        let mut after = values;
        for (slot, kept) in after.iter_mut().zip(&last.v) {
            *slot = kept.value();
        }
        rows.retain(|it| {
            order
                .compare(&it.values, &after)
                .then_with(|| it.id.cmp(&last.i))
                .is_gt()
        });
    }
    let has_next_page = rows.len() > limit;
    if has_next_page {
        rows.select_nth_unstable_by(limit, compare);
        rows.truncate(limit);
    }
    rows.sort_unstable_by(compare);
    let next_cursor = rows.last().filter(|_| has_next_page).map(|it| {
        let v = it.values[..order.len()].iter().map(|it| Kept::of(*it)).collect();
        scope.cursor(&Last { v, i: it.id })
    });
    let rows = rows.into_iter().map(|it| it.item).collect();
    Ok(Page {
        rows,
        pagination: Pagination {
            has_next_page,
            next_cursor,
        },
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_bound_to_their_list() {
        let params = Params::parse("q=a&limit=5");
        let scope = Scope::new("pods", 1, &params, &["q", "sort"]);
        let cursor = scope.cursor(&(7, "x"));
        let with = |query: &str| Params::parse(&format!("{query}&cursor={cursor}"));
        assert_eq!(
            scope.position::<(i32, String)>(&with("q=a")).unwrap(),
            Some((7, "x".to_owned()))
        );
        for (list, reader, query) in [("machines", 1, "q=a"), ("pods", 2, "q=a"), ("pods", 1, "q=b")] {
            let params = with(query);
            let other = Scope::new(list, reader, &params, &["q", "sort"]);
            let problem = other.position::<(i32, String)>(&params).unwrap_err();
            assert_eq!(problem.code, ProblemCode::CursorInvalid);
        }
        for wrong in [
            "x",
            "é",
            "0123456789abcdef0",
            &cursor[1..],
            &format!("{cursor}00"),
        ] {
            let params = Params::parse(&format!("cursor={wrong}"));
            assert!(scope.position::<(i32, String)>(&params).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_are_checked() {
        assert_eq!(limit(&Params::parse("")).unwrap(), limits::PAGE_ROWS);
        assert_eq!(limit(&Params::parse("limit=1000")).unwrap(), 1_000);
        for wrong in ["0", "1001", "-1", "ten"] {
            assert!(
                limit(&Params::parse(&format!("limit={wrong}"))).is_err(),
                "{wrong}"
            );
        }
    }
}
