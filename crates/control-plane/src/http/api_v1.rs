//! The one handler of `/api/v1/**` and `/v2/**`, and the event stream.

use std::sync::Arc;
use std::time::Duration;

use api::serve::{self, Prepared, Surface};
use api::{Problem, ProblemCode};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response, Sse, sse};
use domain::limits;

use super::auth::Caller;
use super::conditions;
use super::idempotency::{self, Claim};
use super::limits::Standing;
use super::{Edge, problem};
use crate::app::RequestWork;
use crate::clock::Clock;
use crate::events::{self, Full};

/// Where an event stream goes on; a new `EventSource` cannot send it and uses the parameter.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells proxies to pass a stream on at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Authenticates, limits, and answers.
pub(super) async fn handle(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let surface = Surface::of(parts.uri.path());
    let (standing, answered) = match admit(&edge, &parts) {
        Ok((caller, standing)) => {
            let answered = match standing.map_or(Ok(()), |it| it.check()) {
                Ok(()) => answer(&edge, &caller, &parts, body, surface).await,
                Err(problem) => Err(problem),
            };
            (standing, answered)
        }
        Err(problem) => (None, Err(problem)),
    };
    finish(answered, standing, surface)
}

/// `GET /api/v1/events`.
pub(super) async fn events(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let (standing, answered) = match admit(&edge, &parts) {
        Ok((caller, standing)) => {
            let checked = standing.map_or(Ok(()), |it| it.check());
            (standing, checked.and_then(|()| stream(&edge, caller, &parts)))
        }
        Err(problem) => (None, Err(problem)),
    };
    finish(answered, standing, Surface::V1)
}

fn admit(edge: &Edge, parts: &Parts) -> Result<(Caller, Option<Standing>), Problem> {
    let caller = edge.auth.authenticate(parts)?;
    let standing = edge.limits.count(&caller, Clock::wall());
    Ok((caller, standing))
}

pub(super) fn finish(
    answered: Result<Response, Problem>,
    standing: Option<Standing>,
    surface: Surface,
) -> Response {
    let mut response = answered.unwrap_or_else(|problem| problem::refuse(&problem, surface));
    let headers = response.headers_mut();
    if let Some(standing) = standing {
        standing.tell(headers);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn answer(
    edge: &Edge,
    caller: &Caller,
    parts: &Parts,
    body: Body,
    surface: Surface,
) -> Result<Response, Problem> {
    let method = serve::Method::of(parts.method.as_str());
    let body = read_body(&parts.headers, body, surface).await?;
    let claim = match method {
        serve::Method::Get | serve::Method::Other => Claim::Free,
        serve::Method::Post | serve::Method::Put | serve::Method::Patch | serve::Method::Delete => {
            idempotency::claim(
                edge,
                &caller.name,
                &parts.headers,
                (&parts.method, &parts.uri, &body),
            )
            .await?
        }
    };
    let ticket = match claim {
        Claim::Answered(answer) => return Ok(idempotency::replay(answer)),
        Claim::Ours(ticket) => Some(ticket),
        Claim::Free => None,
    };
    let app = &edge.app;
    let fleet = app.read().await.map_err(problem::unavailable)?;
    conditions::min_sequence(&parts.headers, fleet.sequence())?;
    let request = serve::Request {
        method,
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        body: &body,
        if_match: conditions::if_match(&parts.headers),
        now: app.clock.now(),
    };
    let prepared = serve::prepare(&fleet, &caller.principal, &request);
    drop(fleet);
    let response = match prepared {
        Prepared::Answer(response) => response,
        Prepared::Command {
            actor,
            command,
            render,
        } => {
            let principal = caller.principal;
            let make = |reply| RequestWork {
                principal,
                actor,
                command,
                render,
                ticket,
                reply,
            };
            app.carry_out(make).await.map_err(problem::unavailable)?
        }
    };
    Ok(problem::respond(response))
}

/// Reads a body up to the surface's limit, in bounded time.
pub(super) async fn read_body(headers: &HeaderMap, body: Body, surface: Surface) -> Result<Bytes, Problem> {
    let max = surface.body_bytes_max();
    let too_large = || {
        Problem::new(
            ProblemCode::BodyTooLarge,
            format!("A body here is at most {max} bytes."),
        )
        .next(format!("Send at most {max} bytes."))
        .with("max", max)
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|it| it > max) {
        return Err(too_large());
    }
    let wait = Duration::from_millis(limits::BODY_MS_MAX);
    match tokio::time::timeout(wait, axum::body::to_bytes(body, max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_over_limit(&error) => Err(too_large()),
        Ok(Err(_)) | Err(_) => Err(Problem::new(
            ProblemCode::MalformedJson,
            "The body did not arrive whole.",
        )
        .next("Send the request again.")),
    }
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|it| it.to_string().contains("length limit"))
}

fn stream(edge: &Arc<Edge>, caller: Caller, parts: &Parts) -> Result<Response, Problem> {
    serve::authorise(&caller.principal, serve::Method::Get, parts.uri.path())?;
    let last = position(parts)?;
    let place = edge
        .app
        .feed
        .place(&caller.name)
        .map_err(|full| no_stream(&full))?;
    // Nothing is sent after the key or session has ended, and the stream ends with it.
    let longest = Duration::from_secs(limits::FEED_STREAM_SECONDS_MAX);
    let lasts = caller
        .expires_at
        .map_or(longest, |it| longest.min(Clock::wall_until(it)));
    let (auth_edge, principal) = (edge.clone(), caller.principal);
    let is_valid = Box::new(move || auth_edge.auth.is_valid(&caller));
    let stream = events::open(&edge.app, principal, place, last, lasts, is_valid);
    let comment = sse::KeepAlive::new().interval(Duration::from_secs(limits::FEED_COMMENT_SECONDS));
    let mut response = Sse::new(stream).keep_alive(comment).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

fn no_stream(full: &Full) -> Problem {
    let (detail, max) = match full {
        Full::Server => (
            "event streams are open, which is the most.",
            limits::FEED_STREAMS_MAX,
        ),
        Full::Principal => (
            "event streams of this key or account are open, which is the most.",
            limits::FEED_STREAMS_PER_PRINCIPAL_MAX,
        ),
    };
    Problem::new(ProblemCode::RateLimited, format!("{max} {detail}"))
        .next("Close a stream, or try again later.")
        .with("max", max)
}

/// The position to go on from. The header is newer than the address it was opened with.
fn position(parts: &Parts) -> Result<Option<u64>, Problem> {
    let header = parts.headers.get(LAST_EVENT_ID).and_then(|it| it.to_str().ok());
    let parameter = || {
        let pairs = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|it| it.split_once('='));
        pairs.into_iter().find(|it| it.0 == "lastEventId").map(|it| it.1)
    };
    let Some(text) = header.or_else(parameter).filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        Problem::new(
            ProblemCode::Schema,
            "The last event ID is the number of an event.",
        )
        .field("lastEventId")
        .next("Send the ID of the last event that arrived, or none to begin at the present.")
    })
}
