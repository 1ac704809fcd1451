//! How the database is opened: the connection settings every statement relies on.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::{DatabaseTuning, StoreError};

/// How long a statement waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

pub(super) async fn open(path: &Path, tuning: &DatabaseTuning) -> Result<DatabaseConnection, StoreError> {
    create_private(path)?;
    let (file, tuning) = (path.to_owned(), *tuning);
    let mut options = ConnectOptions::new("sqlite::memory:");
    // No minimum: the pool would open it in the background while the first is being opened, and of two that make a new database's
    // journal at once SQLite refuses one without waiting.
    options.max_connections(tuning.max_connections.max(1)).min_connections(0).sqlx_logging(false);
    // Connections do not expire: opening one costs more than keeping it.
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |_| {
        let options = sea_orm::sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let numbers = [("cache_size", tuning.cache_size), ("mmap_size", tuning.mmap_size)];
        let set = numbers.into_iter().filter(|(_, number)| *number != 0);
        set.fold(options, |options, (name, number)| options.pragma(name, number.to_string()))
    });
    Database::connect(options).await.map_err(|error| StoreError::from(error).at(path))
}

/// SQLite gives its journal files the mode of the database file, so that is made first, for its owner alone.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let unwritable =
        |error: std::io::Error| StoreError::Unwritable { path: path.to_owned(), reason: error.to_string() };
    options.open(path).map(drop).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_database_is_opened_by_one_connection_before_there_are_more() {
        let dir = tempfile::tempdir().expect("a directory");
        for number in 0..50 {
            let tuning = DatabaseTuning { max_connections: 4, ..DatabaseTuning::default() };
            let db = open(&dir.path().join(format!("{number}.db")), &tuning).await.expect("opened");
            tokio::task::yield_now().await;
            assert_eq!(db.get_sqlite_connection_pool().size(), 1);
        }
    }
}
