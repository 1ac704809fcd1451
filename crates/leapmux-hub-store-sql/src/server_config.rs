//! Which database server, and how much of it a Hub may take.

use std::fmt;
use std::time::Duration;

use leapmux_runtime::Secret;

use crate::{OpenError, SqlStore};

/// A Hub that was killed comes back within this; one that was halted for longer asks whether the database is still its own.
const LEASE: Duration = Duration::from_secs(5);

/// The servers a Hub can keep its data on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerKind {
    Postgres,
    CockroachDb,
    YugabyteDb,
    /// MySQL or MariaDB.
    MySql,
    TiDb,
}

impl ServerKind {
    /// As `storage.type` names it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::CockroachDb => "cockroachdb",
            Self::YugabyteDb => "yugabytedb",
            Self::MySql => "mysql",
            Self::TiDb => "tidb",
        }
    }
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::CockroachDb => "CockroachDB",
            Self::YugabyteDb => "YugabyteDB",
            Self::MySql => "MySQL",
            Self::TiDb => "TiDB",
        })
    }
}

/// Connections: how many, and for how long.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    pub max: u32,
    /// Kept open even when nothing happens.
    pub min: u32,
    /// More than this many that lie idle are closed; `None`: only time closes them.
    pub max_idle: Option<u32>,
    /// A connection is replaced when it is this old; zero: never.
    pub max_lifetime: Duration,
    /// One that lay idle for this long is closed; zero: never.
    pub max_idle_time: Duration,
    /// One that lay idle for this long is tried before it is used.
    pub check_after_idle: Duration,
}

impl Default for PoolConfig {
    /// The defaults of the configuration (CFG-63).
    fn default() -> Self {
        Self {
            max: 25,
            min: 5,
            max_idle: None,
            max_lifetime: Duration::from_secs(3600),
            max_idle_time: Duration::from_secs(300),
            check_after_idle: Duration::from_secs(30),
        }
    }
}

/// A database on a server.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    pub kind: ServerKind,
    /// Address, user, password and database, as the configuration has it.
    pub dsn: Secret<String>,
    pub pool: PoolConfig,
    /// How long a Hub that died keeps the database to itself; a living one renews its claim three times within.
    pub lease: Duration,
}

impl ServerConfig {
    /// Everything by default.
    pub fn new(kind: ServerKind, dsn: impl Into<String>) -> Self {
        let dsn = Secret::new(dsn.into());
        Self { kind, dsn, pool: PoolConfig::default(), lease: LEASE }
    }
}

/// Opens the database, making or migrating what is in it, and claims it for this process.
pub async fn open_server(config: &ServerConfig) -> Result<SqlStore, OpenError> {
    #[cfg(feature = "server")]
    return crate::server::open(config, crate::migrations::all).await;
    #[cfg(not(feature = "server"))]
    Err(OpenError::NoDriver(match config.kind {
        ServerKind::MySql | ServerKind::TiDb => "MySQL",
        ServerKind::Postgres | ServerKind::CockroachDb | ServerKind::YugabyteDb => "PostgreSQL",
    }))
}
