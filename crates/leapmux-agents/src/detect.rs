//! Which agents are installed: looked up on the login shell's PATH, asked for their version, remembered while the file stays
//! the same.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use leapmux_pty::{Source, SpawnSpec, Stdio};

use crate::process::Runner;
use crate::provider::AgentProvider;
use crate::providers::providers;

/// How long a program may take to tell its version.
const VERSION_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of its answer that are read.
const VERSION_OUTPUT: usize = 64 * 1024;

/// A provider's program on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub program: PathBuf,
    pub found: Found,
}

/// Whether it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It told this version; empty when it told something else.
    Works { version: String },
    /// It is installed and does not run; the text says why.
    Broken { problem: String },
}

/// Looks for programs and remembers what it found.
#[derive(Default)]
pub struct Detector {
    known: Mutex<BTreeMap<PathBuf, (Option<SystemTime>, Found)>>,
}

impl Detector {
    /// Every provider with a program on the PATH, in the order of `providers()`.
    pub async fn installed(&self, runner: &Runner) -> Vec<(&'static dyn AgentProvider, Detected)> {
        let mut installed = Vec::new();
        for provider in providers() {
            if let Some(detected) = self.detect(runner, *provider).await {
                installed.push((*provider, detected));
            }
        }
        installed
    }

    /// The provider's program, if there is one.
    pub async fn detect(&self, runner: &Runner, provider: &dyn AgentProvider) -> Option<Detected> {
        let env = runner.environment().await;
        let path = env.get(OsStr::new("PATH")).cloned().unwrap_or_default();
        let program = provider.programs().iter().find_map(|name| look_up(&path, name))?;
        let changed = std::fs::metadata(&program).and_then(|file| file.modified()).ok();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&program).cloned();
        if let Some((_, found)) = known.filter(|(then, _)| *then == changed) {
            return Some(Detected { program, found });
        }
        let found = ask_version(runner, &program, env).await;
        let entry = (changed, found.clone());
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(program.clone(), entry);
        Some(Detected { program, found })
    }

    /// Forgets everything: the user installed or repaired something.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn look_up(path: &OsStr, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ""] } else { &[""] };
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{name}{ending}"))))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    let Ok(facts) = std::fs::metadata(file) else { return false };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    facts.is_file() && executable
}

async fn ask_version(runner: &Runner, program: &Path, env: leapmux_pty::Environment) -> Found {
    let cwd = std::env::temp_dir();
    let spec = SpawnSpec {
        program: program.to_owned(),
        args: vec!["--version".into()],
        cwd,
        env,
        stdio: Stdio::Pipes,
    };
    let mut process = match runner.host.spawn(spec).await {
        Ok(process) => process,
        Err(error) => return Found::Broken { problem: error.to_string() },
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let ends = async {
        while let Some(piece) = process.output.next().await {
            let kept = if piece.source == Source::Stderr { &mut err } else { &mut out };
            let room = VERSION_OUTPUT.saturating_sub(kept.len());
            kept.extend(piece.bytes.iter().take(room));
        }
        process.exit.wait().await
    };
    let status = tokio::time::timeout(VERSION_TIMEOUT, ends).await;
    process.control.kill_tree(Duration::ZERO).await;
    match status {
        Err(_) => Found::Broken { problem: "it did not tell its version within 10 s".to_owned() },
        Ok(status) if status.success() => {
            Found::Works { version: version_in(&String::from_utf8_lossy(&out)) }
        }
        Ok(status) => {
            let text = String::from_utf8_lossy(if err.is_empty() { &out } else { &err }).into_owned();
            let line = text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
            let problem = line.unwrap_or_else(|| match status.code {
                Some(code) => format!("it ended with code {code}"),
                None => "it was ended by a signal".to_owned(),
            });
            Found::Broken { problem }
        }
    }
}

/// The first `1.2.3` in a text, empty when there is none.
fn version_in(text: &str) -> String {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let version = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() >= 3 && parts.iter().take(3).all(|part| !part.is_empty())
    };
    let found = numbers.map(|word| word.trim_matches('.')).find(version);
    found.map(|word| word.split('.').take(3).collect::<Vec<_>>().join(".")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_versions_agents_print() {
        for (printed, version) in [
            ("2.1.329 (Claude Code)\n", "2.1.329"),
            ("codex-cli 0.169.0", "0.169.0"),
            (" 1.52.0\n", "1.52.0"),
            ("reasonix v1.38.11", "1.38.11"),
            ("GitHub Copilot CLI 1.0.102.", "1.0.102"),
            ("no version 1.2", ""),
        ] {
            assert_eq!(version_in(printed), version, "{printed}");
        }
    }
}
