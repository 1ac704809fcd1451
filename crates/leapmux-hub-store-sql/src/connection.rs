//! The pool as queries use it: a single statement that met a conflict is run again, nothing is cut off in its middle, and nothing is
//! run once another Hub has the database.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use leapmux_runtime::Tasks;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::dialect::{Class, classify};
use crate::hold::Hold;
use crate::tx::{ATTEMPTS, pause};

/// What is under way when the store is closed is given this long.
const DRAIN: Duration = Duration::from_secs(10);

/// A pool, and this Hub's claim on the database behind it where a lease says whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: DatabaseConnection,
    hold: Option<Hold>,
    /// What the pool's callbacks look at.
    _kept: Option<Arc<dyn Any + Send + Sync>>,
    /// Work that is finished even when nobody waits for it any more: drivers of servers lose count of what was asked and what was
    /// answered when they are dropped in between, and a pool would hand such a connection on.
    shielded: Option<Tasks>,
    /// How often something was run again because somebody else was in the way.
    again: AtomicU64,
}

impl Connection {
    /// A file that is this process's by other means.
    pub(crate) fn to_file(db: DatabaseConnection) -> Self {
        Self(Arc::new(Inner { db, hold: None, _kept: None, shielded: None, again: AtomicU64::new(0) }))
    }
    /// A server's database; with a hold it is this process's for as long as the lease is.
    #[cfg(feature = "server")]
    pub(crate) fn to_server(
        db: DatabaseConnection,
        hold: Option<Hold>,
        kept: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Self {
        let shielded = Some(Tasks::new());
        Self(Arc::new(Inner { db, hold, _kept: kept, shielded, again: AtomicU64::new(0) }))
    }

    /// The pool itself, for transactions. Call [`Connection::check`] before using it.
    pub(crate) fn pool(&self) -> &DatabaseConnection {
        &self.0.db
    }

    /// Refuses when the database is no longer this Hub's.
    pub(crate) async fn check(&self) -> Result<(), DbErr> {
        match &self.0.hold {
            Some(hold) => hold.check().await,
            None => Ok(()),
        }
    }

    /// Waits before the next try, and counts it.
    pub(crate) async fn again(&self, attempt: u32) {
        self.0.again.fetch_add(1, Ordering::Relaxed);
        pause(attempt).await;
    }
    pub(crate) fn times_again(&self) -> u64 {
        self.0.again.load(Ordering::Relaxed)
    }

    /// Whether somebody answers.
    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        self.check().await?;
        let db = self.0.db.clone();
        self.shielded(async move { db.ping().await }).await.unwrap_or_else(|| Err(cut_off()))
    }

    /// Gives the claim back and ends the connections.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        if let Some(shielded) = &self.0.shielded
            && let Err(error) = shielded.shutdown(DRAIN).await
        {
            tracing::warn!(%error, "the database is closed under them");
        }
        if let Some(hold) = &self.0.hold {
            hold.release().await;
        }
        self.0.db.close_by_ref().await
    }

    /// Runs `work` to its end, whether the caller waits for it or not; `None`: it panicked, or the program is ending.
    pub(crate) async fn shielded<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let Some(tasks) = &self.0.shielded else { return Some(work.await) };
        let (tell, told) = tokio::sync::oneshot::channel();
        tasks.spawn("database", async move {
            // Nobody may be waiting any more.
            let _ = tell.send(work.await);
        });
        told.await.ok()
    }

    async fn run<T, F>(
        &self,
        stmt: Statement,
        run: impl Fn(DatabaseConnection, Statement) -> F + Send + Sync + 'static,
    ) -> Result<T, DbErr>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, DbErr>> + Send,
    {
        let itself = self.clone();
        let done = self.shielded(async move { itself.until_done(stmt, run).await }).await;
        done.unwrap_or_else(|| Err(cut_off()))
    }

    /// Runs a statement until it is done or the failure is none that passes. A lost connection leaves open whether a statement that
    /// writes was carried out, so only what reads is asked again then.
    async fn until_done<T, F>(
        &self,
        stmt: Statement,
        run: impl Fn(DatabaseConnection, Statement) -> F + Send + Sync,
    ) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>> + Send,
    {
        let reads = stmt.sql.starts_with("SELECT");
        for attempt in 0.. {
            self.check().await?;
            let failed = match run(self.0.db.clone(), stmt.clone()).await {
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

fn cut_off() -> DbErr {
    DbErr::Custom("the program ended before the database answered".to_owned())
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        self.0.db.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.run(stmt, |db, stmt| async move { db.execute_raw(stmt).await }).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let stmt = Statement::from_string(self.get_database_backend(), sql);
        self.run(stmt, |db, stmt| async move { db.execute_unprepared(&stmt.sql).await }).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(stmt, |db, stmt| async move { db.query_one_raw(stmt).await }).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(stmt, |db, stmt| async move { db.query_all_raw(stmt).await }).await
    }
}
