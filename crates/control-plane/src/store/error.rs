//! What keeps a store from answering. Whoever reads it is told which file it is about and what to do.

use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// Why a store does not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// The database.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another process has it.
    #[error("{path} is in use by another control plane: stop that one, or name another data folder")]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// Another version wrote it. It was not touched.
    #[error(
        "{path} has schema {found}, this version knows {known}: {reason}; it was left as it is: \
        start the version of Roadstead that wrote it, or name another data folder"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
        /// What is not known.
        reason: String,
    },
    /// It is not ours, or damaged. It was not touched.
    #[error(
        "{path} (schema {found}, this version knows {known}) is damaged or no database of Roadstead: {reason}; \
        it was left as it is: put a backup in its place, or name another data folder"
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The schema it claims.
        found: u32,
        /// The newest schema known here.
        known: u32,
        /// What is wrong.
        reason: String,
    },
    /// The database refused.
    #[error("the database {path} refused")]
    Database {
        /// The database.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A table could not be made.
    #[error("the database {path} (schema {found}) could not be brought to schema {known}")]
    Migrate {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
        /// Why.
        #[source]
        source: MigrateError,
    },
    /// A record cannot become a row.
    #[error("a record of {table} cannot be written to {path}")]
    Record {
        /// The database.
        path: PathBuf,
        /// Where.
        table: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The log has no gaps and no branches.
    #[error("the log ends at {last}; {next} cannot follow")]
    Sequence {
        /// Its last event.
        last: u64,
        /// What was to be next.
        next: u64,
    },
}

/// An error as it arises, where nobody knows the file's name.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A row holds a word or a shape that this version does not know.
    #[error("a record of {table} was written by another version: {reason}")]
    Unknown { table: &'static str, reason: String },
    /// A row is not what its column says.
    #[error("a record of {table} cannot be read: {reason}")]
    Unreadable { table: &'static str, reason: String },
    /// The file as a whole is not what it should be.
    #[error("{0}")]
    Broken(String),
    #[error("a record of {table} cannot be written")]
    Unwritable {
        table: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the log ends at {last}; {next} cannot follow")]
    Sequence { last: u64, next: u64 },
}

impl Fault {
    /// The error of the file at `path`, which has the schema `found`; `known` is the newest one here.
    pub(super) fn at(self, path: &Path, found: u32, known: u32) -> StoreError {
        let path = path.to_owned();
        let reason = self.to_string();
        match self {
            Self::Unknown { .. } | Self::Migrate(MigrateError::VersionMissing(_)) => StoreError::Newer {
                path,
                found,
                known,
                reason,
            },
            Self::Unreadable { .. } | Self::Broken(_) | Self::Migrate(MigrateError::VersionMismatch(_)) => {
                StoreError::Damaged {
                    path,
                    found,
                    known,
                    reason,
                }
            }
            Self::Database(source) if is_damage(&source) => StoreError::Damaged {
                path,
                found,
                known,
                reason,
            },
            Self::Database(source) => StoreError::Database { path, source },
            Self::Migrate(source) => StoreError::Migrate {
                path,
                found,
                known,
                source,
            },
            Self::Unwritable { table, source } => StoreError::Record { path, table, source },
            Self::Sequence { last, next } => StoreError::Sequence { last, next },
        }
    }
}

/// Whether it is about what stands in the file, not about reaching it: SQLITE_CORRUPT and SQLITE_NOTADB,
/// a table or column that is not there, or a value of another kind.
fn is_damage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(it) => {
            let code = it.code().and_then(|it| it.parse::<u32>().ok());
            // The lower eight bits are the kind; the rest says more exactly what.
            matches!(code.map(|it| it & 0xff), Some(1 | 11 | 26))
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) => true,
        _ => false,
    }
}
