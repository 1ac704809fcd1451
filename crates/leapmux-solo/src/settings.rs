//! What a solo LeapMux must be told.

use std::path::PathBuf;
use std::time::Duration;

use leapmux_net::ListenAddress;

/// Settings of Hub and Worker in one process.
#[derive(Debug, Clone)]
pub struct SoloSettings {
    pub listen: ListenAddress,
    /// The socket for programs of this machine; `None`: `hub.sock` in the Hub's directory.
    pub local_listen: Option<ListenAddress>,
    /// What people call this machine.
    pub name: String,
    /// Split into `hub` and `worker` (spec CFG-13).
    pub data_dir: PathBuf,
    /// URL of a front-end development server to show instead of the built-in page.
    pub dev_frontend: Option<String>,
    pub classic_encryption: bool,
    pub use_login_shell: bool,
    pub api_timeout: Duration,
    pub agent_startup_timeout: Duration,
    pub sqlite_max_conns: u32,
    pub build: BuildInfo,
}

/// Which build this is; what nobody knows is empty.
#[derive(Debug, Clone, Default)]
pub struct BuildInfo {
    pub version: &'static str,
    pub commit: &'static str,
    pub branch: &'static str,
    pub time: &'static str,
    /// All of it in one line.
    pub formatted: String,
}

impl SoloSettings {
    /// Defaults for an address and a data directory.
    pub fn new(listen: ListenAddress, data_dir: PathBuf) -> Self {
        Self {
            listen,
            local_listen: None,
            name: "localhost".to_owned(),
            data_dir,
            dev_frontend: None,
            classic_encryption: false,
            use_login_shell: true,
            api_timeout: Duration::from_secs(10),
            agent_startup_timeout: Duration::from_secs(300),
            sqlite_max_conns: 4,
            build: BuildInfo { version: env!("CARGO_PKG_VERSION"), ..BuildInfo::default() },
        }
    }
}
