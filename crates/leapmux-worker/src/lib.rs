//! The Worker: Hub link, channel host, terminals, agents, files and its own store.

mod agents;
mod app;
mod channels;
mod config;
mod devices;
mod files;
mod hub_link;
mod identity;
mod inspect;
mod join;
mod processes;
pub mod rpc;
mod services;
pub mod store;
pub mod tabs;
mod terminals;

pub use app::{RunningWorker, StartError, Worker};
pub use config::{Build, ClientTrust, EncryptionMode, RegistrationKey, WorkerConfig};
pub use hub_link::{Dismissal, LinkConfig};
pub use identity::IdentityError;
pub use inspect::{
    InspectError, ListedDevice, WorkerFingerprint, approve_device, list_devices, remove_device,
    worker_fingerprint,
};
pub use join::{JoinError, join};
