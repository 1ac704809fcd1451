//! Who is left of a program that was killed: every process that inherited its mark, wherever it hangs by now.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The variable that marks a program and all it starts.
pub const MARK: &str = "LEAPMUX_DURABILITY";
/// The guard asks for 2 s and kills for 5 s.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);

/// Waits until no process with this mark is left; who stays is a failure.
pub async fn gone(mark: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = marked(mark);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < end, "left behind by {mark}: {left:#?}");
        sleep(POLL).await;
    }
}

/// Command lines of living processes with this mark. Zombies have no environment.
pub fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}").into_bytes();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("a process table").flatten() {
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|byte| *byte == 0).any(|variable| variable == wanted) {
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            found.push(format!("{} {command}", entry.file_name().to_string_lossy()));
        }
    }
    found
}
