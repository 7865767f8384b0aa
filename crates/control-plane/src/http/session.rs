//! Signing in and out: `/api/v1/session`.

use std::sync::Arc;

use api::serve::{self, Surface};
use api::{Problem, ProblemCode};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use serde::Deserialize;

use super::limits::Standing;
use super::{Edge, api_v1, auth, problem, sign_ins};
use crate::clock::Clock;

/// One proof, whichever.
#[derive(Deserialize)]
struct SignIn {
    /// From a sign-in link; good once.
    token: Option<String>,
    /// An API key.
    key: Option<String>,
}

pub(super) async fn sign_in(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut standing = None;
    let signed_in = prove(&edge, &parts, body, &mut standing).await;
    let signed_in = signed_in.map_err(|problem| {
        if !matches!(problem.code, ProblemCode::KeyInvalid | ProblemCode::KeyExpired) {
            return problem;
        }
        let address = sign_ins::address(&parts, edge.is_proxied);
        let counted = edge.sign_ins.failed(address, Clock::wall());
        counted.err().unwrap_or(problem)
    });
    let answered = signed_in.map(|secret| set_cookie(&edge, &secret, limits::SESSION_DAYS * 24 * 3_600));
    api_v1::finish(answered, standing, Surface::V1)
}

/// Takes a proof; the new cookie's value. A link is good once, but a key could sign in without end: it
/// counts as any request with it does.
async fn prove(
    edge: &Edge,
    parts: &Parts,
    body: Body,
    standing: &mut Option<Standing>,
) -> Result<String, Problem> {
    auth::check_csrf(&parts.headers)?;
    let body = api_v1::read_body(&parts.headers, body, Surface::V1).await?;
    let proof: SignIn = serve::body(&body, Surface::V1)?;
    match (proof.token, proof.key) {
        (Some(token), None) => edge.auth.sign_in_by_link(&token).await,
        (None, Some(secret)) => {
            let now = Clock::wall();
            let key = edge.auth.key(&secret, now)?;
            let counted = edge.limits.count_name(&key.id.to_string(), now);
            standing.insert(counted).check()?;
            edge.auth.sign_in_by_key(key).await
        }
        (None, None) | (Some(_), Some(_)) => Err(Problem::new(
            ProblemCode::Schema,
            "A sign-in carries either the token of a link or an API key.",
        )
        .field("key")
        .errors(vec!["$: expected `token` or `key`".to_owned()])
        .next("Send `{\"token\": …}` from the sign-in link, or `{\"key\": …}`.")),
    }
}

/// Needs no valid session: whoever has none is signed out.
pub(super) async fn sign_out(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Response {
    let signed_out = async {
        auth::check_csrf(&headers)?;
        match edge.auth.session(&headers) {
            Some(session) => edge.auth.sign_out(&session).await,
            None => Ok(()),
        }
    };
    match signed_out.await {
        Ok(()) => set_cookie(&edge, "", 0),
        Err(problem) => problem::refuse(&problem, Surface::V1),
    }
}

/// No script can read it, and no other site can send it. It has no domain: pods' own addresses never get it.
fn set_cookie(edge: &Edge, secret: &str, seconds: i64) -> Response {
    let secure = if edge.secure_cookies { "; Secure" } else { "" };
    let cookie = format!(
        "{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        auth::COOKIE
    );
    (
        StatusCode::NO_CONTENT,
        [
            (header::SET_COOKIE, cookie),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
    )
        .into_response()
}
