//! The edge: everything between a socket and the engine's vocabulary.
//!
//! What an endpoint means is [`api::serve`]'s; here a request is authenticated, limited, kept from
//! being carried out twice, and answered.

mod api_v1;
mod assets;
mod auth;
mod conditions;
mod cross_origin;
mod idempotency;
mod limits;
mod outer;
mod problem;
mod proxy;
mod public;
mod session;
mod sign_ins;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::app::App;
pub use auth::Auth;
pub use limits::RateLimits;
pub use sign_ins::SignIns;

pub(crate) use cross_origin::origin;

/// What handlers share.
pub struct Edge {
    /// The fleet and the ways to it.
    pub app: Arc<App>,
    /// Who is who.
    pub auth: Auth,
    /// How often they may ask.
    pub limits: RateLimits,
    /// How often they may fail to sign in.
    pub sign_ins: SignIns,
    /// Other pages whose scripts may use the API with a key.
    pub origins: Vec<HeaderValue>,
    /// Only this machine can connect.
    pub is_local: bool,
    /// A proxy stands in front and says where a request comes from.
    pub is_proxied: bool,
    /// Send cookies over TLS only.
    pub secure_cookies: bool,
}

/// Brotli and gzip both: small enough to pay, quick enough not to be noticed.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// Every path of the server.
pub fn router(edge: Arc<Edge>) -> Router {
    let squeezed = SizeAbove::new(u64::from(domain::limits::PLAIN_BYTES_MAX)).and(NotForContentType::SSE);
    let paths = Router::new()
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
        .with_state(edge.clone());
    cross_origin::allow(paths, &edge.origins)
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
