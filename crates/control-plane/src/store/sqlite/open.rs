//! Opening the file: nothing is touched before it is known to be ours and not newer than we are.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{SCHEMA, SqliteStore, check};
use crate::store::{Fault, StoreError};

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
        let found = match path.exists() {
            true => check::check(path, &lock).await?,
            false => None,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(WAIT)
            .statement_cache_capacity(STATEMENTS_MAX)
            .disable_statement_logging();
        let connect = async {
            let writer = pool(1).connect_with(options.clone()).await?;
            MIGRATIONS.run(&writer).await?;
            let readers = pool(READERS).connect_with(options.read_only(true)).await?;
            Ok((writer, readers))
        };
        let (writer, readers) = connect.await.map_err(|it: Fault| it.at(path, SCHEMA, SCHEMA))?;
        Ok(Self {
            writer,
            readers,
            path: path.to_owned(),
            found: Mutex::new(found),
            lock,
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
    let beside = check::beside(path, ".lock");
    let opening = |source| StoreError::Open {
        path: beside.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
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
