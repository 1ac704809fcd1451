//! The Worker: Hub link, channel host, terminals, agents, files and its own store.

mod agents;
mod app;
mod channels;
mod config;
mod devices;
mod files;
mod hub_link;
mod identity;
mod processes;
pub mod rpc;
mod services;
pub mod store;
pub mod tabs;
mod terminals;

pub use app::{RunningWorker, StartError, Worker};
pub use config::{Build, EncryptionMode, WorkerConfig};
pub use hub_link::LinkConfig;
pub use identity::IdentityError;
