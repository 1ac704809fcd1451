//! What a Hub is started with: plain values, already read and checked by whoever loads configuration.

use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use leapmux_net::ListenAddress;
use leapmux_relay::Limits;

/// How the Hub runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubMode {
    /// One user without a login, on their own machine.
    Solo,
}

/// Everything a Hub needs to know.
#[derive(Debug, Clone)]
pub struct HubConfig {
    pub mode: HubMode,
    /// Holds the database; created with mode 0750 when absent.
    pub data_dir: PathBuf,
    /// Where browsers connect; `None` for no TCP or second socket at all.
    pub listen: Option<ListenAddress>,
    /// The socket for programs on this machine (CFG-41).
    pub local_listen: Option<ListenAddress>,
    /// Fetch the page from this development server instead of the program itself; an `http://host:port`.
    pub dev_frontend: Option<Uri>,
    pub storage: StorageConfig,
    pub version: VersionInfo,
    /// Limits of the relay (channel rules, chapter 12).
    pub relay: Limits,
    /// WebSockets one user may have open.
    pub sockets_per_user: usize,
    /// Told to the page, so that it waits longer than the Hub does (CFG-33).
    pub api_timeout: Duration,
    pub agent_startup_timeout: Duration,
}

/// Which database.
#[derive(Debug, Clone)]
pub enum StorageConfig {
    /// `hub.db` in the data directory.
    Sqlite { max_connections: u32 },
}

/// What `/version` says.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct VersionInfo {
    pub version: String,
    pub commit: String,
    pub branch: String,
    pub build_time: String,
    /// All of it in one line.
    pub formatted: String,
}

impl HubConfig {
    /// A solo Hub with every default, listening nowhere yet.
    pub fn solo(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            mode: HubMode::Solo,
            data_dir: data_dir.into(),
            listen: None,
            local_listen: None,
            dev_frontend: None,
            storage: StorageConfig::Sqlite { max_connections: 4 },
            version: VersionInfo::default(),
            relay: Limits::default(),
            // All windows belong to one person; 32 (SEC-102) would be sixteen of them.
            sockets_per_user: 128,
            api_timeout: Duration::from_secs(10),
            agent_startup_timeout: Duration::from_secs(300),
        }
    }
}
