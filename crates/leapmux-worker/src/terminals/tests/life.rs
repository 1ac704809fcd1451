//! A terminal's life: open, type, exit, restart, close.

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::TerminalState;

use super::client::{PATIENCE, Rig, request, tab};
use crate::rpc::RpcCode;
use crate::tabs::TabState;

#[tokio::test]
async fn a_shell_runs_ends_and_runs_again() {
    let (rig, id) = (Rig::new().await, tab(1));
    let opened = rig.open(&id).await;
    assert!(opened.title.starts_with("Terminal "), "{}", opened.title);
    assert_eq!(
        (opened.shell.as_str(), opened.working_dir.as_str()),
        ("/bin/bash", rig.home.path().to_str().expect("utf-8"))
    );
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    client.type_text("echo $TERM $COLORTERM $((6*7)) $SHLVL; pwd; stty size\n").await;
    client.until_text("xterm-256color truecolor 42").await;
    client.until_text("24 80\r\n").await;
    assert!(client.raw.contains(rig.home.path().to_str().expect("utf-8")), "{}", client.raw);
    let refused = rig.restart(&id).await.expect_err("it runs");
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (RpcCode::FailedPrecondition, "The terminal is still running")
    );
    client.type_text("exit 3\n").await;
    client.until_state(TerminalState::Exited).await;
    assert_eq!(client.status.exit_code, Some(3));
    client.until_text("\r\n").await;
    assert!(
        client.raw.contains("[Terminal process exited (3) - Press Enter to restart]\r\n"),
        "{}",
        client.raw
    );
    assert_eq!(rig.services.tabs.get(&id).map(|tab| tab.state), Some(TabState::Exited));
    client.type_text("lost\n").await;
    rig.restart(&id).await.expect("restarted");
    client.until("a prompt below the notice", |client| client.raw.ends_with("restart]\r\nready> ")).await;
    assert_eq!((client.status.state, client.redraws), (TerminalState::Ready.into(), 1));
    rig.close(&id).await;
    assert!(
        !tokio::time::timeout(PATIENCE, async {
            while client.step().await {}
            client.step().await
        })
        .await
        .expect("ends")
    );
    assert_eq!(rig.services.tabs.get(&id), None);
    assert_eq!(rig.restart(&id).await.expect_err("gone").code, RpcCode::NotFound);
    assert_eq!(crate::store::terminal::find(rig.services.store.db(), &id).await.expect("read"), None);
}

#[tokio::test]
async fn opening_twice_is_opening_once() {
    let (rig, id) = (Rig::new().await, tab(1));
    let (first, second) = tokio::join!(rig.try_open(request(&id)), rig.try_open(request(&id)));
    assert_eq!(first.expect("opened"), second.expect("opened"));
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    rig.close(&id).await;
    rig.services.tabs.close(&id).await.expect("closed already");
}

#[tokio::test]
async fn what_cannot_start_fails_with_a_sentence_and_can_be_tried_again() {
    let rig = Rig::new().await;
    let later = rig.home.path().join("later");
    let cases = [
        (
            tab(1),
            pb::OpenTerminalRequest { shell: "/no/such/shell".into(), ..request(&tab(1)) },
            "/no/such/shell was not found",
        ),
        (
            tab(2),
            pb::OpenTerminalRequest { working_dir: later.display().to_string(), ..request(&tab(2)) },
            &format!("The directory {} does not exist", later.display()),
        ),
    ];
    for (id, request, failure) in cases {
        rig.try_open(request).await.expect("stored");
        let mut client = rig.attach(&id).await;
        client.until_state(TerminalState::Failed).await;
        assert_eq!(client.status.failure, failure);
        let known = rig.services.tabs.get(&id).expect("known");
        assert_eq!((known.state, known.failure.as_str()), (TabState::Failed, failure));
    }
    std::fs::create_dir(&later).expect("made");
    rig.restart(&tab(2)).await.expect("tried again");
    let mut client = rig.attach(&tab(2)).await;
    client.until_prompt().await;
    for id in [tab(1), tab(2)] {
        rig.close(&id).await;
    }
}

#[tokio::test]
async fn sizes_of_zero_are_refused() {
    let (rig, id) = (Rig::new().await, tab(1));
    let refused = rig
        .try_open(pb::OpenTerminalRequest { cols: 0, rows: 5, ..request(&id) })
        .await
        .expect_err("refused");
    assert_eq!(refused.code, RpcCode::InvalidArgument);
    rig.try_open(pb::OpenTerminalRequest { cols: 0, rows: 0, ..request(&id) })
        .await
        .expect("not measured yet");
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    client.resize(100, 30).await;
    client.type_text("stty size\n").await;
    client.until_text("30 100\r\n").await;
    client.resize(0, 30).await;
    assert_eq!(client.input_error().await.message, "Columns and rows must be positive");
    rig.close(&id).await;
}

#[tokio::test]
async fn closing_ends_background_jobs_even_of_a_former_shell() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut client = rig.attach(&id).await;
    let mut jobs = Vec::new();
    for _ in 0..2 {
        client.until_prompt().await;
        client.raw.clear();
        client.type_text("nohup sleep 1000 >/dev/null 2>&1 & echo job=$!=; \n").await;
        let number = |raw: &str| {
            raw.split("job=").filter_map(|rest| rest.split_once('=')?.0.parse::<u32>().ok()).last()
        };
        client.until("the job's number", |client| number(&client.raw).is_some()).await;
        jobs.extend(number(&client.raw));
        if jobs.len() == 1 {
            client.type_text("exit\n").await;
            client.until_state(TerminalState::Exited).await;
            rig.restart(&id).await.expect("restarted");
        }
    }
    let alive = |job: &u32| {
        std::fs::read_to_string(format!("/proc/{job}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
    };
    assert!(jobs.len() == 2 && jobs.iter().all(alive), "{jobs:?}");
    rig.close(&id).await;
    assert!(!jobs.iter().any(alive), "left behind: {jobs:?}");
}
