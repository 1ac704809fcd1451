//! Leases: rows that say who does what only one may do, and until when by the database's own clock.

use std::time::{Duration, Instant};

use leapmux_runtime::random_bytes;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::SchemaManager;

use crate::dialect::{Class, classify, now_ms, table};
use crate::tx::{ATTEMPTS, pause};

/// How often somebody who waits looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// A holder renews this many times before its lease would end.
const RENEWALS: u32 = 3;

/// Why a lease was not taken.
#[derive(Debug)]
#[cfg_attr(not(feature = "server"), allow(dead_code))]
pub(crate) enum LeaseError {
    /// Somebody has it and does not let go.
    Held {
        by: String,
    },
    Db(DbErr),
}
impl From<DbErr> for LeaseError {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}

/// How a taker behaves towards a holder.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "server"), allow(dead_code))]
pub(crate) enum Manners {
    /// This process is the only one: whoever is named there is dead.
    Alone,
    /// Wait for the holder, this long.
    Wait(Duration),
    /// Give way to a holder that lives, which shows by its renewing; wait for a dead one's time to end.
    GiveWay,
}

/// A lease that was taken. It ends when it is not renewed.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    db: DatabaseConnection,
    name: &'static str,
    holder: String,
    /// How long it lasts when it is not renewed.
    pub(crate) span: Duration,
}

/// What the row says: the holder, until when, and whether that moment has passed.
struct Row {
    holder: String,
    until_ms: i64,
    over: bool,
}

/// Makes the table if it is not there. Two that make it at once: one of them is told that it exists, whatever `IF NOT EXISTS`
/// promises.
pub(crate) async fn make_table(db: &DatabaseConnection) -> Result<(), DbErr> {
    if SchemaManager::new(db).has_table("leases").await? {
        return Ok(());
    }
    let mut leases = table(db.get_database_backend());
    leases.table("leases").col(column("name").string_len(64).not_null().primary_key());
    leases.col(column("holder").string_len(HOLDER_MAX).not_null());
    leases.col(column("until_ms").big_integer().not_null());
    for attempt in 0.. {
        match db.execute(&leases).await {
            Err(error) if attempt < 3 && !matches!(classify(&error), Class::Lost | Class::Slow) => {
                pause(attempt).await;
            }
            done => return done.map(drop),
        }
    }
    unreachable!("the loop has no end of its own")
}

fn column(name: &'static str) -> sea_orm::sea_query::ColumnDef {
    sea_orm::sea_query::ColumnDef::new(name)
}

const HOLDER_MAX: u32 = 64;

impl Lease {
    /// Takes the lease called `name` for `span` from now; `who` is told to those who find it taken.
    pub(crate) async fn take(
        db: &DatabaseConnection,
        name: &'static str,
        who: &str,
        span: Duration,
        manners: Manners,
    ) -> Result<Self, LeaseError> {
        let tag: String = random_bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let who: String = who.chars().filter(char::is_ascii_graphic).take(40).collect();
        let lease = Self { db: db.clone(), name, holder: format!("{who} {tag}"), span };
        let started = Instant::now();
        let mut first_seen: Option<Row> = None;
        loop {
            let row = lease.row().await?;
            let free = match &row {
                None => lease.insert().await?,
                Some(row) if row.over || matches!(manners, Manners::Alone) => lease.take_over(row).await?,
                Some(_) => false,
            };
            if free {
                return Ok(lease);
            }
            let Some(row) = row else { continue };
            let given_up = match (manners, &first_seen) {
                (Manners::Wait(patience), _) => started.elapsed() > patience,
                // The same one asked for more time, or another one was faster.
                (Manners::GiveWay, Some(first)) => row.until_ms != first.until_ms && !row.over,
                _ => false,
            };
            if given_up {
                return Err(LeaseError::Held { by: name_in(&row.holder) });
            }
            if first_seen.is_none() && !row.over {
                tracing::info!(
                    holder = name_in(&row.holder),
                    lease = name,
                    "waiting for another LeapMux to let go"
                );
                first_seen = Some(row);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn row(&self) -> Result<Option<Row>, LeaseError> {
        let now = now_ms(self.db.get_database_backend());
        let select = Query::select()
            .columns(["holder", "until_ms"])
            .expr_as(Expr::cust(now), "now_ms")
            .from("leases")
            .and_where(Expr::col("name").eq(self.name))
            .to_owned();
        let Some(found) = self.db.query_one(&select).await? else { return Ok(None) };
        let (until_ms, now): (i64, i64) = (found.try_get("", "until_ms")?, found.try_get("", "now_ms")?);
        Ok(Some(Row { holder: found.try_get("", "holder")?, until_ms, over: until_ms < now }))
    }

    fn end(&self) -> Expr {
        let span = i64::try_from(self.span.as_millis()).unwrap_or(i64::MAX);
        Expr::cust(now_ms(self.db.get_database_backend())).add(span)
    }

    /// False: somebody else was faster.
    async fn insert(&self) -> Result<bool, LeaseError> {
        let insert = Query::insert()
            .into_table("leases")
            .columns(["name", "holder", "until_ms"])
            .values_panic([Expr::val(self.name), Expr::val(self.holder.as_str()), self.end()])
            .to_owned();
        match self.db.execute(&insert).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(classify(&error), Class::Unique | Class::Retry) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// False: somebody else was faster, or the holder lives after all.
    async fn take_over(&self, row: &Row) -> Result<bool, LeaseError> {
        let update = Query::update()
            .table("leases")
            .values([("holder", Expr::val(self.holder.as_str())), ("until_ms", self.end())])
            .and_where(Expr::col("name").eq(self.name))
            .and_where(Expr::col("holder").eq(row.holder.as_str()))
            .and_where(Expr::col("until_ms").eq(row.until_ms))
            .to_owned();
        match self.db.execute(&update).await {
            Ok(done) => Ok(done.rows_affected() == 1),
            Err(error) if classify(&error) == Class::Retry => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks for another span. False: it is somebody else's.
    pub(crate) async fn renew(&self) -> Result<bool, DbErr> {
        let update = Query::update()
            .table("leases")
            .values([("until_ms", self.end())])
            .and_where(Expr::col("name").eq(self.name))
            .and_where(Expr::col("holder").eq(self.holder.as_str()))
            .to_owned();
        for attempt in 0.. {
            match self.db.execute(&update).await {
                Err(error) if classify(&error) == Class::Retry && attempt < ATTEMPTS => pause(attempt).await,
                done => return done.map(|done| done.rows_affected() == 1),
            }
        }
        unreachable!("the loop has no end of its own")
    }

    /// How long to wait before asking for another span.
    pub(crate) fn renew_after(&self) -> Duration {
        self.span / RENEWALS
    }

    /// Lets go, so that nobody has to wait.
    pub(crate) async fn release(&self) -> Result<(), DbErr> {
        let delete = Query::delete()
            .from_table("leases")
            .and_where(Expr::col("name").eq(self.name))
            .and_where(Expr::col("holder").eq(self.holder.as_str()))
            .to_owned();
        self.db.execute(&delete).await.map(drop)
    }
}

/// The readable part of a holder.
fn name_in(holder: &str) -> String {
    holder.split(' ').next().unwrap_or_default().to_owned()
}
