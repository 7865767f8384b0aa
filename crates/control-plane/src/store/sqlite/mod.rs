//! The store of one machine: an SQLite file on a local disk.
//!
//! Write-ahead log with `synchronous=FULL`: a commit that returned survives a loss of power. One
//! connection writes; a write transaction begins as one, because a reader that turns into a writer
//! fails at once when another was quicker.

mod check;
mod credentials;
mod log;
mod open;

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use engine::state::FleetRecord;
use engine::{Event, Fleet};
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use sqlx::SqlitePool;

use super::{Answer, ApiKey, Batch, Fault, Session, Store, Stored, Wish, record};

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
    /// The fleet as it was found. The log is only added to, so that it is as good a start as a snapshot.
    found: Mutex<Option<Fleet>>,
    /// Held as long as the store is open; then it holds the mark of an end in order.
    lock: File,
}

/// The number of the newest file in `migrations/`.
const SCHEMA: u32 = 1;
/// Every write transaction begins with this.
const BEGIN: &str = "BEGIN IMMEDIATE";

const META: &str = "SELECT value FROM meta WHERE key = $1";
const PUT_META: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const NEXT_EPOCH: &str = "INSERT INTO meta (key, value) VALUES ('epoch', '1') \
    ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT) \
    RETURNING CAST(value AS INTEGER)";
const NEWEST_SNAPSHOT: &str = "SELECT COALESCE(MAX(sequence), 0) FROM snapshots";
const WISHES: &str = "SELECT key, sequence, attempt, next_run_at FROM outbox ORDER BY key";
const ANSWER: &str = "SELECT principal, key, digest, status, content_type, headers, body, created_at \
    FROM answers WHERE principal = $1 AND key = $2";
const FORGET_ANSWERS: &str = "DELETE FROM answers WHERE created_at < $1";
const FORGET_SESSIONS: &str = "DELETE FROM sessions WHERE expires_at < $1";

impl SqliteStore {
    /// Every error names the file.
    fn placed<'a, T>(&'a self, work: impl Future<Output = Result<T, Fault>> + Send + 'a) -> Stored<'a, T> {
        work.map_err(|it| it.at(&self.path, SCHEMA, SCHEMA)).boxed()
    }
}

impl Store for SqliteStore {
    fn commit<'a>(&'a self, batch: &'a Batch) -> Stored<'a, ()> {
        self.placed(self.append(batch))
    }

    fn load(&self) -> Stored<'_, Option<Fleet>> {
        self.placed(async {
            let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).take();
            let mut reader = self.readers.acquire().await?;
            log::replay(&mut reader, found).await
        })
    }

    fn tail(&self, events_max: usize, bytes_max: usize) -> Stored<'_, Vec<Event>> {
        self.placed(self.last_events(events_max, bytes_max))
    }

    fn put_snapshot<'a>(&'a self, record: &'a FleetRecord) -> Stored<'a, ()> {
        self.placed(self.keep_snapshot(record))
    }

    fn snapshot_sequence(&self) -> Stored<'_, u64> {
        self.placed(async {
            let newest = sqlx::query_scalar(NEWEST_SNAPSHOT);
            record::uncount(newest.fetch_one(&self.readers).await?)
        })
    }

    fn wishes(&self) -> Stored<'_, Vec<Wish>> {
        self.placed(async {
            let rows = sqlx::query(WISHES).fetch_all(&self.readers).await?;
            rows.iter().map(record::wish).collect()
        })
    }

    fn answer<'a>(&'a self, principal: &'a str, key: &'a str) -> Stored<'a, Option<Answer>> {
        self.placed(async move {
            let row = sqlx::query(ANSWER)
                .bind(principal)
                .bind(key)
                .fetch_optional(&self.readers)
                .await?;
            row.as_ref().map(record::answer).transpose()
        })
    }

    fn forget(&self, before: Timestamp, now: Timestamp) -> Stored<'_, ()> {
        self.placed(async move {
            sqlx::query(FORGET_ANSWERS)
                .bind(before.millis())
                .execute(&self.writer)
                .await?;
            sqlx::query(FORGET_SESSIONS)
                .bind(now.millis())
                .execute(&self.writer)
                .await?;
            Ok(())
        })
    }

    fn next_epoch(&self) -> Stored<'_, u64> {
        self.placed(async { record::uncount(sqlx::query_scalar(NEXT_EPOCH).fetch_one(&self.writer).await?) })
    }

    fn meta<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>> {
        self.placed(async move {
            Ok(sqlx::query_scalar(META)
                .bind(name)
                .fetch_optional(&self.readers)
                .await?)
        })
    }

    fn put_meta<'a>(&'a self, name: &'a str, value: &'a str) -> Stored<'a, ()> {
        self.placed(async move {
            sqlx::query(PUT_META)
                .bind(name)
                .bind(value)
                .execute(&self.writer)
                .await?;
            Ok(())
        })
    }

    fn api_keys(&self) -> Stored<'_, Vec<ApiKey>> {
        self.placed(self.all_keys())
    }

    fn put_api_key<'a>(&'a self, key: &'a ApiKey) -> Stored<'a, ()> {
        self.placed(self.keep_key(key))
    }

    fn sessions(&self, now: Timestamp) -> Stored<'_, Vec<Session>> {
        self.placed(self.open_sessions(now))
    }

    fn put_session<'a>(&'a self, session: &'a Session) -> Stored<'a, ()> {
        self.placed(self.keep_session(session))
    }

    fn delete_session<'a>(&'a self, digest: &'a str) -> Stored<'a, ()> {
        self.placed(self.end_session(digest))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            self.readers.close().await;
            self.writer.close().await;
            check::leave_mark(&self.path, &self.lock);
        }
        .boxed()
    }
}
