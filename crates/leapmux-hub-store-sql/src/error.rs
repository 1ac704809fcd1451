//! Errors: why a database cannot be opened, in sentences for the person who starts the Hub; and what a failed statement means.

use std::path::PathBuf;

use leapmux_hub_store::StoreError;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

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
    #[cfg(feature = "server")]
    #[error(transparent)]
    Server(#[from] crate::server::ServerError),
    #[error("this build of LeapMux has no driver for {0}; use one that was built with it")]
    NoDriver(&'static str),
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
                Class::Retry | Class::Slow => Self::Contended,
                Class::Corrupt => Self::Damaged(error.to_string()),
                Class::Full => Self::Full(error.to_string()),
                Class::Lost | Class::Unique | Class::ForeignKey | Class::Other => {
                    Self::Failed(error.to_string())
                }
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

/// The driver's own error.
fn driver_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// The database's code and message, when the failure is its own: SQLSTATE, or the number where that says more.
pub(crate) fn database_code(error: &DbErr) -> Option<(String, String)> {
    code_of(driver_error(error)?)
}

/// As [`database_code`].
pub(crate) fn code_of(error: &SqlxError) -> Option<(String, String)> {
    let database = error.as_database_error()?;
    let message = database.message().to_owned();
    // The MySQL family's SQLSTATE is "HY000" for nearly everything.
    #[cfg(feature = "mysql")]
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return Some((mysql.number().to_string(), message));
    }
    Some((database.code()?.into_owned(), message))
}

/// The failure is of the way to the database.
pub(crate) fn connection_lost(error: &DbErr) -> bool {
    matches!(driver_error(error), Some(SqlxError::Io(_) | SqlxError::Protocol(_)))
}
