//! Opening a database on a server: reach it, look at what it is, bring its schema up to date, claim it.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::DatabaseConnection;

use crate::connection::Connection;
use crate::hold::Hold;
use crate::lease::{Lease, LeaseError, Manners, make_table};
use crate::migrate::{KnownMigrations, MigrateError, migrate, standing};
use crate::{OpenError, ServerConfig, ServerKind, SqlStore};

mod dsn;
mod error;
#[cfg(feature = "mysql")]
mod mysql;
mod place;
#[cfg(feature = "postgres")]
mod postgres;

pub use error::ServerError;
pub(crate) use place::Place;

/// Longest wait for a connection of the pool.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Longest wait for a new connection, name look-up and TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest run of one statement; migrations are not bound by it.
const STATEMENT: Duration = Duration::from_secs(30);
/// Longest wait for a row somebody else is changing, before the transaction is tried again.
const LOCK: Duration = Duration::from_secs(5);
/// A transaction nobody works on any more is ended by the server after this.
const IDLE_TRANSACTION: Duration = Duration::from_secs(60);

/// What a pool is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A few connections whose statements may take their time.
    Migrating,
    Serving,
}

/// The way to one family of servers.
#[async_trait]
trait Driver: Send + Sync {
    fn place(&self) -> &Place;
    /// Connects once and looks: the product and version that answered. Here is where wrong settings show.
    async fn probe(&mut self) -> Result<String, ServerError>;
    /// Connections as sessions of this program; made when they are needed.
    fn pool(&self, purpose: Use) -> Pool;
}

/// A pool, and what its callbacks look at while somebody has it.
struct Pool {
    db: DatabaseConnection,
    kept: Option<Arc<dyn Any + Send + Sync>>,
}

fn driver(config: &ServerConfig) -> Result<Box<dyn Driver>, OpenError> {
    match config.kind {
        #[cfg(feature = "postgres")]
        ServerKind::Postgres | ServerKind::CockroachDb | ServerKind::YugabyteDb => {
            Ok(Box::new(postgres::Postgres::new(config)?))
        }
        #[cfg(feature = "mysql")]
        ServerKind::MySql | ServerKind::TiDb => Ok(Box::new(mysql::MySql::new(config)?)),
        #[allow(unreachable_patterns)]
        ServerKind::MySql | ServerKind::TiDb => Err(OpenError::NoDriver("MySQL")),
        #[allow(unreachable_patterns)]
        _ => Err(OpenError::NoDriver("PostgreSQL")),
    }
}

/// Opens the database for this process alone. Claimed before it is changed: a running Hub's schema stays as that Hub knows it.
pub(crate) async fn open(config: &ServerConfig, known: KnownMigrations) -> Result<SqlStore, OpenError> {
    let mut driver = driver(config)?;
    let product = driver.probe().await?;
    tracing::info!(database = %driver.place(), product, "database reached");
    let Pool { db, kept } = driver.pool(Use::Serving);
    let hold = match claim(&db, config, driver.place()).await {
        Ok(hold) => hold,
        Err(refused) => {
            close(db).await;
            return Err(refused);
        }
    };
    let connection = Connection::to_server(db, Some(hold), kept);
    match bring_up_to_date(&*driver, connection.pool(), known).await {
        Ok(()) => Ok(SqlStore::new(connection, None)),
        Err(refused) => {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "close");
            }
            Err(refused)
        }
    }
}

async fn close(db: DatabaseConnection) {
    if let Err(error) = db.close().await {
        tracing::debug!(%error, "close");
    }
}

/// Refuses a newer schema, and makes what is missing of ours, over connections whose statements may take their time.
async fn bring_up_to_date(
    driver: &dyn Driver,
    db: &DatabaseConnection,
    known: KnownMigrations,
) -> Result<(), OpenError> {
    let place = driver.place();
    let standing = standing(db, known).await.map_err(|error| ServerError::explain(place, &error))?;
    if standing.newer {
        let (database, program) = (standing.database, standing.program);
        return Err(ServerError::Newer { place: place.clone(), database, program }.into());
    }
    if !standing.behind {
        return Ok(());
    }
    let Pool { db, kept } = driver.pool(Use::Migrating);
    let migrated = migrate(&db, known, false).await;
    close(db).await;
    drop(kept);
    migrated.map_err(|error| match error {
        MigrateError::Busy => ServerError::Migrating { place: place.clone() }.into(),
        MigrateError::Db(error) => ServerError::explain(place, &error).into(),
    })
}

/// One Hub works on a database (CFG-71).
async fn claim(db: &DatabaseConnection, config: &ServerConfig, place: &Place) -> Result<Hold, OpenError> {
    make_table(db).await.map_err(|error| ServerError::explain(place, &error))?;
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    let who = format!("{}:{}", host.chars().take(30).collect::<String>(), std::process::id());
    match Lease::take(db, "hub", &who, config.lease, Manners::GiveWay).await {
        Ok(lease) => Ok(Hold::keep(lease)),
        Err(LeaseError::Held { by }) => Err(ServerError::InUse { place: place.clone(), by }.into()),
        Err(LeaseError::Db(error)) => Err(ServerError::explain(place, &error).into()),
    }
}

/// A duration where zero means "no end".
fn unless_zero(time: Duration) -> Option<Duration> {
    Some(time).filter(|time| !time.is_zero())
}

#[cfg(test)]
mod tests;
