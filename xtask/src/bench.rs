//! `cargo xtask bench`: builds the program and the bench runner optimized, installs what it can, and runs the scenarios.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::step::{cargo, show, target_dir};
use crate::{browser, wasm, web};

/// Runs the named scenarios, all when none is named.
pub fn bench(scenarios: &[String]) -> Result<ExitCode> {
    web::build()?;
    // The page's core with a Worker's side, for the channel's figures.
    wasm::build_for_tests()?;
    show(
        "program and bench runner, release",
        cargo().args(["build", "--locked", "--release", "-p", "leapmux", "-p", "leapmux-bench"]),
    )?;
    let bin = target_dir().join("release");
    let mut runner = Command::new(bin.join("leapmux-bench"));
    runner.args(scenarios).env("LEAPMUX_BIN", bin.join("leapmux"));
    match browser::ensure() {
        Ok(chromium) => {
            runner.env(browser::VARIABLE, chromium);
        }
        // What needs no browser is measured all the same.
        Err(error) => eprintln!("{error:#}"),
    }
    let status = runner.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
