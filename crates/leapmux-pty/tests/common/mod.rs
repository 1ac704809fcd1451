//! What the tests with real processes share: an isolated environment, and waiting for output without sleeping.
#![allow(dead_code, reason = "each test file uses its part")]

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use leapmux_pty::{Environment, LocalProcessHost, Process, ProcessHost, SpawnSpec, Stdio};
use leapmux_runtime::Tasks;

/// The longest any wait of a test may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn host() -> LocalProcessHost {
    LocalProcessHost::new(Tasks::new())
}

/// Nothing of the machine's user: a home of its own, a plain path and prompt.
pub fn environment(home: &Path) -> Environment {
    let variables = [
        ("HOME", home.as_os_str().to_owned()),
        ("PATH", OsString::from("/usr/local/bin:/usr/bin:/bin")),
        ("TERM", "xterm-256color".into()),
        ("LC_ALL", "C.UTF-8".into()),
        ("PS1", "ready> ".into()),
    ];
    variables.map(|(name, value)| (OsString::from(name), value)).into_iter().collect()
}

pub fn spec(home: &Path, program: &str, args: &[&str], stdio: Stdio) -> SpawnSpec {
    SpawnSpec {
        program: program.into(),
        args: args.iter().map(OsString::from).collect(),
        cwd: home.to_owned(),
        env: environment(home),
        stdio,
    }
}

/// A login shell with an empty home, after its first prompt.
pub async fn shell(host: &LocalProcessHost, home: &Path) -> Process {
    std::fs::write(home.join(".bash_profile"), "PS1='ready> '; bind 'set enable-bracketed-paste off'\n")
        .expect("written");
    let stdio = Stdio::Pty { cols: 80, rows: 24 };
    let mut process = host.spawn(spec(home, "bash", &["-i", "-l"], stdio)).await.expect("bash starts");
    read_until(&mut process, "ready> ").await;
    process
}

/// Reads on until the text appears; returns all that was read.
pub async fn read_until(process: &mut Process, text: &str) -> String {
    let mut seen = Vec::new();
    let found = tokio::time::timeout(PATIENCE, async {
        while let Some(output) = process.output.next().await {
            seen.extend_from_slice(&output.bytes);
            if String::from_utf8_lossy(&seen).contains(text) {
                return true;
            }
        }
        false
    })
    .await;
    let seen = String::from_utf8_lossy(&seen).into_owned();
    assert_eq!(found, Ok(true), "{text:?} never came, but {seen:?}");
    seen
}

/// Whether a process of this number lives (a zombie does not).
pub fn alive(pid: i32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    !stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

/// Reads on until every label was printed with a number after it, at the end of a line; returns the numbers.
pub async fn read_numbers<const N: usize>(process: &mut Process, labels: [&str; N]) -> [i32; N] {
    let mut seen = String::new();
    loop {
        seen += &read_until(process, "\n").await;
        let numbers: Vec<i32> = labels.iter().filter_map(|label| number_after(&seen, label)).collect();
        if let Ok(numbers) = numbers.try_into() {
            return numbers;
        }
    }
}

/// The number that fills a line's rest after `label`; the echo of the command that prints it has none.
fn number_after(text: &str, label: &str) -> Option<i32> {
    text.split(label).skip(1).find_map(|rest| rest.split_once('\n')?.0.trim_end().parse().ok())
}
