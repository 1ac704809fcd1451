//! The Hub's storage port over SQL: queries once, a dialect per database family, one way to run a transaction. SQLite is one file
//! (`sqlite.rs`), servers are opened by `server.rs`; every one of them passes the contract suite.

mod connection;
mod dialect;
mod error;
mod hold;
mod lease;
mod migrate;
mod migrations;
mod queries;
#[cfg(feature = "server")]
mod server;
mod server_config;
mod sqlite;
mod store;
mod tables;
mod tx;

pub use error::OpenError;
pub use server_config::{PoolConfig, ServerConfig, ServerKind, open_server};
pub use sqlite::{SqliteConfig, open_sqlite};
pub use store::SqlStore;
