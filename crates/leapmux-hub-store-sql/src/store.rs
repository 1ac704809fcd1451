//! The store over one connection pool.

use std::fs::File;
use std::sync::Mutex;

use async_trait::async_trait;
use leapmux_hub_store::{HubStore, StoreError};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::error::failed;

/// The Hub's storage in a SQL database.
#[derive(Debug)]
pub struct SqlStore {
    db: DatabaseConnection,
    /// This process's claim on the database file, until the store is closed or dropped.
    lock: Mutex<Option<File>>,
}

impl SqlStore {
    pub(crate) fn new(db: DatabaseConnection, lock: Option<File>) -> Self {
        Self { db, lock: Mutex::new(lock) }
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
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
        self.db.close_by_ref().await.map_err(failed)?;
        let lock = self.lock.lock().expect("nobody panics while holding it").take();
        if let Some(lock) = lock {
            // Dropping it would leave the lock to a child that is being started at this moment and has a copy of it until it
            // becomes its program; unlocking frees it for good.
            let _ = lock.unlock();
        }
        Ok(())
    }
}
