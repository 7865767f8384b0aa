//! Scripts of other pages: none, unless the operator lists where they come from.
//!
//! They use a key of their own. A browser's session is never theirs: credentials are not allowed, and the
//! header that a write with a session needs is not among those they may send.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::CorsLayer;

/// Long enough that a page does not ask before each request, short enough that a change is soon seen.
const ANSWER_KEPT: std::time::Duration = std::time::Duration::from_secs(600);
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];
const SENT: [HeaderName; 7] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("roadstead-min-sequence"),
    HeaderName::from_static("x-request-id"),
];
const READ: [HeaderName; 9] = [
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    HeaderName::from_static("idempotent-replayed"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("roadstead-sequence"),
    HeaderName::from_static("x-request-id"),
];

/// Lets scripts of these origins ask.
pub(super) fn allow(router: Router, origins: &[HeaderValue]) -> Router {
    if origins.is_empty() {
        return router;
    }
    let layer = CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods(METHODS)
        .allow_headers(SENT)
        .expose_headers(READ)
        .max_age(ANSWER_KEPT);
    router.layer(layer)
}

/// An origin as browsers send it: a scheme, a host and perhaps a port. Anything else would match none of theirs.
pub(crate) fn origin(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let host = authority.host();
    let port = match authority.as_str().strip_prefix(host)? {
        "" => None,
        _ => Some(authority.port_u16()?),
    };
    let is_port_said = match scheme {
        "http" => port != Some(80),
        "https" => port != Some(443),
        _ => false,
    };
    let is_host = !host.is_empty() && !host.contains('*') && !host.contains(char::is_uppercase);
    let is_origin = is_port_said && is_host && format!("{scheme}://{authority}") == text;
    is_origin.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for text in [
            "https://tools.example",
            "http://localhost:3000",
            "https://[::1]:8443",
        ] {
            assert!(origin(text).is_some_and(|it| it == text), "{text}");
        }
        for text in [
            "*",
            "null",
            "tools.example",
            "https://tools.example/",
            "https://a@tools.example",
            "ftp://tools.example",
            "https://*.example/x",
            "https://*.example",
            "https://Tools.example",
            "https://tools.example:443",
            "http://tools.example:80",
            "https://tools.example:",
            "https://tools.example:99999",
            "https://tools.example?a=b",
            "https://:8443",
            "https://",
            "",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
