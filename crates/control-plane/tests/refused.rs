//! A file that is not ours to open is refused, with its name and its version, and stays as it is.

mod common;

use std::fs::File;
use std::path::{Path, PathBuf};

use roadstead_control_plane::store::{Batch, SqliteStore, Store, StoreError};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

/// What happens to a file.
type Spoil = fn(&mut Vec<u8>);

fn database(folder: &Path) -> PathBuf {
    folder.join("roadstead.db")
}

/// A database with some events, open.
async fn filled(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).await.unwrap();
    let batch = Batch {
        events: common::seeded_events(1).await,
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
    store
}

/// A database with some events, closed.
async fn closed(path: &Path) {
    filled(path).await.close().await;
}

/// The words of the refusal. Each names the file, both versions and what to do.
async fn refusal(path: &Path, what: &str) -> (StoreError, String) {
    let error = match SqliteStore::open(path).await {
        Err(error) => error,
        Ok(_) => panic!("{what} was opened"),
    };
    let text = error.to_string();
    for words in [
        "roadstead.db",
        "schema",
        "this version knows 1",
        "name another data folder",
    ] {
        assert!(text.contains(words), "{what}: {text}");
    }
    (error, text)
}

#[tokio::test]
async fn a_damaged_or_newer_file_is_refused_untouched() {
    let spoil: [(&str, Spoil, &str); 5] = [
        (
            "a newer version",
            |it| it[60..64].copy_from_slice(&7_u32.to_be_bytes()),
            "has schema 7",
        ),
        (
            "another program",
            |it| it[68..72].copy_from_slice(b"ELSE"),
            "another program",
        ),
        (
            "not a database",
            |it| it[..15].copy_from_slice(b"something else!"),
            "not an SQLite file",
        ),
        ("cut off", |it| it.truncate(it.len() / 2), "damaged"),
        (
            "scratched",
            |it| it[4_200..].iter_mut().for_each(|byte| *byte ^= 0x5a),
            "damaged",
        ),
    ];
    for (what, spoil, words) in spoil {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path());
        closed(&path).await;
        let mut bytes = std::fs::read(&path).unwrap();
        spoil(&mut bytes);
        std::fs::write(&path, &bytes).unwrap();
        let (_, text) = refusal(&path, what).await;
        assert!(text.contains(words), "{what}: {text}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what} was touched");
        assert!(!folder.path().join("roadstead.db-wal").exists(), "{what}");
    }
}

/// What a crash leaves: the last commits stand in the write-ahead log beside the file.
#[tokio::test]
async fn what_a_crash_left_beside_a_refused_file_stays_too() {
    let newest = "WHERE sequence = (SELECT MAX(sequence) FROM events)";
    let cases = [
        (
            "broken JSON",
            format!("UPDATE events SET body = '{{\"kind\":' {newest}"),
            "a record of events cannot be read",
            false,
        ),
        (
            "a fact of a newer version",
            format!("UPDATE events SET fact = '\"teleported\"' {newest}"),
            "teleported",
            true,
        ),
        (
            "a change of a newer version",
            format!("UPDATE events SET body = '{{\"kind\":\"wormhole\",\"value\":{{}}}}' {newest}"),
            "wormhole",
            true,
        ),
        (
            "a gap",
            "DELETE FROM events WHERE sequence = 2".to_owned(),
            "event 3 follows event 1",
            false,
        ),
        (
            "a newer schema",
            "PRAGMA user_version = 9".to_owned(),
            "has schema 9",
            true,
        ),
        (
            "another schema",
            "ALTER TABLE events RENAME TO happenings".to_owned(),
            "no such table: events",
            false,
        ),
    ];
    for (what, sql, words, newer) in cases {
        let (folder, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = filled(&database(folder.path())).await;
        let options = SqliteConnectOptions::new().filename(database(folder.path()));
        let raw = SqlitePool::connect_with(options).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&raw).await.unwrap();
        let files = ["roadstead.db", "roadstead.db-wal"];
        let copied = files.map(|it| {
            std::fs::copy(folder.path().join(it), left.path().join(it)).unwrap();
            std::fs::read(left.path().join(it)).unwrap()
        });
        raw.close().await;
        store.close().await;
        assert!(
            copied[1].len() > 4_096,
            "{what}: nothing stands in the write-ahead log"
        );
        let (error, text) = refusal(&database(left.path()), what).await;
        assert!(text.contains(words), "{what}: {text}");
        assert_eq!(matches!(error, StoreError::Newer { .. }), newer, "{what}: {text}");
        let after = files.map(|it| std::fs::read(left.path().join(it)).unwrap());
        assert!(after == copied, "{what} was touched");
    }
}

#[tokio::test]
async fn what_a_crash_left_is_found_again() {
    let (folder, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = filled(&database(folder.path())).await;
    for file in ["roadstead.db", "roadstead.db-wal"] {
        std::fs::copy(folder.path().join(file), left.path().join(file)).unwrap();
    }
    let again = SqliteStore::open(&database(left.path())).await.unwrap();
    let digest = async |it: &SqliteStore| it.load().await.unwrap().unwrap().digest().unwrap();
    assert_eq!(digest(&again).await, digest(&store).await);
    // The first answer is from the start, the second from the log: they are the same.
    assert_eq!(digest(&again).await, digest(&store).await);
}

/// The whole file is read unless it is as the last end left it, so that a start does not grow with the log.
#[tokio::test]
async fn a_file_as_we_left_it_is_not_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path());
    closed(&path).await;
    let left = path.metadata().unwrap().modified().unwrap();
    let options = SqliteConnectOptions::new().filename(&path).immutable(true);
    let raw = SqlitePool::connect_with(options).await.unwrap();
    let page: u32 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'sessions'")
        .fetch_one(&raw)
        .await
        .unwrap();
    raw.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(page as usize - 1) * 4_096] = 0xff;
    std::fs::write(&path, &bytes).unwrap();
    let changed = |at| File::options().write(true).open(&path).unwrap().set_modified(at);
    changed(left + std::time::Duration::from_secs(1)).unwrap();
    let (_, text) = refusal(&path, "a bad page").await;
    assert!(text.contains("damaged"), "{text}");
    changed(left).unwrap();
    assert!(SqliteStore::open(&path).await.is_ok());
}
