//! What needs no key: health, descriptions, and counters where only this machine can ask for them.
//!
//! Counters tell how much a cloud is used. If anybody else can connect, or a proxy stands in front, they
//! need an operator's key; health says nothing but that the server runs.

use std::sync::{Arc, LazyLock};

use api::serve::{Surface, openapi};
use api::{Problem, ProblemCode};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Edge, problem};
use crate::metrics::Gauges;

static OPENAPI_V1: LazyLock<String> = LazyLock::new(openapi::v1);
static OPENAPI_V2: LazyLock<String> = LazyLock::new(openapi::v2);

/// The process runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The fleet can be read and the log answers.
pub(super) async fn readyz(State(edge): State<Arc<Edge>>) -> Response {
    if let Err(why) = edge.app.read().await.map(drop) {
        return problem::refuse(&problem::unavailable(why), Surface::V1);
    }
    match edge.app.store.meta("epoch").await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => problem::refuse(&problem::store(&error), Surface::V1),
    }
}

/// Counters as Prometheus reads them.
pub(super) async fn metrics(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    if !edge.is_local
        && let Err(problem) = check_operator(&edge, request)
    {
        return problem::refuse(&problem, Surface::V1);
    }
    let app = &edge.app;
    let gauges = Gauges {
        sequence: app.feed.sequence(),
        streams: app.feed.streams(),
        queue: app.queued(),
        outbox: app.outbox.len(),
        stuck: app.outbox.stuck(),
    };
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        app.metrics.text(gauges),
    )
        .into_response()
}

fn check_operator(edge: &Edge, request: Request) -> Result<(), Problem> {
    let caller = edge.auth.authenticate(&request.into_parts().0)?;
    if caller.principal.operator {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::ScopeMissing,
        "Only the operator may read the counters.",
    )
    .next("Use the operator's key.")
    .with("requiredScope", "operator"))
}

/// The published surface.
pub(super) async fn openapi_v2() -> Response {
    description(&OPENAPI_V2)
}

/// Our own surface.
pub(super) async fn openapi_v1() -> Response {
    description(&OPENAPI_V1)
}

fn description(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
