//! `cargo xtask run`: build what changed, then become `leapmux solo`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::step::{cargo, output_of, root, show, target_dir};
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

/// What cargo builds again although nothing changed since `build`: one sentence per package. Each makes every start slow.
pub fn built_again() -> Result<Vec<String>> {
    let mut again = cargo();
    again.args([
        "build",
        "--locked",
        "--quiet",
        "-p",
        "leapmux",
        "--profile",
        PROFILE,
        "--message-format=json",
    ]);
    let told = output_of(&mut again)?;
    let artifacts = told.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let stale = artifacts.filter(|told| told["reason"] == "compiler-artifact" && told["fresh"] == false);
    Ok(stale.map(|told| format!("{} is built again with nothing changed", told["target"]["name"])).collect())
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
