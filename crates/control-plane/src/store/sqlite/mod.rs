//! The store of one machine: an SQLite file on a local disk.
//!
//! Write-ahead log with `synchronous=FULL`: a commit that returned survives a loss of power. One
//! connection writes; a write transaction begins as one, because a reader that turns into a writer
//! fails at once when another was quicker.

mod credentials;
mod log;
mod open;

use std::fs::File;
use std::path::PathBuf;

use domain::Timestamp;
use engine::state::FleetRecord;
use engine::{Event, Fleet};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::SqlitePool;

use super::{Answer, ApiKey, Batch, Session, Store, Stored, Wish, record};

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
    /// Held as long as the store is open.
    _lock: File,
}

/// Every write transaction begins with this.
const BEGIN: &str = "BEGIN IMMEDIATE";

const META: &str = "SELECT value FROM meta WHERE key = $1";
const PUT_META: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const NEXT_EPOCH: &str = "INSERT INTO meta (key, value) VALUES ('epoch', '1') \
    ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT) \
    RETURNING CAST(value AS INTEGER)";
const WISHES: &str = "SELECT key, sequence, attempt, next_run_at FROM outbox ORDER BY key";
const ANSWER: &str = "SELECT principal, key, digest, status, content_type, headers, body, created_at \
    FROM answers WHERE principal = $1 AND key = $2";
const FORGET_ANSWERS: &str = "DELETE FROM answers WHERE created_at < $1";
const FORGET_SESSIONS: &str = "DELETE FROM sessions WHERE expires_at < $1";

impl Store for SqliteStore {
    fn commit<'a>(&'a self, batch: &'a Batch) -> Stored<'a, ()> {
        self.append(batch).boxed()
    }

    fn load(&self) -> Stored<'_, Option<Fleet>> {
        self.replay().boxed()
    }

    fn tail(&self, events_max: usize) -> Stored<'_, Vec<Event>> {
        self.last_events(events_max).boxed()
    }

    fn put_snapshot<'a>(&'a self, record: &'a FleetRecord) -> Stored<'a, ()> {
        self.keep_snapshot(record).boxed()
    }

    fn wishes(&self) -> Stored<'_, Vec<Wish>> {
        async {
            let rows = sqlx::query(WISHES).fetch_all(&self.readers).await?;
            rows.iter().map(record::wish).collect()
        }
        .boxed()
    }

    fn answer<'a>(&'a self, principal: &'a str, key: &'a str) -> Stored<'a, Option<Answer>> {
        async move {
            let row = sqlx::query(ANSWER)
                .bind(principal)
                .bind(key)
                .fetch_optional(&self.readers)
                .await?;
            row.as_ref().map(record::answer).transpose()
        }
        .boxed()
    }

    fn forget(&self, before: Timestamp, now: Timestamp) -> Stored<'_, ()> {
        async move {
            sqlx::query(FORGET_ANSWERS)
                .bind(before.millis())
                .execute(&self.writer)
                .await?;
            sqlx::query(FORGET_SESSIONS)
                .bind(now.millis())
                .execute(&self.writer)
                .await?;
            Ok(())
        }
        .boxed()
    }

    fn next_epoch(&self) -> Stored<'_, u64> {
        async { record::uncount(sqlx::query_scalar(NEXT_EPOCH).fetch_one(&self.writer).await?) }.boxed()
    }

    fn meta<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>> {
        async move {
            Ok(sqlx::query_scalar(META)
                .bind(name)
                .fetch_optional(&self.readers)
                .await?)
        }
        .boxed()
    }

    fn put_meta<'a>(&'a self, name: &'a str, value: &'a str) -> Stored<'a, ()> {
        async move {
            sqlx::query(PUT_META)
                .bind(name)
                .bind(value)
                .execute(&self.writer)
                .await?;
            Ok(())
        }
        .boxed()
    }

    fn api_keys(&self) -> Stored<'_, Vec<ApiKey>> {
        self.all_keys().boxed()
    }

    fn put_api_key<'a>(&'a self, key: &'a ApiKey) -> Stored<'a, ()> {
        self.keep_key(key).boxed()
    }

    fn sessions(&self, now: Timestamp) -> Stored<'_, Vec<Session>> {
        self.open_sessions(now).boxed()
    }

    fn put_session<'a>(&'a self, session: &'a Session) -> Stored<'a, ()> {
        self.keep_session(session).boxed()
    }

    fn delete_session<'a>(&'a self, digest: &'a str) -> Stored<'a, ()> {
        self.end_session(digest).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            self.readers.close().await;
            self.writer.close().await;
        }
        .boxed()
    }
}
