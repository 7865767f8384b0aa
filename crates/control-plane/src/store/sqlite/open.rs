//! Opening the file: nothing is touched before it is known to be ours and not newer than we are.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::SqliteStore;
use crate::store::StoreError;

/// The number of the newest file in `migrations/`.
pub(super) const SCHEMA: u32 = 1;
/// The bytes of `RDST`, as `migrations/` sets them.
const APPLICATION: u32 = 0x5244_5354;
/// Connections that read beside the one that writes.
const READERS: u32 = 4;
/// Longest wait for a connection or for the database to be free.
const WAIT: Duration = Duration::from_secs(10);
/// Statements that are kept ready.
const STATEMENTS_MAX: usize = 64;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl SqliteStore {
    /// Opens the database at `path`, or makes it.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`] and [`StoreError::Damaged`]: the file is as it was.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let opening = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(opening)?;
        }
        let lock = lock(path)?;
        let exists = path.exists();
        if exists {
            check_header(path)?;
            check_content(path).await?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(WAIT)
            .statement_cache_capacity(STATEMENTS_MAX)
            .disable_statement_logging();
        let writer = pool(1).connect_with(options.clone()).await?;
        MIGRATIONS.run(&writer).await?;
        let readers = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self {
            writer,
            readers,
            path: path.to_owned(),
            _lock: lock,
        })
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // Connections to a file do not grow old.
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// One process at a time: two would branch the log. Ends with the process, however it ends.
fn lock(path: &Path) -> Result<File, StoreError> {
    let beside = with_suffix(path, "lock");
    let opening = |source| StoreError::Open {
        path: beside.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(opening)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(opening(source)),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// Reads the first bytes without the database's help, which would change files beside it.
fn check_header(path: &Path) -> Result<(), StoreError> {
    let opening = |source| StoreError::Open {
        path: path.to_owned(),
        source,
    };
    let mut header = Vec::new();
    File::open(path)
        .map_err(opening)?
        .take(100)
        .read_to_end(&mut header)
        .map_err(opening)?;
    let damaged = |found, reason: &str| StoreError::Damaged {
        path: path.to_owned(),
        found,
        reason: reason.to_owned(),
    };
    if header.is_empty() {
        // What a stop between making the file and its first table leaves.
        return Ok(());
    }
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(damaged(0, "it is not an SQLite file"));
    }
    let found = number(&header, 60);
    let application = number(&header, 68);
    if application != APPLICATION && (application != 0 || found != 0) {
        return Err(damaged(found, "it belongs to another program"));
    }
    if found > SCHEMA {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: SCHEMA,
        });
    }
    Ok(())
}

/// A big-endian number in SQLite's header.
fn number(header: &[u8], at: usize) -> u32 {
    header[at..at + 4]
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// Asks the database itself, before anything is written.
async fn check_content(path: &Path) -> Result<(), StoreError> {
    let damaged = |found, reason| StoreError::Damaged {
        path: path.to_owned(),
        found,
        reason,
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(WAIT)
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(|it| damaged(0, it.to_string()))?;
    let found: u32 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await
        .map_err(|it| damaged(0, it.to_string()))?;
    if found > SCHEMA {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: SCHEMA,
        });
    }
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|it| damaged(found, it.to_string()))?;
    if verdict != "ok" {
        return Err(damaged(found, verdict));
    }
    // Without a version only the list of migrations may be there: we were stopped while making the file.
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE name <> '_sqlx_migrations' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|it| damaged(found, it.to_string()))?;
    if found == 0 && others > 0 {
        return Err(damaged(found, "it belongs to another program".to_owned()));
    }
    connection.close().await?;
    Ok(())
}
