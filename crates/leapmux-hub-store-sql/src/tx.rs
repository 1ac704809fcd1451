//! The one way to run a transaction.

use std::time::Duration;

use async_trait::async_trait;
use leapmux_hub_store::StoreError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::dialect::{Class, classify};
use crate::error::SqlError;

/// Tries before giving up.
const ATTEMPTS: u32 = 50;
/// First pause between tries; doubles up to 64 times as much.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// What a transaction does. It may run several times, so it changes nothing but the database.
#[async_trait]
pub(crate) trait Work: Sync {
    type Output: Send;
    async fn run(&self, tx: &DatabaseTransaction) -> Result<Self::Output, SqlError>;
}

/// Runs `work` until it commits, refuses, or has met too many conflicts.
pub(crate) async fn transact<W: Work>(db: &DatabaseConnection, work: &W) -> Result<W::Output, StoreError> {
    for attempt in 0..ATTEMPTS {
        match once(db, work).await {
            Err(SqlError::Db(error)) if classify(&error) == Class::Retry => {
                let spread = u32::from(leapmux_runtime::random_bytes::<1>()[0]);
                let pause = FIRST_PAUSE * (1 << attempt.min(6));
                tokio::time::sleep(pause / 2 + pause * spread / 512).await;
            }
            done => return done.map_err(StoreError::from),
        }
    }
    Err(StoreError::Contended)
}

async fn once<W: Work>(db: &DatabaseConnection, work: &W) -> Result<W::Output, SqlError> {
    let tx = db.begin_with_options(options(db.get_database_backend())).await?;
    match work.run(&tx).await {
        Ok(output) => {
            tx.commit().await?;
            Ok(output)
        }
        Err(error) => {
            if let Err(error) = tx.rollback().await {
                tracing::debug!(%error, "rollback");
            }
            Err(error)
        }
    }
}

/// SQLite writers queue up from the start; the others find conflicts when they happen.
fn options(backend: DbBackend) -> TransactionOptions {
    let (isolation_level, sqlite_transaction_mode) = match backend {
        DbBackend::Sqlite => (None, Some(SqliteTransactionMode::Immediate)),
        DbBackend::MySql => (Some(IsolationLevel::RepeatableRead), None),
        _ => (Some(IsolationLevel::Serializable), None),
    };
    TransactionOptions { isolation_level, access_mode: None, sqlite_transaction_mode }
}
