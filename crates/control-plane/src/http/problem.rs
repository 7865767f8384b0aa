//! Every refusal of the edge is a problem document. Internal text has no way out.

use std::any::Any;

use api::serve::{self, Surface};
use api::{Problem, ProblemCode};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::app::Unavailable;
use crate::store::StoreError;

/// A response of the mapping, as the network wants it.
pub(super) fn respond(response: serve::Response) -> Response {
    let mut made = Response::new(Body::from(response.body));
    *made.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !response.content_type.is_empty() {
        made.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(response.content_type),
        );
    }
    for (name, value) in response.headers {
        // Both come from us; one that cannot be sent is left out rather than the answer.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            made.headers_mut().insert(name, value);
        }
    }
    made
}

/// A problem as a response of the surface that was asked.
pub(super) fn refuse(problem: &Problem, surface: Surface) -> Response {
    let mut response = respond(serve::problem_response(problem, surface));
    let (name, value) = match problem.code {
        ProblemCode::KeyMissing | ProblemCode::KeyInvalid | ProblemCode::KeyExpired => {
            (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        }
        // A window that is used up says more exactly when it ends.
        ProblemCode::RateLimited => (header::RETRY_AFTER, HeaderValue::from_static("60")),
        ProblemCode::IdempotencyInProgress | ProblemCode::StoreUnavailable => {
            (header::RETRY_AFTER, HeaderValue::from_static("1"))
        }
        _ => return response,
    };
    response.headers_mut().insert(name, value);
    response
}

/// Nothing was changed, and nothing can be now.
pub(super) fn unavailable(why: Unavailable) -> Problem {
    match why {
        Unavailable::Store => Problem::new(
            ProblemCode::StoreUnavailable,
            "The log cannot be extended. Nothing was changed.",
        )
        .next("Try again in a moment; the operator finds the reason in the server's log."),
        Unavailable::Busy => Problem::new(
            ProblemCode::StoreUnavailable,
            "More commands wait than the server takes.",
        )
        .next("Try again in a moment."),
        Unavailable::Fault => internal(),
    }
}

/// The store did not answer a question of the edge itself.
pub(super) fn store(error: &StoreError) -> Problem {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the store did not answer"
    );
    unavailable(Unavailable::Store)
}

/// Our fault. The request ID, which is added on the way out, finds it in the log.
pub(super) fn internal() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "The server met a fault. It was written to its log.",
    )
    .next("Report the request ID to the operator.")
}

/// What a handler that panicked answers; the panic itself is in the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over by value")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = words.unwrap_or("without words"), "a handler panicked");
    refuse(&internal(), Surface::V1)
}

/// A path that exists was asked with another method.
pub(super) async fn method_not_allowed(uri: Uri) -> Response {
    let problem = Problem::new(
        ProblemCode::MethodNotAllowed,
        format!("{} can be read only.", uri.path()),
    )
    .next("Send a GET request.");
    refuse(&problem.with("allowed", vec!["GET"]), Surface::V1)
}

/// There is nothing at a path.
pub(super) fn not_found(path: &str) -> Response {
    refuse(
        &Problem::new(ProblemCode::NotFound, format!("There is nothing at {path}."))
            .next("Check the path; /openapi/api-v1.json and /openapi/v2.json list those there are."),
        Surface::of(path),
    )
}
