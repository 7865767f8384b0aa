//! The order of a list: `sort=-cost,name`, with the ID as the last key, so that no two rows are equal.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::filter::invalid;
use crate::Problem;

/// Most keys of a sort.
const KEYS_MAX: usize = 3;

/// A value of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

/// The same, kept in a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kept {
    Number(i64),
    Text(String),
}

impl Kept {
    pub(super) fn of(value: Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Number(number) => Self::Number(number),
        }
    }

    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Number(number) => Value::Number(*number),
        }
    }
}

impl Value<'_> {
    /// Texts by their letters whatever the case, then exactly.
    fn compare(self, other: Value<'_>) -> Ordering {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => {
                let lower = |it: u8| it.to_ascii_lowercase();
                a.bytes()
                    .map(lower)
                    .cmp(b.bytes().map(lower))
                    .then_with(|| a.cmp(b))
            }
            (Value::Number(a), Value::Number(b)) => a.cmp(&b),
            (Value::Number(_), Value::Text(_)) => Ordering::Less,
            (Value::Text(_), Value::Number(_)) => Ordering::Greater,
        }
    }
}

/// The values of a row's sort keys; those that are not used are zero.
pub(super) type Values<'a> = [Value<'a>; KEYS_MAX];

/// A parsed sort: indices into the list's keys, and directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order(Vec<(usize, bool)>);

impl Order {
    /// Reads a sort; `default` if it is empty.
    ///
    /// # Errors
    /// `filter_invalid` with the column of an unknown key.
    pub(super) fn parse(text: &str, keys: &[&str], default: &str) -> Result<Self, Problem> {
        let text = if text.trim().is_empty() { default } else { text };
        let mut order = Vec::new();
        let mut column = 1;
        for part in text.split(',') {
            let word = part.trim();
            let (descends, name) = word.strip_prefix('-').map_or((false, word), |it| (true, it));
            let Some(key) = keys.iter().position(|it| it.eq_ignore_ascii_case(name)) else {
                let sentence = format!("There is no sort key {name:?}; there are {}", keys.join(", "));
                return Err(invalid("sort", column, sentence));
            };
            if order.len() == KEYS_MAX {
                return Err(invalid(
                    "sort",
                    column,
                    format!("A sort has at most {KEYS_MAX} keys"),
                ));
            }
            order.push((key, descends));
            column += part.chars().count() + 1;
        }
        Ok(Self(order))
    }

    /// By ID alone.
    pub(super) const fn by_id() -> Self {
        Self(Vec::new())
    }

    /// A row's values.
    pub(super) fn values<'a>(&self, value: impl Fn(usize) -> Value<'a>) -> Values<'a> {
        let mut values = [Value::Number(0); KEYS_MAX];
        for (slot, (key, _)) in values.iter_mut().zip(&self.0) {
            *slot = value(*key);
        }
        values
    }

    /// How many of a row's values are used.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Compares two rows by their values; the caller breaks ties by ID.
    pub(super) fn compare(&self, a: &Values<'_>, b: &Values<'_>) -> Ordering {
        let pairs = self.0.iter().zip(a.iter().zip(b));
        pairs.fold(Ordering::Equal, |found, ((_, descends), (a, b))| {
            found.then_with(|| if *descends { b.compare(*a) } else { a.compare(*b) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_directions_are_read() {
        let keys = ["name", "cost"];
        assert_eq!(
            Order::parse("-cost, name", &keys, "name").unwrap(),
            Order(vec![(1, true), (0, false)])
        );
        assert_eq!(Order::parse("", &keys, "name").unwrap(), Order(vec![(0, false)]));
        for (text, column) in [
            ("price", 1),
            ("name,-price", 6),
            ("name,,cost", 6),
            ("name,name,name,cost", 16),
        ] {
            let problem = Order::parse(text, &keys, "name").unwrap_err();
            assert_eq!(
                (problem.field.as_deref(), &problem.data["column"]),
                (Some("sort"), &column.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn case_only_breaks_ties() {
        let order = Order::parse("name", &["name"], "").unwrap();
        let mut names = ["b", "A", "a", "B"];
        names.sort_by(|a, b| {
            order.compare(
                &order.values(|_| Value::Text(a)),
                &order.values(|_| Value::Text(b)),
            )
        });
        assert_eq!(names, ["A", "a", "B", "b"]);
    }
}
