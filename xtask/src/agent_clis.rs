//! The agent programs tests run for real: pinned versions, installed by npm into a cache of the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{apt_install, quiet, root};

/// Where the cache lies unless `LEAPMUX_AGENT_CACHE` says otherwise; git ignores it.
const CACHE: &str = ".cache/agents";

/// One agent program as npm ships it: the platform package, which holds the plain program and needs no install script.
struct Package {
    name: &'static str,
    version: &'static str,
    /// Before the platform's suffix, as in `…-linux-x64`.
    npm: &'static str,
    /// The program's path inside the package.
    program: &'static str,
    /// Runs in every test; the others only with `--all-agents`.
    always: bool,
}

const PACKAGES: [Package; 3] = [
    Package {
        name: "claude",
        version: "2.1.329",
        npm: "@anthropic-ai/claude-code",
        program: "claude",
        always: true,
    },
    Package {
        name: "reasonix",
        version: "1.38.11",
        npm: "@reasonix/cli",
        program: "bin/reasonix",
        always: true,
    },
    Package { name: "opencode", version: "1.18.33", npm: "opencode", program: "bin/opencode", always: false },
];

/// The cache folder.
pub fn cache() -> PathBuf {
    std::env::var_os("LEAPMUX_AGENT_CACHE").map_or_else(|| root().join(CACHE), PathBuf::from)
}

/// The agents of an ordinary run, or all.
pub fn names(all: bool) -> Vec<&'static str> {
    PACKAGES.iter().filter(|package| all || package.always).map(|package| package.name).collect()
}

/// Installs what is missing; answers each program's path. The layout `<cache>/<name>-<version>/` is what tests look for.
pub fn ensure(names: &[&'static str]) -> Result<BTreeMap<&'static str, PathBuf>> {
    let platform = platform()?;
    if names.contains(&"reasonix") {
        ensure_sandbox()?;
    }
    let mut found = BTreeMap::new();
    for package in PACKAGES.iter().filter(|package| names.contains(&package.name)) {
        let folder = cache().join(format!("{}-{}", package.name, package.version));
        let npm_name = format!("{}-{platform}", package.npm);
        let program = folder.join("node_modules").join(&npm_name).join(package.program);
        if !program.is_file() {
            std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
            quiet(
                &format!("{} {} for tests", package.name, package.version),
                Command::new("npm")
                    .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix"])
                    .arg(&folder)
                    .arg(format!("{npm_name}@{}", package.version)),
            )?;
        }
        if !program.is_file() {
            bail!("{npm_name}@{} was installed but has no {}", package.version, package.program);
        }
        // A plain `<cache>/<name>-<version>/bin/<name>` spares tests the package's inner layout.
        let bin = folder.join("bin");
        std::fs::create_dir_all(&bin)?;
        let link = bin.join(package.name);
        if !link.exists() {
            link_program(&program, &link)?;
        }
        found.insert(package.name, link);
    }
    Ok(found)
}

/// On Linux Reasonix runs commands in a sandbox made by `bwrap`, and refuses to run them without.
fn ensure_sandbox() -> Result<()> {
    let has_it =
        || Command::new("bwrap").arg("--version").output().is_ok_and(|output| output.status.success());
    if !cfg!(target_os = "linux") || has_it() {
        return Ok(());
    }
    if apt_install("bubblewrap, which Reasonix runs commands in", "bubblewrap")? && has_it() {
        return Ok(());
    }
    bail!(
        "tests with Reasonix need `bwrap`: install it (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf install bubblewrap`)"
    )
}

#[cfg(unix)]
fn link_program(program: &std::path::Path, link: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755))?;
    symlink(program, link).with_context(|| format!("linking {}", link.display()))
}

#[cfg(not(unix))]
fn link_program(program: &std::path::Path, link: &std::path::Path) -> Result<()> {
    std::fs::copy(program, link).map(|_| ()).with_context(|| format!("copying {}", link.display()))
}

fn platform() -> Result<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-x64"),
        ("linux", "aarch64") => Ok("linux-arm64"),
        ("macos", "aarch64") => Ok("darwin-arm64"),
        ("macos", "x86_64") => Ok("darwin-x64"),
        (os, arch) => bail!("no agent programs are packaged for {os} on {arch}"),
    }
}
