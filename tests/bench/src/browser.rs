//! The shipped page in headless Chromium: a script of `frontend/tests/bench`, played by Playwright, and the figures it wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::leapmux::LeapMux;

/// What a script found, by the names it gave.
#[derive(Debug)]
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// One of them.
    pub fn get(&self, name: &str) -> Result<f64> {
        self.0.get(name).copied().with_context(|| format!("the browser's script did not tell {name}"))
    }
}

/// The front end's folder.
pub fn frontend() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../frontend"))
}

/// Plays `<script>.bench.ts` on the page of `leapmux`; `given` is what the script must know.
pub async fn play(script: &str, leapmux: &LeapMux, mut given: Value) -> Result<Figures> {
    let figures = tempfile::NamedTempFile::new()?;
    given["url"] = json!(leapmux.url());
    given["home"] = json!(leapmux.home());
    given["figures"] = json!(figures.path());
    let played = playwright(&frontend())
        .args(["test", "--config", "tests/bench/playwright.config.ts", "--reporter=line"])
        .arg(format!("/{script}.bench.ts"))
        .env("LEAPMUX_BENCH", given.to_string())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("starting node")?;
    ensure!(
        played.status.success(),
        "the browser's script failed: {}{}",
        String::from_utf8_lossy(&played.stdout),
        String::from_utf8_lossy(&played.stderr)
    );
    Ok(Figures(serde_json::from_slice(&std::fs::read(figures.path())?)?))
}

fn playwright(frontend: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg("node_modules/@playwright/test/cli.js").current_dir(frontend);
    command
}
