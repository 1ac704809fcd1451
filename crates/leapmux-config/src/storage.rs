//! Where the Hub keeps its data: SQLite in the data directory, or a database server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::values::{key, positive};
use crate::{Category, ConfigError, Key, Kind, Settings, expand_home};

/// What SQLite may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteStorage {
    /// Relative ones belong to the data directory; `None`: `hub.db`.
    pub path: Option<PathBuf>,
    pub max_conns: u32,
    /// As SQLite's `cache_size`: pages, or KiB when negative; 0 for its own.
    pub cache_size: i64,
    /// Bytes; 0 for none.
    pub mmap_size: i64,
}

/// The servers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerType {
    Postgres,
    CockroachDb,
    YugabyteDb,
    MySql,
    TiDb,
}

/// A database on a server, and how many connections it may take for how long.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerStorage {
    pub server: ServerType,
    /// With the password in it: never for a log.
    pub dsn: String,
    pub max_conns: u32,
    /// Kept open when nothing happens.
    pub min_conns: u32,
    /// More than these that lie idle are closed, where the setting exists.
    pub max_idle_conns: Option<u32>,
    /// Zero: for ever.
    pub conn_max_lifetime: Duration,
    /// Zero: for ever.
    pub conn_max_idle_time: Duration,
    /// A connection that lay idle for this long is tried before it is used.
    pub check_after_idle: Duration,
}

impl fmt::Debug for ServerStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerStorage").field("server", &self.server).finish_non_exhaustive()
    }
}

/// See `storage.sqlite.max_conns`.
const SQLITE_CONNECTIONS: u32 = 4;

/// The database a Hub uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    Sqlite(SqliteStorage),
    Server(ServerStorage),
}

impl Storage {
    /// Connections to a SQLite file beside it: what is said of the Hub's own, where that is one.
    pub fn sqlite_connections(&self) -> u32 {
        match self {
            Self::Sqlite(sqlite) => sqlite.max_conns,
            Self::Server(_) => SQLITE_CONNECTIONS,
        }
    }
}

const fn dsn(name: &'static str, category: Category, help: &'static str) -> Key {
    Key { secret: true, ..key(name, Kind::Text, category, "", help) }
}
const fn number(name: &'static str, category: Category, default: &'static str, help: &'static str) -> Key {
    key(name, Kind::Integer, category, default, help)
}

const MAX: &str = "connections at once";
const MIN: &str = "connections kept open when nothing happens";
const IDLE: &str = "connections that may lie idle";
const LIFETIME: &str = "age at which a connection is replaced; 0 for never";
const IDLE_TIME: &str = "time after which an idle connection is closed; 0 for never";
const CHECK: &str = "time after which an idle connection is tried before it is used";

/// Every setting of storage (CFG-60 to CFG-67).
#[rustfmt::skip]
pub(crate) const STORAGE_KEYS: &[Key] = &[
    key("storage.type", Kind::Text, Category::Storage, "sqlite", "sqlite, postgres, mysql, cockroachdb, yugabytedb or tidb"),
    key("storage.sqlite.path", Kind::Text, Category::Sqlite, "", "database file, if not hub.db in the data directory"),
    number("storage.sqlite.max_conns", Category::Sqlite, "4", "connections to the SQLite database"),
    number("storage.sqlite.cache_size", Category::Sqlite, "0", "cache of each connection: pages, or KiB when negative"),
    number("storage.sqlite.mmap_size", Category::Sqlite, "0", "bytes of the file mapped into memory"),
    dsn("storage.postgres.dsn", Category::Postgres, "postgres://user:password@host:5432/database?sslmode=verify-full"),
    number("storage.postgres.max_conns", Category::Postgres, "25", MAX),
    number("storage.postgres.min_conns", Category::Postgres, "5", MIN),
    number("storage.postgres.conn_max_lifetime_seconds", Category::Postgres, "3600", LIFETIME),
    number("storage.postgres.max_conn_idle_time_seconds", Category::Postgres, "300", IDLE_TIME),
    number("storage.postgres.health_check_period_seconds", Category::Postgres, "30", CHECK),
    dsn("storage.cockroachdb.dsn", Category::CockroachDb, "postgresql://root@host:26257/defaultdb?sslmode=verify-full"),
    number("storage.cockroachdb.max_conns", Category::CockroachDb, "25", MAX),
    number("storage.cockroachdb.min_conns", Category::CockroachDb, "5", MIN),
    number("storage.cockroachdb.conn_max_lifetime_seconds", Category::CockroachDb, "3600", LIFETIME),
    number("storage.cockroachdb.max_conn_idle_time_seconds", Category::CockroachDb, "300", IDLE_TIME),
    number("storage.cockroachdb.health_check_period_seconds", Category::CockroachDb, "30", CHECK),
    dsn("storage.yugabytedb.dsn", Category::YugabyteDb, "postgresql://yugabyte@host:5433/yugabyte"),
    number("storage.yugabytedb.max_conns", Category::YugabyteDb, "25", MAX),
    number("storage.yugabytedb.min_conns", Category::YugabyteDb, "5", MIN),
    number("storage.yugabytedb.conn_max_lifetime_seconds", Category::YugabyteDb, "3600", LIFETIME),
    number("storage.yugabytedb.max_conn_idle_time_seconds", Category::YugabyteDb, "300", IDLE_TIME),
    number("storage.yugabytedb.health_check_period_seconds", Category::YugabyteDb, "30", CHECK),
    dsn("storage.mysql.dsn", Category::MySql, "user:password@tcp(host:3306)/database?parseTime=true"),
    number("storage.mysql.max_conns", Category::MySql, "25", MAX),
    number("storage.mysql.max_idle_conns", Category::MySql, "5", IDLE),
    number("storage.mysql.conn_max_lifetime_seconds", Category::MySql, "3600", LIFETIME),
    number("storage.mysql.conn_max_idle_time_seconds", Category::MySql, "300", IDLE_TIME),
    dsn("storage.tidb.dsn", Category::TiDb, "root@tcp(host:4000)/leapmux?parseTime=true"),
    number("storage.tidb.max_conns", Category::TiDb, "25", MAX),
    number("storage.tidb.max_idle_conns", Category::TiDb, "5", IDLE),
    number("storage.tidb.conn_max_lifetime_seconds", Category::TiDb, "3600", LIFETIME),
    number("storage.tidb.conn_max_idle_time_seconds", Category::TiDb, "300", IDLE_TIME),
];

/// The database the settings name.
pub(crate) fn storage(settings: &Settings, home: Option<&Path>) -> Result<Storage, ConfigError> {
    let server = match settings.text("storage.type") {
        "sqlite" | "" => return sqlite(settings, home).map(Storage::Sqlite),
        "postgres" => ServerType::Postgres,
        "cockroachdb" => ServerType::CockroachDb,
        "yugabytedb" => ServerType::YugabyteDb,
        "mysql" => ServerType::MySql,
        "tidb" => ServerType::TiDb,
        other => return Err(ConfigError::StorageType(other.to_owned())),
    };
    server_storage(settings, server).map(Storage::Server)
}

fn sqlite(settings: &Settings, home: Option<&Path>) -> Result<SqliteStorage, ConfigError> {
    let path = settings.text("storage.sqlite.path");
    Ok(SqliteStorage {
        path: (!path.is_empty()).then(|| expand_home(path, home)).transpose()?,
        max_conns: positive(settings, "storage.sqlite.max_conns", SQLITE_CONNECTIONS),
        cache_size: settings.integer("storage.sqlite.cache_size"),
        mmap_size: settings.integer("storage.sqlite.mmap_size"),
    })
}

impl ServerType {
    /// As `storage.type` names it.
    fn key(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::CockroachDb => "cockroachdb",
            Self::YugabyteDb => "yugabytedb",
            Self::MySql => "mysql",
            Self::TiDb => "tidb",
        }
    }
}

fn server_storage(settings: &Settings, server: ServerType) -> Result<ServerStorage, ConfigError> {
    let name = |setting: &str| format!("storage.{}.{setting}", server.key());
    let count = |setting: &str| u32::try_from(settings.integer(&name(setting))).unwrap_or(0);
    let time =
        |setting: &str| Duration::from_secs(u64::try_from(settings.integer(&name(setting))).unwrap_or(0));
    let dsn = settings.text(&name("dsn")).to_owned();
    if dsn.is_empty() {
        return Err(ConfigError::NoDsn(server.key()));
    }
    let (max_conns, conn_max_lifetime) =
        (positive(settings, &name("max_conns"), 25), time("conn_max_lifetime_seconds"));
    Ok(match server {
        ServerType::MySql | ServerType::TiDb => ServerStorage {
            server,
            dsn,
            max_conns,
            min_conns: 0,
            max_idle_conns: Some(count("max_idle_conns")),
            conn_max_lifetime,
            conn_max_idle_time: time("conn_max_idle_time_seconds"),
            check_after_idle: Duration::from_secs(30),
        },
        ServerType::Postgres | ServerType::CockroachDb | ServerType::YugabyteDb => ServerStorage {
            server,
            dsn,
            max_conns,
            min_conns: count("min_conns"),
            max_idle_conns: None,
            conn_max_lifetime,
            conn_max_idle_time: time("max_conn_idle_time_seconds"),
            check_after_idle: time("health_check_period_seconds"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HUB, HUB_KEYS, Sources, resolve};

    fn load(yaml: &str, flags: &[&str]) -> Result<Storage, ConfigError> {
        let words: Vec<String> = flags.iter().map(|word| (*word).to_owned()).collect();
        let flags = HUB.parse_flags(&words)?;
        let file = Some((Path::new("/c/hub.yaml"), yaml));
        let settings = resolve(HUB_KEYS, HUB.prefix, &Sources { file, environment: &[], flags: &flags })?;
        storage(&settings, Some(Path::new("/home/ada")))
    }

    #[test]
    fn sqlite_is_what_nothing_means() {
        let own = SqliteStorage { path: None, max_conns: 4, cache_size: 0, mmap_size: 0 };
        assert_eq!(load("", &[]), Ok(Storage::Sqlite(own.clone())));
        let flags = ["--storage-type=", "--storage-sqlite-path=~/h.db", "--storage-sqlite-cache-size=-8000"];
        let tuned = SqliteStorage { path: Some("/home/ada/h.db".into()), cache_size: -8000, ..own };
        assert_eq!(load("", &flags), Ok(Storage::Sqlite(tuned)));
    }

    #[test]
    fn a_server_is_named_in_the_file_and_tuned_by_flags() {
        let yaml = "storage:\n  type: postgres\n  postgres:\n    dsn: postgres://u:secret@db/leapmux\n    min_conns: 2\n";
        let Ok(Storage::Server(found)) = load(yaml, &["--storage-postgres-max-conns", "9"]) else {
            panic!("a server")
        };
        assert_eq!((found.server, found.max_conns, found.min_conns), (ServerType::Postgres, 9, 2));
        assert_eq!((found.max_idle_conns, found.check_after_idle.as_secs()), (None, 30));
        assert!(!format!("{found:?}").contains("secret"));
        let mysql = ["--storage-type=mysql", "--storage-mysql-dsn=u:p@tcp(h:3306)/d?parseTime=true"];
        let Ok(Storage::Server(found)) = load("", &mysql) else { panic!("a server") };
        assert_eq!((found.max_idle_conns, found.conn_max_lifetime.as_secs()), (Some(5), 3600));
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        let said = |flags: &[&str]| load("", flags).expect_err("refused").to_string();
        assert_eq!(
            said(&["--storage-type=oracle"]),
            "unsupported storage.type: \"oracle\" (valid: sqlite, postgres, mysql, cockroachdb, yugabytedb, tidb)"
        );
        for server in ["postgres", "mysql", "cockroachdb", "yugabytedb", "tidb"] {
            let expected = format!("storage.{server}.dsn is required when storage.type is {server}");
            assert_eq!(said(&["--storage-type", server]), expected);
        }
    }
}
