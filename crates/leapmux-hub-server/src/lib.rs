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

pub use config::{HubConfig, HubMode, StorageConfig, VersionInfo};
pub use start::{Hub, LocalWorker, RunningHub, StartError};
