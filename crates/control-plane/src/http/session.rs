//! Signing in and out: `/api/v1/session`.

use std::sync::Arc;

use api::serve::Surface;
use api::{Problem, ProblemCode};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use serde::Deserialize;

use super::{Edge, api_v1, auth, problem};

/// Either proof is enough.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum SignIn {
    /// From a sign-in link; good once.
    Token(String),
    /// An API key.
    Key(String),
}

pub(super) async fn sign_in(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let signed_in = async {
        let (parts, body) = request.into_parts();
        auth::check_csrf(&parts.headers)?;
        let body = api_v1::read_body(&parts.headers, body, Surface::V1).await?;
        let proof = serde_json::from_slice(&body).map_err(|error| {
            Problem::new(
                ProblemCode::MalformedJson,
                format!("The body is not a sign-in: {error}."),
            )
            .next("Send `{\"token\": …}` from the sign-in link, or `{\"key\": …}`.")
        })?;
        match proof {
            SignIn::Token(token) => edge.auth.sign_in_by_link(&token).await,
            SignIn::Key(key) => edge.auth.sign_in_by_key(&key).await,
        }
    };
    match signed_in.await {
        Ok(secret) => set_cookie(&edge, &secret, limits::SESSION_DAYS * 24 * 3_600),
        Err(problem) => problem::refuse(&problem, Surface::V1),
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
