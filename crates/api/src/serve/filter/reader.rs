//! The text of a filter, read from left to right.

use domain::Timestamp;

use super::{Field, Kind, Op, Term, Test, invalid};
use crate::Problem;

/// Reads terms one after the other, and knows at which column it is.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    fields: &'static [Field],
    now: Timestamp,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str, fields: &'static [Field], now: Timestamp) -> Self {
        Self {
            text,
            at: 0,
            fields,
            now,
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether anything is left after blanks.
    pub(super) fn skip_blanks(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.at < self.text.len()
    }

    fn wrong(&self, at: usize, sentence: impl Into<String>) -> Problem {
        invalid("q", self.text[..at].chars().count() + 1, sentence)
    }

    fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        self.at += if found { what.len() } else { 0 };
        found
    }

    /// The next term.
    pub(super) fn term(&mut self) -> Result<Term, Problem> {
        let negated = self.eat("-");
        let start = self.at;
        if self.peek() == Some('"') {
            return Ok(Term {
                negated,
                test: Test::Word(self.value()?),
            });
        }
        let end = self
            .rest()
            .find(|it: char| it.is_whitespace() || ":<>=\"".contains(it));
        let name = self.rest()[..end.unwrap_or(self.rest().len())].to_owned();
        self.at += name.len();
        // A URL or an address with its port is a bare word that has a colon.
        let known = self
            .fields
            .iter()
            .position(|it| it.name.eq_ignore_ascii_case(&name));
        let ops = [
            ("<=", Op::LessOrEqual),
            (">=", Op::GreaterOrEqual),
            ("<", Op::Less),
            (">", Op::Greater),
            (":", Op::Equal),
            ("=", Op::Equal),
        ];
        let at_op = self.at;
        let Some((_, op)) = ops.into_iter().find(|it| self.eat(it.0)) else {
            if name.is_empty() || self.peek() == Some('"') {
                return Err(self.wrong(at_op, "A word or a field is expected"));
            }
            return Ok(Term {
                negated,
                test: Test::Word(name),
            });
        };
        if known.is_none() && op == Op::Equal && (self.rest().starts_with("//") || name.contains('.')) {
            let end = self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
            self.at += end;
            return Ok(Term {
                negated,
                test: Test::Word(self.text[start..self.at].to_owned()),
            });
        }
        let Some(field) = known else {
            let names: Vec<&str> = self.fields.iter().map(|it| it.name).collect();
            let sentence = format!("There is no field {name:?}; there are {}", names.join(", "));
            return Err(self.wrong(start, sentence));
        };
        let test = self.test(field, op, at_op)?;
        Ok(Term { negated, test })
    }

    fn test(&mut self, field: usize, op: Op, at_op: usize) -> Result<Test, Problem> {
        let Field { name, kind } = self.fields[field];
        let compares = op != Op::Equal;
        match kind {
            Kind::Text | Kind::Exact | Kind::Words(_) if compares => {
                Err(self.wrong(at_op, format!("{name} is a text; it is compared with `:`")))
            }
            Kind::Text | Kind::Exact => {
                let values = self.values(|_, _, it| Ok(it))?;
                Ok(Test::Any {
                    field,
                    exact: kind == Kind::Exact,
                    values,
                })
            }
            Kind::Words(words) => {
                let values = self.values(|reader, at, value| {
                    let known = words.iter().any(|it| it.eq_ignore_ascii_case(&value));
                    let sentence =
                        || format!("{name} has no value {value:?}; there are {}", words.join(", "));
                    if known {
                        Ok(value)
                    } else {
                        Err(reader.wrong(at, sentence()))
                    }
                })?;
                Ok(Test::Any {
                    field,
                    exact: true,
                    values,
                })
            }
            Kind::Number | Kind::Dollars | Kind::Time => {
                let at = self.at;
                let text = self.value()?;
                let read = match kind {
                    Kind::Number => text.parse().ok().map(|it| (op, it)),
                    Kind::Dollars => dollars(&text).map(|it| (op, it)),
                    _ => time(&text, op, self.now),
                };
                let accepted = match kind {
                    Kind::Number => "a whole number",
                    Kind::Dollars => "an amount in dollars such as 0.5",
                    _ => "an age such as 7d or 90m, a day or an RFC 3339 time",
                };
                let (op, value) =
                    read.ok_or_else(|| self.wrong(at, format!("{text:?} is not {accepted}")))?;
                Ok(Test::Compare { field, op, value })
            }
        }
    }

    /// Values between commas.
    fn values(
        &mut self,
        check: impl Fn(&Self, usize, String) -> Result<String, Problem>,
    ) -> Result<Vec<String>, Problem> {
        let mut values = Vec::new();
        loop {
            let at = self.at;
            let value = self.value()?;
            values.push(check(self, at, value)?);
            if !self.eat(",") {
                return Ok(values);
            }
        }
    }

    /// One value, quoted or up to a blank or comma.
    fn value(&mut self) -> Result<String, Problem> {
        let start = self.at;
        let value = if self.eat("\"") {
            let Some(end) = self.rest().find('"') else {
                return Err(self.wrong(start, "The quotation mark is not closed"));
            };
            let value = self.rest()[..end].to_owned();
            self.at += end + 1;
            value
        } else {
            let end = self
                .rest()
                .find(|it: char| it.is_whitespace() || it == ',' || it == '"');
            let value = self.rest()[..end.unwrap_or(self.rest().len())].to_owned();
            self.at += value.len();
            value
        };
        if value.is_empty() {
            Err(self.wrong(start, "A value is expected"))
        } else {
            Ok(value)
        }
    }
}

/// Dollars with up to six decimals, in micro-dollars.
fn dollars(text: &str) -> Option<i64> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() && part.is_empty() || part.len() > 6 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(part)
}

/// A moment, or an age as the comparison of moments it stands for.
fn time(text: &str, op: Op, now: Timestamp) -> Option<(Op, i64)> {
    let seconds = |unit| match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3_600),
        'd' => Some(86_400),
        'w' => Some(604_800),
        _ => None,
    };
    if let Some(unit) = text.chars().last().and_then(seconds)
        && let Ok(count) = text[..text.len() - 1].parse::<u32>()
    {
        let millis = i64::from(count) * unit * 1_000;
        return Some((op.of_age(), (now - millis).millis()));
    }
    let moment: Timestamp = text
        .parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .ok()?;
    Some((op, moment.millis()))
}
