//! The MySQL family: MariaDB, MySQL and TiDB.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPoolOptions, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlPool, Row};

use super::dsn::{Encryption, MySqlDsn, Target, mysql_dsn};
use super::{ACQUIRE, CONNECT, Driver, LOCK, Place, Pool, STATEMENT, ServerError, Use, unless_zero};
use crate::{PoolConfig, ServerConfig};

/// Connections of a migration: one works, one renews its lease.
const MIGRATING: u32 = 2;

pub(super) struct MySql {
    place: Place,
    options: MySqlConnectOptions,
    pool: PoolConfig,
    product: Product,
}

/// They differ in the names of their settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Product {
    MariaDb,
    MySql,
    TiDb,
}

impl MySql {
    pub(super) fn new(config: &ServerConfig) -> Result<Self, ServerError> {
        let wrong = |reason: String| ServerError::Dsn { kind: config.kind, reason };
        let dsn = mysql_dsn(config.dsn.expose()).map_err(wrong)?;
        for name in &dsn.unknown {
            tracing::warn!(
                "the parameter {name} in storage.{}.dsn is not known and ignored",
                config.kind.key()
            );
        }
        let server = match &dsn.target {
            Target::Tcp(host, port) => format!("{host}:{port}"),
            Target::Socket(path) => path.display().to_string(),
        };
        let place =
            Place { kind: config.kind, server, database: dsn.database.clone(), user: dsn.user.clone() };
        Ok(Self { place, options: options(&dsn), pool: config.pool.clone(), product: Product::MySql })
    }
}

fn options(dsn: &MySqlDsn) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new().username(&dsn.user).database(&dsn.database);
    options = match &dsn.target {
        Target::Tcp(host, port) => options.host(host).port(*port),
        Target::Socket(path) => options.socket(path),
    };
    if let Some(password) = &dsn.password {
        options = options.password(password.expose());
    }
    if let Some(ca) = &dsn.ca {
        options = options.ssl_ca(ca);
    }
    let options = options.ssl_mode(match dsn.encryption {
        Encryption::Off => MySqlSslMode::Disabled,
        Encryption::Preferred => MySqlSslMode::Preferred,
        Encryption::Required => MySqlSslMode::Required,
        Encryption::VerifyCa => MySqlSslMode::VerifyCa,
        Encryption::VerifyIdentity => MySqlSslMode::VerifyIdentity,
    });
    options.charset("utf8mb4").disable_statement_logging()
}

#[async_trait]
impl Driver for MySql {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn probe(&mut self) -> Result<String, ServerError> {
        let look = async {
            let mut connection = self.options.connect().await?;
            let row = sqlx::query("SELECT CAST(VERSION() AS CHAR)").fetch_one(&mut connection).await?;
            let version = row.try_get::<String, _>(0)?;
            let product = match &version {
                version if version.contains("MariaDB") => Product::MariaDb,
                version if version.contains("TiDB") => Product::TiDb,
                _ => Product::MySql,
            };
            set_session(&mut connection, product, Use::Serving).await?;
            connection.close().await?;
            Ok((version, product))
        };
        let answer = tokio::time::timeout(CONNECT, look).await;
        let (version, product) = answer
            .map_err(|_| ServerError::silent(&self.place))?
            .map_err(|error| ServerError::of_driver(&self.place, &error))?;
        self.product = product;
        Ok(version)
    }

    fn pool(&self, purpose: Use) -> Pool {
        let (max, min, max_idle) = match purpose {
            Use::Migrating => (MIGRATING, 0, None),
            Use::Serving => (self.pool.max, self.pool.min.min(self.pool.max), self.pool.max_idle),
        };
        let (product, check_after) = (self.product, self.pool.check_after_idle);
        // A callback gets to see the pool it belongs to once that is there, and does not keep it alive.
        let itself: Arc<OnceLock<Weak<MySqlPool>>> = Arc::default();
        let looked_at = itself.clone();
        let pool = MySqlPoolOptions::new()
            .max_connections(max)
            .min_connections(min)
            .acquire_timeout(ACQUIRE)
            .max_lifetime(unless_zero(self.pool.max_lifetime))
            .idle_timeout(unless_zero(self.pool.max_idle_time))
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                Box::pin(async move {
                    if meta.idle_for >= check_after {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_release(move |_, _| {
                let pool = looked_at.get().and_then(Weak::upgrade);
                let room = match (max_idle, pool) {
                    (Some(most), Some(pool)) => pool.num_idle() < most as usize,
                    _ => true,
                };
                Box::pin(async move { Ok(room) })
            })
            .after_connect(move |connection, _| Box::pin(set_session(connection, product, purpose)))
            .connect_lazy_with(self.options.clone());
        let kept = Arc::new(pool.clone());
        itself.set(Arc::downgrade(&kept)).expect("it is set here only");
        Pool { db: SqlxMySqlConnector::from_sqlx_mysql_pool(pool), kept: Some(kept) }
    }
}

/// Text that is too long is refused and not cut, snapshots are of whole transactions, foreign keys hold, nobody waits for ever.
async fn set_session(
    connection: &mut MySqlConnection,
    product: Product,
    purpose: Use,
) -> Result<(), sqlx::Error> {
    let statement = match (purpose, product) {
        (Use::Migrating, _) => String::new(),
        (Use::Serving, Product::MariaDb) => format!(", max_statement_time = {}", STATEMENT.as_secs()),
        (Use::Serving, Product::MySql | Product::TiDb) => {
            format!(", max_execution_time = {}", STATEMENT.as_millis())
        }
    };
    let sql = format!(
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), innodb_lock_wait_timeout = {}, foreign_key_checks = 1{statement}",
        LOCK.as_secs()
    );
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    Ok(())
}
