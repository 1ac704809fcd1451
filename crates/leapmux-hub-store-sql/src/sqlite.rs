//! Opening SQLite: the file is private and one process's, its pages are sound, its version is known.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};

use crate::connection::Connection;
use crate::dialect::{Class, classify};
use crate::error::{OpenError, database_code};
use crate::migrate::{KnownMigrations, MigrateError, migrate, standing};
use crate::{SqlStore, migrations};

/// How long a writer waits for its turn (CFG-62).
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// Databases up to this size are read once from end to end when opened: damage is found before it is built upon.
const CHECK_BELOW: u64 = 64 << 20;

/// Where the database is and how much it may take.
#[derive(Debug, Clone)]
pub struct SqliteConfig {
    /// The database file; its directory exists.
    pub path: PathBuf,
    /// Connections at once.
    pub max_connections: u32,
    /// SQLite's `cache_size` for each connection: pages when positive, KiB when negative; 0 leaves SQLite's own.
    pub cache_size: i64,
    /// Bytes of the file mapped into memory; 0 for none.
    pub mmap_size: i64,
}

impl SqliteConfig {
    /// The defaults for a file (CFG-62).
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), max_connections: 4, cache_size: 0, mmap_size: 0 }
    }
}

/// Opens the database, creating or migrating it. Migrating keeps a copy beside it, named `<file>.bak-<version>`.
pub async fn open_sqlite(config: &SqliteConfig) -> Result<SqlStore, OpenError> {
    open_with(config, migrations::all).await
}

async fn open_with(config: &SqliteConfig, known: KnownMigrations) -> Result<SqlStore, OpenError> {
    let path = &config.path;
    let lock = lock(path)?;
    make_private(path).map_err(|source| unwritable(path, source))?;
    let db = connect(config).await.map_err(|error| explain(path, &error))?;
    match prepare(&db, path, known).await {
        Ok(()) => Ok(SqlStore::new(Connection::to_file(db), Some(lock))),
        Err(refused) => {
            // The connections end before the lock does, or the next try meets them.
            if let Err(error) = db.close().await {
                tracing::debug!(%error, "close after a failed open");
            }
            Err(refused)
        }
    }
}

/// Checks the file, then brings it to this program's version.
async fn prepare(db: &DatabaseConnection, path: &Path, known: KnownMigrations) -> Result<(), OpenError> {
    let failed = |error: DbErr| explain(path, &error);
    let size = fs::metadata(path).map_err(|source| unwritable(path, source))?.len();
    if size <= CHECK_BELOW {
        check(db, path).await?;
    }
    let standing = standing(db, known).await.map_err(failed)?;
    if standing.newer {
        let (database, program) = (standing.database, standing.program);
        return Err(OpenError::Newer { path: path.to_owned(), database, program });
    }
    if standing.behind {
        if standing.database > 0 {
            copy(db, path, standing.database).await?;
        }
        migrate(db, known, true).await.map_err(|error| match error {
            MigrateError::Busy => OpenError::Migrating,
            MigrateError::Db(error) => explain(path, &error),
        })?;
    }
    Ok(())
}

async fn check(db: &DatabaseConnection, path: &Path) -> Result<(), OpenError> {
    let failed = |error: DbErr| explain(path, &error);
    let found = db.query_one_raw(statement("PRAGMA quick_check(1)")).await.map_err(failed)?;
    let verdict: String =
        found.map(|row| row.try_get_by_index(0)).transpose().map_err(failed)?.unwrap_or_default();
    if verdict == "ok" {
        return Ok(());
    }
    // The first line names the database; people need the finding.
    let detail = verdict.lines().last().unwrap_or_default().to_owned();
    Err(OpenError::Corrupt { path: path.to_owned(), detail })
}

fn statement(sql: impl Into<String>) -> sea_orm::Statement {
    sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)
}

/// Beside the file, a second one tells processes of each other: SQLite's own locks come and go with its transactions.
fn lock(path: &Path) -> Result<File, OpenError> {
    let beside = suffixed(path, ".lock");
    let file = options().open(&beside).map_err(|source| unwritable(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(unwritable(path, source)),
    }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// SQLite gives its side files the mode of the file itself.
fn make_private(path: &Path) -> io::Result<()> {
    options().open(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

async fn connect(config: &SqliteConfig) -> Result<DatabaseConnection, DbErr> {
    let (path, cache_size, mmap_size) = (config.path.clone(), config.cache_size, config.mmap_size);
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(config.max_connections)
        // No minimum: the pool would open it in the background while the first is being opened, and of two that make a new
        // database's journal at once SQLite refuses one without waiting.
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false)
        .test_before_acquire(false);
    options.acquire_timeout(BUSY_TIMEOUT);
    // Pragmas belong to connections, so they are options and not statements. FULL: what was acknowledged survives a power cut.
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let mut sqlite = sqlite
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        for (pragma, value) in [("cache_size", cache_size), ("mmap_size", mmap_size)] {
            if value != 0 {
                sqlite = sqlite.pragma(pragma, value.to_string());
            }
        }
        sqlite
    });
    Database::connect(options).await
}

/// A copy of the whole database as it is before it is changed; an older copy of the same version is replaced.
async fn copy(db: &DatabaseConnection, path: &Path, version: u32) -> Result<(), OpenError> {
    let to = suffixed(path, &format!(".bak-{version}"));
    match fs::remove_file(&to) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(unwritable(&to, source)),
        _ => {}
    }
    // Made beforehand so that it is private from its first byte; SQLite accepts an empty file.
    make_private(&to).map_err(|source| unwritable(&to, source))?;
    let quoted = to.to_string_lossy().replace('\'', "''");
    db.execute_raw(statement(format!("VACUUM INTO '{quoted}'")))
        .await
        .map_err(|error| explain(path, &error))?;
    tracing::info!(copy = %to.display(), "copied the database before migrating it");
    Ok(())
}

fn unwritable(path: &Path, source: io::Error) -> OpenError {
    OpenError::Unwritable { path: path.to_owned(), source }
}

/// A sentence for a failure while opening.
fn explain(path: &Path, error: &DbErr) -> OpenError {
    let path = path.to_owned();
    if classify(error) == Class::Corrupt {
        let detail = database_code(error).map(|(_, message)| message).unwrap_or_default();
        return OpenError::Corrupt { path, detail };
    }
    match database_code(error) {
        // Read-only (8 and its kin) and cannot-open (14).
        Some((code, message)) if code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 8 | 14)) => {
            OpenError::Unwritable { path, source: io::Error::new(io::ErrorKind::PermissionDenied, message) }
        }
        Some((_, message)) => OpenError::Failed(message),
        None => OpenError::Failed(error.to_string()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
