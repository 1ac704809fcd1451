//! Failures: of the model's service, of the key, of the program.

use leapmux_transcript::{AgentState, ErrorClass, Stop};

use super::bench::{Bench, turn_end};
use super::kit::Kit;
use crate::lab::Lab;

pub async fn error_of_the_service(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("FAIL 500").await;
    if !kit.reports_errors {
        // It tries again in silence, for minutes.
        while bench.model.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        view.agent.interrupt().await.expect("taken");
    }
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let expected = if kit.reports_errors { Stop::Error } else { Stop::Cancelled };
    assert_eq!(turn_end(&view).stop, expected, "{}", view.draw());
    view.turn("SAY recovered").await;
    assert!(view.text().ends_with("recovered"));
    bench.done(view).await;
}

pub async fn bad_key(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY hi").await;
    let end = turn_end(&view);
    assert_eq!((end.stop, end.error_class), (Stop::Error, ErrorClass::Auth), "{}", view.draw());
    assert!(!end.error.is_empty());
    bench.done(view).await;
}

pub async fn death(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 400 50").await;
    view.until("text", |view| view.text().contains("word2")).await;
    kill_program(kit, &bench.lab);
    view.until_state(AgentState::Inactive).await;
    assert_eq!(turn_end(&view).stop, Stop::Error);
    assert!(view.rows.values().all(|row| !row.open), "{}", view.draw());
    view.turn("SAY back again").await;
    assert!(view.text().ends_with("back again"), "{}", view.draw());
    bench.done(view).await;
}

/// Kills the program of this laboratory and no other, as the kernel's out-of-memory killer would.
fn kill_program(kit: &Kit, lab: &Lab) {
    let home = format!("HOME={}", lab.home().display());
    let killed = std::fs::read_dir("/proc").expect("a Linux").filter_map(Result::ok).filter(|entry| {
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let ours = read("environ").split(|byte| *byte == 0).any(|variable| variable == home.as_bytes());
        let program = read("cmdline")
            .split(|byte| *byte == 0)
            .next()
            .is_some_and(|arg| arg.ends_with(kit.id.as_bytes()));
        ours && program
    });
    let pids: Vec<i32> = killed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    assert!(!pids.is_empty(), "{} does not run", kit.id);
    for pid in pids {
        // It may have gone with its parent.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
    }
}
