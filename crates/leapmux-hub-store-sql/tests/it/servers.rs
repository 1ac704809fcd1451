//! The servers, each with a database for every test. Where one is not there, that is said once and its tests have nothing to do.

use std::sync::Arc;

use leapmux_hub_store::contract::Store;
use leapmux_hub_store_sql::{PoolConfig, ServerConfig, ServerKind, SqlStore, open_server};
use test_databases::{Database, Kind};

/// A store with few connections, so that many tests fit beside each other.
pub async fn open(kind: ServerKind, database: &Database, max: u32) -> SqlStore {
    let pool = PoolConfig { max, min: 0, ..PoolConfig::default() };
    let dsn = if kind == ServerKind::MySql { database.classic() } else { database.url.to_string() };
    open_server(&ServerConfig { pool, ..ServerConfig::new(kind, dsn) }).await.expect("opens")
}

async fn empty(kind: ServerKind, tested: Kind) -> Option<Store> {
    let database = tested.database().await?;
    Some(Arc::new(open(kind, &database, 6).await))
}

macro_rules! contract_on {
    ($($name:ident $kind:ident)*) => {
        $(mod $name {
            async fn empty() -> Option<leapmux_hub_store::contract::Store> {
                super::empty(leapmux_hub_store_sql::ServerKind::$kind, test_databases::Kind::$kind).await
            }
            leapmux_hub_store::contract_tests!(empty);
        })*
    };
}
contract_on! { postgres Postgres cockroachdb CockroachDb yugabytedb YugabyteDb mysql MySql tidb TiDb }
