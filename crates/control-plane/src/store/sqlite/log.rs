//! The log: appended in one transaction, replayed from the newest snapshot.

use engine::state::FleetRecord;
use engine::{Change, Event, Fleet};
use futures::TryStreamExt;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::{BEGIN, PUT_META, SqliteStore, record};
use crate::store::record::{EventRow, SnapshotRow};
use crate::store::{Batch, Fault};

/// Rows in one INSERT: six columns each stay far below the database's 32,766 parameters.
const ROWS_PER_INSERT: usize = 500;
/// Older snapshots are kept in case the newest cannot be read.
const SNAPSHOTS_KEPT: i64 = 2;

const LAST: &str = "SELECT COALESCE(MAX(sequence), 0) FROM events";
const EVENTS_AFTER: &str =
    "SELECT sequence, at, actor, fact, body FROM events WHERE sequence > $1 ORDER BY sequence";
const LAST_EVENTS: &str =
    "SELECT sequence, at, actor, fact, body FROM events ORDER BY sequence DESC LIMIT $1";
const DONE: &str = "DELETE FROM outbox WHERE key = $1 AND sequence <= $2";
const PUT_WISH: &str = "INSERT INTO outbox (key, sequence, attempt, next_run_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence, attempt = excluded.attempt, \
    next_run_at = excluded.next_run_at";
const PUT_ANSWER: &str = "INSERT INTO answers \
    (principal, key, digest, status, content_type, headers, body, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
    ON CONFLICT (principal, key) DO UPDATE SET digest = excluded.digest, status = excluded.status, \
    content_type = excluded.content_type, headers = excluded.headers, body = excluded.body, \
    created_at = excluded.created_at";
const SNAPSHOTS: &str = "SELECT body FROM snapshots ORDER BY sequence DESC";
const PUT_SNAPSHOT: &str = "INSERT INTO snapshots (sequence, body) VALUES ($1, $2) \
    ON CONFLICT (sequence) DO UPDATE SET body = excluded.body";
const DROP_SNAPSHOTS: &str = "DELETE FROM snapshots WHERE sequence NOT IN \
    (SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT $1)";

impl SqliteStore {
    pub(super) async fn append(&self, batch: &Batch) -> Result<(), Fault> {
        let snapshot = batch.snapshot.as_ref().map(SnapshotRow::of).transpose()?;
        let mut writing = self.writer.begin_with(BEGIN).await?;
        append_events(&mut writing, &batch.events).await?;
        // First what is done: a wish of the same batch is newer.
        for done in &batch.done {
            sqlx::query(DONE)
                .bind(done.machine_id.to_string())
                .bind(record::count(done.sequence)?)
                .execute(&mut *writing)
                .await?;
        }
        for wish in &batch.wishes {
            sqlx::query(PUT_WISH)
                .bind(wish.machine_id.to_string())
                .bind(record::count(wish.sequence)?)
                .bind(i64::from(wish.attempt))
                .bind(wish.next_run_at.millis())
                .execute(&mut *writing)
                .await?;
        }
        for answer in &batch.answers {
            sqlx::query(PUT_ANSWER)
                .bind(&answer.principal)
                .bind(&answer.key)
                .bind(&answer.digest)
                .bind(i64::from(answer.status))
                .bind(&answer.content_type)
                .bind(record::write("answers", &answer.headers)?)
                .bind(&answer.body)
                .bind(answer.created_at.millis())
                .execute(&mut *writing)
                .await?;
        }
        for (name, value) in &batch.meta {
            sqlx::query(PUT_META)
                .bind(name)
                .bind(value)
                .execute(&mut *writing)
                .await?;
        }
        if let Some(snapshot) = snapshot {
            put_snapshot(&mut writing, snapshot).await?;
        }
        writing.commit().await?;
        Ok(())
    }

    pub(super) async fn last_events(&self, events_max: usize, bytes_max: usize) -> Result<Vec<Event>, Fault> {
        let limit = i64::try_from(events_max).unwrap_or(i64::MAX);
        let mut rows = sqlx::query(LAST_EVENTS).bind(limit).fetch(&self.readers);
        let (mut events, mut bytes) = (Vec::new(), 0_usize);
        while let Some(row) = rows.try_next().await? {
            bytes = bytes.saturating_add(EventRow::bytes(&row)?);
            if bytes > bytes_max {
                break;
            }
            events.push(EventRow::read(&row)?);
        }
        events.reverse();
        Ok(events)
    }

    pub(super) async fn keep_snapshot(&self, record: &FleetRecord) -> Result<(), Fault> {
        // Before the transaction: nothing else is written while it is open.
        let snapshot = SnapshotRow::of(record)?;
        let mut writing = self.writer.begin_with(BEGIN).await?;
        put_snapshot(&mut writing, snapshot).await?;
        writing.commit().await?;
        Ok(())
    }
}

/// The fleet as the log has it, from `start` or else from the newest snapshot on.
pub(super) async fn replay(
    connection: &mut SqliteConnection,
    start: Option<Fleet>,
) -> Result<Option<Fleet>, Fault> {
    let mut fleet = match start {
        Some(fleet) => fleet,
        None => newest_snapshot(connection)
            .await?
            .map(Fleet::from)
            .unwrap_or_default(),
    };
    let after = record::count(fleet.sequence())?;
    let mut rows = sqlx::query(EVENTS_AFTER).bind(after).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let event = EventRow::read(&row)?;
        check_next(&fleet, &event)?;
        fleet.evolve(&event);
    }
    Ok((fleet.sequence() > 0).then_some(fleet))
}

/// A log that does not begin with settings, or has a gap, is not one of ours.
fn check_next(fleet: &Fleet, event: &Event) -> Result<(), Fault> {
    let last = fleet.sequence();
    if event.sequence != last + 1 {
        Err(Fault::Broken(format!(
            "event {} follows event {last}",
            event.sequence
        )))
    } else if last == 0 && !matches!(event.change, Change::Settings(_)) {
        Err(Fault::Broken(
            "the log does not begin with the operator's settings".to_owned(),
        ))
    } else {
        Ok(())
    }
}

async fn newest_snapshot(connection: &mut SqliteConnection) -> Result<Option<FleetRecord>, Fault> {
    let mut bodies = sqlx::query_scalar::<_, String>(SNAPSHOTS).fetch(connection);
    while let Some(body) = bodies.try_next().await? {
        match record::read("snapshots", &body) {
            Ok(record) => return Ok(Some(record)),
            Err(error) => tracing::warn!(%error, "a snapshot cannot be read; going further back"),
        }
    }
    Ok(None)
}

async fn put_snapshot(writing: &mut Transaction<'_, Sqlite>, snapshot: SnapshotRow) -> Result<(), Fault> {
    sqlx::query(PUT_SNAPSHOT)
        .bind(snapshot.sequence)
        .bind(snapshot.body)
        .execute(&mut **writing)
        .await?;
    sqlx::query(DROP_SNAPSHOTS)
        .bind(SNAPSHOTS_KEPT)
        .execute(&mut **writing)
        .await?;
    Ok(())
}

async fn append_events(writing: &mut Transaction<'_, Sqlite>, events: &[Event]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let mut last = record::uncount(sqlx::query_scalar(LAST).fetch_one(&mut **writing).await?)?;
    for event in events {
        if event.sequence != last + 1 {
            return Err(Fault::Sequence {
                last,
                next: event.sequence,
            });
        }
        last = event.sequence;
    }
    for events in events.chunks(ROWS_PER_INSERT) {
        let rows = events.iter().map(EventRow::of).collect::<Result<Vec<_>, _>>()?;
        let mut insert =
            QueryBuilder::new("INSERT INTO events (sequence, at, actor, fact, account_id, body) ");
        insert.push_values(rows, |mut values, row| {
            values
                .push_bind(row.sequence)
                .push_bind(row.at)
                .push_bind(row.actor)
                .push_bind(row.fact)
                .push_bind(row.account_id)
                .push_bind(row.body);
        });
        insert.build().execute(&mut **writing).await?;
    }
    Ok(())
}
