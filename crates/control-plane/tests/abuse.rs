//! What one caller does is not felt by another.

mod common;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use common::{ADMIN_KEY, Answered, ask, request, send, start};
use domain::ids::IdMint;
use domain::{AccountId, limits};
use roadstead_control_plane::clock::Clock;
use roadstead_control_plane::store::{Session, SqliteStore, Store};
use roadstead_control_plane::{Config, Quotas, Running, secret};

const CSRF: (&str, &str) = ("x-roadstead-csrf", "1");
const UNKNOWN_KEY: &str = "rs_0123456789012345678901234567";

/// Signs in from an address, as a proxy in front of the server tells it.
async fn sign_in_from(running: &Running, address: &str, body: &str) -> Answered {
    let headers = [CSRF, ("x-forwarded-for", address)];
    ask(
        running,
        request("POST", "/api/v1/session", &headers, body.to_owned()),
    )
    .await
}

fn with_key(key: &str) -> String {
    serde_json::json!({ "key": key }).to_string()
}

/// The name and value of a new session's cookie.
fn cookie(answered: &Answered) -> String {
    assert_eq!(answered.status, StatusCode::NO_CONTENT, "{answered:?}");
    answered
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

async fn is_signed_in(running: &Running, cookie: &str) -> bool {
    let asked = ask(running, request("GET", "/api/v1/pods", &[("cookie", cookie)], "")).await;
    asked.code() != "key_missing"
}

#[tokio::test]
async fn a_sign_in_is_read_like_every_body() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    for (body, status, code, field) in [
        ("{", 400, "malformed_json", None),
        ("[]", 422, "schema", Some("$")),
        (r#"{"kee":"x"}"#, 422, "unknown_key", Some("kee")),
        (r#"{"key":1}"#, 422, "schema", Some("key")),
        ("{}", 422, "schema", Some("key")),
        (r#"{"key":"a","token":"b"}"#, 422, "schema", Some("key")),
    ] {
        let refused = sign_in_from(&running, "192.0.2.1", body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (status, code),
            "{body}"
        );
        let named = refused.json()["field"].as_str().map(str::to_owned);
        assert!(
            field.is_none_or(|it| it == "$") || named.as_deref() == field,
            "{body}: {named:?}"
        );
    }
    running.stop().await;
}

/// An attacker is told to wait; whoever shares the address with him, or has another one, signs in.
#[tokio::test]
async fn sign_ins_that_fail_lock_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        public_url: Some("https://cloud.example".to_owned()),
        ..common::config(folder.path())
    };
    let (store, _) = common::seeded(&config).await;
    let running = common::start_on(config, store, 0).await;
    let (attacker, other) = ("198.51.100.7", "203.0.113.9");
    let mut codes = Vec::new();
    // Twice as often: the minute may end meanwhile.
    for _ in 0..2 * limits::SIGN_INS_FAILED_MAX + 1 {
        codes.push(
            sign_in_from(&running, attacker, &with_key(UNKNOWN_KEY))
                .await
                .code(),
        );
    }
    assert_eq!(codes[0], "key_invalid");
    assert!(codes.contains(&"rate_limited".to_owned()), "{codes:?}");
    let forged = sign_in_from(&running, &format!("{other}, {attacker}"), &with_key(UNKNOWN_KEY)).await;
    assert!(["rate_limited", "key_invalid"].contains(&forged.code().as_str()));
    let elsewhere = sign_in_from(&running, other, &with_key(UNKNOWN_KEY)).await;
    assert_eq!(elsewhere.code(), "key_invalid");
    let victim = sign_in_from(&running, attacker, &with_key(ADMIN_KEY)).await;
    assert_eq!(victim.status, StatusCode::NO_CONTENT);
    running.stop().await;
}

#[tokio::test]
async fn an_account_signs_out_its_own_browsers_only() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let (store, _) = common::seeded(&config).await;
    // Somebody else's session, the one that ends first of all.
    let now = Clock::wall();
    let secret = secret::new_secret().unwrap();
    let session = Session {
        prefix: secret::visible(&secret).unwrap().to_owned(),
        digest: secret::digest(&secret),
        account_id: AccountId::mint(&mut IdMint::new(now, 1)),
        scopes: "pods:read".to_owned(),
        operator: false,
        expires_at: now.plus_hours(1),
    };
    store.put_session(&session).await.unwrap();
    let victim = format!("roadstead_session={secret}");
    let running = common::start_on(config, store, 0).await;
    assert!(is_signed_in(&running, &victim).await);
    let mut cookies = Vec::new();
    for _ in 0..limits::SESSIONS_PER_ACCOUNT_MAX + 2 {
        cookies.push(cookie(
            &sign_in_from(&running, "192.0.2.1", &with_key(ADMIN_KEY)).await,
        ));
    }
    assert!(!is_signed_in(&running, &cookies[0]).await);
    assert!(is_signed_in(&running, cookies.last().unwrap()).await);
    assert!(is_signed_in(&running, &victim).await);
    let kept = running.app().store.sessions(now).await.unwrap().len();
    assert_eq!(kept, limits::SESSIONS_PER_ACCOUNT_MAX + 1);
    running.stop().await;
}

#[tokio::test]
async fn signing_in_with_a_key_counts_as_a_request_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        quotas: Quotas {
            minute: 5,
            ..Quotas::PUBLISHED
        },
        ..common::config(folder.path())
    };
    let (store, _) = common::seeded(&config).await;
    let running = common::start_on(config, store, 0).await;
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(sign_in_from(&running, "192.0.2.1", &with_key(ADMIN_KEY)).await);
    }
    assert_eq!(answers[0].status, StatusCode::NO_CONTENT);
    let refused = answers
        .iter()
        .find(|it| it.code() == "rate_limited")
        .expect("the quota ends");
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    running.stop().await;
}

#[tokio::test]
async fn one_key_cannot_hold_all_event_streams() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let bearer = format!("Bearer {ADMIN_KEY}");
    let events = |headers: common::Headers<'_>| request("GET", "/api/v1/events", headers, "");
    let mut open = Vec::new();
    for _ in 0..limits::FEED_STREAMS_PER_PRINCIPAL_MAX {
        let stream = send(&running, events(&[("authorization", &bearer)])).await;
        assert_eq!(stream.status(), StatusCode::OK);
        open.push(stream);
    }
    let refused = ask(&running, events(&[("authorization", &bearer)])).await;
    assert_eq!(refused.code(), "rate_limited");
    let cookie = common::sign_in(&running).await;
    let other = send(&running, events(&[("cookie", &cookie)])).await;
    assert_eq!(other.status(), StatusCode::OK);
    open.pop();
    let again = send(&running, events(&[("authorization", &bearer)])).await;
    assert_eq!(again.status(), StatusCode::OK);
    drop((open, other, again));
    running.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let (store, account_id) = common::seeded(&config).await;
    let scopes = api::serve::Scopes::ALL.words().join(" ");
    let key = common::keep_key(store.as_ref(), account_id, &scopes, Some(1_500)).await;
    let store: Arc<SqliteStore> = store;
    let running = common::start_on(config, store, 0).await;
    let open = send(
        &running,
        request("GET", "/api/v1/events", &[("authorization", &key)], ""),
    )
    .await;
    assert_eq!(open.status(), StatusCode::OK);
    let rest = tokio::time::timeout(
        Duration::from_secs(10),
        axum::body::to_bytes(open.into_body(), usize::MAX),
    );
    rest.await.expect("the stream ends").unwrap();
    running.stop().await;
}
