//! SQLite passes the contract every backend passes, and survives being dropped in the middle of anything.

use std::sync::Arc;

use leapmux_hub_store::contract::Store;
use leapmux_hub_store_sql::{SqliteConfig, open_sqlite};

mod crash;

async fn sqlite() -> Store {
    let dir = tempfile::tempdir().expect("a directory").keep();
    Arc::new(open_sqlite(&SqliteConfig::at(dir.join("hub.db"))).await.expect("opens"))
}

leapmux_hub_store::contract_tests!(sqlite);
