//! What a Hub is started with: plain values, already read and checked by whoever loads configuration.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Uri;
use leapmux_hub::AccountPolicy;
use leapmux_hub_store_sql::ServerConfig;
use leapmux_net::ListenAddress;
use leapmux_relay::Limits;

use crate::StartError;

/// How the Hub runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubMode {
    /// One user without a login, on their own machine.
    Solo,
    /// People sign in.
    Hub,
    /// As `Hub`, with a Worker in the same process.
    Dev,
}

/// How people sign in.
#[derive(Debug, Clone, Default)]
pub struct AccountsConfig {
    pub policy: AccountPolicy,
    /// Cookies are for `https` only (CFG-54).
    pub secure_cookies: bool,
    /// Where people reach the Hub, if not where it listens: behind a proxy (CFG-50).
    pub public_url: Option<String>,
}

/// Everything a Hub needs to know.
#[derive(Debug, Clone)]
pub struct HubConfig {
    pub mode: HubMode,
    /// Unused in solo mode.
    pub accounts: AccountsConfig,
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

/// Longest path of a unix socket that every system takes, bytes.
const SOCKET_PATH_MAX: usize = 100;

/// `hub.sock` for programs of this machine (spec CFG-42), where nothing else is configured.
pub fn default_socket(data_dir: &Path) -> Option<ListenAddress> {
    let path = data_dir.join("hub.sock");
    if !cfg!(unix) {
        return None;
    }
    if path.as_os_str().len() > SOCKET_PATH_MAX {
        tracing::warn!(path = %path.display(), "too long for a unix socket: set local_listen to have one");
        return None;
    }
    Some(ListenAddress::Unix(path))
}

/// The URL of a front-end development server.
pub fn dev_frontend(url: &str) -> Result<Uri, StartError> {
    let parsed = url.parse::<Uri>().ok().filter(|uri| uri.scheme_str() == Some("http"));
    parsed.ok_or_else(|| StartError::DevFrontend { url: url.to_owned() })
}

/// Which database.
#[derive(Debug, Clone)]
pub enum StorageConfig {
    Sqlite(SqliteStorage),
    /// A database on a server; a build without the server's driver refuses to start.
    Server(ServerConfig),
}

/// A file, and what it may take.
#[derive(Debug, Clone)]
pub struct SqliteStorage {
    /// Relative ones belong to the data directory; `None`: `hub.db`.
    pub path: Option<PathBuf>,
    pub max_connections: u32,
    /// As SQLite's `cache_size`; 0 for its own.
    pub cache_size: i64,
    /// Bytes; 0 for none.
    pub mmap_size: i64,
}

impl Default for SqliteStorage {
    fn default() -> Self {
        Self { path: None, max_connections: 4, cache_size: 0, mmap_size: 0 }
    }
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
            accounts: AccountsConfig::default(),
            data_dir: data_dir.into(),
            listen: None,
            local_listen: None,
            dev_frontend: None,
            storage: StorageConfig::Sqlite(SqliteStorage::default()),
            version: VersionInfo::default(),
            relay: Limits::default(),
            // All windows belong to one person; 32 (SEC-102) would be sixteen of them.
            sockets_per_user: 128,
            api_timeout: Duration::from_secs(10),
            agent_startup_timeout: Duration::from_secs(300),
        }
    }

    /// A Hub people sign in to, with every default, listening nowhere yet.
    pub fn hub(data_dir: impl Into<PathBuf>) -> Self {
        Self { mode: HubMode::Hub, sockets_per_user: 32, ..Self::solo(data_dir) }
    }
}
