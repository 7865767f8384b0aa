//! What everybody can ask for, and how answers travel.

mod common;

use axum::http::StatusCode;
use common::{ask, ask_with_key, first_pod, request, start};
use roadstead_control_plane::store::SqliteStore;
use roadstead_control_plane::{Config, OpenError};

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

/// R-2.2. Whoever asks is a stranger, and learns nothing but that a pod serves.
#[tokio::test]
async fn addresses_of_pods_answer_apart_from_the_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let id = first_pod(&running).await;
    let stopped = running.app().read().await.unwrap().pods().nth(1).unwrap().id;
    let stop = ask_with_key(
        &running,
        "POST",
        &format!("/api/v1/pods/{stopped}/action"),
        &[("content-type", "application/json")],
        r#"{"action":"stop"}"#,
    )
    .await;
    assert!(stop.status.is_success());
    let port = running.address().port();
    let unknown = id.to_string().replace(&id.to_string()[25..], "0000");
    let cases = [
        (format!("{id}-8888.proxy.localhost:{port}"), StatusCode::OK),
        (format!("{id}-99.proxy.localhost"), StatusCode::NOT_FOUND),
        (format!("{stopped}-8888.proxy.localhost"), StatusCode::NOT_FOUND),
        (format!("{unknown}-8888.proxy.localhost"), StatusCode::NOT_FOUND),
        (format!("nonsense.proxy.localhost:{port}"), StatusCode::NOT_FOUND),
    ];
    let mut refused = std::collections::BTreeSet::new();
    for (host, status) in cases {
        // Whatever is asked: the API is not to be reached below a pod's address.
        for (path, accept) in [("/", "text/html"), ("/api/v1/pods", "text/html"), ("/", "*/*")] {
            let headers = [("host", host.as_str()), ("accept", accept), ("x-request-id", "r")];
            let answered = ask(&running, request("GET", path, &headers, "")).await;
            assert_eq!(answered.status, status, "{host}");
            let text = String::from_utf8_lossy(&answered.bytes).into_owned();
            assert!(!text.contains("pod-") && !text.contains("stop"), "{host}: {text}");
            assert!(answered.header("content-security-policy").ends_with("sandbox"));
            assert!(!answered.headers.contains_key("set-cookie"));
            if status == StatusCode::NOT_FOUND {
                let is_page = answered.header("content-type").starts_with("text/html");
                assert_eq!(is_page, accept == "text/html");
                refused.insert((accept, text));
            }
        }
    }
    assert_eq!(refused.len(), 2, "all refusals are the same: {refused:?}");
    running.stop().await;
}

#[tokio::test]
async fn counters_need_the_operator_where_others_can_connect() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        public_url: Some("https://cloud.example".to_owned()),
        ..common::config(folder.path())
    };
    // The first start makes the operator's key.
    let (store, account_id) = common::seeded(&config).await;
    common::start_on(config.clone(), store, 0).await.stop().await;
    let store = std::sync::Arc::new(SqliteStore::open(&config.database()).await.unwrap());
    let key = common::keep_key(store.as_ref(), account_id, "pods:read", None).await;
    let running = common::start_on(config, store, 0).await;
    let stranger = ask(&running, request("GET", "/metrics", &[], "")).await;
    assert_eq!(stranger.code(), "key_missing");
    let customer = ask(
        &running,
        request("GET", "/metrics", &[("authorization", &key)], ""),
    )
    .await;
    assert_eq!(customer.code(), "scope_missing");
    let operator = ask_with_key(&running, "GET", "/metrics", &[], "").await;
    assert!(String::from_utf8_lossy(&operator.bytes).contains("roadstead_outbox_stuck 0"));
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            ask(&running, request("GET", path, &[], "")).await.status,
            StatusCode::OK
        );
    }
    running.stop().await;
}

#[tokio::test]
async fn scripts_of_other_pages_ask_only_where_the_operator_lists_them() {
    const TOOLS: &str = "https://tools.example";
    let listed = [TOOLS.to_owned(), "http://localhost:3000".to_owned()];
    for origins in [vec![], listed.to_vec()] {
        let folder = tempfile::tempdir().unwrap();
        let is_listed = !origins.is_empty();
        let config = Config {
            origins,
            ..common::config(folder.path())
        };
        let store = SqliteStore::open(&config.database()).await.unwrap();
        let running = common::start_on(config, std::sync::Arc::new(store), 1).await;
        for (origin, expected) in [(TOOLS, is_listed), ("https://other.example", false)] {
            let allowed = if expected { origin } else { "" };
            let asking = [
                ("origin", origin),
                ("access-control-request-method", "PATCH"),
                ("access-control-request-headers", "authorization"),
            ];
            let before = common::send(&running, request("OPTIONS", "/api/v1/pods", &asking, "")).await;
            let after = ask_with_key(&running, "GET", "/api/v1/pods", &[("origin", origin)], "").await;
            assert_eq!(after.status, StatusCode::OK);
            for headers in [before.headers(), &after.headers] {
                let header = |name| headers.get(name).map_or("", |it| it.to_str().unwrap());
                assert_eq!(header("access-control-allow-origin"), allowed, "{origin}");
                assert!(!headers.contains_key("access-control-allow-credentials"));
                assert!(!header("access-control-allow-headers").contains("x-roadstead-csrf"));
            }
        }
        running.stop().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        origins: vec!["*".to_owned()],
        ..common::config(folder.path())
    };
    let (store, _) = common::seeded(&config).await;
    let opened = roadstead_control_plane::open(config, store, |_, _| unreachable!()).await;
    assert!(matches!(opened.err(), Some(OpenError::NotAnOrigin(it)) if it == "*"));
}
