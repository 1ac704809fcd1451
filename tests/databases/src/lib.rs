//! Real database servers for tests. The first test that asks for one starts it in a temporary directory, on a free port, as a user
//! without rights; every test gets a database of its own on it; it ends with the test program, however that ends.
//!
//! `LEAPMUX_TEST_DSNS` names servers that run already, as `type=url` separated by spaces: `cockroachdb=postgresql://root@host:26257/defaultdb`.
//! `LEAPMUX_REQUIRE_DATABASES` lists types that must not be skipped.

#![cfg(unix)]

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection};
use url::Url;

mod certificate;
mod mariadb;
mod postgres;
mod process;

use process::Server;

/// The servers a Hub can keep its data on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    CockroachDb,
    YugabyteDb,
    /// MySQL or MariaDB.
    MySql,
    TiDb,
}

const KINDS: [Kind; 5] = [Kind::Postgres, Kind::CockroachDb, Kind::YugabyteDb, Kind::MySql, Kind::TiDb];

/// A server tests may use: one we started, or one that was named.
#[derive(Debug)]
struct Reached {
    kind: Kind,
    /// Of somebody who may create databases.
    admin: Url,
    /// Certificate authority of its TLS, if it is ours.
    ca: Option<std::path::PathBuf>,
    /// What follows the name of a database that is created.
    created_as: &'static str,
    /// Ends the server when the program ends.
    _server: Option<Server>,
}

/// An empty database.
#[derive(Debug, Clone)]
pub struct Database {
    pub kind: Kind,
    pub name: String,
    /// With user, password and database.
    pub url: Url,
    /// Of the one who may do everything, in another database.
    pub admin: Url,
    /// What the server's certificate is signed with; `None` where the server has no TLS of ours.
    pub ca: Option<std::path::PathBuf>,
}

impl Kind {
    /// As `storage.type` names it.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Postgres => "postgres",
            Kind::CockroachDb => "cockroachdb",
            Kind::YugabyteDb => "yugabytedb",
            Kind::MySql => "mysql",
            Kind::TiDb => "tidb",
        }
    }

    fn speaks_mysql(self) -> bool {
        matches!(self, Kind::MySql | Kind::TiDb)
    }

    /// An empty database on this server; `None`: there is none here, which has been said.
    pub async fn database(self) -> Option<Database> {
        let server = self.server()?;
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("leapmux_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run(&server.admin, &format!("CREATE DATABASE {name}{}", server.created_as)).await;
        let mut url = server.admin.clone();
        url.set_path(&name);
        Some(Database { kind: self, name, url, admin: server.admin.clone(), ca: server.ca.clone() })
    }

    fn server(self) -> Option<&'static Reached> {
        static SERVERS: [OnceLock<Option<Reached>>; 5] = [const { OnceLock::new() }; 5];
        let place = KINDS.iter().position(|kind| *kind == self).expect("every kind is listed");
        SERVERS[place].get_or_init(|| self.reach()).as_ref()
    }

    fn reach(self) -> Option<Reached> {
        let reached = match given(self) {
            Some(admin) => Ok(Reached { kind: self, admin, ca: None, created_as: "", _server: None }),
            None => match self {
                Kind::Postgres => postgres::start(),
                Kind::MySql => mariadb::start(),
                _ => Err(format!("LEAPMUX_TEST_DSNS names no {}", self.key())),
            },
        };
        match reached {
            Ok(reached) => {
                say(&format!("databases: {} at {}", reached.kind.key(), address(&reached.admin)));
                Some(reached)
            }
            Err(why) => {
                assert!(!required(self), "{} is required and not there: {why}", self.key());
                say(&format!("databases: {} SKIPPED: {why}", self.key()));
                None
            }
        }
    }
}

impl Database {
    /// Runs one statement as the one who may do everything.
    pub async fn as_admin(&self, sql: &str) {
        run(&self.admin, sql).await;
    }
    /// Runs one statement in this database.
    pub async fn run(&self, sql: &str) {
        run(&self.url, sql).await;
    }
    /// The address in the form `user:password@tcp(host:port)/database`.
    pub fn classic(&self) -> String {
        // As it is, where a URL has signs in its place.
        let password = self.url.password().unwrap_or_default().replace("%20", " ");
        let user = self.url.username();
        format!("{user}:{password}@tcp({})/{}?parseTime=true", address(&self.url), self.name)
    }
    /// The same address with another password.
    pub fn with_password(&self, password: &str) -> Url {
        let mut url = self.url.clone();
        url.set_password(Some(password)).expect("a server has users");
        url
    }
}

fn address(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or_default())
}

async fn run(url: &Url, sql: &str) {
    let statement = AssertSqlSafe(sql.to_owned());
    let done = if url.scheme() == "mysql" {
        let mut connection = MySqlConnection::connect(url.as_str()).await.expect("the server answers");
        let done = connection.execute(statement).await.map(drop);
        connection.close().await.expect("closes");
        done
    } else {
        let mut connection = PgConnection::connect(url.as_str()).await.expect("the server answers");
        let done = connection.execute(statement).await.map(drop);
        connection.close().await.expect("closes");
        done
    };
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The server of this kind in `LEAPMUX_TEST_DSNS`.
fn given(kind: Kind) -> Option<Url> {
    let all = std::env::var("LEAPMUX_TEST_DSNS").ok()?;
    let dsn = all.split_whitespace().find_map(|one| one.strip_prefix(kind.key())?.strip_prefix('='))?;
    let url = Url::parse(dsn).expect("LEAPMUX_TEST_DSNS holds URLs");
    assert_eq!(url.scheme() == "mysql", kind.speaks_mysql(), "{}'s URL is of another family", kind.key());
    Some(url)
}

fn required(kind: Kind) -> bool {
    let all = std::env::var("LEAPMUX_REQUIRE_DATABASES").unwrap_or_default();
    all.split([' ', ',']).any(|one| one == kind.key())
}

/// Tests that pass keep their output to themselves; this is for everybody.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
