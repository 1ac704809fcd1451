//! The pool as queries use it: a single statement that met a conflict is run again, and nothing is run once another Hub has the
//! database.

use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(feature = "server")]
use std::{any::Any, sync::Arc};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::dialect::{Class, classify};
#[cfg(feature = "server")]
use crate::hold::Hold;
use crate::tx::{ATTEMPTS, pause};

/// A pool, and this Hub's claim on the database behind it where a lease says whose it is.
#[derive(Debug)]
pub(crate) struct Connection {
    db: DatabaseConnection,
    /// How often something was run again because somebody else was in the way.
    again: AtomicU64,
    #[cfg(feature = "server")]
    hold: Option<Hold>,
    /// What the pool's callbacks look at.
    #[cfg(feature = "server")]
    _kept: Option<Arc<dyn Any + Send + Sync>>,
}

impl Connection {
    /// A database that is this process's by other means.
    pub(crate) fn new(db: DatabaseConnection) -> Self {
        Self {
            db,
            again: AtomicU64::new(0),
            #[cfg(feature = "server")]
            hold: None,
            #[cfg(feature = "server")]
            _kept: None,
        }
    }
    /// A database that is this process's as long as the lease is.
    #[cfg(feature = "server")]
    pub(crate) fn held(db: DatabaseConnection, hold: Hold, kept: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { db, again: AtomicU64::new(0), hold: Some(hold), _kept: kept }
    }

    /// The pool itself, for transactions. Call [`Connection::check`] before using it.
    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Refuses when the database is no longer this Hub's.
    pub(crate) async fn check(&self) -> Result<(), DbErr> {
        #[cfg(feature = "server")]
        if let Some(hold) = &self.hold {
            hold.check().await?;
        }
        Ok(())
    }

    /// Waits before the next try, and counts it.
    pub(crate) async fn again(&self, attempt: u32) {
        self.again.fetch_add(1, Ordering::Relaxed);
        pause(attempt).await;
    }
    pub(crate) fn times_again(&self) -> u64 {
        self.again.load(Ordering::Relaxed)
    }

    /// Gives the claim back and ends the connections.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        #[cfg(feature = "server")]
        if let Some(hold) = &self.hold {
            hold.release().await;
        }
        self.db.close_by_ref().await
    }

    /// Runs a statement until it is done or the failure is none that passes. A lost connection leaves open whether a statement that
    /// writes was carried out, so only what reads is asked again then.
    async fn until_done<T, F>(&self, stmt: Statement, run: impl Fn(Statement) -> F + Send) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>> + Send,
    {
        let reads = stmt.sql.starts_with("SELECT");
        for attempt in 0.. {
            self.check().await?;
            let failed = match run(stmt.clone()).await {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            let passes = match classify(&failed) {
                Class::Retry => true,
                Class::Lost => reads,
                _ => false,
            };
            if !passes || attempt == ATTEMPTS {
                return Err(failed);
            }
            self.again(attempt).await;
        }
        unreachable!("the loop has no end of its own")
    }
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.until_done(stmt, |stmt| self.db.execute_raw(stmt)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.check().await?;
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.until_done(stmt, |stmt| self.db.query_one_raw(stmt)).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.until_done(stmt, |stmt| self.db.query_all_raw(stmt)).await
    }
}
