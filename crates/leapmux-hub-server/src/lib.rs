//! The Hub's edge and assembly: listeners, HTTP, Connect, WebSockets and the Workers' link around the services of `leapmux-hub`.

mod app;
mod config;
mod edge;
mod link;
mod metrics;
mod rpc;
mod services;
mod sockets;
mod start;
mod ui;
mod ws;

pub use config::{
    AccountsConfig, HubConfig, HubMode, SqliteStorage, StorageConfig, VersionInfo, default_socket,
    dev_frontend,
};
pub use leapmux_hub::AccountPolicy;
pub use leapmux_hub_store_sql::{PoolConfig, ServerConfig, ServerKind};
pub use start::{Hub, LocalWorker, RunningHub, StartError};
