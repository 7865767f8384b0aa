//! The dashboard's files, embedded at build time, and the pages that it draws itself.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::problem;

/// One file of the dashboard.
struct File {
    path: &'static str,
    /// The beginning of its BLAKE3.
    tag: &'static str,
    /// Its name changes with its content.
    hashed: bool,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

/// Ordered by path; empty if the server was built without a dashboard.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What pages of ours may load and do. Scripts and styles are files: nothing inline runs.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const FOREVER: &str = "public, max-age=31536000, immutable";
const PAGE: &str = "/index.html";

/// What a server without a dashboard shows.
const ABSENT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Roadstead</title>\n\
    <h1>Roadstead runs, without its dashboard</h1>\n\
    <p>This server was built without the dashboard's files. <code>cargo xtask up</code> builds both; by hand:</p>\n\
    <pre>cargo xtask dist\nROADSTEAD_DIST=\"$PWD/dist\" cargo build --release --package roadstead</pre>\n\
    <p>The API answers at <a href=/openapi/api-v1.json>/api/v1</a> and <a href=/openapi/v2.json>/v2</a>.</p></html>\n";

/// Prefixes below which nothing is a page.
const NO_PAGES: [&str; 5] = ["/api", "/v2", "/openapi", "/agent", "/assets"];

/// A file, the page for a path that the dashboard draws, or a problem.
pub(super) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return problem::not_found(path);
    }
    let file = find(path).or_else(|| is_page(path, request.headers()).then(|| find(PAGE)).flatten());
    match file {
        Some(file) => send(file, request.headers()),
        None if FILES.is_empty() && is_page(path, request.headers()) => (
            [
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::CACHE_CONTROL, "no-cache"),
            ],
            Html(ABSENT),
        )
            .into_response(),
        None => problem::not_found(path),
    }
}

fn find(path: &str) -> Option<&'static File> {
    FILES
        .binary_search_by(|it| it.path.cmp(path))
        .ok()
        .and_then(|it| FILES.get(it))
}

/// Whether somebody opens a path of the dashboard: not a file, and not an answer for a program.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let is_below = |prefix: &&str| {
        path.strip_prefix(*prefix)
            .is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let accepts = headers.get(header::ACCEPT).is_none_or(|it| {
        it.to_str()
            .is_ok_and(|it| it.contains("text/html") || it.contains("*/*"))
    });
    let last = path.rsplit('/').next().unwrap_or_default();
    accepts && !last.contains('.') && !NO_PAGES.iter().any(is_below)
}

fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let packed = [("br", file.br), ("gzip", file.gz)];
    let chosen = packed
        .into_iter()
        .find_map(|(name, bytes)| bytes.filter(|_| accepts(accepted, name)).map(|it| (name, it)));
    let tag = match chosen {
        Some((name, _)) => format!("\"{}-{name}\"", file.tag),
        None => format!("\"{}\"", file.tag),
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let is_known = known.is_some_and(|it| it.split(',').any(|it| it.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(chosen.map_or(file.plain, |it| it.1)))
    };
    let headers = response.headers_mut();
    let put = [
        (header::CONTENT_TYPE, media_type(file.path)),
        (
            header::CACHE_CONTROL,
            if file.hashed { FOREVER } else { "no-cache" },
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "accept-encoding"),
    ];
    for (name, value) in put {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some((name, _)) = chosen.filter(|_| !is_known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    // A hash and a word.
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Whether an encoding is accepted; `;q=0` refuses it.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|it| {
        let (name, weight) = it.split_once(';').unwrap_or((it, ""));
        let weight = weight
            .trim()
            .strip_prefix("q=")
            .map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_ok_and(|it| it > 0.0)
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FILE: File = File {
        path: "/main-0123456789abcdef.js",
        tag: "abc",
        hashed: true,
        plain: b"plain",
        br: Some(b"br"),
        gz: Some(b"gz"),
    };

    fn sent(accepted: &str, known: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
        headers.insert(header::IF_NONE_MATCH, known.parse().unwrap());
        send(&FILE, &headers)
    }

    #[test]
    fn the_best_accepted_encoding_is_sent() {
        let encoding = |accepted| {
            let response = sent(accepted, "\"other\"");
            response
                .headers()
                .get(header::CONTENT_ENCODING)
                .map(|it| it.to_str().unwrap().to_owned())
        };
        assert_eq!(encoding("gzip, deflate, br").as_deref(), Some("br"));
        assert_eq!(encoding("br;q=0, gzip").as_deref(), Some("gzip"));
        assert_eq!(encoding("identity"), None);
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let response = sent("br", "\"x\", \"abc-br\"");
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[header::CACHE_CONTROL], FOREVER);
        assert_eq!(sent("gzip", "\"abc-br\"").status(), StatusCode::OK);
    }

    #[test]
    fn pages_are_what_people_open() {
        let browser: HeaderMap = [(header::ACCEPT, "text/html,*/*;q=0.8".parse().unwrap())]
            .into_iter()
            .collect();
        let program: HeaderMap = [(header::ACCEPT, "application/json".parse().unwrap())]
            .into_iter()
            .collect();
        assert!(is_page("/pods/pod1", &browser) && is_page("/apis", &browser));
        assert!(
            !is_page("/api/nothing", &browser) && !is_page("/v2", &browser) && !is_page("/x.js", &browser)
        );
        assert!(!is_page("/pods", &program));
    }
}
