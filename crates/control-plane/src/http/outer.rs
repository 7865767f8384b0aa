//! What every answer has: a request ID, headers that keep browsers strict, a line in the log, a count.

use std::sync::Arc;
use std::time::Instant;

use api::Problem;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::limits;

use super::Edge;
use crate::secret;

/// Finds a request in logs.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What no answer is without, unless it sets its own.
const STRICT: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

/// Takes over or makes the request ID, and returns it in the headers and in problems.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|it| is_id(it))
        .cloned()
        .unwrap_or_else(new_id);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let request = id.to_str().unwrap_or_default();
    if status >= 500 {
        tracing::warn!(request, %method, path, status, millis, "failed");
    } else {
        tracing::debug!(request, %method, path, status, millis, "answered");
    }
    let mut response = name_problem(response, &id).await;
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    for (name, value) in STRICT {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Counts every answer, also those of layers in between.
pub(super) async fn count(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    edge.app.metrics.answered(response.status().as_u16());
    response
}

/// Letters that are safe in a log, in a header and in a sentence.
fn is_id(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    let is_plain = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    (1..=limits::REQUEST_ID_CHARS_MAX).contains(&bytes.len()) && bytes.iter().all(is_plain)
}

fn new_id() -> HeaderValue {
    // Without random numbers nothing works that matters more; requests then share one ID.
    let bits = secret::random_bits().unwrap_or_default();
    HeaderValue::try_from(format!("req{bits:016x}")).unwrap_or(HeaderValue::from_static("req"))
}

/// Puts the request ID into a problem document.
async fn name_problem(response: Response, id: &HeaderValue) -> Response {
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|it| it == "application/problem+json");
    if !is_problem {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // A plan that no longer holds is inside its problem, so these can be as large as any answer of ours.
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let named = serde_json::from_slice::<Problem>(&bytes).and_then(|mut problem| {
        problem.request_id = id.to_str().ok().map(str::to_owned);
        serde_json::to_vec(&problem)
    });
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = named.map_or_else(|_| Body::from(bytes), Body::from);
    Response::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn panicking() -> &'static str {
        panic!("the inner words")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_without_inner_words() {
        let router = Router::new()
            .route("/", get(panicking))
            .layer(CatchPanicLayer::custom(super::super::problem::panicked))
            .layer(axum::middleware::from_fn(headers));
        let request = Request::builder()
            .uri("/")
            .header("x-request-id", "abc")
            .body(Body::empty())
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["x-request-id"], "abc");
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: Problem = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(problem.request_id.as_deref(), Some("abc"));
        assert!(!String::from_utf8_lossy(&bytes).contains("inner words"));
    }

    #[test]
    fn only_plain_request_ids_are_taken_over() {
        for (text, is) in [("a-b_C.9", true), ("", false), ("a b", false), ("a\"b", false)] {
            assert_eq!(is_id(&HeaderValue::try_from(text).unwrap()), is, "{text}");
        }
        assert!(!is_id(&HeaderValue::try_from("x".repeat(65)).unwrap()));
    }
}
