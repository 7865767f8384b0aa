//! A write that is repeated under its key is carried out once.

use api::{Problem, ProblemCode};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use domain::limits;

use super::{Edge, problem};
use crate::app::{Taken, Ticket, Unavailable};
use crate::store::Answer;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What a key leads to.
pub(super) enum Claim {
    /// No key: nothing is remembered.
    Free,
    /// Carry it out, and keep the answer.
    Ours(Ticket),
    /// It was carried out before.
    Answered(Answer),
}

/// Looks at a write's key.
pub(super) async fn claim(
    edge: &Edge,
    principal: &str,
    headers: &HeaderMap,
    request: (&Method, &Uri, &[u8]),
) -> Result<Claim, Problem> {
    let Some(key) = headers.get(&KEY) else {
        return Ok(Claim::Free);
    };
    let key = key.to_str().ok().filter(|it| is_key(it)).ok_or_else(|| {
        let max = limits::IDEMPOTENCY_KEY_CHARS_MAX;
        Problem::new(
            ProblemCode::Schema,
            format!("An idempotency key is 1 to {max} visible ASCII characters."),
        )
        .field("Idempotency-Key")
        .next("Send a random word, such as a UUID, and the same one again with each repetition.")
    })?;
    let digest = digest(request);
    // First the ticket, then the store: between the two nobody else can finish the same request.
    let ticket = edge
        .app
        .in_flight
        .take(principal, key, digest.clone())
        .map_err(|taken| match taken {
            Taken::SameRequest => Problem::new(
                ProblemCode::IdempotencyInProgress,
                "A request with this idempotency key is being carried out.",
            )
            .next("Repeat the request in a second."),
            Taken::OtherRequest => reused(),
            Taken::TooMany => problem::unavailable(Unavailable::Busy),
        })?;
    match edge
        .app
        .store
        .answer(principal, key)
        .await
        .map_err(|it| problem::store(&it))?
    {
        None => Ok(Claim::Ours(ticket)),
        Some(answer) if answer.digest == digest => Ok(Claim::Answered(answer)),
        Some(_) => Err(reused()),
    }
}

fn reused() -> Problem {
    Problem::new(
        ProblemCode::IdempotencyKeyReused,
        "This idempotency key came with another request before.",
    )
    .next("Make a new key for a new request.")
}

fn is_key(text: &str) -> bool {
    (1..=limits::IDEMPOTENCY_KEY_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_graphic())
}

fn digest((method, uri, body): (&Method, &Uri, &[u8])) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [method.as_str(), uri.path(), uri.query().unwrap_or_default()] {
        // Neither a method nor a URI has a line break in it.
        hasher.update(part.as_bytes()).update(b"\n");
    }
    hasher.update(body).finalize().to_hex().to_string()
}

/// The answer as it was given.
pub(super) fn replay(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    if !answer.content_type.is_empty()
        && let Ok(value) = HeaderValue::try_from(answer.content_type)
    {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
