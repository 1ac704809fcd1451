//! The guard: a tiny process that ends the sessions LeapMux started when LeapMux dies without doing it itself.
//!
//! It is this very program, started again with a hidden argument, and holds the reading end of a pipe. LeapMux writes
//! each session it starts and each that has ended; when the pipe ends, LeapMux is gone, and the guard ends the rest.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{SigHandler, Signal, signal};

use crate::unix::session::{Session, end};

/// What makes this program a guard, as its first argument.
const GUARD_ARGUMENT: &str = "__leapmux-guard";
/// How long orphans may take to end when asked, before they are killed.
const GRACE: Duration = Duration::from_secs(2);

/// Whether this program would be a guard if it were started as one.
static CAN_GUARD: AtomicBool = AtomicBool::new(false);

/// Makes this process a guard, and never returns, if that is what it was started for. First thing in `main`.
pub fn run_if_requested() {
    CAN_GUARD.store(true, Ordering::Relaxed);
    if std::env::args_os().nth(1).is_some_and(|argument| argument == GUARD_ARGUMENT) {
        serve();
        std::process::exit(0);
    }
}

/// The guard's life: listens on standard input until it ends, then ends every session that was not taken back.
pub fn serve() {
    // A Ctrl-C or a hang-up meant for LeapMux is not meant for its guard.
    let _ = nix::unistd::setsid();
    for ignored in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGPIPE] {
        // SAFETY: ignoring a signal runs none of our code.
        let _ = unsafe { signal(ignored, SigHandler::SigIgn) };
    }
    let _ = std::env::set_current_dir("/");
    let mut sessions = BTreeSet::new();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        apply(&mut sessions, &line);
    }
    let sessions: Vec<Session> = sessions.into_iter().collect();
    end(&sessions, &[Signal::SIGHUP, Signal::SIGTERM, Signal::SIGCONT], GRACE);
}

/// `+` adds a session, `-` takes it back; anything else is skipped.
fn apply(sessions: &mut BTreeSet<Session>, line: &str) {
    if let Some(session) = line.strip_prefix('+').and_then(Session::from_line) {
        sessions.insert(session);
    } else if let Some(session) = line.strip_prefix('-').and_then(Session::from_line) {
        sessions.remove(&session);
    }
}

/// How to start a guard.
#[derive(Debug, Clone)]
pub struct GuardCommand {
    /// A program that calls `serve` when it is started with `args`.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl GuardCommand {
    /// This program as a guard, if its `main` calls `run_if_requested`.
    pub fn this_program() -> Option<Self> {
        if !CAN_GUARD.load(Ordering::Relaxed) {
            return None;
        }
        // The link stays good when the binary is replaced by an upgrade.
        let link = PathBuf::from("/proc/self/exe");
        let program = if link.exists() { link } else { std::env::current_exe().ok()? };
        Some(Self { program, args: vec![GUARD_ARGUMENT.into()] })
    }
}

/// The side that LeapMux holds.
pub(crate) struct Guard {
    command: Option<GuardCommand>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sessions: BTreeSet<Session>,
    process: Option<(Child, ChildStdin)>,
}

impl Guard {
    /// A guard that starts with the first session.
    pub(crate) fn new(command: Option<GuardCommand>) -> Self {
        Self { command, state: Mutex::default() }
    }

    /// `session` is to be ended if we cannot.
    pub(crate) fn remember(&self, session: Session) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.sessions.insert(session) {
            self.tell(&mut state, '+', session);
        }
    }

    /// `session` has ended.
    pub(crate) fn forget(&self, session: Session) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.sessions.remove(&session) {
            self.tell(&mut state, '-', session);
        }
    }

    /// Writes one line; a guard that is gone is replaced by one that knows every session.
    fn tell(&self, state: &mut State, change: char, session: Session) {
        let Some(command) = &self.command else { return };
        let line = format!("{change}{}\n", session.to_line());
        if let Some((_, pipe)) = &mut state.process
            && pipe.write_all(line.as_bytes()).is_ok()
        {
            return;
        }
        if let Some((mut gone, _)) = state.process.take() {
            tracing::warn!("the process guard had ended; starting another");
            let _ = gone.try_wait();
        }
        match start(command, &state.sessions) {
            Ok(process) => state.process = Some(process),
            Err(error) => tracing::warn!(%error, "no process guard: children may outlive a crash"),
        }
    }
}

fn start(command: &GuardCommand, sessions: &BTreeSet<Session>) -> std::io::Result<(Child, ChildStdin)> {
    let mut guard = Command::new(&command.program);
    guard.args(&command.args).arg0("leapmux-guard");
    guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = guard.spawn()?;
    let mut pipe = child.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
    for session in sessions {
        pipe.write_all(format!("+{}\n", session.to_line()).as_bytes())?;
    }
    Ok((child, pipe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_and_forgets_by_line() {
        let mut sessions = BTreeSet::new();
        for line in ["+10 5", "+11 6", "-10 5", "-99 1", "rubbish", "+1 0", ""] {
            apply(&mut sessions, line);
        }
        assert_eq!(sessions.into_iter().map(Session::to_line).collect::<Vec<_>>(), ["11 6"]);
    }
}
