//! The guard with real processes: this test program plays the Worker and its guard in processes of their own.
#![cfg(target_os = "linux")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio as Std};

use bytes::Bytes;
use common::{PATIENCE, alive, read_numbers, shell, spec};
use leapmux_pty::guard::{GuardCommand, serve};
use leapmux_pty::{LocalProcessHost, ProcessHost, Stdio};
use leapmux_runtime::Tasks;

/// Set in the processes this test starts of its own program.
const HOME_VARIABLE: &str = "LEAPMUX_TEST_GUARD_HOME";

/// Runs one test of this program in a process of its own.
fn role(name: &str) -> Vec<std::ffi::OsString> {
    ["--ignored", "--exact", "--nocapture", "--test-threads=1", name].map(Into::into).to_vec()
}

#[test]
#[ignore = "a role the other test starts"]
fn plays_the_guard() {
    if std::env::var_os(HOME_VARIABLE).is_some() {
        serve();
    }
}

#[tokio::test]
#[ignore = "a role the other test starts"]
async fn plays_the_worker() {
    let Some(home) = std::env::var_os(HOME_VARIABLE).map(std::path::PathBuf::from) else { return };
    let program = std::env::current_exe().expect("this program");
    let guard = GuardCommand { program, args: role("plays_the_guard") };
    let host = LocalProcessHost::with_guard(Tasks::new(), Some(guard));
    let mut bash = shell(&host, &home).await;
    let jobs = "nohup sleep 1000 >/dev/null 2>&1 & echo nohup=$!; \
                sh -c 'trap \"\" HUP TERM; echo stubborn=$$; while :; do sleep 1000; done' &\n";
    bash.control.write(Bytes::from(jobs)).await.expect("written");
    let [nohup, stubborn] = read_numbers(&mut bash, ["nohup=", "stubborn="]).await;
    let script = "trap '' TERM; sh -c 'trap \"\" TERM; echo grandchild=$$; exec sleep 1000' & wait; wait";
    let mut agent = host.spawn(spec(&home, "sh", &["-c", script], Stdio::Pipes)).await.expect("started");
    let [grandchild] = read_numbers(&mut agent, ["grandchild="]).await;
    println!("PIDS {} {nohup} {stubborn} {} {grandchild}", bash.control.pid(), agent.control.pid());
    std::future::pending::<()>().await;
}

#[test]
fn nothing_outlives_a_killed_worker() {
    let home = tempfile::tempdir().expect("a directory");
    let program = std::env::current_exe().expect("this program");
    let mut worker = Command::new(program)
        .args(role("plays_the_worker"))
        .env(HOME_VARIABLE, home.path())
        .stdout(Std::piped())
        .spawn()
        .expect("the worker starts");
    let lines = BufReader::new(worker.stdout.take().expect("piped")).lines();
    let told = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("PIDS ").map(|(_, pids)| pids.to_owned()))
        .expect("the worker told its children");
    let pids: Vec<i32> = told.split(' ').map(|pid| pid.parse().expect("a number")).collect();
    assert!(pids.len() == 5 && pids.iter().all(|pid| alive(*pid)), "{pids:?}");
    worker.kill().expect("killed");
    worker.wait().expect("reaped");
    let end = std::time::Instant::now() + PATIENCE;
    while pids.iter().any(|pid| alive(*pid)) {
        assert!(std::time::Instant::now() < end, "left behind: {pids:?}");
        std::thread::yield_now();
    }
}
