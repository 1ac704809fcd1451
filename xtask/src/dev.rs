//! `cargo xtask dev`: the Vite dev server, LeapMux in front of it, and a rebuild when a source file changes.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::run::{PROFILE, PROFILE_FOLDER};
use crate::step::{cargo, root, target_dir};
use crate::{wasm, web};

/// How often sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Runs until interrupted.
pub fn dev(flags: &[String]) -> Result<ExitCode> {
    web::prepare()?;
    let port = free_port()?;
    let mut vite = web::tool("vite")
        .args(["--host", "127.0.0.1", "--strictPort", "--port", &port.to_string()])
        .spawn()
        .context("could not start the Vite dev server")?;
    let page = format!("http://127.0.0.1:{port}");
    let mut program = if build()? { Some(start(flags, &page)?) } else { None };
    let mut seen = sources()?;
    loop {
        std::thread::sleep(LOOK_EVERY);
        if let Some(status) = vite.try_wait()? {
            stop(program.as_mut());
            anyhow::bail!("the Vite dev server ended ({status})");
        }
        let current = sources()?;
        if current == seen {
            continue;
        }
        let wasm_changed = changed(&seen, &current).iter().any(|path| in_browser(path));
        seen = current;
        if wasm_changed {
            report(wasm::build(true).map(|_| ()));
        }
        // The old one goes on until there is a new one.
        if build()? {
            stop(program.as_mut());
            program = Some(start(flags, &page)?);
        }
    }
}

/// Builds LeapMux; a build that fails is shown and waits for the next change.
fn build() -> Result<bool> {
    let built = cargo().args(["build", "--quiet", "-p", "leapmux", "--profile", PROFILE]).status()?;
    if !built.success() {
        eprintln!("● the build failed; waiting for a change");
    }
    Ok(built.success())
}

fn start(flags: &[String], page: &str) -> Result<Child> {
    let program = target_dir().join(PROFILE_FOLDER).join("leapmux");
    Ok(Command::new(program).arg("solo").args(["--dev-frontend", page]).args(flags).spawn()?)
}

fn stop(program: Option<&mut Child>) {
    if let Some(child) = program {
        // The polite signal first: agents and terminals are put away as at any other stop.
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let _ = child.wait();
    }
}

fn report(result: Result<()>) {
    if let Err(error) = result {
        eprintln!("● {error:#}");
    }
}

fn in_browser(path: &Path) -> bool {
    ["leapmux-types", "leapmux-layout", "leapmux-noise", "leapmux-channel", "leapmux-wasm"]
        .iter()
        .any(|name| path.components().any(|part| part.as_os_str() == *name))
}

fn changed<'a>(
    old: &BTreeMap<PathBuf, SystemTime>,
    new: &'a BTreeMap<PathBuf, SystemTime>,
) -> Vec<&'a PathBuf> {
    new.iter().filter(|(path, time)| old.get(*path) != Some(time)).map(|(path, _)| path).collect()
}

fn sources() -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut found = BTreeMap::new();
    for folder in ["crates", "proto"] {
        collect(&root().join(folder), &mut found)?;
    }
    Ok(found)
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, SystemTime>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "rs" || e == "proto" || e == "toml") {
            // A file may vanish between the listing and this line; the next look sees it gone.
            if let Ok(time) = entry.metadata().and_then(|m| m.modified()) {
                found.insert(path, time);
            }
        }
    }
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
