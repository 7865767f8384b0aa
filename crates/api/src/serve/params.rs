//! Query strings.

use std::fmt::Display;
use std::str::FromStr;

use crate::{Problem, ProblemCode};

/// The parameters of a request. An empty value means the same as none; the last of several counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string.
    pub(super) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// A parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|it| it.0 == name);
        found.map(|it| it.1.as_str()).filter(|it| !it.is_empty())
    }

    /// A parameter, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A parameter of a type; `accepted` says in the refusal what would be accepted.
    pub(super) fn read<T: FromStr>(&self, name: &str, accepted: impl Display) -> Result<Option<T>, Problem> {
        let read = |text: &str| text.parse().map_err(|_| wrong(name, accepted));
        self.get(name).map(read).transpose()
    }

    /// A parameter with several values between commas.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name)
            .split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
    }

    /// A parameter that is one of a few words; case is ignored.
    pub(super) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let found = words.iter().find(|it| it.0.eq_ignore_ascii_case(text));
        found
            .map(|it| Some(it.1))
            .ok_or_else(|| wrong(name, one_of(words.iter().map(|it| it.0))))
    }
}

/// `one of a, b, c`.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    format!("one of {}", words.into_iter().collect::<Vec<_>>().join(", "))
}

/// A parameter that is not accepted.
pub(super) fn wrong(name: &str, accepted: impl Display) -> Problem {
    Problem::new(
        ProblemCode::Schema,
        format!("The parameter `{name}` is not accepted: {accepted} is expected."),
    )
    .field(name)
    .errors(vec![format!("?{name}: expected {accepted}")])
    .next(format!("Send `{name}` as {accepted}, or leave it out."))
}
