//! Who is left of a program that was killed: every process that inherited its mark, wherever it hangs by now.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The variable that marks a program and all it starts.
pub const MARK: &str = "LEAPMUX_DURABILITY";
/// The guard asks for 2 s and kills for 5 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until no process with this mark is left; who stays is a failure.
pub async fn gone(mark: &str) {
    let mark = mark.to_owned();
    let waiting = tokio::task::spawn_blocking(move || {
        let end = Instant::now() + PATIENCE;
        while let Some(one) = marked(&mark).first() {
            one.await_end(end.saturating_duration_since(Instant::now()));
            assert!(Instant::now() < end, "left behind by {mark}: {:#?}", marked(&mark));
        }
    });
    waiting.await.expect("nobody is left behind");
}

/// A living process.
#[derive(Debug)]
pub struct Marked {
    pid: i32,
    /// Its command line, for people.
    pub command: String,
}

impl Marked {
    /// Blocks until it has ended, or for `patience`.
    fn await_end(&self, patience: Duration) {
        let Some(pid) = Pid::from_raw(self.pid) else { return };
        // One that cannot be opened has ended meanwhile.
        let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return };
        let patience = Timespec::try_from(patience).expect("seconds");
        // Interrupted or out of patience: the caller looks again.
        let _ = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&patience));
    }
}

/// Living processes with this mark. Zombies have no environment.
pub fn marked(mark: &str) -> Vec<Marked> {
    let wanted = format!("{MARK}={mark}").into_bytes();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("a process table").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|byte| *byte == 0).any(|variable| variable == wanted) {
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            found.push(Marked { pid, command });
        }
    }
    found
}
