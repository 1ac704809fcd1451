//! The PostgreSQL family: PostgreSQL itself, CockroachDB and YugabyteDB, which speak its protocol.

use async_trait::async_trait;
use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Row};

use super::dsn::postgres_url;
use super::{
    ACQUIRE, CONNECT, Driver, IDLE_TRANSACTION, LOCK, Place, Pool, STATEMENT, ServerError, Use, unless_zero,
};
use crate::{PoolConfig, ServerConfig};

/// Connections of a migration: one works, one renews its lease.
const MIGRATING: u32 = 2;

pub(super) struct Postgres {
    place: Place,
    options: PgConnectOptions,
    pool: PoolConfig,
}

impl Postgres {
    pub(super) fn new(config: &ServerConfig) -> Result<Self, ServerError> {
        let wrong = |reason: String| ServerError::Dsn { kind: config.kind, reason };
        let (url, unknown) = postgres_url(config.dsn.expose()).map_err(wrong)?;
        for name in unknown {
            tracing::warn!(
                "the parameter {name} in storage.{}.dsn is not known and ignored",
                config.kind.key()
            );
        }
        let options = PgConnectOptions::from_url(&url).map_err(|error| wrong(error.to_string()))?;
        let options = options.disable_statement_logging().application_name("leapmux");
        let server = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        let user = options.get_username().to_owned();
        let database = options.get_database().unwrap_or(&user).to_owned();
        let place = Place { kind: config.kind, server, database, user };
        Ok(Self { place, options, pool: config.pool.clone() })
    }
}

#[async_trait]
impl Driver for Postgres {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn probe(&mut self) -> Result<String, ServerError> {
        let look = async {
            let mut connection = self.options.connect().await?;
            set_session(&mut connection, Use::Serving).await?;
            let row = sqlx::query("SELECT version(), current_setting('server_encoding')")
                .fetch_one(&mut connection)
                .await?;
            connection.close().await?;
            Ok((row.try_get::<String, _>(0)?, row.try_get::<String, _>(1)?))
        };
        let answer = tokio::time::timeout(CONNECT, look).await;
        let (version, encoding) = answer
            .map_err(|_| ServerError::silent(&self.place))?
            .map_err(|error| ServerError::of_driver(&self.place, &error))?;
        if !encoding.eq_ignore_ascii_case("UTF8") {
            return Err(ServerError::Encoding { place: self.place.clone(), encoding });
        }
        Ok(version)
    }

    fn pool(&self, purpose: Use) -> Pool {
        let (max, min) = match purpose {
            Use::Migrating => (MIGRATING, 0),
            Use::Serving => (self.pool.max, self.pool.min.min(self.pool.max)),
        };
        let check_after = self.pool.check_after_idle;
        let pool = PgPoolOptions::new()
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
            .after_connect(move |connection, _| Box::pin(set_session(connection, purpose)));
        let pool = pool.connect_lazy_with(self.options.clone());
        Pool { db: SqlxPostgresConnector::from_sqlx_postgres_pool(pool), kept: None }
    }
}

/// Statements outside transactions are SERIALIZABLE too, or the ones inside could not rely on it. `set_config` rather than options of
/// the connection: poolers in between refuse those.
async fn set_session(connection: &mut PgConnection, purpose: Use) -> Result<(), sqlx::Error> {
    let timeout = |time: std::time::Duration| match purpose {
        Use::Migrating => "0".to_owned(),
        Use::Serving => time.as_millis().to_string(),
    };
    sqlx::query(
        "SELECT set_config('default_transaction_isolation', 'serializable', false), set_config('statement_timeout', $1, false), \
         set_config('lock_timeout', $2, false), set_config('idle_in_transaction_session_timeout', $3, false)",
    )
    .bind(timeout(STATEMENT))
    .bind(timeout(LOCK))
    .bind(timeout(IDLE_TRANSACTION))
    .persistent(false)
    .execute(connection)
    .await
    .map(drop)
}
