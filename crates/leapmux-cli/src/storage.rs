//! The database a Hub is told to use, from settings to what opens it.

use leapmux_config::{ServerStorage, ServerType, SqliteStorage as Sqlite, Storage};
use leapmux_hub_server::{PoolConfig, ServerConfig, ServerKind, SqliteStorage, StorageConfig};

pub(crate) fn config(settings: &Storage) -> StorageConfig {
    match settings {
        Storage::Sqlite(Sqlite { path, max_conns, cache_size, mmap_size }) => {
            StorageConfig::Sqlite(SqliteStorage {
                path: path.clone(),
                max_connections: *max_conns,
                cache_size: *cache_size,
                mmap_size: *mmap_size,
            })
        }
        Storage::Server(server) => StorageConfig::Server(server_config(server)),
    }
}

fn server_config(settings: &ServerStorage) -> ServerConfig {
    let kind = match settings.server {
        ServerType::Postgres => ServerKind::Postgres,
        ServerType::CockroachDb => ServerKind::CockroachDb,
        ServerType::YugabyteDb => ServerKind::YugabyteDb,
        ServerType::MySql => ServerKind::MySql,
        ServerType::TiDb => ServerKind::TiDb,
    };
    let pool = PoolConfig {
        max: settings.max_conns,
        min: settings.min_conns,
        max_idle: settings.max_idle_conns,
        max_lifetime: settings.conn_max_lifetime,
        max_idle_time: settings.conn_max_idle_time,
        check_after_idle: settings.check_after_idle,
    };
    ServerConfig { pool, ..ServerConfig::new(kind, settings.dsn.as_str()) }
}
