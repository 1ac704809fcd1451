//! What a Worker must be told before it starts.

use std::path::PathBuf;
use std::time::Duration;

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
    /// Connections to the database.
    pub db_max_conns: u32,
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

impl WorkerConfig {
    /// Defaults for a data directory.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            name: "localhost".to_owned(),
            encryption_mode: EncryptionMode::PostQuantum,
            use_login_shell: true,
            agent_startup_timeout: Duration::from_secs(300),
            api_timeout: Duration::from_secs(10),
            db_max_conns: 4,
            build: Build::default(),
        }
    }
}
