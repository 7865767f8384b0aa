//! The edge: everything between a socket and the engine's vocabulary.
//!
//! What an endpoint means is [`api::serve`]'s; here a request is authenticated, limited, kept from
//! being carried out twice, and answered.

mod api_v1;
mod assets;
mod auth;
mod conditions;
mod idempotency;
mod limits;
mod outer;
mod problem;
mod proxy;
mod public;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::app::App;
pub use auth::Auth;
pub use limits::RateLimits;

/// What handlers share.
pub struct Edge {
    /// The fleet and the ways to it.
    pub app: Arc<App>,
    /// Who is who.
    pub auth: Auth,
    /// How often they may ask.
    pub limits: RateLimits,
    /// Send cookies over TLS only.
    pub secure_cookies: bool,
}

/// Brotli and gzip both: small enough to pay, quick enough not to be noticed.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// Every path of the server.
pub fn router(edge: Arc<Edge>) -> Router {
    let squeezed = SizeAbove::new(u64::from(domain::limits::PLAIN_BYTES_MAX)).and(NotForContentType::SSE);
    Router::new()
        .route("/healthz", get(public::healthz))
        .route("/readyz", get(public::readyz))
        .route("/metrics", get(public::metrics))
        .route("/openapi/v2.json", get(public::openapi_v2))
        .route("/openapi/api-v1.json", get(public::openapi_v1))
        .route(
            "/api/v1/session",
            post(session::sign_in)
                .delete(session::sign_out)
                .fallback(api_v1::handle),
        )
        .route("/api/v1/events", get(api_v1::events).fallback(api_v1::handle))
        .route("/api/{*path}", any(api_v1::handle))
        .route("/v2/{*path}", any(api_v1::handle))
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(edge.clone())
        .layer(from_fn_with_state(edge.clone(), proxy::divert))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(outer::headers))
        .layer(
            CompressionLayer::new()
                .quality(COMPRESSION)
                .compress_when(squeezed),
        )
        .layer(from_fn_with_state(edge, outer::count))
}
