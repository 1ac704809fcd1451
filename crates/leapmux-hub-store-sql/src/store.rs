//! The store over one connection pool.

use std::fs::File;
use std::sync::Mutex;

use async_trait::async_trait;
use leapmux_hub_store::{HubStore, StoreError};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::connection::Connection;
use crate::error::failed;

/// The Hub's storage in a SQL database.
#[derive(Debug)]
pub struct SqlStore {
    db: Connection,
    /// This process's claim on the database file, until the store is closed or dropped.
    lock: Mutex<Option<File>>,
}

impl SqlStore {
    pub(crate) fn new(db: Connection, lock: Option<File>) -> Self {
        Self { db, lock: Mutex::new(lock) }
    }

    /// How often statements and transactions were run again because others were in the way.
    pub fn times_again(&self) -> u64 {
        self.db.times_again()
    }

    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }
}

#[async_trait]
impl HubStore for SqlStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.db.ping().await.map_err(failed)
    }

    async fn close(&self) -> Result<(), StoreError> {
        if self.db.get_database_backend() == DbBackend::Sqlite {
            let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
            self.db.execute_raw(checkpoint).await.map_err(failed)?;
        }
        self.db.close().await.map_err(failed)?;
        let lock = self.lock.lock().expect("nobody panics while holding it").take();
        if let Some(lock) = lock {
            // Dropping it would leave the lock to a child that is being started at this moment and has a copy of it until it
            // becomes its program; unlocking frees it for good.
            let _ = lock.unlock();
        }
        Ok(())
    }
}
