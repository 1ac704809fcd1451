//! The one way to run a transaction.

use std::time::Duration;

use async_trait::async_trait;
use leapmux_hub_store::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::connection::Connection;
use crate::dialect::{Class, classify};
use crate::error::SqlError;

/// Tries before giving up.
pub(crate) const ATTEMPTS: u32 = 50;
/// First pause between tries; doubles up to 64 times as much.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// What a transaction does. It may run several times, so it changes nothing but the database; it owns what it needs, because it goes
/// on when whoever asked for it has left.
#[async_trait]
pub(crate) trait Work: Send + Sync + 'static {
    type Output: Send + 'static;
    async fn run(&self, tx: &DatabaseTransaction) -> Result<Self::Output, SqlError>;
}

/// A transaction that failed.
struct Failure {
    error: SqlError,
    /// The failure was the commit's: if the connection was lost then, nobody knows whether it happened.
    committing: bool,
}

impl Failure {
    /// Nothing of it happened, and another try may do better.
    fn passes(&self) -> bool {
        let SqlError::Db(error) = &self.error else { return false };
        match classify(error) {
            Class::Retry => true,
            Class::Lost => !self.committing,
            _ => false,
        }
    }
}

/// Runs `work` until it commits, refuses, or has met too many conflicts.
pub(crate) async fn transact<W: Work>(db: &Connection, work: W) -> Result<W::Output, StoreError> {
    let own = db.clone();
    let ended = StoreError::Failed("the program ended before the database answered".to_owned());
    db.shielded(async move { until_done(&own, &work).await }).await.unwrap_or(Err(ended))
}

async fn until_done<W: Work>(db: &Connection, work: &W) -> Result<W::Output, StoreError> {
    for attempt in 0..ATTEMPTS {
        match once(db, work).await {
            Err(failure) if failure.passes() => db.again(attempt).await,
            done => return done.map_err(|failure| failure.error.into()),
        }
    }
    Err(StoreError::Contended)
}

/// Waits before the next try, longer each time, and never as long as the others.
pub(crate) async fn pause(attempt: u32) {
    let spread = u32::from(leapmux_runtime::random_bytes::<1>()[0]);
    let pause = FIRST_PAUSE * (1 << attempt.min(6));
    tokio::time::sleep(pause / 2 + pause * spread / 512).await;
}

async fn once<W: Work>(db: &Connection, work: &W) -> Result<W::Output, Failure> {
    let working = |error| Failure { error, committing: false };
    let committing = |error| Failure { error, committing: true };
    db.check().await.map_err(|error| working(error.into()))?;
    let begun = db.pool().begin_with_options(options(db.get_database_backend())).await;
    let tx = begun.map_err(|error| working(error.into()))?;
    match work.run(&tx).await {
        Ok(output) => {
            tx.commit().await.map_err(|error| committing(error.into()))?;
            Ok(output)
        }
        Err(error) => {
            if let Err(error) = tx.rollback().await {
                tracing::debug!(%error, "rollback");
            }
            Err(working(error))
        }
    }
}

/// SQLite writers queue up from the start; the others find conflicts when they happen, at the level their sessions are set to.
fn options(backend: DbBackend) -> TransactionOptions {
    let queue = (backend == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    TransactionOptions { isolation_level: None, access_mode: None, sqlite_transaction_mode: queue }
}
