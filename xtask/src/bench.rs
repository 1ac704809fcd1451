//! `cargo xtask bench`: builds the program and the bench runner optimized, installs the peers it can, and runs the scenarios.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::step::{cargo, show, target_dir};
use crate::web;

/// Runs the named scenarios, all when none is named.
pub fn bench(scenarios: &[String]) -> Result<ExitCode> {
    web::build()?;
    show(
        "program and bench runner, release",
        cargo().args(["build", "--locked", "--release", "-p", "leapmux", "-p", "leapmux-bench"]),
    )?;
    let bin = target_dir().join("release");
    let status = Command::new(bin.join("leapmux-bench"))
        .args(scenarios)
        .env("LEAPMUX_BIN", bin.join("leapmux"))
        .status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
