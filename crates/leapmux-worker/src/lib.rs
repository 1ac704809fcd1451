//! The Worker: Hub link, channel host, terminals, agents, files and its own store.

mod config;
mod files;
pub mod rpc;
mod services;
pub mod store;
pub mod tabs;

pub use config::{Build, EncryptionMode, WorkerConfig};
