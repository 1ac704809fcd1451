//! Bringing a database to this program's version: refuse newer ones, one process at a time, every step repeatable.

use std::time::Duration;

use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTraitSelf, SchemaManager};

use crate::dialect::{Class, classify};
use crate::hold::Hold;
use crate::lease::{Lease, LeaseError, Manners, make_table};
use crate::tx::{ATTEMPTS, pause};

/// A holder that died is waited for this long.
const LEASE: Duration = Duration::from_secs(60);
/// One that lives, this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// The migrations a program knows, oldest first.
pub(crate) type KnownMigrations = fn() -> Vec<Box<dyn MigrationTrait>>;

struct Migrator(KnownMigrations);

impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.0)()
    }
}

/// Where a database stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The version it has; 0 when it is empty.
    pub database: u32,
    /// The version this program makes.
    pub program: u32,
    /// It has steps this program does not know.
    pub newer: bool,
    /// Steps of ours are missing.
    pub behind: bool,
}

/// The number in `m0012_…`.
fn version_of(name: &str) -> u32 {
    name.trim_start_matches('m').split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

pub(crate) async fn standing(db: &DatabaseConnection, known: KnownMigrations) -> Result<Standing, DbErr> {
    let names: Vec<String> = known().iter().map(|migration| migration.name().to_owned()).collect();
    let applied: Vec<String> = if SchemaManager::new(db).has_table("seaql_migrations").await? {
        let select = Query::select().column("version").from("seaql_migrations").to_owned();
        let rows = db.query_all(&select).await?;
        rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?
    } else {
        Vec::new()
    };
    Ok(Standing {
        database: applied.iter().map(|name| version_of(name)).max().unwrap_or(0),
        program: names.iter().map(|name| version_of(name)).max().unwrap_or(0),
        newer: applied.iter().any(|name| !names.contains(name)),
        behind: names.iter().any(|name| !applied.contains(name)),
    })
}

/// Why migrating failed.
#[derive(Debug)]
pub(crate) enum MigrateError {
    /// Somebody else is at it and does not come to an end.
    Busy,
    Db(DbErr),
}
impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}
impl From<LeaseError> for MigrateError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Held { .. } => Self::Busy,
            LeaseError::Db(error) => Self::Db(error),
        }
    }
}

/// Runs what is missing, under a lease: several Hubs of one database may start at once. `alone` says that this process is the only
/// one, so that a lease found there belongs to a dead one.
pub(crate) async fn migrate(
    db: &DatabaseConnection,
    known: KnownMigrations,
    alone: bool,
) -> Result<(), MigrateError> {
    make_table(db).await?;
    let manners = if alone { Manners::Alone } else { Manners::Wait(PATIENCE) };
    let who = format!("process-{}", std::process::id());
    let lease = Lease::take(db, "migrate", &who, LEASE, manners).await?;
    let hold = Hold::keep(lease);
    let done = up(db, known).await;
    hold.release().await;
    Ok(done?)
}

/// Statement by statement, each of which can be repeated: databases that distribute their schema answer "try again" in between.
async fn up(db: &DatabaseConnection, known: KnownMigrations) -> Result<(), DbErr> {
    for attempt in 0.. {
        match Migrator(known).up(db, None).await {
            Err(error) if classify(&error) == Class::Retry && attempt < ATTEMPTS => pause(attempt).await,
            done => return done,
        }
    }
    unreachable!("the loop has no end of its own")
}
