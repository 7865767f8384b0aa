//! Bodies: JSON to a typed request, with every mistake named.

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Track;

use super::Surface;
use crate::{Problem, ProblemCode};

/// Reads a body.
///
/// # Errors
/// `body_too_large`, `malformed_json`, `unknown_key` with all of them, or `schema` with the field.
pub fn body<T: DeserializeOwned>(bytes: &[u8], surface: Surface) -> Result<T, Problem> {
    let max = surface.body_bytes_max();
    if bytes.len() > max {
        return Err(Problem::new(
            ProblemCode::BodyTooLarge,
            format!("The body has more than {max} bytes."),
        )
        .next(format!("Send at most {max} bytes."))
        .with("limit", "body_bytes")
        .with("max", max));
    }
    // A struct would also be read from an array, field by field.
    if bytes.iter().find(|it| !it.is_ascii_whitespace()) != Some(&b'{') {
        return Err(match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => schema("$", "expected a JSON object"),
            Err(error) => malformed(&error),
        });
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let mut unknown = Vec::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let value = serde_ignored::deserialize(tracked, |path| unknown.push(Key::of(&path)));
    let value = match value {
        Ok(value) => value,
        Err(error) if error.classify() == Category::Data => return Err(wrong_type(&error, &track.path())),
        Err(error) => return Err(malformed(&error)),
    };
    json.end().map_err(|error| malformed(&error))?;
    if unknown.is_empty() {
        Ok(value)
    } else {
        Err(unknown_keys(unknown))
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("The body is not JSON: {error}.");
    Problem::new(ProblemCode::MalformedJson, detail).next("Send one JSON object.")
}

/// The refusal of a value: `field` is the path without `$.`.
pub(super) fn schema(field: &str, expected: &str) -> Problem {
    let path = if field == "$" {
        "$".to_owned()
    } else {
        format!("$.{field}")
    };
    let problem = Problem::new(
        ProblemCode::Schema,
        format!("`{field}` is not accepted: {expected}."),
    )
    .errors(vec![format!("{path}: {expected}")])
    .next(format!("Change `{field}` and send the request again."));
    if field == "$" {
        problem
    } else {
        problem.field(field)
    }
}

fn wrong_type(error: &serde_json::Error, path: &serde_path_to_error::Path) -> Problem {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |it| it.0);
    let path = path.to_string();
    let parent = if path == "." { "" } else { path.as_str() };
    // A missing field is named in the message, its parent is the path.
    if let Some(name) = text
        .strip_prefix("missing field `")
        .and_then(|it| it.strip_suffix('`'))
    {
        let field = if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        };
        return schema(&field, "it is required");
    }
    schema(if parent.is_empty() { "$" } else { parent }, &in_words(text))
}

/// The words of JSON in place of those of our language.
fn in_words(text: &str) -> String {
    const WORDS: [(&str, &str); 12] = [
        ("expected u16", "expected a whole number up to 65535"),
        ("expected u32", "expected a whole number, zero or more"),
        ("expected u64", "expected a whole number, zero or more"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("expected a borrowed string", "expected a string"),
        ("expected a sequence", "expected an array"),
        ("expected a map", "expected an object"),
        ("expected struct ", "expected an object: "),
        ("invalid type: map", "invalid type: object"),
        ("invalid type: sequence", "invalid type: array"),
        ("floating point", "number"),
    ];
    WORDS
        .iter()
        .fold(text.to_owned(), |text, (ours, theirs)| text.replace(ours, theirs))
}

/// An unknown key and the object it stands in.
struct Key {
    parent: String,
    name: String,
}

impl Key {
    fn of(path: &serde_ignored::Path<'_>) -> Self {
        use serde_ignored::Path;
        match path {
            Path::Map { parent, key } => Self {
                parent: place(parent),
                name: key.clone(),
            },
            Path::Seq { parent, index } => Self {
                parent: place(parent),
                name: index.to_string(),
            },
            Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
                Self::of(parent)
            }
            Path::Root => Self {
                parent: "$".to_owned(),
                name: String::new(),
            },
        }
    }
}

fn place(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => "$".to_owned(),
        Path::Map { parent, key } => format!("{}.{key}", place(parent)),
        Path::Seq { parent, index } => format!("{}[{index}]", place(parent)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            place(parent)
        }
    }
}

fn unknown_keys(mut unknown: Vec<Key>) -> Problem {
    unknown.sort_by(|a, b| (&a.parent, &a.name).cmp(&(&b.parent, &b.name)));
    let quoted: Vec<String> = unknown.iter().map(|it| format!("'{}'", it.name)).collect();
    let errors = unknown
        .chunk_by(|a, b| a.parent == b.parent)
        .map(|keys| {
            let names: Vec<String> = keys.iter().map(|it| format!("'{}'", it.name)).collect();
            format!(
                "{}: additional properties {} not allowed",
                keys[0].parent,
                names.join(", ")
            )
        })
        .collect();
    let field = format!("{}.{}", unknown[0].parent, unknown[0].name);
    Problem::new(
        ProblemCode::UnknownKey,
        format!("The request has fields that do not exist: {}.", quoted.join(", ")),
    )
    .field(field.trim_start_matches("$."))
    .errors(errors)
    .next("Remove them, or look for a misspelling.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pods::CreatePod;

    fn refused(text: &str) -> (&'static str, Option<String>, Vec<String>) {
        let problem = body::<CreatePod>(text.as_bytes(), Surface::V1).unwrap_err();
        assert!(
            problem.next.is_some() && !problem.detail.is_empty(),
            "{problem:?}"
        );
        (problem.code.as_str(), problem.field, problem.errors)
    }

    #[test]
    fn every_mistake_has_its_code_and_place() {
        let table = [
            (r#"{"name":"#, "malformed_json", None, vec![]),
            (r#"{"name":"a"} {}"#, "malformed_json", None, vec![]),
            ("[]", "schema", None, vec!["$: expected a JSON object"]),
            (
                r#"{"disk":1}"#,
                "schema",
                Some("name"),
                vec!["$.name: it is required"],
            ),
            (
                r#"{"name":"a","gpu":{"id":"x","count":"two"}}"#,
                "schema",
                Some("gpu.count"),
                vec!["$.gpu.count: invalid type: string \"two\", expected a whole number, zero or more"],
            ),
            (
                r#"{"name":"a","nmae":1,"gpu":{"id":"x","kind":1},"also":2}"#,
                "unknown_key",
                Some("also"),
                vec![
                    "$: additional properties 'also', 'nmae' not allowed",
                    "$.gpu: additional properties 'kind' not allowed",
                ],
            ),
        ];
        for (text, code, field, errors) in table {
            let expected = (
                code,
                field.map(str::to_owned),
                errors.into_iter().map(str::to_owned).collect(),
            );
            assert_eq!(refused(text), expected, "{text}");
        }
    }

    #[test]
    fn the_two_surfaces_have_their_own_limits() {
        let long = format!(
            "{{\"name\":\"{}\"}}",
            "x".repeat(domain::limits::BODY_BYTES_V2_MAX)
        );
        assert!(body::<CreatePod>(long.as_bytes(), Surface::V1).is_ok());
        let problem = body::<CreatePod>(long.as_bytes(), Surface::V2).unwrap_err();
        assert_eq!((problem.code, problem.status), (ProblemCode::BodyTooLarge, 413));
    }
}
