//! The Worker's own database, `worker.db`: SQLite through sea-orm, for everything that must survive the process.
//!
//! An aggregate adds three things:
//! 1. `store/migrations/m000N_<noun>.rs`: one migration, its tables; copy `m0001_tabs.rs`. Its line in `migrations.rs`.
//!    Migrations run inside one transaction each and are never changed once released.
//! 2. `store/<noun>.rs`: entity modules and plain functions over `&impl ConnectionTrait`, so that a caller can put several
//!    aggregates into one `Store::tx`. Domain types in, domain types out; entities stay in the file. Its `pub(crate) mod` here.
//! 3. Nothing else: `Store` is handed to whoever needs it by `app.rs`.
//!
//! Writes are durable when a call returns (WAL, `synchronous = FULL`): what was acknowledged survives power loss.

pub(crate) mod agent;
pub(crate) mod device;
mod error;
mod migrate;
mod migrations;
mod pool;
pub(crate) mod tab;
pub(crate) mod terminal;

use std::path::Path;

use futures::future::BoxFuture;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

pub use error::StoreError;
/// The database, or a transaction on it.
pub use sea_orm::ConnectionTrait as Connection;

/// What can be set about connections to the database.
#[derive(Debug, Clone, Copy, Default)]
pub struct DatabaseTuning {
    /// At least one is opened.
    pub max_connections: u32,
    /// As SQLite's `cache_size`: pages, or KiB when negative; 0 for its own.
    pub cache_size: i64,
    /// Bytes; 0 for none.
    pub mmap_size: i64,
}

/// The open database; clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    db: DatabaseConnection,
}

impl Store {
    /// Opens `path`, creating it when it is missing, and brings its schema up to date (after a copy of the old one).
    pub async fn open(path: &Path, max_connections: u32) -> Result<Self, StoreError> {
        Self::open_with(path, &DatabaseTuning { max_connections, ..DatabaseTuning::default() }).await
    }

    /// As [`Store::open`], with everything about its connections that can be set.
    pub async fn open_with(path: &Path, tuning: &DatabaseTuning) -> Result<Self, StoreError> {
        let db = pool::open(path, tuning).await?;
        if let Err(error) = migrate::run(&db, path).await {
            // The files must be free again when the caller hears of it.
            let _ = db.close().await;
            return Err(error.at(path));
        }
        Ok(Self { db })
    }

    /// For reads and single statements.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Runs `body` in one write transaction; all of it happens or nothing. It may run several times while another writer holds
    /// the database, so it must have no effect but on the transaction.
    pub async fn tx<T, F>(&self, mut body: F) -> Result<T, StoreError>
    where
        T: Send,
        F: for<'a> FnMut(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T, StoreError>> + Send,
    {
        const ATTEMPTS: usize = 5;
        let mut attempt = 1;
        loop {
            match self.attempt(&mut body).await {
                // The busy time-out has already waited: this is a writer that held on for longer.
                Err(error) if error.is_busy() && attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    async fn attempt<T, F>(&self, body: &mut F) -> Result<T, StoreError>
    where
        T: Send,
        F: for<'a> FnMut(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T, StoreError>> + Send,
    {
        let options = TransactionOptions {
            // A deferred transaction that turns into a writer may fail half-way; this one waits at its beginning.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = self.db.begin_with_options(options).await?;
        match body(&transaction).await {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The error that matters is the body's.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// Folds the write-ahead log into the database and closes it.
    pub async fn close(self) -> Result<(), StoreError> {
        self.db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(self.db.close().await?)
    }
}
