//! `cargo xtask run`: build what changed, then become `leapmux solo`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::step::{cargo, root, show, target_dir};
use crate::web;

/// The profile of what people try, what tests run and what browser stories play: one build for all (docs/adr/0003).
pub const PROFILE: &str = "dev";
/// Where cargo puts that profile's programs, below the target folder.
pub const PROFILE_FOLDER: &str = "debug";

/// Builds the page and the program; answers the program's path.
pub fn build() -> Result<PathBuf> {
    web::build()?;
    show("program", cargo().args(["build", "--locked", "--quiet", "-p", "leapmux", "--profile", PROFILE]))?;
    Ok(target_dir().join(PROFILE_FOLDER).join(format!("leapmux{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds and starts; comes back only when LeapMux ends.
pub fn run(flags: &[String]) -> Result<ExitCode> {
    let program = build()?;
    let mut command = Command::new(&program);
    command.arg("solo").args(flags).current_dir(root());
    become_program(command)
}

#[cfg(unix)]
fn become_program(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    // Replacing this process hands over the terminal and its signals whole.
    Err(command.exec()).with_context(|| format!("could not start {command:?}"))
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("could not start {command:?}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
