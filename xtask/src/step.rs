//! Running the programs a job is made of, with one line of progress each.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The repository's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository").to_owned()
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, else `target` in the repository.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs this xtask.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs `command` with its output on the terminal, under a line that names what it is for.
pub fn show(what: &str, command: &mut Command) -> Result<()> {
    println!("● {what}");
    let started = Instant::now();
    let status = command.status().with_context(|| format!("could not start {command:?}"))?;
    if !status.success() {
        bail!("{what}: failed ({status})");
    }
    println!("  {what}: {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Runs `command` quietly; its output appears only when it fails.
pub fn quiet(what: &str, command: &mut Command) -> Result<()> {
    print!("● {what} … ");
    std::io::stdout().flush()?;
    let started = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{what}: could not start {command:?}"))?;
    if !output.status.success() {
        println!("failed");
        std::io::stderr().write_all(&output.stdout)?;
        std::io::stderr().write_all(&output.stderr)?;
        bail!("{what}: failed ({})", output.status);
    }
    println!("{:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// The standard output of `command`, which must succeed.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Installs a package of Debian or Ubuntu when we may: as root, where there is an `apt-get`. False: we may not.
pub fn apt_install(what: &str, package: &str) -> Result<bool> {
    if !is_root() || Command::new("apt-get").arg("--version").output().is_err() {
        return Ok(false);
    }
    quiet("package lists", Command::new("apt-get").args(["update", "-qq"]))?;
    quiet(
        what,
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    Ok(true)
}

#[cfg(unix)]
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
