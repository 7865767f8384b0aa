//! Rows as they are written, and the ways in and out of them.

use domain::Timestamp;
use engine::Event;
use engine::state::FleetRecord;
use serde_json::error::Category;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Answer, ApiKey, Fault, Session, Wish};

/// An event's columns. The account stands beside the body for people who read the log by hand.
pub(super) struct EventRow {
    pub(super) sequence: i64,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) fact: String,
    pub(super) account_id: Option<String>,
    pub(super) body: String,
}

impl EventRow {
    pub(super) fn of(event: &Event) -> Result<Self, Fault> {
        Ok(Self {
            sequence: count(event.sequence)?,
            at: event.at.millis(),
            actor: write(EVENTS, &event.actor)?,
            fact: write(EVENTS, &event.fact)?,
            account_id: event.account_id().map(|it| it.to_string()),
            body: write(EVENTS, &event.change)?,
        })
    }

    /// How much of it is read.
    pub(super) fn bytes(row: &SqliteRow) -> Result<usize, Fault> {
        Ok(row.try_get::<&str, _>("body")?.len())
    }

    pub(super) fn read(row: &SqliteRow) -> Result<Event, Fault> {
        Ok(Event {
            sequence: uncount(row.try_get("sequence")?)?,
            at: Timestamp::from_millis(row.try_get("at")?),
            actor: read(EVENTS, row.try_get("actor")?)?,
            fact: read(EVENTS, row.try_get("fact")?)?,
            change: read(EVENTS, row.try_get("body")?)?,
        })
    }
}

/// A snapshot's columns.
pub(super) struct SnapshotRow {
    pub(super) sequence: i64,
    pub(super) body: String,
}

impl SnapshotRow {
    pub(super) fn of(record: &FleetRecord) -> Result<Self, Fault> {
        Ok(Self {
            sequence: count(record.sequence)?,
            body: write("snapshots", record)?,
        })
    }
}

const EVENTS: &str = "events";

pub(super) fn wish(row: &SqliteRow) -> Result<Wish, Fault> {
    Ok(Wish {
        machine_id: parse("outbox", row.try_get("key")?)?,
        sequence: uncount(row.try_get("sequence")?)?,
        attempt: u32::try_from(row.try_get::<i64, _>("attempt")?).unwrap_or(u32::MAX),
        next_run_at: Timestamp::from_millis(row.try_get("next_run_at")?),
    })
}

pub(super) fn answer(row: &SqliteRow) -> Result<Answer, Fault> {
    Ok(Answer {
        principal: row.try_get("principal")?,
        key: row.try_get("key")?,
        digest: row.try_get("digest")?,
        status: u16::try_from(row.try_get::<i64, _>("status")?).map_err(|it| unreadable("answers", it))?,
        content_type: row.try_get("content_type")?,
        headers: read("answers", row.try_get("headers")?)?,
        body: row.try_get("body")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}

pub(super) fn api_key(row: &SqliteRow) -> Result<ApiKey, Fault> {
    Ok(ApiKey {
        id: parse("api_keys", row.try_get("id")?)?,
        prefix: row.try_get("prefix")?,
        digest: row.try_get("digest")?,
        name: row.try_get("name")?,
        account_id: parse("api_keys", row.try_get("account_id")?)?,
        scopes: row.try_get("scopes")?,
        operator: row.try_get("operator")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        expires_at: row
            .try_get::<Option<i64>, _>("expires_at")?
            .map(Timestamp::from_millis),
    })
}

pub(super) fn session(row: &SqliteRow) -> Result<Session, Fault> {
    Ok(Session {
        prefix: row.try_get("prefix")?,
        digest: row.try_get("digest")?,
        account_id: parse("sessions", row.try_get("account_id")?)?,
        scopes: row.try_get("scopes")?,
        operator: row.try_get("operator")?,
        expires_at: Timestamp::from_millis(row.try_get("expires_at")?),
    })
}

/// SQL counts in signed 64 bits.
pub(super) fn count(value: u64) -> Result<i64, Fault> {
    i64::try_from(value).map_err(|it| unwritable(EVENTS, it))
}

pub(super) fn uncount(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|it| unreadable(EVENTS, it))
}

pub(super) fn write(table: &'static str, value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|it| unwritable(table, it))
}

/// Text that is JSON but has a word or a shape we do not know was written by another version; anything
/// else was not written by us.
pub(super) fn read<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => Fault::Unknown {
            table,
            reason: error.to_string(),
        },
        Category::Syntax | Category::Eof | Category::Io => unreadable(table, error),
    })
}

fn parse<T>(table: &'static str, text: &str) -> Result<T, Fault>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|it| unreadable(table, it))
}

fn unreadable(table: &'static str, error: impl std::error::Error) -> Fault {
    Fault::Unreadable {
        table,
        reason: error.to_string(),
    }
}

fn unwritable(table: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Fault {
    Fault::Unwritable {
        table,
        source: Box::new(source),
    }
}
