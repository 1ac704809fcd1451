//! `cargo xtask tidy`: the rules of the house a reviewer would otherwise repeat. It names what breaks them; it fixes nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::step::{output_of, root};

/// Where generated protobuf types may be named (architecture invariant I3).
const PROTOBUF_HOMES: &[&str] = &[
    "crates/leapmux-proto-",
    "crates/leapmux-client/",
    "crates/leapmux-hub-server/src/",
    "crates/leapmux-worker/src/rpc/",
    "crates/leapmux-worker/src/services/",
    "crates/leapmux-worker/src/hub_link/",
    "crates/leapmux-worker/src/channels/",
    // One encoding serves every watcher (docs/adr/0008).
    "crates/leapmux-worker/src/terminals/",
    "tests/",
    "xtask/",
];
/// Where SQL and the database library may be named (I4).
const SQL_HOMES: &[&str] =
    &["crates/leapmux-hub-store-sql/", "crates/leapmux-worker/src/store", "tests/databases/", "xtask/"];
/// Where the environment may be read (I8): elsewhere settings arrive as arguments.
const ENVIRONMENT_HOMES: &[&str] = &[
    "crates/leapmux-config/",
    "crates/leapmux-cli/",
    "crates/leapmux-pty/src/",
    "crates/leapmux-telemetry/",
    "tests/",
    "xtask/",
];
/// Words of one provider's wire that nothing outside its module may know (I7).
const WIRE_WORDS: &[(&str, &[&str])] = &[
    // stream-json is the protocol of this one provider.
    ("can_use_tool", &["providers/claude", "protocols/stream_json"]),
    ("control_cancel_request", &["providers/claude", "protocols/stream_json"]),
    ("ExitPlanMode", &["providers/claude", "protocols/stream_json"]),
    ("_reasonix.io", &["providers/reasonix"]),
    ("OPENCODE_PERMISSION", &["providers/opencode"]),
];

/// Fails with one line per broken rule.
pub fn tidy() -> Result<()> {
    let mut broken = Vec::new();
    let mut functions = String::new();
    for file in tracked()? {
        let Ok(text) = std::fs::read_to_string(root().join(&file)) else { continue };
        let name = file.to_string_lossy().replace('\\', "/");
        match file.extension().and_then(|e| e.to_str()) {
            Some("rs") => {
                functions
                    .extend(text.lines().filter(|line| line.contains("fn ")).flat_map(|line| [line, "\n"]));
                rust(&name, &text, &mut broken);
            }
            // A test is named after what it tests, and a declaration after what it declares.
            Some("ts" | "tsx") if name.contains(".test.") || name.ends_with(".d.ts") => {}
            Some("ts" | "tsx") => first_line(&name, &text, "//", &mut broken),
            _ => {}
        }
        everything(&name, &text, &mut broken);
    }
    map_is_true(&mut broken);
    failures_are_tested(&functions, &mut broken);
    outliers()?;
    if broken.is_empty() {
        println!("● tidy: nothing to say");
        Ok(())
    } else {
        bail!("{} rule(s) broken\n  {}", broken.len(), broken.join("\n  "))
    }
}

fn tracked() -> Result<Vec<PathBuf>> {
    let list = output_of(Command::new("git").args(["ls-files", "-z"]).current_dir(root()))?;
    Ok(list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

fn rust(name: &str, text: &str, broken: &mut Vec<String>) {
    first_line(name, text, "//!", broken);
    let at_home = |homes: &[&str]| homes.iter().any(|home| name.starts_with(home));
    let tests_at = text.find("#[cfg(test)]").unwrap_or(text.len());
    let production =
        if name.contains("/tests/") || name.ends_with("/tests.rs") { "" } else { &text[..tests_at] };
    if !at_home(PROTOBUF_HOMES) && production.contains("buffa::") {
        broken.push(format!("{name}: protobuf types belong to the edges (I3)"));
    }
    if !at_home(SQL_HOMES) && production.contains("sea_orm") {
        broken.push(format!("{name}: SQL belongs to the stores (I4)"));
    }
    if !at_home(ENVIRONMENT_HOMES) && !name.ends_with("build.rs") && production.contains("env::var") {
        broken.push(format!("{name}: only `config` reads settings from the environment (I8)"));
    }
    if !name.contains("runtime/") && !name.starts_with("tests/") && production.contains("tokio::spawn(") {
        broken.push(format!(
            "{name}: tasks are spawned through `runtime::Tasks`, which owns and ends them (I8)"
        ));
    }
    if production.contains("unbounded_channel") {
        broken.push(format!("{name}: every queue has a bound"));
    }
    for (word, homes) in WIRE_WORDS {
        let elsewhere = name.starts_with("xtask/") || name.contains("/fixtures/");
        let allowed = elsewhere || homes.iter().any(|home| name.contains(home));
        if !allowed && production.contains(word) {
            broken.push(format!("{name}: `{word}` belongs to {} (I7)", homes.join(", ")));
        }
    }
}

fn first_line(name: &str, text: &str, mark: &str, broken: &mut Vec<String>) {
    if !text.starts_with(mark) && !text.starts_with("#!") {
        broken.push(format!("{name}: the first line says what lives here"));
    }
}

fn everything(name: &str, text: &str, broken: &mut Vec<String>) {
    if name.ends_with("package-lock.json") && text.contains("\"resolved\"") {
        broken.push(format!("{name}: lock files record no download addresses"));
    }
    if !name.starts_with("xtask/")
        && is_source(name)
        && ["TODO:", "TODO(", "// TODO", "FIXME"].iter().any(|mark| text.contains(mark))
    {
        broken.push(format!("{name}: unfinished work is an issue, not a comment"));
    }
}

fn is_source(name: &str) -> bool {
    [".rs", ".ts", ".tsx", ".css", ".proto", ".mjs"].iter().any(|ending| name.ends_with(ending))
}

/// ARCHITECTURE.md's "where does X live" names files in back-ticks; each must exist.
fn map_is_true(broken: &mut Vec<String>) {
    let Ok(map) = std::fs::read_to_string(root().join("ARCHITECTURE.md")) else {
        broken.push("ARCHITECTURE.md is missing".into());
        return;
    };
    for path in map.split('`').skip(1).step_by(2).filter(|quoted| looks_like_path(quoted)) {
        if !root().join(path).exists() {
            broken.push(format!("ARCHITECTURE.md names `{path}`, which does not exist"));
        }
    }
}

/// docs/dev/failures.md names the test of each failure in back-ticks; each must exist. `…` at the end stands for the rest.
fn failures_are_tested(functions: &str, broken: &mut Vec<String>) {
    let table = std::fs::read_to_string(root().join("docs/dev/failures.md")).unwrap_or_default();
    for quoted in table.split('`').skip(1).step_by(2) {
        let name = quoted.rsplit("::").next().unwrap_or_default();
        let stem = name.trim_end_matches('…');
        let is_name = stem.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let end = if stem == name { "(" } else { "" };
        if is_name && stem.contains('_') && !functions.contains(&format!("fn {stem}{end}")) {
            broken.push(format!("docs/dev/failures.md names the test `{quoted}`, which does not exist"));
        }
    }
}

fn looks_like_path(quoted: &str) -> bool {
    ["crates/", "frontend/", "proto/", "tests/", "docs/", "xtask/", "fuzz/"]
        .iter()
        .any(|start| quoted.starts_with(start))
        && !quoted.contains(['<', '*', '{', ' '])
}

/// The longest source files, for discussion only.
fn outliers() -> Result<()> {
    let mut long: Vec<(usize, String)> = Vec::new();
    for file in tracked()? {
        let name = file.to_string_lossy().into_owned();
        if is_source(&name) && !is_test(&file) {
            let lines = std::fs::read_to_string(root().join(&file)).map_or(0, |text| text.lines().count());
            if lines > 500 {
                long.push((lines, name));
            }
        }
    }
    long.sort_unstable_by(|a, b| b.cmp(a));
    for (lines, name) in long.iter().take(8) {
        println!("  {lines} lines: {name} (is there a seam?)");
    }
    Ok(())
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.to_string_lossy().contains(".test.")
}
