//! The wasm core: `leapmux-wasm` compiled and bound for the page, nothing installed but Rust's own wasm target.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::stamp;
use crate::step::{cargo, output_of, quiet, root, target_dir};

const TARGET: &str = "wasm32-unknown-unknown";
/// Everything the page's core is made of; a change anywhere else cannot change it.
const INPUTS: [&str; 9] = [
    "crates/leapmux-types",
    "crates/leapmux-layout",
    "crates/leapmux-noise",
    "crates/leapmux-channel",
    "crates/leapmux-wasm",
    "xtask/src/wasm.rs",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];
/// Folders in them that the core is not made of.
const NOT_INPUTS: [&str; 2] = ["tests", "benches"];

/// What is built: where it goes, and from what.
struct Kind {
    what: &'static str,
    profile: &'static str,
    features: &'static [&'static str],
    folder: &'static str,
}

/// The page's core into `frontend/src/core/pkg`; skipped when nothing it is made of changed. `dev`: quick to build, with names
/// for the debugger, slower to run. Answers the folder.
pub fn build(dev: bool) -> Result<PathBuf> {
    let (what, profile) = if dev { ("wasm core (dev)", "wasm-dev") } else { ("wasm core", "wasm") };
    make(&Kind { what, profile, features: &[], folder: "frontend/src/core/pkg" })
}

/// The same core with the test vectors' runner and a Worker's side for the front end's unit tests: the code the page runs,
/// compiled the way the page's is. Answers the folder.
pub fn build_for_tests() -> Result<PathBuf> {
    let folder = "frontend/pkg-testing";
    make(&Kind { what: "wasm core for tests", profile: "wasm", features: &["testing"], folder })
}

fn make(kind: &Kind) -> Result<PathBuf> {
    let inputs = INPUTS.map(|input| root().join(input));
    let folder = root().join(kind.folder);
    let stamp = format!("{} {}", kind.profile, stamp::of(&inputs, &NOT_INPUTS)?);
    stamp::unless_fresh(&folder.join(".stamp"), &stamp, || {
        ensure_target()?;
        quiet(kind.what, compile(kind).env("RUSTFLAGS", ""))?;
        let compiled = target_dir().join(TARGET).join(kind.profile).join("leapmux_wasm.wasm");
        bind(&compiled, &folder, kind.profile == "wasm-dev")
    })?;
    Ok(folder)
}

fn compile(kind: &Kind) -> Command {
    let mut command = cargo();
    command.args(["build", "--locked", "-p", "leapmux-wasm", "--lib", "--target", TARGET]);
    command.args(["--profile", kind.profile, "--features", &kind.features.join(",")]);
    command
}

/// Writes the JavaScript around the compiled module. The page passes the module's address in, so the glue names none.
fn bind(compiled: &Path, folder: &Path, debug: bool) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).web(true)?.typescript(true).omit_default_module_path(true);
    bindgen.remove_producers_section(true).remove_name_section(!debug).keep_debug(debug);
    bindgen.generate(folder).with_context(|| format!("writing {}", folder.display()))
}

/// Rust's library for the wasm target: added by rustup when it is missing, because rustup may be told not to install what
/// `rust-toolchain.toml` names by itself, and then says nothing.
fn ensure_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut ask = Command::new(rustc);
    ask.args(["--print", "target-libdir", "--target", TARGET]).current_dir(root());
    let library = PathBuf::from(output_of(&mut ask)?.trim());
    if library.is_dir() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]).current_dir(root());
    if quiet("Rust's wasm target", &mut add).is_ok() {
        return Ok(());
    }
    bail!(
        "Rust's library for {TARGET} is missing. With rustup: `rustup target add {TARGET}`; with a Rust from your system's \
         packages: the package that brings it (Fedora `rust-std-static-{TARGET}`, Arch `rust-wasm`), or install rustup from \
         https://rustup.rs"
    );
}
