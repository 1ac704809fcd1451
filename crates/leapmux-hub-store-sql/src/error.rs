//! Errors: why a database cannot be opened, in sentences for the person who starts the Hub; and what a failed statement means.

use std::path::PathBuf;

use leapmux_hub_store::StoreError;
use sea_orm::{DbErr, RuntimeErr};

use crate::dialect::{self, Class};

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "cannot write to {path}: {source}. Choose another data directory with --data-dir, or make this one writable"
    )]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error(
        "the database {path} is in use by another LeapMux. Stop it, or choose another data directory with --data-dir"
    )]
    InUse { path: PathBuf },
    #[error(
        "the database {path} was made by a newer LeapMux (schema version {database}; this program knows version {program}). Update LeapMux, or choose another data directory with --data-dir"
    )]
    Newer { path: PathBuf, database: u32, program: u32 },
    #[error(
        "the database {path} is damaged ({detail}). Restore it from a backup, or move it away to start with an empty one"
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error("another LeapMux is migrating the database; try again in a minute")]
    Migrating,
    #[error("the database cannot be opened: {0}")]
    Failed(String),
}

/// A failure inside a transaction: of the database, or a refusal that is an answer.
#[derive(Debug)]
pub(crate) enum SqlError {
    Db(DbErr),
    Store(StoreError),
}

impl From<DbErr> for SqlError {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}
impl From<StoreError> for SqlError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Store(error) => error,
            SqlError::Db(error) => match dialect::classify(&error) {
                Class::Retry => Self::Contended,
                Class::Corrupt => Self::Damaged(error.to_string()),
                Class::Full => Self::Full(error.to_string()),
                Class::Unique | Class::ForeignKey | Class::Other => Self::Failed(error.to_string()),
            },
        }
    }
}

/// A single statement outside a transaction failed.
pub(crate) fn failed(error: DbErr) -> StoreError {
    SqlError::Db(error).into()
}

/// Something stored is not what this program writes.
pub(crate) fn unreadable(what: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(format!("a stored {what} cannot be read: {error}"))
}

/// The driver's code and message, when the failure is the database's own.
pub(crate) fn database_code(error: &DbErr) -> Option<(String, String)> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    let database = cause.as_database_error()?;
    Some((database.code()?.into_owned(), database.message().to_owned()))
}
