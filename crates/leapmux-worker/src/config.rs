//! What a Worker must be told before it starts.

use std::path::PathBuf;
use std::time::Duration;

use leapmux_runtime::Secret;

use crate::store::DatabaseTuning;

/// Settings of a Worker (spec config.md §5). Loading them is the program's business.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Holds `state.json` and `worker.db`.
    pub data_dir: PathBuf,
    /// What people call this machine.
    pub name: String,
    pub encryption_mode: EncryptionMode,
    /// Shells are started as login shells.
    pub use_login_shell: bool,
    /// An agent that has not answered by then has failed to start.
    pub agent_startup_timeout: Duration,
    /// How long an agent may take for one request of its control protocol.
    pub api_timeout: Duration,
    /// Whose word is taken for the device a user comes with.
    pub client_trust: ClientTrust,
    /// Connections to the database.
    pub db_max_conns: u32,
    /// SQLite's `cache_size` of each of them; 0 for its own.
    pub db_cache_size: i64,
    /// Bytes of the database mapped into memory; 0 for none.
    pub db_mmap_size: i64,
    pub build: Build,
}

/// Which build of the program this is, for `system.Info`; empty where nobody knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Build {
    pub commit: &'static str,
    pub time: &'static str,
}

/// Which suite the Worker's signed bundle allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EncryptionMode {
    #[default]
    PostQuantum,
    Classic,
}

/// Whose word is taken for the device a user comes with (channel rules 8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientTrust {
    /// The Hub's: devices are remembered, and new ones told of.
    #[default]
    Hub,
    /// Only devices that were approved on this machine, or vouched for at registration.
    KnownDevices,
}

/// What a machine that is no Worker yet becomes one with.
#[derive(Debug, Clone)]
pub struct RegistrationKey {
    /// Both halves as they were copied: `<hub part>.<secret>`, or the first alone.
    pub text: Secret<String>,
    /// Nobody passed it to this start: it stands in the environment for every one.
    pub from_environment: bool,
}

impl WorkerConfig {
    pub(crate) fn database(&self) -> DatabaseTuning {
        DatabaseTuning {
            max_connections: self.db_max_conns,
            cache_size: self.db_cache_size,
            mmap_size: self.db_mmap_size,
        }
    }

    /// Defaults for a data directory.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            name: "localhost".to_owned(),
            encryption_mode: EncryptionMode::PostQuantum,
            use_login_shell: true,
            agent_startup_timeout: Duration::from_secs(300),
            api_timeout: Duration::from_secs(10),
            client_trust: ClientTrust::Hub,
            db_max_conns: 4,
            db_cache_size: 0,
            db_mmap_size: 0,
            build: Build::default(),
        }
    }
}
