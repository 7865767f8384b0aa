//! What everybody can ask for, and how answers travel.

mod common;

use axum::http::StatusCode;
use common::{ask, ask_with_key, first_pod, request, start};

#[tokio::test]
async fn what_needs_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    for (path, word) in [
        ("/healthz", "ok"),
        ("/readyz", "ready"),
        ("/metrics", "roadstead_sequence "),
        ("/openapi/v2.json", "\"openapi\""),
        ("/openapi/api-v1.json", "/api/v1/pods"),
        ("/overview", "<!doctype html>"),
    ] {
        let answered = ask(&running, request("GET", path, &[("accept", "*/*")], "")).await;
        assert_eq!(answered.status, StatusCode::OK, "{path}");
        assert!(String::from_utf8_lossy(&answered.bytes).contains(word), "{path}");
        assert_eq!(answered.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answered.header("referrer-policy"), "no-referrer", "{path}");
        assert!(
            answered
                .header("content-security-policy")
                .starts_with("default-src 'none'"),
            "{path}"
        );
        assert!(
            answered.header("permissions-policy").contains("camera=()"),
            "{path}"
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn large_answers_are_compressed_and_streams_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let path = format!("/api/v1/pods/{}", first_pod(&running).await);
        let answered = ask_with_key(&running, "GET", &path, &[("accept-encoding", accepted)], "").await;
        assert_eq!(answered.header("content-encoding"), encoding);
        assert_eq!(answered.header("cache-control"), "no-store");
    }
    let small = ask(
        &running,
        request("GET", "/healthz", &[("accept-encoding", "br")], ""),
    )
    .await;
    assert_eq!(small.header("content-encoding"), "");
    let bearer = format!("Bearer {}", common::ADMIN_KEY);
    let headers = [("authorization", bearer.as_str()), ("accept-encoding", "br")];
    let stream = common::send(&running, request("GET", "/api/v1/events", &headers, "")).await;
    assert!(!stream.headers().contains_key("content-encoding"));
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert_eq!(stream.headers()["cache-control"], "no-cache");
    drop(stream);
    running.stop().await;
}

/// R-2.2
#[tokio::test]
async fn addresses_of_pods_answer_apart_from_the_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let id = first_pod(&running).await;
    let port = running.address().port();
    let unknown = id.to_string().replace(&id.to_string()[25..], "0000");
    let cases = [
        (
            format!("{id}-8888.proxy.localhost:{port}"),
            StatusCode::OK,
            "pod-",
        ),
        (
            format!("{id}-99.proxy.localhost"),
            StatusCode::NOT_FOUND,
            "does not serve port 99",
        ),
        (
            format!("{unknown}-8888.proxy.localhost"),
            StatusCode::NOT_FOUND,
            "No pod has this address",
        ),
        (
            format!("nonsense.proxy.localhost:{port}"),
            StatusCode::NOT_FOUND,
            "No pod has this address",
        ),
    ];
    for (host, status, words) in cases {
        // Whatever is asked: the API is not to be reached below a pod's address.
        for path in ["/", "/api/v1/pods"] {
            let answered = ask(&running, request("GET", path, &[("host", &host)], "")).await;
            assert_eq!(answered.status, status, "{host}");
            let text = String::from_utf8_lossy(&answered.bytes).into_owned();
            assert!(text.contains(words), "{host}: {text}");
            assert!(answered.header("content-security-policy").ends_with("sandbox"));
            assert!(!answered.headers.contains_key("set-cookie"));
        }
    }
    running.stop().await;
}
