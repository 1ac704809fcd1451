//! The memory backend passes the contract.

use std::sync::Arc;

use leapmux_hub_store::{MemoryStore, contract::Store};

async fn empty() -> Store {
    Arc::new(MemoryStore::new())
}

leapmux_hub_store::contract_tests!(empty);
