//! Bringing a database to this program's version: refuse newer ones, copy before changing, one process at a time.

use std::time::Duration;

use leapmux_runtime::{random_bytes, wall_clock_ms};
use sea_orm::sea_query::{ColumnDef, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTraitSelf, SchemaManager};

use crate::dialect::{Class, classify, table};

/// A holder that died is waited for this long.
const LEASE: Duration = Duration::from_secs(60);
/// How often a waiting process looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

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
    /// Somebody else holds the lease and does not let go.
    Busy,
    Db(DbErr),
}
impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}

/// Runs what is missing, under a lease: several Hubs of one database may start at once. `alone` says that this process is the only
/// one, so that a lease found there belongs to a dead one.
pub(crate) async fn migrate(
    db: &DatabaseConnection,
    known: KnownMigrations,
    alone: bool,
) -> Result<(), MigrateError> {
    let holder: String = random_bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut lease = table(db.get_database_backend());
    lease.table("leases").col(ColumnDef::new("name").string_len(64).not_null().primary_key());
    lease.col(ColumnDef::new("holder").string_len(64).not_null());
    lease.col(ColumnDef::new("until_ms").big_integer().not_null());
    db.execute(&lease).await?;
    acquire(db, &holder, alone).await?;
    let done = Migrator(known).up(db, None).await;
    let release = Query::delete()
        .from_table("leases")
        .and_where(Expr::col("name").eq("migrate"))
        .and_where(Expr::col("holder").eq(holder.as_str()))
        .to_owned();
    db.execute(&release).await?;
    Ok(done?)
}

async fn acquire(db: &DatabaseConnection, holder: &str, alone: bool) -> Result<(), MigrateError> {
    let started = wall_clock_ms();
    let span = LEASE.as_millis() as i64;
    loop {
        let now = wall_clock_ms();
        let insert = Query::insert()
            .into_table("leases")
            .columns(["name", "holder", "until_ms"])
            .values_panic(["migrate".into(), holder.into(), (now + span).into()])
            .to_owned();
        match db.execute(&insert).await {
            Ok(_) => return Ok(()),
            Err(error) if classify(&error) == Class::Unique => {}
            Err(error) => return Err(error.into()),
        }
        let expired = if alone { i64::MAX } else { now };
        let take_over = Query::update()
            .table("leases")
            .values([("holder", holder.into()), ("until_ms", (now + span).into())])
            .and_where(Expr::col("name").eq("migrate"))
            .and_where(Expr::col("until_ms").lt(expired))
            .to_owned();
        if db.execute(&take_over).await?.rows_affected() == 1 {
            return Ok(());
        }
        if now - started > 2 * span {
            return Err(MigrateError::Busy);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
