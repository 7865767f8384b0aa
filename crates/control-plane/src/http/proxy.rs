//! The addresses of pods, `{podId}-{port}.proxy.{domain}`, as long as their machines are simulated.
//!
//! A page that says what would answer here. It knows no session, takes no key and sets no cookie: whatever a
//! pod serves one day is not to be trusted by the dashboard. Everybody who asks is therefore a stranger, and
//! learns nothing of a pod but that it serves: a pod that is stopped, gone or elsewhere is like one that never
//! was. Where a pod went is the API's to tell, to its owner.

use std::sync::Arc;

use api::serve::Surface;
use api::{Problem, ProblemCode};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::PodId;
use domain::pod::PodStateKind;
use engine::Fleet;

use super::{Edge, problem};

/// Nothing is loaded, sent, framed or run.
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Answers requests to pods' addresses; all others go on.
pub(super) async fn divert(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let Some(host) = host(request.headers()) else {
        return next.run(request).await;
    };
    let fleet = match edge.app.read().await {
        Ok(fleet) => fleet,
        Err(why) => return problem::refuse(&problem::unavailable(why), Surface::V1),
    };
    let suffix = format!(".proxy.{}", fleet.settings().pod_domain.domain);
    let Some(label) = host.strip_suffix(&suffix) else {
        drop(fleet);
        return next.run(request).await;
    };
    let mut response = match serving(&fleet, label) {
        Some(port) => html(
            StatusCode::OK,
            "A simulated pod",
            &format!("A pod serves port {port} here. Its host is simulated: nothing real answers."),
        ),
        None => nothing(request.headers()),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The host without its port, if it can be a pod's.
fn host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    name.contains(".proxy.").then(|| name.to_ascii_lowercase())
}

/// The port of an address that a running pod serves.
fn serving(fleet: &Fleet, label: &str) -> Option<u16> {
    let (id, port) = label.rsplit_once('-')?;
    let (id, port): (PodId, u16) = (id.parse().ok()?, port.parse().ok()?);
    let pod = fleet.pod(id)?;
    let serves = pod.spec.ports.iter().any(|it| it.number == port);
    (serves && pod.state.kind() == PodStateKind::Running).then_some(port)
}

/// A page for people, a problem for programs.
fn nothing(headers: &HeaderMap) -> Response {
    const WORDS: &str = "Nothing is served at this address.";
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains("text/html"));
    if wants_page {
        return html(StatusCode::NOT_FOUND, "Not found", WORDS);
    }
    let problem = Problem::new(ProblemCode::NotFound, WORDS)
        .next("Check the address; the owner of a pod finds its present one in the dashboard.");
    problem::refuse(&problem, Surface::V1)
}

/// Title and words are ours: nothing in them comes from outside.
fn html(status: StatusCode, title: &str, words: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{words}</p></html>\n"
    );
    (status, Html(body)).into_response()
}
