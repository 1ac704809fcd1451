//! The page: npm packages by lock file, TypeScript from `proto/`, the wasm core, the Vite build. Each only when its inputs changed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::step::{output_of, quiet, root};
use crate::{stamp, wasm};

/// Oldest Node the build runs on (docs/adr, decision 20).
const NODE_MINIMUM: (u32, u32) = (20, 19);

/// The front end's folder.
pub fn folder() -> PathBuf {
    root().join("frontend")
}

/// A command that runs a program of `frontend/node_modules`.
pub fn tool(name: &str) -> Command {
    let bin = folder().join("node_modules/.bin");
    let mut command = Command::new(bin.join(name));
    command.current_dir(folder());
    // Programs call their plugins by name.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let with_bin = std::iter::once(bin).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(with_bin).unwrap_or(path.clone()));
    command
}

/// Everything `vite` and `vitest` need before they run: packages, generated messages, wasm.
pub fn prepare() -> Result<()> {
    packages()?;
    messages()?;
    wasm::build(false)?;
    Ok(())
}

/// `frontend/dist`, fresh.
pub fn build() -> Result<()> {
    prepare()?;
    let web = folder();
    let inputs =
        ["src", "public", "index.html", "vite.config.ts", "package-lock.json", "tsconfig.json", "scripts"]
            .map(|name| web.join(name));
    let stamp = stamp::of(&inputs, &[])?;
    stamp::unless_fresh(&web.join("dist/.stamp"), &stamp, || {
        quiet("page", tool("vite").arg("build"))?;
        quiet("compressed page", Command::new("node").arg("scripts/compress.mjs").current_dir(&web))
    })
}

/// `node_modules` as the lock file says.
pub fn packages() -> Result<()> {
    check_node()?;
    let web = folder();
    let stamp = stamp::of(&[web.join("package-lock.json")], &[])?;
    stamp::unless_fresh(&web.join("node_modules/.stamp"), &stamp, || {
        quiet(
            "npm packages",
            // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms. This installs what the
            // lock file says as well, and writes nothing back.
            Command::new(npm())
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"])
                .current_dir(&web),
        )
    })
}

fn messages() -> Result<()> {
    let web = folder();
    let stamp = stamp::of(&[root().join("proto"), web.join("buf.gen.yaml")], &[])?;
    stamp::unless_fresh(&web.join("src/gen/.stamp"), &stamp, || {
        quiet("TypeScript messages", tool("buf").args(["generate", "../proto"]))
    })
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn check_node() -> Result<()> {
    let hint = format!(
        "Node {}.{} or newer builds the page (the finished program needs none): https://nodejs.org, or your system's `nodejs` and `npm` packages",
        NODE_MINIMUM.0, NODE_MINIMUM.1
    );
    let version = output_of(Command::new("node").arg("--version")).with_context(|| hint.clone())?;
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE_MINIMUM {
        bail!("node is {}, too old. {hint}", version.trim());
    }
    Ok(())
}
