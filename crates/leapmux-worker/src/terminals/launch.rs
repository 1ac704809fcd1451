//! Starts a terminal's shell: where, with which arguments and in which environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use leapmux_pty::environment::{home, terminal_environment};
use leapmux_pty::{Environment, Process, ProcessHost, SpawnError, SpawnSpec, Stdio, shell};

use super::shared::Size;

/// What a terminal runs, at its first start and at every restart.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    pub(super) shell: PathBuf,
    pub(super) working_dir: PathBuf,
}

/// A shell that runs.
pub(super) struct Started {
    pub(super) process: Process,
    /// Where it had to start, if its directory is gone.
    pub(super) instead: Option<PathBuf>,
}

impl Launch {
    /// What was asked for, with defaults for what was not; looks into the user database.
    pub(super) fn resolve(asked_shell: &str, asked_dir: &str, env: &Environment) -> Self {
        let shell = match asked_shell {
            "" => shell::default_shell(env),
            asked => PathBuf::from(asked),
        };
        Self { shell, working_dir: directory(asked_dir, &home(env)) }
    }

    /// Starts the shell. With `fall_back`, a directory that is gone is replaced by home.
    pub(super) async fn start(
        self,
        host: Arc<dyn ProcessHost>,
        base: Arc<Environment>,
        size: Size,
        fall_back: bool,
    ) -> Result<Started, SpawnError> {
        let binary = std::env::current_exe().ok();
        let leapmux =
            binary.as_deref().filter(|binary| binary.file_stem().is_some_and(|name| name == "leapmux"));
        let mut env = terminal_environment(&base, leapmux, &Environment::new());
        env.entry("SHELL".into()).or_insert_with(|| self.shell.clone().into());
        let spec = |cwd: &Path| SpawnSpec {
            program: self.shell.clone(),
            args: shell::login_arguments(&self.shell),
            cwd: cwd.to_owned(),
            env: env.clone(),
            stdio: Stdio::Pty { cols: size.cols, rows: size.rows },
        };
        match host.spawn(spec(&self.working_dir)).await {
            Ok(process) => Ok(Started { process, instead: None }),
            Err(SpawnError::NoSuchDirectory { .. }) if fall_back => {
                let instead = home(&base);
                let process = host.spawn(spec(&instead)).await?;
                Ok(Started { process, instead: Some(instead) })
            }
            Err(error) => Err(error),
        }
    }
}

/// `~` and `~/…` are home; a relative path is below it.
fn directory(asked: &str, home: &Path) -> PathBuf {
    match asked.strip_prefix('~').map(|rest| rest.trim_start_matches('/')) {
        Some("") => home.to_owned(),
        Some(rest) if asked.starts_with("~/") => home.join(rest),
        _ if asked.is_empty() => home.to_owned(),
        _ => home.join(asked),
    }
}

/// Why a shell did not start, for the pane that would have shown it.
pub(super) fn failure(error: &SpawnError) -> String {
    let mut text = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        text = format!("{text}: {source}");
    }
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_below_home_unless_they_are_absolute() {
        let home = Path::new("/home/ada");
        for (asked, expected) in [
            ("", "/home/ada"),
            ("~", "/home/ada"),
            ("~/src", "/home/ada/src"),
            ("src", "/home/ada/src"),
            ("/tmp", "/tmp"),
            ("~other", "/home/ada/~other"),
        ] {
            assert_eq!(directory(asked, home), Path::new(expected), "{asked}");
        }
    }

    #[test]
    fn failures_are_sentences() {
        let error = SpawnError::NoSuchDirectory { cwd: "/gone".into() };
        assert_eq!(failure(&error), "The directory /gone does not exist");
    }
}
