//! The filter of a list: `state:running,stopped gpu:"RTX 4090" cost>0.5 created<7d -dc:FRA-1 train`.
//!
//! `:` matches any of the values, `< <= > >=` compare numbers, times and ages, `-` negates, a bare word
//! looks at names, IDs and addresses, a blank is "and". Case is ignored. Rows are looked at by
//! reference, so that filtering a long list allocates nothing.

mod reader;

use domain::{Timestamp, limits};

use reader::Reader;

use crate::{Problem, ProblemCode};

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Contains the value.
    Text,
    /// Is the value.
    Exact,
    /// Is one of these words.
    Words(&'static [&'static str]),
    /// A whole number.
    Number,
    /// Dollars with up to six decimals; compared in micro-dollars.
    Dollars,
    /// A moment or an age.
    Time,
}

/// A field of a list: its name in the filter, and what its values are.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// A row as a filter sees it. Fields are named by their index in the list's table.
pub(super) trait Facts {
    /// Whether a text of the field satisfies `test`.
    fn text(&self, field: usize, test: &dyn Fn(&str) -> bool) -> bool;
    /// The number or the milliseconds of the field.
    fn number(&self, field: usize) -> Option<i64>;
    /// Whether a bare word is found.
    fn word(&self, word: &str) -> bool;
}

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter(Vec<Term>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Word(String),
    Any {
        field: usize,
        exact: bool,
        values: Vec<String>,
    },
    Compare {
        field: usize,
        op: Op,
        value: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }

    /// The same comparison of ages as one of moments: younger is later.
    const fn of_age(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

impl Filter {
    /// Reads a filter; an empty text matches every row.
    ///
    /// # Errors
    /// `filter_invalid` with the column of the mistake, counted in characters from 1.
    pub(super) fn parse(text: &str, fields: &'static [Field], now: Timestamp) -> Result<Self, Problem> {
        if text.chars().count() > limits::FILTER_CHARS_MAX {
            let max = limits::FILTER_CHARS_MAX;
            return Err(invalid(
                "q",
                max + 1,
                format!("A filter has at most {max} characters"),
            ));
        }
        let mut reader = Reader::new(text, fields, now);
        let mut terms = Vec::new();
        while reader.skip_blanks() {
            terms.push(reader.term()?);
        }
        Ok(Self(terms))
    }

    /// Whether a row satisfies every term.
    pub(super) fn matches(&self, row: &impl Facts) -> bool {
        self.0.iter().all(|term| term.negated != term.test.holds(row))
    }
}

impl Test {
    fn holds(&self, row: &impl Facts) -> bool {
        match self {
            Self::Word(word) => row.word(word),
            Self::Any {
                field,
                exact: true,
                values,
            } => row.text(*field, &|text| {
                values.iter().any(|it| it.eq_ignore_ascii_case(text))
            }),
            Self::Any {
                field,
                exact: false,
                values,
            } => row.text(*field, &|text| values.iter().any(|it| contains(text, it))),
            Self::Compare { field, op, value } => row.number(*field).is_some_and(|it| op.holds(it, *value)),
        }
    }
}

/// Whether `text` contains `part`, ignoring the case of ASCII letters, without allocating.
pub(super) fn contains(text: &str, part: &str) -> bool {
    part.is_empty()
        || text
            .as_bytes()
            .windows(part.len())
            .any(|it| it.eq_ignore_ascii_case(part.as_bytes()))
}

/// A mistake in a filter or sort, at a column counted from 1.
pub(super) fn invalid(parameter: &str, column: usize, sentence: impl Into<String>) -> Problem {
    let sentence = sentence.into();
    Problem::new(
        ProblemCode::FilterInvalid,
        format!("{sentence}, at column {column} of `{parameter}`."),
    )
    .field(parameter)
    .errors(vec![format!("?{parameter}: column {column}: {sentence}")])
    .next("Correct the text at that column; fields are compared with `:` `<` `<=` `>` `>=`.")
    .with("column", column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field {
            name: "state",
            kind: Kind::Words(&["running", "stopped"]),
        },
        Field {
            name: "gpu",
            kind: Kind::Text,
        },
        Field {
            name: "dc",
            kind: Kind::Exact,
        },
        Field {
            name: "cost",
            kind: Kind::Dollars,
        },
        Field {
            name: "created",
            kind: Kind::Time,
        },
    ];

    struct Row;

    impl Facts for Row {
        fn text(&self, field: usize, test: &dyn Fn(&str) -> bool) -> bool {
            test(["RUNNING", "NVIDIA GeForce RTX 4090", "FRA-1", "", ""][field])
        }

        fn number(&self, field: usize) -> Option<i64> {
            [None, None, None, Some(690_000), Some(10 * 86_400_000)][field]
        }

        fn word(&self, word: &str) -> bool {
            contains("train-a", word)
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(20 * 86_400_000)
    }

    #[test]
    fn rows_match_what_is_asked_for() {
        let table = [
            ("", true),
            (
                "state:running,stopped gpu:\"RTX 4090\" cost>0.5 created>7d -dc:FRA-2 train",
                true,
            ),
            ("STATE:Stopped", false),
            ("gpu:4090", true),
            ("dc:FRA", false),
            ("-dc:fra-1", false),
            ("cost<=0.69", true),
            ("cost<0.69", false),
            ("cost:0.69", true),
            ("created<2w", true),
            ("created<7d", false),
            ("created>=1970-01-11", true),
            ("created>1970-01-11T00:00:00Z", false),
            ("TRAIN \"n-a\"", true),
            ("-train", false),
            ("http://train-a", false),
            ("203.0.113.7:22", false),
        ];
        for (text, expected) in table {
            let filter = Filter::parse(text, FIELDS, now()).unwrap_or_else(|it| panic!("{text}: {it:?}"));
            assert_eq!(filter.matches(&Row), expected, "{text}");
        }
    }

    #[test]
    fn mistakes_have_their_column() {
        let table = [
            ("util:5", 1),
            ("train status:running", 7),
            ("state:runing", 7),
            ("state:running,stoped", 15),
            ("état state:x", 12),
            ("state>running", 6),
            ("cost>much", 6),
            ("cost>0.1234567", 6),
            ("created<soon", 9),
            ("gpu:\"RTX", 5),
            ("gpu:", 5),
            ("gpu:a,", 7),
            (":x", 1),
            ("-", 2),
        ];
        for (text, column) in table {
            let problem = Filter::parse(text, FIELDS, now()).map(|_| ()).expect_err(text);
            assert_eq!(problem.code, ProblemCode::FilterInvalid, "{text}");
            assert_eq!(problem.data["column"], column, "{text}: {}", problem.detail);
        }
    }
}
