//! The process port with real processes.
#![cfg(target_os = "linux")]

mod common;

use std::time::Duration;

use bytes::Bytes;
use common::{PATIENCE, alive, environment, host, read_numbers, read_until, shell, spec};
use leapmux_pty::environment::login_environment;
use leapmux_pty::{ExitStatus, ProcessHost, Signal, Source, SpawnError, Stdio};

const PTY: Stdio = Stdio::Pty { cols: 80, rows: 24 };

#[tokio::test]
async fn a_shell_on_a_terminal_echoes_runs_resizes_and_exits() {
    let home = tempfile::tempdir().expect("a directory");
    let host = host();
    let mut bash = shell(&host, home.path()).await;
    bash.control.write(Bytes::from("echo $((40+2)); stty size; tty\n")).await.expect("written");
    let seen = read_until(&mut bash, "/dev/pts/").await;
    assert!(seen.contains("42\r\n24 80\r\n"), "{seen:?}");
    bash.control.resize(132, 43).expect("resized");
    bash.control.write(Bytes::from("stty size; exit 7\n")).await.expect("written");
    read_until(&mut bash, "43 132").await;
    let status = tokio::time::timeout(PATIENCE, bash.exit.wait()).await.expect("it ends");
    assert_eq!(status, ExitStatus { code: Some(7), signal: None });
    while bash.output.next().await.is_some() {}
}

#[tokio::test]
async fn pipes_tell_streams_apart_and_count_their_bytes() {
    let home = tempfile::tempdir().expect("a directory");
    let script = "cat; echo problem >&2; printf done; exit 3";
    let mut process =
        host().spawn(spec(home.path(), "sh", &["-c", script], Stdio::Pipes)).await.expect("started");
    process.control.write(Bytes::from("in\n")).await.expect("written");
    process.control.close_input().await.expect("closed");
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some(output) = process.output.next().await {
        let stream = if output.source == Source::Stdout { &mut stdout } else { &mut stderr };
        assert_eq!(output.offset, stream.len() as u64);
        stream.extend_from_slice(&output.bytes);
    }
    assert_eq!((stdout.as_slice(), stderr.as_slice()), (b"in\ndone".as_slice(), b"problem\n".as_slice()));
    assert_eq!(process.exit.wait().await.code, Some(3));
    assert!(process.control.write(Bytes::from("late")).await.is_err());
}

#[tokio::test]
async fn a_process_nobody_reads_is_held_back() {
    let home = tempfile::tempdir().expect("a directory");
    let count = home.path().join("count");
    let script = format!(
        "i=0; while :; do echo {}; i=$((i+1)); echo $i > {}; done",
        "x".repeat(1000),
        count.display()
    );
    let process =
        host().spawn(spec(home.path(), "sh", &["-c", &script], Stdio::Pipes)).await.expect("started");
    // It is held back once its counter stays the same while the kernel says it sleeps in a pipe's write.
    let pid = process.control.pid();
    let held = tokio::time::timeout(PATIENCE, async {
        while !std::fs::read_to_string(format!("/proc/{pid}/wchan"))
            .unwrap_or_default()
            .contains("pipe_write")
            && !std::fs::read_to_string(format!("/proc/{pid}/syscall"))
                .unwrap_or_default()
                .starts_with("1 0x1 ")
        {
            tokio::task::yield_now().await;
        }
    });
    held.await.expect("it is held back");
    let written: u64 = std::fs::read_to_string(&count).expect("counted").trim().parse().expect("a number");
    assert!(written < 1000, "{written} kB went into a pipe nobody reads");
    process.control.kill_tree(Duration::ZERO).await;
}

#[tokio::test]
async fn killing_the_tree_leaves_no_background_job_and_no_stubborn_child() {
    let home = tempfile::tempdir().expect("a directory");
    let host = host();
    let mut bash = shell(&host, home.path()).await;
    let jobs = "sleep 1000 & echo job=$!; nohup sleep 1000 >/dev/null 2>&1 & echo nohup=$!; \
                setsid -w sh -c 'echo detached=$$; exec sleep 1000' & \
                sh -c 'trap \"\" HUP TERM; echo stubborn=$$; while :; do sleep 1000; done'\n";
    bash.control.write(Bytes::from(jobs)).await.expect("written");
    let pids = read_numbers(&mut bash, ["job=", "nohup=", "detached=", "stubborn="]).await;
    assert!(pids.iter().all(|pid| alive(*pid)), "{pids:?}");
    bash.control.kill_tree(Duration::from_millis(100)).await;
    assert!(!pids.iter().any(|pid| alive(*pid)), "left behind: {pids:?}");
    assert!(tokio::time::timeout(PATIENCE, bash.exit.wait()).await.is_ok());
}

#[tokio::test]
async fn signals_reach_the_group() {
    let home = tempfile::tempdir().expect("a directory");
    let script = "sleep 1000 & echo child=$!; wait";
    let mut process =
        host().spawn(spec(home.path(), "sh", &["-c", script], Stdio::Pipes)).await.expect("started");
    let [child] = read_numbers(&mut process, ["child="]).await;
    process.control.signal(Signal::Terminate).expect("sent");
    let status = tokio::time::timeout(PATIENCE, process.exit.wait()).await.expect("it ends");
    assert_eq!(status, ExitStatus { code: None, signal: Some(15) });
    // The pipe ends when the child, too, is gone.
    while process.output.next().await.is_some() {}
    // A process closes its files a moment before it is gone.
    let gone = async {
        while alive(child) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the child ends, too");
    process.control.signal(Signal::Kill).expect("who is gone needs no signal");
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let home = tempfile::tempdir().expect("a directory");
    let refused = async |mut spec: leapmux_pty::SpawnSpec, change: fn(&mut leapmux_pty::SpawnSpec)| {
        change(&mut spec);
        host().spawn(spec).await.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let good = || spec(home.path(), "true", &[], PTY);
    assert_eq!(
        refused(good(), |spec| spec.program = "no-such-tool".into()).await,
        "no-such-tool was not found"
    );
    assert_eq!(
        refused(good(), |spec| spec.cwd = "/no/such".into()).await,
        "the directory /no/such does not exist"
    );
    assert_eq!(
        refused(good(), |spec| spec.program = "/etc/passwd".into()).await,
        "/etc/passwd may not be executed: permission denied"
    );
    let empty = host().spawn(spec(home.path(), "true", &[], Stdio::Pty { cols: 0, rows: 1 })).await;
    assert!(matches!(empty.err(), Some(SpawnError::EmptySize)));
}

#[tokio::test]
async fn children_inherit_no_descriptors_and_only_the_given_variables() {
    let home = tempfile::tempdir().expect("a directory");
    let script = "ls /proc/self/fd | tr '\\n' ' '; echo $IT-end";
    // What the test program itself was started with goes on to every child.
    let plain = std::process::Command::new("sh").args(["-c", script]).env_clear().output().expect("sh runs");
    let host = host();
    let terminal = host.spawn(spec(home.path(), "cat", &[], PTY)).await.expect("started");
    let pipes = host.spawn(spec(home.path(), "cat", &[], Stdio::Pipes)).await.expect("started");
    let mut asked = spec(home.path(), "sh", &["-c", script], Stdio::Pipes);
    asked.env.insert("IT".into(), "given".into());
    let mut process = host.spawn(asked).await.expect("started");
    let seen = read_until(&mut process, "-end").await;
    assert_eq!(seen.replace("given-end", "-end"), String::from_utf8_lossy(&plain.stdout));
    for left in [terminal, pipes] {
        left.control.kill_tree(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn asks_the_login_shell_for_its_environment() {
    let home = tempfile::tempdir().expect("a directory");
    let profile = "echo 'Welcome!'; export FROM_PROFILE='a b'; export LEAPMUX_REMOTE_TOKEN=x; sleep 1000 &\n";
    std::fs::write(home.path().join(".bash_profile"), profile).expect("written");
    let read = login_environment(&host(), "/bin/bash".as_ref(), environment(home.path())).await;
    assert_eq!(read.get::<std::ffi::OsStr>("FROM_PROFILE".as_ref()).and_then(|v| v.to_str()), Some("a b"));
    assert!(!read.keys().any(|name| name.to_string_lossy().starts_with("LEAPMUX_REMOTE_")));
    let base = environment(home.path());
    assert_eq!(login_environment(&host(), "/bin/false".as_ref(), base.clone()).await, base);
    assert_eq!(login_environment(&host(), "/no/such/bash".as_ref(), base.clone()).await, base);
}
