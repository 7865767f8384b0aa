//! The writer, the event stream and the runner, seen from outside.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use common::{ADMIN_KEY, Failing, ask_with_key, first_pod, messages, request, send, shows, start};
use domain::pod::PodStateKind;
use engine::Fleet;
use roadstead_control_plane::Running;
use roadstead_control_plane::app::Unavailable;
use roadstead_control_plane::store::{SqliteStore, Store};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn rename(running: &Running, name: &str) -> common::Answered {
    let path = format!("/api/v1/pods/{}", first_pod(running).await);
    ask_with_key(
        running,
        "PATCH",
        &path,
        &[JSON],
        &format!(r#"{{"name":"{name}"}}"#),
    )
    .await
}

async fn name(running: &Running) -> String {
    let path = format!("/api/v1/pods/{}", first_pod(running).await);
    let pod = ask_with_key(running, "GET", &path, &[], "").await.json();
    pod["summary"]["name"].as_str().unwrap().to_owned()
}

/// Waits until `is` holds, ten seconds at most.
async fn until(running: &Running, what: &str, is: impl Fn(&Fleet) -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if is(&running.app().read().await.unwrap()) {
            return;
        }
        assert!(Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_failed_commit_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let fails = Arc::new(AtomicBool::new(false));
    let inner = SqliteStore::open(&config.database()).await.unwrap();
    let store = Arc::new(Failing {
        inner,
        fails: fails.clone(),
        unreadable: Arc::default(),
        only_commits: false,
    });
    let running = common::start_on(config, store.clone(), 1).await;
    assert_eq!(rename(&running, "before").await.status, StatusCode::OK);
    fails.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let refused = rename(&running, "lost").await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
        );
        assert_eq!(refused.header("retry-after"), "1");
        // Reads go on, and memory is where the log is.
        assert_eq!(name(&running).await, "before");
    }
    fails.store(false, Ordering::SeqCst);
    assert_eq!(rename(&running, "after").await.status, StatusCode::OK);
    assert_eq!(name(&running).await, "after");
    let digest = running.app().read().await.unwrap().digest().unwrap();
    assert_eq!(store.load().await.unwrap().unwrap().digest().unwrap(), digest);
    running.stop().await;
}

/// Nobody who ends it waits for a disk that does not come back.
#[tokio::test]
async fn a_server_whose_log_cannot_be_read_can_be_ended() {
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path());
    let path = config.database();
    let (fails, unreadable) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    let store = Arc::new(Failing {
        inner: SqliteStore::open(&path).await.unwrap(),
        fails: fails.clone(),
        unreadable: unreadable.clone(),
        only_commits: false,
    });
    let running = common::start_on(config, store.clone(), 1).await;
    assert_eq!(rename(&running, "before").await.status, StatusCode::OK);
    let app = running.app().clone();
    let pod_id = first_pod(&running).await;
    unreadable.store(true, Ordering::SeqCst);
    fails.store(true, Ordering::SeqCst);
    let asks = || {
        let app = app.clone();
        tokio::spawn(async move {
            let account = engine::Command::CreateAccount {
                name: domain::names::Name::try_from("lost").unwrap(),
                operator: false,
            };
            app.run(vec![(engine::Actor::Operator, account)]).await
        })
    };
    let mut asked = vec![asks()];
    let end = Instant::now() + Duration::from_secs(10);
    while app.metrics.commits_failed.get() == 0 {
        assert!(Instant::now() < end, "no commit fails");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // These wait behind the one that failed; the disk takes writes again, but what there is to read is not known.
    asked.extend([asks(), asks()]);
    while app.queued() < 2 {
        assert!(Instant::now() < end, "nothing waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    fails.store(false, Ordering::SeqCst);
    tokio::time::timeout(Duration::from_secs(15), running.stop())
        .await
        .expect("it ends");
    for asked in asked {
        assert_eq!(asked.await.unwrap().err(), Some(Unavailable::Store));
    }
    assert_eq!(app.read().await.err(), Some(Unavailable::Store));
    drop((app, store));
    let fleet = SqliteStore::open(&path)
        .await
        .unwrap()
        .load()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(fleet.pod(pod_id).unwrap().name.as_str(), "before");
    assert!(fleet.accounts().all(|it| it.name.as_str() != "lost"));
}

#[tokio::test]
async fn a_restart_goes_on_where_the_log_ends() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    assert_eq!(rename(&running, "kept").await.status, StatusCode::OK);
    let (sequence, epoch) = (running.app().feed.sequence(), running.app().epoch);
    let last = running.app().clock.now();
    running.stop().await;
    let running = start(folder.path()).await;
    assert!(running.app().feed.sequence() >= sequence);
    assert_eq!(running.app().epoch, epoch + 1);
    assert!(running.app().clock.now() >= last);
    assert_eq!(name(&running).await, "kept");
    running.stop().await;
}

async fn stream(
    running: &Running,
    path: &str,
    headers: &[(&str, &str)],
) -> axum::http::Response<axum::body::Body> {
    let bearer = format!("Bearer {ADMIN_KEY}");
    let all = [&[("authorization", bearer.as_str())], headers].concat();
    send(running, request("GET", path, &all, "")).await
}

#[tokio::test]
async fn a_stream_resumes_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let settled = |fleet: &Fleet| fleet.pods().all(|it| it.state.kind() == PodStateKind::Running);
    until(&running, "pods run", settled).await;
    let open = stream(&running, "/api/v1/events", &[]).await;
    rename(&running, "one").await;
    let first = messages(open, shows("one")).await;
    let id = first.last().unwrap().0;
    // While nobody listens.
    assert_eq!(rename(&running, "two").await.status, StatusCode::OK);
    for (path, headers) in [
        (format!("/api/v1/events?lastEventId={id}"), vec![]),
        (
            "/api/v1/events".to_owned(),
            vec![("last-event-id", id.to_string())],
        ),
        (
            "/api/v1/events?lastEventId=1".to_owned(),
            vec![("last-event-id", id.to_string())],
        ),
    ] {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let found = messages(stream(&running, &path, &headers).await, shows("two")).await;
        assert!(
            found.iter().all(|it| it.0 >= id) && found.is_sorted_by_key(|it| it.0),
            "{found:?}"
        );
    }
    // Ahead of the log, as after a backup was put back.
    let ahead = stream(&running, "/api/v1/events?lastEventId=999999", &[]).await;
    messages(ahead, |it| it.1 == "reset").await;
    let refused = stream(&running, "/api/v1/events?lastEventId=x", &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // What was missed over a restart comes from the log.
    running.stop().await;
    let running = start(folder.path()).await;
    let missed = stream(&running, &format!("/api/v1/events?lastEventId={id}"), &[]).await;
    messages(missed, shows("two")).await;
    running.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let cookie = common::sign_in(&running).await;
    let session = [("cookie", cookie.as_str()), ("x-roadstead-csrf", "1")];
    let open = send(&running, request("GET", "/api/v1/events", &session, "")).await;
    assert_eq!(open.status(), StatusCode::OK);
    let out = common::ask(&running, request("DELETE", "/api/v1/session", &session, "")).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    rename(&running, "secret").await;
    let rest = tokio::time::timeout(
        Duration::from_secs(10),
        axum::body::to_bytes(open.into_body(), usize::MAX),
    );
    let rest = rest.await.expect("the stream ends").unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("secret"));
    running.stop().await;
}

#[tokio::test]
async fn machines_follow_what_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let body = r#"{"name":"new","image":"ubuntu:24.04","gpu":{"id":"NVIDIA GeForce RTX 4090","count":1}}"#;
    let made = ask_with_key(&running, "POST", "/v2/pods", &[JSON], body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let id = made.json()["id"].as_str().unwrap().parse().unwrap();
    let is = |kind| move |fleet: &Fleet| fleet.pod(id).is_some_and(|it| it.state.kind() == kind);
    let end = Instant::now() + Duration::from_secs(30);
    while !is(PodStateKind::Running)(&running.app().read().await.unwrap()) {
        assert!(Instant::now() < end, "the pod does not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stop = ask_with_key(
        &running,
        "POST",
        &format!("/v2/pods/{id}/action"),
        &[JSON],
        r#"{"action":"stop"}"#,
    )
    .await;
    assert!(stop.status.is_success(), "{}", stop.json());
    until(&running, "the pod stops", is(PodStateKind::Stopped)).await;
    // Whatever a machine was told it has acknowledged.
    let outbox = &running.app().outbox;
    let end = Instant::now() + Duration::from_secs(10);
    while !outbox.is_empty() {
        assert!(
            Instant::now() < end,
            "{} documents are not acknowledged",
            outbox.len()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn many_commands_at_once_are_all_stored() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let names: Vec<_> = (0..200).map(|it| format!("n-{it}")).collect();
    let renames = names.iter().map(|it| rename(&running, it));
    for answered in futures::future::join_all(renames).await {
        assert_eq!(answered.status, StatusCode::OK);
    }
    let commits = running.app().metrics.commits.get();
    assert!(commits < 200, "{commits} commits for 200 commands");
    let events = running.app().store.tail(usize::MAX, usize::MAX).await.unwrap();
    let stored = |name: &String| {
        events
            .iter()
            .any(|it| matches!(&it.change, engine::Change::Pod(pod) if pod.name.as_str() == name))
    };
    assert!(names.iter().all(stored));
    running.stop().await;
}

#[tokio::test]
async fn snapshots_are_kept_as_the_log_grows() {
    let folder = tempfile::tempdir().unwrap();
    let config = roadstead_control_plane::Config {
        snapshot_events: 10,
        ..common::config(folder.path())
    };
    let path = config.database();
    let store = Arc::new(SqliteStore::open(&path).await.unwrap());
    let running = common::start_on(config, store, 1).await;
    let seeded = running.app().feed.sequence();
    for round in 0..40 {
        assert_eq!(
            rename(&running, &format!("n-{round}")).await.status,
            StatusCode::OK
        );
    }
    let digest = running.app().read().await.unwrap().digest().unwrap();
    let sequence = running.app().feed.sequence();
    running.stop().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let raw = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let kept: Vec<i64> = sqlx::query_scalar("SELECT sequence FROM snapshots ORDER BY sequence")
        .fetch_all(&raw)
        .await
        .unwrap();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(
        kept[0].unsigned_abs() > seeded && kept[1].unsigned_abs() > sequence - 20,
        "{kept:?}"
    );
    // Without the events before it a snapshot is still where the log goes on.
    sqlx::query("DELETE FROM events WHERE sequence <= $1")
        .bind(kept[1])
        .execute(&raw)
        .await
        .unwrap();
    raw.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.load().await.unwrap().unwrap().digest().unwrap(), digest);
}

/// However few events each start adds.
#[tokio::test]
async fn snapshots_are_kept_by_a_server_that_is_often_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |snapshot_events| {
        let config = roadstead_control_plane::Config {
            snapshot_events,
            ..common::config(folder.path())
        };
        let store = SqliteStore::open(&config.database()).await.unwrap();
        common::start_on(config, Arc::new(store), 1).await
    };
    let running = start(u64::MAX).await;
    let seeded = running.app().store.snapshot_sequence().await.unwrap();
    for round in 0..100 {
        assert_eq!(
            rename(&running, &format!("n-{round}")).await.status,
            StatusCode::OK
        );
    }
    assert_eq!(running.app().store.snapshot_sequence().await.unwrap(), seeded);
    running.stop().await;
    let running = start(100).await;
    assert_eq!(rename(&running, "last").await.status, StatusCode::OK);
    running.stop().await;
    let running = start(100).await;
    let newest = running.app().store.snapshot_sequence().await.unwrap();
    assert!(newest >= seeded + 100, "{newest} is after {seeded}");
    running.stop().await;
}
