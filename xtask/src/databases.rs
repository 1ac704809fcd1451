//! The database servers the tests start: from the system's packages, without their services.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::step::apt_install;

/// Servers that run already, as `type=url` separated by spaces.
pub const GIVEN: &str = "LEAPMUX_TEST_DSNS";
/// Told to the tests: types that must not be skipped.
pub const REQUIRED: &str = "LEAPMUX_REQUIRE_DATABASES";

/// A server as people know it, as tests name it, the package it is in, and the programs it needs.
struct Server {
    name: &'static str,
    key: &'static str,
    package: Option<&'static str>,
    programs: &'static [&'static str],
}

const SERVERS: [Server; 5] = [
    Server {
        name: "PostgreSQL",
        key: "postgres",
        package: Some("postgresql"),
        programs: &["initdb", "postgres"],
    },
    Server {
        name: "MariaDB",
        key: "mysql",
        package: Some("mariadb-server"),
        programs: &["mariadb-install-db", "mariadbd"],
    },
    Server { name: "CockroachDB", key: "cockroachdb", package: None, programs: &[] },
    Server { name: "YugabyteDB", key: "yugabytedb", package: None, programs: &[] },
    Server { name: "TiDB", key: "tidb", package: None, programs: &[] },
];

/// Installs what is missing where that is possible, says what will be tested and what not, and answers the types that must be.
pub fn ensure() -> Result<String> {
    let given = std::env::var(GIVEN).unwrap_or_default();
    let (mut tested, mut skipped, mut keys) = (vec!["SQLite"], Vec::new(), Vec::new());
    for server in &SERVERS {
        if given.split_whitespace().any(|dsn| dsn.starts_with(&format!("{}=", server.key)))
            || server.ensure()?
        {
            tested.push(server.name);
            keys.push(server.key);
        } else {
            skipped.push(server.name);
        }
    }
    println!("● databases tested: {}; NOT tested: {}", listed(&tested), listed(&skipped));
    if !skipped.is_empty() {
        println!("  (a server of these is tested when {GIVEN} names it: type=url)");
    }
    Ok(keys.join(","))
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Server {
    /// Whether tests can start it.
    fn ensure(&self) -> Result<bool> {
        let Some(package) = self.package else { return Ok(false) };
        if self.is_there() {
            return Ok(true);
        }
        let _quiet = NoServices::begin()?;
        Ok(apt_install(self.name, package)? && self.is_there())
    }

    fn is_there(&self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        // Debian keeps servers out of people's way.
        folders.push("/usr/sbin".into());
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join("bin")));
        self.programs.iter().all(|program| folders.iter().any(|folder| folder.join(program).is_file()))
    }
}

/// While it lives, packages that are installed do not start their services: Debian's own way to say so.
struct NoServices(Option<&'static Path>);

impl NoServices {
    fn begin() -> Result<Self> {
        let policy = Path::new("/usr/sbin/policy-rc.d");
        if policy.exists() || !policy.parent().is_some_and(is_writable) {
            return Ok(Self(None));
        }
        std::fs::write(policy, "#!/bin/sh\nexit 101\n").context("saying that no service is to be started")?;
        #[cfg(unix)]
        std::fs::set_permissions(policy, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        Ok(Self(Some(policy)))
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if let Some(policy) = self.0
            && let Err(error) = std::fs::remove_file(policy)
        {
            eprintln!("{} was left behind: {error}", policy.display());
        }
    }
}

/// Where only root may install, others are told what is missing and nothing is touched.
fn is_writable(folder: &Path) -> bool {
    let probe = folder.join(".leapmux-may-write");
    std::fs::File::create(&probe).is_ok_and(|_| std::fs::remove_file(&probe).is_ok())
}
