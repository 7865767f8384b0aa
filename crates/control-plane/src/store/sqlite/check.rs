//! What a file has to be before anything of it is written: ours, whole, and of a version we know.
//!
//! Nothing here changes the database or its write-ahead log, so that what is refused stays as it was.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use engine::Fleet;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::{SCHEMA, log};
use crate::store::{Fault, StoreError};

/// The bytes of `RDST`, as `migrations/` sets them.
const APPLICATION: u32 = 0x5244_5354;
/// Bytes of SQLite's header.
const HEADER_BYTES: usize = 100;
/// Whatever is not SQLite's own, except the list of migrations.
const OTHERS: &str = "SELECT count(*) FROM sqlite_schema \
    WHERE name <> '_sqlx_migrations' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";

/// Looks at the file that is there; the fleet as its log has it. `lock` holds the mark of the last end.
///
/// # Errors
/// [`StoreError::Newer`] and [`StoreError::Damaged`]: the file is as it was.
pub(super) async fn check(path: &Path, lock: &File) -> Result<Option<Fleet>, StoreError> {
    let Some(found) = check_header(path)? else {
        return Ok(None);
    };
    let is_marked = is_marked(path, lock);
    let mut connection = options(path)
        .connect()
        .await
        .map_err(|it| Fault::from(it).at(path, found, SCHEMA))?;
    // The header is as old as the last checkpoint; the write-ahead log may say more.
    let found = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await
        .unwrap_or(found);
    let checked = if found > SCHEMA {
        Err(newer(path, found))
    } else {
        check_content(&mut connection, found, is_marked)
            .await
            .map_err(|it| it.at(path, found, SCHEMA))
    };
    // It only read: an end that fails leaves nothing behind.
    let _ = connection.close().await;
    checked
}

/// Read-only, in the one way that leaves what is beside the file alone too.
fn options(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .disable_statement_logging();
    if is_filled(&beside(path, "-journal")) {
        // Left only where we were stopped while making the file. It has to be rolled back to be read at
        // all, which takes nothing from anybody.
        options
    } else if is_filled(&beside(path, "-wal")) {
        // Left by a crash. A connection that may write would move it into the file when it ends.
        options.read_only(true)
    } else {
        options.immutable(true)
    }
}

async fn check_content(
    connection: &mut SqliteConnection,
    found: u32,
    is_marked: bool,
) -> Result<Option<Fleet>, Fault> {
    // Reads the whole file, which grows with the log. One that is as we left it when we last ended in order
    // was found whole then; a page that went bad since is found when it is read, which the replay below does
    // for all that matters now.
    if !is_marked {
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut *connection)
            .await?;
        if verdict != "ok" {
            return Err(Fault::Broken(verdict));
        }
    }
    if found == 0 {
        // Then only the list of migrations may be there: we were stopped while making the file.
        let others: i64 = sqlx::query_scalar(OTHERS).fetch_one(&mut *connection).await?;
        return match others {
            0 => Ok(None),
            _ => Err(Fault::Broken("it belongs to another program".to_owned())),
        };
    }
    log::replay(connection, None).await
}

/// Reads the first bytes without the database's help; the schema they name, none for an empty file.
fn check_header(path: &Path) -> Result<Option<u32>, StoreError> {
    let opening = |source| StoreError::Open {
        path: path.to_owned(),
        source,
    };
    let mut header = Vec::new();
    File::open(path)
        .map_err(opening)?
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(opening)?;
    let damaged = |found, reason: &str| Fault::Broken(reason.to_owned()).at(path, found, SCHEMA);
    if header.is_empty() {
        // What a stop between making the file and its first table leaves.
        return Ok(None);
    }
    if header.len() < HEADER_BYTES || !header.starts_with(b"SQLite format 3\0") {
        return Err(damaged(0, "it is not an SQLite file"));
    }
    let found = number(&header, 60);
    let application = number(&header, 68);
    if application != APPLICATION && (application != 0 || found != 0) {
        return Err(damaged(found, "it belongs to another program"));
    }
    if found > SCHEMA {
        return Err(newer(path, found));
    }
    Ok(Some(found))
}

fn newer(path: &Path, found: u32) -> StoreError {
    StoreError::Newer {
        path: path.to_owned(),
        found,
        known: SCHEMA,
        reason: "a newer version wrote it".to_owned(),
    }
}

/// A big-endian number in SQLite's header.
fn number(header: &[u8], at: usize) -> u32 {
    header[at..at + 4]
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// Notes in the lock file how the database looks at an end in order. Without it the next start reads
/// the whole file, so that nothing depends on its being written.
pub(super) fn leave_mark(path: &Path, mut lock: &File) {
    let mark = mark(path).unwrap_or_default();
    let _ = lock
        .set_len(0)
        .and_then(|()| lock.seek(SeekFrom::Start(0)))
        .and_then(|_| lock.write_all(mark.as_bytes()));
}

/// Whether the database is as it was left at an end in order.
fn is_marked(path: &Path, mut lock: &File) -> bool {
    let mut left = String::new();
    let read = lock
        .seek(SeekFrom::Start(0))
        .and_then(|_| lock.read_to_string(&mut left));
    read.is_ok() && mark(path).is_some_and(|it| it == left)
}

/// Size and time of the last change; none if something beside the file belongs to it.
fn mark(path: &Path) -> Option<String> {
    if is_filled(&beside(path, "-wal")) || is_filled(&beside(path, "-journal")) {
        return None;
    }
    let file = path.metadata().ok()?;
    let changed = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}", file.len(), changed.as_nanos()))
}

fn is_filled(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.len() > 0)
}

/// The name of a file that stands beside the database.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
