//! The Hub's storage port over SQL: queries once, a dialect per database family, one way to run a transaction. SQLite is the first
//! backend; a further one is a file that opens it, a look through `dialect.rs`, and the contract suite.

mod dialect;
mod error;
mod migrate;
mod migrations;
mod queries;
mod sqlite;
mod store;
mod tables;
mod tx;

pub use error::OpenError;
pub use sqlite::{SqliteConfig, open_sqlite};
pub use store::SqlStore;
