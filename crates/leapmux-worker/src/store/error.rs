//! What can go wrong with the database, told to people.

use std::path::{Path, PathBuf};

use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

use crate::rpc::RpcError;

/// A failure of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    #[error("{path} cannot be opened: {source}", path = path.display())]
    Open { path: PathBuf, source: DbErr },
    #[error(
        "cannot write to {path}: {reason}. Choose another data directory with --data-dir, or make this one writable",
        path = path.display()
    )]
    Unwritable { path: PathBuf, reason: String },
    #[error(
        "{path} is damaged: SQLite cannot read it. Restore it from a backup, or move it away to start with an empty one \
         (transcripts and terminals of this Worker are then lost)",
        path = path.display()
    )]
    Corrupt { path: PathBuf },
    #[error(
        "{path} has schema {found}, written by a newer LeapMux; this is LeapMux {program}, which knows schemas up to {known}. \
         Start the newer LeapMux, or restore the copy it made before migrating",
        path = path.display()
    )]
    Newer { path: PathBuf, found: usize, known: usize, program: &'static str },
    #[error("{path} cannot be copied before its schema is changed: {reason}", path = path.display())]
    Backup { path: PathBuf, reason: String },
    #[error("a stored {what} cannot be read: {reason}")]
    Stored { what: &'static str, reason: String },
    /// Met while running: what is kept cannot be read any more.
    #[error("the Worker's database (worker.db) is damaged: stop LeapMux and restore it from a backup")]
    Damaged(DbErr),
    #[error("the disk is full: the Worker can save nothing until there is room")]
    Full(DbErr),
    #[error("the database failed: {0}")]
    Db(DbErr),
}

const SQLITE_BUSY: [&str; 4] = ["5", "6", "261", "517"];
const SQLITE_CORRUPT: [&str; 5] = ["11", "26", "267", "523", "779"];
const SQLITE_FULL: [&str; 1] = ["13"];
/// Read-only and its kin, cannot open.
const SQLITE_UNWRITABLE: [&str; 6] = ["8", "264", "520", "776", "1032", "14"];

impl StoreError {
    /// Another writer held the database for longer than the busy time-out.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Db(error) if has_code(error, &SQLITE_BUSY))
    }

    /// A row with this key exists.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Db(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }

    /// The same failure, naming the database file where that helps.
    pub(super) fn at(self, path: &Path) -> Self {
        match self {
            Self::Damaged(_) => Self::Corrupt { path: path.to_owned() },
            Self::Db(error) if has_code(&error, &SQLITE_UNWRITABLE) => {
                Self::Unwritable { path: path.to_owned(), reason: error.to_string() }
            }
            Self::Db(source) => Self::Open { path: path.to_owned(), source },
            other => other,
        }
    }
}

fn has_code(error: &DbErr, codes: &[&str]) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    match &**error {
        SqlxError::Database(error) => error.code().is_some_and(|code| codes.contains(&code.as_ref())),
        _ => false,
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if has_code(&error, &SQLITE_CORRUPT) {
            Self::Damaged(error)
        } else if has_code(&error, &SQLITE_FULL) {
            Self::Full(error)
        } else {
            Self::Db(error)
        }
    }
}

impl From<StoreError> for RpcError {
    fn from(error: StoreError) -> Self {
        let told = error.to_string();
        match error {
            StoreError::Damaged(cause) | StoreError::Full(cause) => RpcError::internal_told(cause, &told),
            error => RpcError::internal(error),
        }
    }
}
