//! The edge: who may ask, how much, how often, and what a refusal looks like.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use common::{ask, ask_with_key, first_pod, request, sign_in, start};
use roadstead_control_plane::Quotas;
use roadstead_control_plane::store::SqliteStore;

const JSON: (&str, &str) = ("content-type", "application/json");
const CSRF: (&str, &str) = ("x-roadstead-csrf", "1");

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_request_id() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let cases = [
        (
            "GET",
            "/api/v1/pods",
            vec![],
            StatusCode::UNAUTHORIZED,
            "key_missing",
        ),
        ("GET", "/v2/pods", vec![], StatusCode::UNAUTHORIZED, "key_missing"),
        (
            "GET",
            "/api/v1/events",
            vec![],
            StatusCode::UNAUTHORIZED,
            "key_missing",
        ),
        (
            "GET",
            "/api/v1/pods",
            vec![("authorization", "Bearer rs_0123456789012345678901234567")],
            StatusCode::UNAUTHORIZED,
            "key_invalid",
        ),
        (
            "GET",
            "/api/v1/pods",
            vec![("authorization", "Bearer short")],
            StatusCode::UNAUTHORIZED,
            "key_invalid",
        ),
        (
            "GET",
            "/api/v1/pods",
            vec![("authorization", "Basic abc")],
            StatusCode::UNAUTHORIZED,
            "key_invalid",
        ),
        (
            "GET",
            "/api/v1/pods",
            vec![("cookie", "roadstead_session=rs_0123456789012345678901234567")],
            StatusCode::UNAUTHORIZED,
            "key_missing",
        ),
        (
            "POST",
            "/api/v1/session",
            vec![],
            StatusCode::FORBIDDEN,
            "csrf_missing",
        ),
        (
            "DELETE",
            "/api/v1/session",
            vec![],
            StatusCode::FORBIDDEN,
            "csrf_missing",
        ),
        (
            "POST",
            "/healthz",
            vec![],
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
        ),
        ("POST", "/pods", vec![], StatusCode::NOT_FOUND, "not_found"),
        ("GET", "/missing.js", vec![], StatusCode::NOT_FOUND, "not_found"),
        (
            "GET",
            "/openapi/other.json",
            vec![],
            StatusCode::NOT_FOUND,
            "not_found",
        ),
    ];
    for (method, path, headers, status, code) in cases {
        let answered = ask(&running, request(method, path, &headers, "")).await;
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (status, code),
            "{method} {path} {headers:?}"
        );
    }
    let cases = [
        ("GET", "/api/v1/nothing", "", StatusCode::NOT_FOUND, "not_found"),
        (
            "PUT",
            "/api/v1/pods",
            "{}",
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
        ),
        (
            "PUT",
            "/api/v1/session",
            "{}",
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
        ),
        (
            "POST",
            "/api/v1/pods",
            "{",
            StatusCode::BAD_REQUEST,
            "malformed_json",
        ),
    ];
    for (method, path, body, status, code) in cases {
        let answered = ask_with_key(&running, method, path, &[JSON, ("x-request-id", "mine-1")], body).await;
        assert_eq!(
            (answered.status, answered.code().as_str()),
            (status, code),
            "{method} {path}"
        );
        assert_eq!(answered.header("x-request-id"), "mine-1");
        assert_eq!(answered.json()["requestId"], "mine-1");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_sign_in_link_works_once_and_the_session_can_be_ended() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let link = running.sign_in_link().await.unwrap();
    let body = serde_json::json!({ "token": link.split_once("#token=").unwrap().1 }).to_string();
    for expected in [StatusCode::NO_CONTENT, StatusCode::UNAUTHORIZED] {
        let answered = ask(
            &running,
            request("POST", "/api/v1/session", &[CSRF], body.clone()),
        )
        .await;
        assert_eq!(answered.status, expected);
    }
    let cookie = sign_in(&running).await;
    let session = [("cookie", cookie.as_str())];
    assert_eq!(
        ask(&running, request("GET", "/api/v1/pods", &session, ""))
            .await
            .status,
        StatusCode::OK
    );
    // A write needs the header that no other site can send, and must not come from another site.
    let path = format!("/api/v1/pods/{}", first_pod(&running).await);
    let write = |more: &[(&'static str, &'static str)]| {
        let headers = [&[("cookie", cookie.as_str()), JSON], more].concat();
        request("PATCH", &path, &headers, r#"{"name":"renamed"}"#)
    };
    assert_eq!(ask(&running, write(&[])).await.code(), "csrf_missing");
    assert_eq!(
        ask(&running, write(&[CSRF, ("sec-fetch-site", "cross-site")]))
            .await
            .code(),
        "csrf_missing"
    );
    assert_eq!(ask(&running, write(&[CSRF])).await.status, StatusCode::OK);
    // Loopback sessions are not counted: the dashboard must not be throttled by itself.
    for _ in 0..700 {
        assert_eq!(
            ask(&running, request("GET", "/api/v1/account", &session, ""))
                .await
                .status,
            StatusCode::OK
        );
    }
    let out = ask(
        &running,
        request("DELETE", "/api/v1/session", &[session[0], CSRF], ""),
    )
    .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        ask(&running, request("GET", "/api/v1/pods", &session, ""))
            .await
            .code(),
        "key_missing"
    );
    // A key signs in too.
    let body = serde_json::json!({ "key": common::ADMIN_KEY }).to_string();
    assert_eq!(
        ask(&running, request("POST", "/api/v1/session", &[CSRF], body))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    running.stop().await;
}

/// R-6.1
#[tokio::test]
async fn keys_have_scopes_and_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let (store, account_id) = common::seeded(&config).await;
    let reader = common::keep_key(store.as_ref(), account_id, "pods:read", None).await;
    let ended = common::keep_key(store.as_ref(), account_id, "pods:read", Some(-1)).await;
    let running = common::start_on(config, store, 0).await;
    let get = |path, key: &str| request("GET", path, &[("authorization", key)], "");
    assert_eq!(
        ask(&running, get("/api/v1/pods", &reader)).await.status,
        StatusCode::OK
    );
    for path in ["/api/v1/account", "/api/v1/events"] {
        let refused = ask(&running, get(path, &reader)).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "scope_missing"),
            "{path}"
        );
        assert!(refused.json()["requiredScope"].is_string());
    }
    assert_eq!(
        ask(&running, get("/api/v1/pods", &ended)).await.code(),
        "key_expired"
    );
    running.stop().await;
}

#[tokio::test]
async fn bodies_and_requests_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let config = roadstead_control_plane::Config {
        quotas: Quotas {
            minute: 10,
            hour: 20_000,
            day: 200_000,
        },
        ..common::config(folder.path())
    };
    let store = SqliteStore::open(&config.database()).await.unwrap();
    let running = common::start_on(config, std::sync::Arc::new(store), 1).await;
    for (path, bytes) in [("/v2/pods", 102_401), ("/api/v1/pods", (1 << 20) + 1)] {
        let body = "x".repeat(bytes);
        let length = bytes.to_string();
        for headers in [&[("content-length", length.as_str())][..], &[]] {
            let refused = ask_with_key(&running, "POST", path, headers, &body).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
            );
        }
        // One byte less is read, and found not to be JSON.
        assert_eq!(
            ask_with_key(&running, "POST", path, &[], &body[1..]).await.code(),
            "malformed_json",
            "{path}"
        );
    }
    let answered = ask_with_key(&running, "GET", "/api/v1/account", &[], "").await;
    assert!(
        answered.header("ratelimit").starts_with("\"minute\";r="),
        "{answered:?}"
    );
    assert_eq!(
        answered.header("ratelimit-policy"),
        "\"minute\";q=10;w=60, \"hour\";q=20000;w=3600, \"day\";q=200000;w=86400"
    );
    let mut refused = None;
    for _ in 0..25 {
        let answered = ask_with_key(&running, "GET", "/api/v1/account", &[], "").await;
        if answered.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answered);
            break;
        }
    }
    let refused = refused.expect("the quota ends");
    assert_eq!(
        (refused.code().as_str(), refused.json()["window"].as_str()),
        ("rate_limited", Some("minute"))
    );
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    running.stop().await;
}

#[tokio::test]
async fn a_repeated_write_is_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let body = r#"{"name":"scratch","sizeGb":20,"dataCenterId":"EU-NL-1"}"#;
    let key = [JSON, ("idempotency-key", "one")];
    let first = ask_with_key(&running, "POST", "/api/v1/network-volumes", &key, body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.json());
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = ask_with_key(&running, "POST", "/api/v1/network-volumes", &key, body).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));
    let other = ask_with_key(
        &running,
        "POST",
        "/api/v1/network-volumes",
        &key,
        &body.replace("20", "30"),
    )
    .await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    );
    let unusable = [JSON, ("idempotency-key", "two words")];
    assert_eq!(
        ask_with_key(&running, "POST", "/api/v1/network-volumes", &unusable, body)
            .await
            .code(),
        "schema"
    );
    // While a request with the key is under way.
    let digest = blake3::hash(format!("POST\n/api/v1/network-volumes\n\n{body}").as_bytes());
    let held = running
        .app()
        .in_flight
        .take(&key_id(&running).await, "two", digest.to_hex().to_string())
        .unwrap();
    let two = [JSON, ("idempotency-key", "two")];
    let another = ask_with_key(
        &running,
        "POST",
        "/api/v1/network-volumes",
        &two,
        &body.replace("20", "30"),
    )
    .await;
    assert_eq!(another.code(), "idempotency_key_reused");
    let waiting = ask_with_key(&running, "POST", "/api/v1/network-volumes", &two, body).await;
    assert_eq!(
        (waiting.code().as_str(), waiting.header("retry-after")),
        ("idempotency_in_progress", "1")
    );
    drop(held);
    // Many at once: one is carried out, the others wait or get its answer.
    let tries = (0..8).map(|_| ask_with_key(&running, "POST", "/api/v1/network-volumes", &two, body));
    for answered in futures::future::join_all(tries).await {
        assert!(answered.status == StatusCode::CREATED || answered.code() == "idempotency_in_progress");
    }
    let volumes = ask_with_key(&running, "GET", "/api/v1/network-volumes", &[], "")
        .await
        .json();
    assert_eq!(
        volumes["networkVolumes"]
            .as_array()
            .or(volumes["volumes"].as_array())
            .map(Vec::len),
        Some(2),
        "{volumes}"
    );
    // What was refused changed nothing, and is tried again under the same key.
    let refused = body.replace("20", "1");
    let three = [JSON, ("idempotency-key", "three")];
    for _ in 0..2 {
        let answered = ask_with_key(&running, "POST", "/api/v1/network-volumes", &three, &refused).await;
        assert_eq!(
            (answered.status, answered.header("idempotent-replayed")),
            (StatusCode::UNPROCESSABLE_ENTITY, "")
        );
    }
    // A restart remembers.
    running.stop().await;
    let running = start(folder.path()).await;
    let again = ask_with_key(&running, "POST", "/api/v1/network-volumes", &key, body).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    running.stop().await;
}

async fn key_id(running: &roadstead_control_plane::Running) -> String {
    running.app().store.api_keys().await.unwrap()[0].id.to_string()
}

/// Nobody has another link: it is spent by signing in, not by trying to.
#[tokio::test]
async fn a_link_is_good_until_somebody_is_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let fails = Arc::<AtomicBool>::default();
    let store = common::Failing {
        inner: SqliteStore::open(&config.database()).await.unwrap(),
        fails: fails.clone(),
        unreadable: Arc::default(),
        only_commits: false,
    };
    let running = common::start_on(config, Arc::new(store), 1).await;
    let link = running.sign_in_link().await.unwrap();
    let token = link.split_once("#token=").unwrap().1;
    let try_it = async || {
        let body = serde_json::json!({ "token": token }).to_string();
        ask(&running, request("POST", "/api/v1/session", &[CSRF], body)).await
    };
    fails.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let refused = try_it().await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
        );
    }
    fails.store(false, Ordering::SeqCst);
    assert_eq!(try_it().await.status, StatusCode::NO_CONTENT);
    assert_eq!(try_it().await.code(), "key_invalid");
    running.stop().await;
}
