//! SQLite: one file in a directory of its own.

use std::sync::Arc;

use leapmux_hub_store::contract::Store;
use leapmux_hub_store_sql::{SqliteConfig, open_sqlite};

async fn empty() -> Store {
    let dir = tempfile::tempdir().expect("a directory").keep();
    Arc::new(open_sqlite(&SqliteConfig::at(dir.join("hub.db"))).await.expect("opens"))
}

leapmux_hub_store::contract_tests!(empty);
