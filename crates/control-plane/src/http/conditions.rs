//! Headers in which a caller says what it has already seen.

use api::{Problem, ProblemCode};
use axum::http::{HeaderMap, HeaderName, header};

const MIN_SEQUENCE: HeaderName = HeaderName::from_static("roadstead-min-sequence");

/// The generation in `If-Match`, without quotes and without the mark of a weak tag.
pub(super) fn if_match(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::IF_MATCH)?.to_str().unwrap_or("?").trim();
    Some(text.trim_start_matches("W/").trim_matches('"'))
}

/// Refuses to answer from an earlier position in the log than the caller has seen.
///
/// # Errors
/// `store_unavailable`: this server is behind, which a restore from a backup can cause; `schema` for no number.
pub(super) fn min_sequence(headers: &HeaderMap, sequence: u64) -> Result<(), Problem> {
    let Some(value) = headers.get(MIN_SEQUENCE) else {
        return Ok(());
    };
    let wanted: u64 = value
        .to_str()
        .ok()
        .and_then(|it| it.trim().parse().ok())
        .ok_or_else(|| {
            Problem::new(
                ProblemCode::Schema,
                "`Roadstead-Min-Sequence` is the number of a position in the log.",
            )
            .field("Roadstead-Min-Sequence")
            .next("Send the number of a `Roadstead-Sequence` header, or leave it out.")
        })?;
    if wanted <= sequence {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::StoreUnavailable,
        format!("This server reflects the position {sequence}, {wanted} was asked for."),
    )
    .next("Try again in a moment; if it stays so, the store was restored from an earlier state.")
    .with("sequence", sequence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_generation_is_read_with_and_without_quotes() {
        for text in ["14", "\"14\"", "W/\"14\""] {
            assert_eq!(if_match(&headers(header::IF_MATCH, text)), Some("14"), "{text}");
        }
        assert_eq!(if_match(&HeaderMap::new()), None);
    }

    #[test]
    fn an_earlier_position_is_not_answered_from() {
        let asked = |text| min_sequence(&headers(MIN_SEQUENCE, text), 7).map_err(|it| it.code);
        assert_eq!(asked("7"), Ok(()));
        assert_eq!(asked("8"), Err(ProblemCode::StoreUnavailable));
        assert_eq!(asked("seven"), Err(ProblemCode::Schema));
    }
}
