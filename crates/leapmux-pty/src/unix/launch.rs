//! Forks and executes: every process is started by one thread that lives as long as the program.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio as Std;
use std::sync::LazyLock;

use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{AccessFlags, access};
use pty_process::{Pty, Size};
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};

use crate::process::{SpawnError, SpawnSpec, Stdio};

/// Starts waiting for the launcher; more callers wait in line.
const LAUNCH_QUEUE: usize = 16;

type Job = Box<dyn FnOnce() + Send>;

/// The launcher. Linux sends the parent-death signal when the *thread* that forked ends, and the runtime's threads come
/// and go; one thread also means that no other fork can catch a PTY between its opening and its close-on-exec flag.
static LAUNCHER: LazyLock<mpsc::Sender<Job>> = LazyLock::new(|| {
    let (sender, mut jobs) = mpsc::channel::<Job>(LAUNCH_QUEUE);
    let started = std::thread::Builder::new().name("launcher".into()).spawn(move || {
        while let Some(job) = jobs.blocking_recv() {
            job();
        }
    });
    if let Err(error) = started {
        tracing::error!(%error, "the thread that starts processes could not be started");
    }
    sender
});

/// A child and, if it has one, the terminal it runs on.
pub(super) struct Launched {
    pub(super) child: Child,
    pub(super) pty: Option<Pty>,
}

/// Starts `spec` on the launcher's thread; `register` is called there with the new process's number.
pub(super) async fn launch(
    spec: SpawnSpec,
    register: impl FnOnce(u32) + Send + 'static,
) -> Result<Launched, SpawnError> {
    let asked = spec.program.clone();
    let lost = |program| SpawnError::Failed { program, source: io::Error::other("the launcher is gone") };
    // Looking at directories may hang on a dead network mount; that must not hold up the launcher.
    let checked = tokio::task::spawn_blocking(move || check(spec)).await.map_err(|_| lost(asked.clone()))?;
    let (spec, program) = checked?;
    let (answer, launched) = oneshot::channel();
    let runtime = tokio::runtime::Handle::current();
    let job = Box::new(move || {
        let _entered = runtime.enter();
        let result = start(spec, program);
        if let Ok(Launched { child, .. }) = &result
            && let Some(pid) = child.id()
        {
            register(pid);
        }
        let _ = answer.send(result);
    });
    LAUNCHER.send(job).await.map_err(|_| lost(asked.clone()))?;
    launched.await.map_err(|_| lost(asked))?
}

/// Refuses what cannot start with a sentence of its own, and finds the program.
fn check(spec: SpawnSpec) -> Result<(SpawnSpec, PathBuf), SpawnError> {
    if matches!(spec.stdio, Stdio::Pty { cols: 0, .. } | Stdio::Pty { rows: 0, .. }) {
        return Err(SpawnError::EmptySize);
    }
    if !spec.cwd.is_dir() {
        return Err(SpawnError::NoSuchDirectory { cwd: spec.cwd });
    }
    if access(&spec.cwd, AccessFlags::X_OK).is_err() {
        return Err(SpawnError::DirectoryForbidden { cwd: spec.cwd });
    }
    let program =
        find_program(&spec.program, spec.env.get(OsStr::new("PATH")).map(OsString::as_os_str), &spec.cwd)?;
    Ok((spec, program))
}

/// The file a program's name stands for, as `execvp` finds it.
fn find_program(program: &Path, path: Option<&OsStr>, cwd: &Path) -> Result<PathBuf, SpawnError> {
    let candidates: Vec<PathBuf> = if program.components().count() > 1 || program.is_absolute() {
        vec![cwd.join(program)]
    } else {
        std::env::split_paths(path.unwrap_or_default()).map(|dir| cwd.join(dir).join(program)).collect()
    };
    let mut forbidden = false;
    for file in candidates.into_iter().filter(|file| file.is_file()) {
        if access(&file, AccessFlags::X_OK).is_ok() {
            return Ok(file);
        }
        forbidden = true;
    }
    let program = program.to_owned();
    Err(if forbidden {
        SpawnError::NotExecutable { program }
    } else {
        SpawnError::ProgramNotFound { program }
    })
}

fn start(spec: SpawnSpec, program: PathBuf) -> Result<Launched, SpawnError> {
    let failed = |source: io::Error| SpawnError::Failed { program: program.clone(), source };
    match spec.stdio {
        Stdio::Pty { cols, rows } => {
            let terminal =
                |error: pty_process::Error| SpawnError::NoTerminal { source: io::Error::other(error) };
            let (pty, pts) = pty_process::open().map_err(terminal)?;
            pty.resize(Size::new(rows, cols)).map_err(terminal)?;
            let command = pty_process::Command::new(&program)
                .args(&spec.args)
                .current_dir(&spec.cwd)
                .env_clear()
                .envs(own(&spec.env));
            let parent = std::process::id();
            // SAFETY: the closure runs between fork and exec; it makes system calls only and allocates nothing.
            let command = unsafe { command.pre_exec(move || prepare_child(parent, Signal::SIGHUP)) };
            let child = command.spawn(pts).map_err(|error| match error {
                pty_process::Error::Io(source) => failed(source),
                other => failed(io::Error::other(other)),
            })?;
            Ok(Launched { child, pty: Some(pty) })
        }
        Stdio::Pipes => {
            let mut command = tokio::process::Command::new(&program);
            command.args(&spec.args).current_dir(&spec.cwd).env_clear().envs(own(&spec.env));
            command.stdin(Std::piped()).stdout(Std::piped()).stderr(Std::piped());
            let parent = std::process::id();
            // SAFETY: as above.
            unsafe {
                command.pre_exec(move || {
                    nix::unistd::setsid()?;
                    prepare_child(parent, Signal::SIGTERM)
                })
            };
            let child = command.spawn().map_err(failed)?;
            Ok(Launched { child, pty: None })
        }
    }
}

fn own(env: &BTreeMap<OsString, OsString>) -> impl Iterator<Item = (&OsString, &OsString)> {
    // A name with `=` or nothing in it cannot be passed on, and would make the whole start fail.
    env.iter().filter(|(name, _)| !name.is_empty() && !name.as_encoded_bytes().contains(&b'='))
}

/// Runs in the child before it becomes the program: the signals a shell cannot reset for itself when they are ignored at
/// its start (LeapMux under `nohup`), and the signal that ends it with us.
fn prepare_child(parent: u32, farewell: Signal) -> io::Result<()> {
    for reset in [
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
        Signal::SIGTSTP,
        Signal::SIGTTIN,
        Signal::SIGTTOU,
        Signal::SIGPIPE,
        Signal::SIGCHLD,
    ] {
        // SAFETY: the default disposition runs none of our code.
        unsafe { signal(reset, SigHandler::SigDfl) }?;
    }
    #[cfg(target_os = "linux")]
    {
        nix::sys::prctl::set_pdeathsig(farewell)?;
        // The parent may have died before the line above; then nobody would send the signal.
        if u32::try_from(nix::unistd::getppid().as_raw()) != Ok(parent) {
            nix::sys::signal::raise(Signal::SIGKILL)?;
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (parent, farewell);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn finds_programs_as_execvp_does() {
        let dir = tempfile::tempdir().expect("a directory");
        let (tool, plain) = (dir.path().join("tool"), dir.path().join("plain"));
        std::fs::write(&tool, "").expect("written");
        std::fs::write(&plain, "").expect("written");
        std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).expect("made executable");
        let (path, cwd) = (dir.path().as_os_str(), Path::new("/"));
        assert_eq!(find_program(Path::new("tool"), Some(path), cwd).expect("on the path"), tool);
        assert_eq!(
            find_program(Path::new("./tool"), None, dir.path()).expect("relative to cwd"),
            dir.path().join("./tool")
        );
        let refused = find_program(Path::new("gone"), Some(path), cwd).expect_err("not there");
        assert_eq!(refused.to_string(), "gone was not found");
        // Root may execute nothing without an x bit either.
        let refused = find_program(Path::new("plain"), Some(path), cwd).expect_err("not executable");
        assert_eq!(refused.to_string(), "plain may not be executed: permission denied");
    }
}
