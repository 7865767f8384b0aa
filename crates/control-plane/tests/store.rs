//! What every store must do. The suite takes whatever opens one.

mod common;

use std::path::{Path, PathBuf};

use domain::ids::IdMint;
use domain::{AccountId, ApiKeyId, MachineId};
use engine::{Event, Fleet};
use roadstead_control_plane::clock::Clock;
use roadstead_control_plane::store::{
    Answer, ApiKey, Batch, Done, Session, SqliteStore, Store, StoreError, Wish,
};

fn folded(events: &[Event]) -> Fleet {
    let mut fleet = Fleet::default();
    events.iter().for_each(|it| fleet.evolve(it));
    fleet
}

fn batch(events: &[Event]) -> Batch {
    Batch {
        events: events.to_vec(),
        ..Batch::default()
    }
}

async fn digest(store: &dyn Store) -> String {
    store.load().await.unwrap().unwrap().digest().unwrap()
}

/// What a store must do, starting empty.
type Case = fn(&dyn Store, Vec<Event>) -> futures::future::BoxFuture<'_, ()>;

/// The suite. `open` opens the store of a folder, again and again.
async fn suite<S: Store>(open: impl AsyncFn(PathBuf) -> S) {
    let events = common::seeded_events(3).await;
    let cases: [(&str, Case); 7] = [
        ("log", |store, events| Box::pin(log(store, events))),
        ("all_or_nothing", |store, events| {
            Box::pin(all_or_nothing(store, events))
        }),
        ("snapshots", |store, events| Box::pin(snapshots(store, events))),
        ("wishes", |store, _| Box::pin(wishes(store))),
        ("answers", |store, _| Box::pin(answers(store))),
        ("credentials", |store, _| Box::pin(credentials(store))),
        ("seeding", |store, events| Box::pin(seeding(store, events))),
    ];
    for (name, case) in cases {
        eprintln!("{name}");
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path().to_owned()).await;
        case(&store, events.clone()).await;
        let before = store.load().await.unwrap().map(|it| it.digest().unwrap());
        let epoch = store.next_epoch().await.unwrap();
        store.close().await;
        drop(store);
        let again = open(folder.path().to_owned()).await;
        assert_eq!(
            again.load().await.unwrap().map(|it| it.digest().unwrap()),
            before,
            "{name}"
        );
        assert_eq!(again.next_epoch().await.unwrap(), epoch + 1);
    }
}

async fn log(store: &dyn Store, events: Vec<Event>) {
    assert!(store.load().await.unwrap().is_none());
    let (first, rest) = events.split_at(events.len() / 2);
    store.commit(&batch(first)).await.unwrap();
    store.commit(&batch(rest)).await.unwrap();
    assert_eq!(digest(store).await, folded(&events).digest().unwrap());
    assert_eq!(
        store.tail(3, usize::MAX).await.unwrap(),
        events[events.len() - 3..]
    );
    let few = store.tail(usize::MAX, 10_000).await.unwrap();
    assert!(!few.is_empty() && few.len() < events.len());
    assert_eq!(few, events[events.len() - few.len()..], "the newest");
    assert_eq!(store.tail(usize::MAX, usize::MAX).await.unwrap(), events);
}

/// Invariants 3 and 4.
async fn all_or_nothing(store: &dyn Store, events: Vec<Event>) {
    store.commit(&batch(&events[..2])).await.unwrap();
    let before = digest(store).await;
    let machine_id = MachineId::mint(&mut IdMint::new(Clock::wall(), 1));
    let wish = Wish {
        machine_id,
        sequence: 4,
        attempt: 0,
        next_run_at: Clock::wall(),
    };
    for wrong in [
        &events[3..5],
        &events[1..4],
        &[events[2].clone(), events[4].clone()],
    ] {
        let batch = Batch {
            wishes: vec![wish.clone()],
            answers: vec![answer("k")],
            ..batch(wrong)
        };
        assert!(matches!(
            store.commit(&batch).await,
            Err(StoreError::Sequence { .. })
        ));
        assert_eq!(digest(store).await, before);
        assert!(store.wishes().await.unwrap().is_empty());
        assert!(store.answer("p", "k").await.unwrap().is_none());
    }
    store.commit(&batch(&events[2..])).await.unwrap();
    assert_eq!(digest(store).await, folded(&events).digest().unwrap());
}

async fn snapshots(store: &dyn Store, events: Vec<Event>) {
    store.commit(&batch(&events)).await.unwrap();
    let expected = digest(store).await;
    for count in [events.len() / 3, events.len() / 2, events.len()] {
        store
            .put_snapshot(&folded(&events[..count]).record())
            .await
            .unwrap();
        assert_eq!(digest(store).await, expected);
    }
}

async fn wishes(store: &dyn Store) {
    let now = Clock::wall();
    let mut mint = IdMint::new(now, 1);
    let (a, b) = (MachineId::mint(&mut mint), MachineId::mint(&mut mint));
    let (one, two) = (a.min(b), a.max(b));
    let wish = |machine_id, sequence| Wish {
        machine_id,
        sequence,
        attempt: 2,
        next_run_at: now,
    };
    let put = |wishes, done| Batch {
        wishes,
        done,
        ..Batch::default()
    };
    store
        .commit(&put(vec![wish(one, 1), wish(two, 1)], vec![]))
        .await
        .unwrap();
    store.commit(&put(vec![wish(one, 5)], vec![])).await.unwrap();
    assert_eq!(store.wishes().await.unwrap(), [wish(one, 5), wish(two, 1)]);
    // What was carried out for an older wish leaves the newer one.
    let done = |machine_id, sequence| Done { machine_id, sequence };
    store
        .commit(&put(vec![], vec![done(one, 4), done(two, 1)]))
        .await
        .unwrap();
    assert_eq!(store.wishes().await.unwrap(), [wish(one, 5)]);
    store
        .commit(&put(vec![wish(one, 6)], vec![done(one, 5)]))
        .await
        .unwrap();
    assert_eq!(store.wishes().await.unwrap(), [wish(one, 6)]);
}

fn answer(key: &str) -> Answer {
    Answer {
        principal: "p".to_owned(),
        key: key.to_owned(),
        digest: "d".to_owned(),
        status: 201,
        content_type: "application/json".to_owned(),
        headers: vec![("Location".to_owned(), "/x".to_owned())],
        body: b"{}".to_vec(),
        created_at: Clock::wall(),
    }
}

async fn answers(store: &dyn Store) {
    let put = answer("k");
    store
        .commit(&Batch {
            answers: vec![put.clone()],
            ..Batch::default()
        })
        .await
        .unwrap();
    assert_eq!(store.answer("p", "k").await.unwrap(), Some(put.clone()));
    assert_eq!(store.answer("q", "k").await.unwrap(), None);
    store.forget(put.created_at, put.created_at).await.unwrap();
    assert!(store.answer("p", "k").await.unwrap().is_some());
    store.forget(put.created_at + 1, put.created_at).await.unwrap();
    assert_eq!(store.answer("p", "k").await.unwrap(), None);
}

async fn credentials(store: &dyn Store) {
    let now = Clock::wall();
    let mut mint = IdMint::new(now, 1);
    let account_id = AccountId::mint(&mut mint);
    let key = ApiKey {
        id: ApiKeyId::mint(&mut mint),
        prefix: "rs_01234567".to_owned(),
        digest: "k".to_owned(),
        name: "ci".to_owned(),
        account_id,
        scopes: "pods:read".to_owned(),
        operator: true,
        created_at: now,
        expires_at: Some(now + 1),
    };
    store.put_api_key(&key).await.unwrap();
    assert_eq!(store.api_keys().await.unwrap(), [key]);
    let session = |digest: &str, expires_at| Session {
        prefix: "rs_01234567".to_owned(),
        digest: digest.to_owned(),
        account_id,
        scopes: String::new(),
        operator: false,
        expires_at,
    };
    for it in [session("a", now), session("b", now + 10), session("c", now + 20)] {
        store.put_session(&it).await.unwrap();
    }
    assert_eq!(
        store.sessions(now + 5).await.unwrap(),
        [session("b", now + 10), session("c", now + 20)]
    );
    store.delete_session("b").await.unwrap();
    store.forget(now, now + 5).await.unwrap();
    assert_eq!(store.sessions(now).await.unwrap(), [session("c", now + 20)]);
    store.put_meta("word", "one").await.unwrap();
    store.put_meta("word", "two").await.unwrap();
    assert_eq!(store.meta("word").await.unwrap().as_deref(), Some("two"));
}

/// A store that is being filled is filled in one commit.
async fn seeding(store: &dyn Store, events: Vec<Event>) {
    let fleet = folded(&events);
    let seed = |events: &[Event]| Batch {
        meta: vec![("word", "one".to_owned())],
        snapshot: Some(fleet.record()),
        ..batch(events)
    };
    assert!(store.commit(&seed(&events[1..])).await.is_err());
    assert!(store.load().await.unwrap().is_none() && store.meta("word").await.unwrap().is_none());
    store.commit(&seed(&events)).await.unwrap();
    assert_eq!(digest(store).await, fleet.digest().unwrap());
    assert_eq!(store.meta("word").await.unwrap().as_deref(), Some("one"));
}

fn database(folder: &Path) -> PathBuf {
    folder.join("roadstead.db")
}

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    suite(async |folder: PathBuf| SqliteStore::open(&database(&folder)).await.unwrap()).await;
}

#[tokio::test]
async fn two_processes_cannot_have_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path());
    let first = SqliteStore::open(&path).await.unwrap();
    assert!(matches!(
        SqliteStore::open(&path).await,
        Err(StoreError::InUse { .. })
    ));
    first.close().await;
    drop(first);
    assert!(SqliteStore::open(&path).await.is_ok());
}

/// "A snapshot only saves time: the log alone is enough."
#[tokio::test]
async fn an_unreadable_snapshot_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path());
    let events = common::seeded_events(1).await;
    let store = SqliteStore::open(&path).await.unwrap();
    store.commit(&batch(&events)).await.unwrap();
    store.put_snapshot(&folded(&events[..4]).record()).await.unwrap();
    store.put_snapshot(&folded(&events).record()).await.unwrap();
    store.close().await;
    drop(store);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let raw = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("UPDATE snapshots SET body = '{}' WHERE sequence > 4")
        .execute(&raw)
        .await
        .unwrap();
    raw.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(digest(&store).await, folded(&events).digest().unwrap());
}

#[tokio::test]
async fn seeding_is_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = common::Failing {
        inner: SqliteStore::open(&database(folder.path())).await.unwrap(),
        fails: std::sync::Arc::default(),
        unreadable: std::sync::Arc::default(),
        only_commits: true,
    };
    let (world, account_id) = common::world(1);
    roadstead_control_plane::seed(&store, common::seed_of(world, account_id))
        .await
        .unwrap();
    assert!(store.load().await.unwrap().is_some());
    assert_eq!(
        store.meta("main_account").await.unwrap(),
        Some(account_id.to_string())
    );
}
