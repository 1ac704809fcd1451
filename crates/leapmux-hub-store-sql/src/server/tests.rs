//! Opening on real servers: wrong settings, newer and half-made schemas, two Hubs at once; and what conflicts and lost connections do
//! to a transaction.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use leapmux_hub_store::contract::{self, account, user};
use leapmux_hub_store::{HubStore, UserStore};
use leapmux_types::UserId;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set,
};
use test_databases::{Database, Kind};
use tokio::sync::Barrier;

use super::*;
use crate::error::SqlError;
use crate::sqlite::tests::with_later;
use crate::tables::{guards, users};
use crate::tx::{Work, transact};
use crate::{PoolConfig, migrations, open_server};

mod opening;
mod statements;

/// Each test on each kind of server that is there.
macro_rules! on_servers {
    ($($test:ident)*) => {
        on_servers!(@ postgres Postgres { $($test)* });
        on_servers!(@ cockroachdb CockroachDb { $($test)* });
        on_servers!(@ yugabytedb YugabyteDb { $($test)* });
        on_servers!(@ mysql MySql { $($test)* });
        on_servers!(@ tidb TiDb { $($test)* });
    };
    (@ $name:ident $kind:ident { $($test:ident)* }) => {
        mod $name {
            $(#[tokio::test]
            async fn $test() {
                if let Some(database) = test_databases::Kind::$kind.database().await {
                    super::$test(database).await;
                }
            })*
        }
    };
}
pub(super) use on_servers;

fn kind(kind: Kind) -> ServerKind {
    match kind {
        Kind::Postgres => ServerKind::Postgres,
        Kind::CockroachDb => ServerKind::CockroachDb,
        Kind::YugabyteDb => ServerKind::YugabyteDb,
        Kind::MySql => ServerKind::MySql,
        Kind::TiDb => ServerKind::TiDb,
    }
}

fn config_at(database: &Database, dsn: &str) -> ServerConfig {
    let pool = PoolConfig { max: 4, min: 0, ..PoolConfig::default() };
    ServerConfig { pool, lease: Duration::from_millis(900), ..ServerConfig::new(kind(database.kind), dsn) }
}
fn config(database: &Database) -> ServerConfig {
    config_at(database, database.url.as_str())
}

async fn refused(config: &ServerConfig) -> String {
    let said = open_server(config).await.expect_err("refused").to_string();
    assert!(!said.contains('\n') && !said.contains("password\""), "{said}");
    said
}

/// A pool as the store has one, without the store.
async fn pool_of(database: &Database) -> Pool {
    let mut driver = driver(&config(database)).expect("an address");
    driver.probe().await.expect("it answers");
    driver.pool(Use::Serving)
}

on_servers! {
    what_was_stored_is_there_again
    a_deadlock_is_run_again
    a_read_that_would_be_stale_is_run_again_where_the_server_tells
    ended_connections_are_made_anew
    a_hub_that_lost_its_lease_changes_nothing
}

async fn what_was_stored_is_there_again(database: Database) {
    let store = open_server(&config(&database)).await.expect("opens");
    store.create_user(&account(1)).await.expect("room");
    store.close().await.expect("closes");
    let store = open_server(&config(&database)).await.expect("opens at once: the lease was given back");
    assert_eq!(store.user(&user(1).id).await.expect("readable"), Some(user(1)));
    store.close().await.expect("closes");
}

/// Changes two rows, in one order or the other; the first time it waits in between until the other one has its first row.
struct Crossing {
    rows: [UserId; 2],
    meet: Arc<Barrier>,
    tries: Arc<AtomicU32>,
}

#[async_trait]
impl Work for Crossing {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let first_time = self.tries.fetch_add(1, Ordering::Relaxed) == 0;
        for (at, id) in self.rows.iter().enumerate() {
            if at == 1 && first_time {
                self.meet.wait().await;
            }
            users::Entity::update_many()
                .col_expr(users::Column::DisplayName, Expr::value(format!("by {}", self.rows[0])))
                .filter(users::Column::Id.eq(id.as_str()))
                .exec(tx)
                .await?;
        }
        Ok(())
    }
}

async fn a_deadlock_is_run_again(database: Database) {
    let store = open_server(&config(&database)).await.expect("opens");
    for n in [1, 2] {
        store.create_user(&account(n)).await.expect("room");
    }
    let (one, two, meet) = (user(1).id, user(2).id, Arc::new(Barrier::new(2)));
    let tries: [Arc<AtomicU32>; 2] = Default::default();
    let crossing = |at: usize, rows| Crossing { rows, meet: meet.clone(), tries: tries[at].clone() };
    let (there, back) = (crossing(0, [one.clone(), two.clone()]), crossing(1, [two.clone(), one.clone()]));
    let (a, b) = tokio::join!(transact(store.db(), there), transact(store.db(), back));
    a.expect("got through");
    b.expect("got through");
    let tries: u32 = tries.iter().map(|tries| tries.load(Ordering::Relaxed)).sum();
    assert!(tries >= 3 && store.times_again() >= 1, "{tries} tries: nobody was in the way");
    let names = [store.user(&one).await, store.user(&two).await].map(|found| found.expect("readable"));
    let names = names.map(|found| found.expect("there").display_name);
    assert_eq!(names[0], names[1], "one of them came last, with both rows");
}

/// Adds a row if nobody has; two that look before either writes would both add one.
struct AddFirst {
    name: &'static str,
    meet: Arc<Barrier>,
    tries: AtomicU32,
}

#[async_trait]
impl Work for AddFirst {
    type Output = bool;

    async fn run(&self, tx: &DatabaseTransaction) -> Result<bool, SqlError> {
        let first_time = self.tries.fetch_add(1, Ordering::Relaxed) == 0;
        let there = guards::Entity::find().count(tx).await?;
        if first_time {
            self.meet.wait().await;
        }
        if there > 0 {
            return Ok(false);
        }
        let row = guards::ActiveModel { name: Set(self.name.to_owned()) };
        guards::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(true)
    }
}

/// Where transactions are serializable. The MySQL family lets both through, so nothing of ours decides by what it read.
async fn a_read_that_would_be_stale_is_run_again_where_the_server_tells(database: Database) {
    let store = open_server(&config(&database)).await.expect("opens");
    let meet = Arc::new(Barrier::new(2));
    let adding = |name| AddFirst { name, meet: meet.clone(), tries: AtomicU32::new(0) };
    let (a, b) = (adding("a"), adding("b"));
    let (first, second) = tokio::join!(transact(store.db(), a), transact(store.db(), b));
    let added = [first.expect("got through"), second.expect("got through")];
    let tells = !matches!(database.kind, Kind::MySql | Kind::TiDb);
    assert_eq!(added.iter().filter(|added| **added).count(), if tells { 1 } else { 2 });
    assert_eq!(store.times_again() > 0, tells);
}

/// A server that was restarted, a firewall that forgot: what had not begun is begun again on another connection.
async fn ended_connections_are_made_anew(database: Database) {
    if !matches!(database.kind, Kind::Postgres | Kind::MySql) {
        return;
    }
    let store = open_server(&config(&database)).await.expect("opens");
    store.create_user(&account(1)).await.expect("room");
    end_connections(&database, store.db()).await;
    assert_eq!(store.user(&user(1).id).await.expect("asked again"), Some(user(1)));
    end_connections(&database, store.db()).await;
    store.create_user(&account(2)).await.expect("begun again");
    assert_eq!(store.user(&user(2).id).await.expect("readable"), Some(user(2)));
    assert!(store.times_again() >= 2, "the connections were ended");
}

async fn end_connections(database: &Database, db: &Connection) {
    if database.kind == Kind::Postgres {
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            database.name
        );
        database.as_admin(&sql).await;
        return;
    }
    let statement = sea_orm::Statement::from_string(
        sea_orm::DbBackend::MySql,
        format!("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{}'", database.name),
    );
    let rows = db.query_all_raw(statement).await.expect("readable");
    for row in rows {
        let id: i64 = row.try_get("", "ID").expect("a number");
        database.as_admin(&format!("KILL HARD {id}")).await;
    }
}

async fn a_hub_that_lost_its_lease_changes_nothing(database: Database) {
    let store = open_server(&config(&database)).await.expect("opens");
    store.create_user(&account(1)).await.expect("room");
    database.run("UPDATE leases SET holder = 'somebody-else 0', until_ms = 99999999999999").await;
    // The renewal finds out within a third of the lease; until then the database is still this one's.
    let refused = loop {
        match store.set_password_hash(&user(1).id, "x").await {
            Ok(()) => tokio::task::yield_now().await,
            Err(refused) => break refused.to_string(),
        }
    };
    assert!(refused.contains("another LeapMux has taken over"), "{refused}");
    let creating = store.create_user(&account(2)).await.expect_err("refused").to_string();
    assert!(creating.contains("another LeapMux has taken over"), "{creating}");
    store.close().await.expect("closes");
    let Pool { db, .. } = pool_of(&database).await;
    let row =
        db.query_one(&Query::select().column("holder").from("leases").to_owned()).await.expect("readable");
    let holder: String = row.expect("still theirs").try_get("", "holder").expect("a text");
    assert_eq!(holder, "somebody-else 0", "closing takes nothing from its new owner");
}
