//! The addresses of pods, `{podId}-{port}.proxy.{domain}`, as long as their machines are simulated.
//!
//! A page that says what would answer here. It knows no session and sets no cookie: whatever a pod
//! serves one day is not to be trusted by the dashboard.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
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
        Err(why) => return problem::refuse(&problem::unavailable(why), api::serve::Surface::V1),
    };
    let suffix = format!(".proxy.{}", fleet.settings().pod_domain.domain);
    match host.strip_suffix(&suffix) {
        Some(label) => page(&fleet, label),
        None => {
            drop(fleet);
            next.run(request).await
        }
    }
}

/// The host without its port, if it can be a pod's.
fn host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    name.contains(".proxy.").then(|| name.to_ascii_lowercase())
}

fn page(fleet: &Fleet, label: &str) -> Response {
    let asked = label
        .rsplit_once('-')
        .and_then(|(id, port)| Some((id.parse::<PodId>().ok()?, port.parse::<u16>().ok()?)));
    let pod = asked.and_then(|it| fleet.pod(it.0));
    let Some((pod, (_, port))) = pod.zip(asked) else {
        return html(StatusCode::NOT_FOUND, "No such pod", "No pod has this address.");
    };
    if let Some(moved) = fleet.resolve(pod.id).filter(|it| it.id != pod.id) {
        let words = format!("{} moved and is now {}-{port}.", pod.name, moved.id);
        return html(StatusCode::GONE, "Pod moved", &words);
    }
    let serves = pod.spec.ports.iter().any(|it| it.number == port);
    match pod.state.kind() {
        PodStateKind::Terminated | PodStateKind::Terminating => html(
            StatusCode::GONE,
            "Pod deleted",
            &format!("{} was deleted.", pod.name),
        ),
        _ if !serves => html(
            StatusCode::NOT_FOUND,
            "No such port",
            &format!("{} does not serve port {port}.", pod.name),
        ),
        PodStateKind::Running => {
            let words =
                format!("Port {port} of this pod is running on a simulated host: nothing real answers here.");
            html(StatusCode::OK, pod.name.as_str(), &words)
        }
        state @ (PodStateKind::Queued
        | PodStateKind::Provisioning
        | PodStateKind::Starting
        | PodStateKind::Stopping
        | PodStateKind::Stopped
        | PodStateKind::Unreachable
        | PodStateKind::Error) => {
            let words = format!("The pod is {}, on a simulated host.", state.as_str());
            html(StatusCode::SERVICE_UNAVAILABLE, pod.name.as_str(), &words)
        }
    }
}

fn html(status: StatusCode, title: &str, words: &str) -> Response {
    let (title, words) = (escape(title), escape(words));
    let body = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{words}</p></html>\n"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(body)).into_response()
}

/// A pod's name is whatever its owner likes.
fn escape(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut safe, it| {
            match it {
                // Writing to a string does not fail.
                '<' | '>' | '&' | '"' | '\'' => drop(write!(safe, "&#{};", u32::from(it))),
                _ => safe.push(it),
            }
            safe
        })
}
