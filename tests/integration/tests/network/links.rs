//! Hub, Worker and what is between them break: both ends notice, come back, and nothing is missing.

use leapmux_integration::{LINKED, processes};
use leapmux_proto_worker::leapmux::worker::v1 as pb;

use crate::rig::{Site, Terminal, open_terminal, type_in};

/// More than one window of flow control, less than a terminal's ring.
const LINES: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_a_terminal_talks_comes_back_to_every_byte() {
    let site = Site::set().await;
    let machine = site.join().await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut terminal = open_terminal(&channel, "tab_one").await;
    let pipe = machine.home.path().join("go");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let typed = format!("stty -onlcr; kept=mine; echo ready; cat ~/go; seq 1 {LINES}; echo o''ver\r");
    type_in(&channel, "tab_one", &typed).await;
    terminal.until("ready\n").await;
    let (before, offset) = (terminal.text.clone(), terminal.offset);
    let site = site.killed_and_back().await;
    // Whatever runs on the Worker goes on while nobody can look.
    tokio::task::spawn_blocking(move || std::fs::write(pipe, ""))
        .await
        .expect("no panic")
        .expect("the shell waits");
    machine.program.logs(LINKED, 2).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut terminal = Terminal::attach(&channel, "tab_one", Some(offset)).await;
    terminal.until("over\n").await;
    assert_eq!(terminal.redrawn, 0, "it goes on from what was drawn");
    let text = before + &terminal.text;
    let numbers: Vec<usize> = text.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(numbers, (1..=LINES).collect::<Vec<_>>(), "every line once and in order");
    type_in(&channel, "tab_one", "echo $kept-$((6*7))\r").await;
    terminal.until("mine-42").await;
    machine.program.stop().await;
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_comes_back_with_its_tabs() {
    let site = Site::set().await;
    let mut machine = site.join().await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut terminal = open_terminal(&channel, "tab_one").await;
    type_in(&channel, "tab_one", "echo $((6*7))-kept\r").await;
    terminal.until("42-kept").await;
    machine.program.kill();
    processes::gone(&machine.program.killed().await).await;
    site.program.logs("worker is offline", 1).await;
    let url = site.url();
    let program = crate::rig::spawn(&machine.home, &["worker", "--hub", &url], &[]);
    let machine = crate::rig::Machine::joined(machine.home, program).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut tabs = channel.watch("tab.Watch", &pb::WatchTabsRequest::default()).await.expect("watched");
    let event: pb::WatchTabsEvent = tabs.next().await.expect("open").expect("a snapshot");
    let Some(pb::watch_tabs_event::Event::Snapshot(known)) = event.event else { panic!("{event:?}") };
    assert_eq!((known.tabs.len(), known.tabs[0].tab_id.as_str()), (1, "tab_one"));
    assert_eq!(known.tabs[0].state, pb::TabState::Exited);
    let request =
        pb::RestartTerminalRequest { tab_id: "tab_one".to_owned(), cols: 80, rows: 24, ..Default::default() };
    let _: pb::RestartTerminalResponse = channel.call("terminal.Restart", &request).await.expect("restarted");
    let mut terminal = Terminal::attach(&channel, "tab_one", None).await;
    terminal.ready().await;
    type_in(&channel, "tab_one", "echo $((7*7))-again\r").await;
    terminal.until("49-again").await;
    machine.program.stop().await;
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_42_a_worker_that_stands_still_is_offline_and_a_hub_that_does_is_left() {
    let site = Site::set().await;
    let machine = site.join().await;
    machine.program.signal("-STOP").await;
    site.program.logs("worker is offline", 1).await;
    assert!(site.workers().await.iter().all(|worker| !worker.online));
    let hub = site.hub();
    let leg = hub.leg().await.expect("the relay answers");
    let refused = leapmux_client::Channel::open_on(&hub, &leg, &machine.worker, &site.options);
    let said = refused.await.expect_err("nobody is there").to_string();
    assert!(said.contains("worker is offline"), "{said}");
    machine.program.signal("-CONT").await;
    machine.program.logs(LINKED, 2).await;
    let silent = "the Hub has been silent for 15 seconds";
    let before = machine.program.logged(silent);
    site.program.signal("-STOP").await;
    machine.program.logs(silent, before + 1).await;
    site.program.signal("-CONT").await;
    machine.program.logs(LINKED, 3).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    open_terminal(&channel, "tab_one").await;
    machine.program.stop().await;
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_on_a_unix_socket_that_stops_says_when_to_come_back() {
    let site = Site::set().await;
    let socket = site.home.path().join("data/hub.sock");
    let url = format!("unix:{}", socket.display());
    let key = site.key().await;
    let home = crate::rig::home();
    let program = crate::rig::spawn(&home, &["worker", "--hub", &url, "--registration-key", &key.text], &[]);
    let machine = crate::rig::Machine::joined(home, program).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    open_terminal(&channel, "tab_one").await;
    drop(channel);
    site.program.stop().await;
    machine.program.logs("the Hub is shutting down", 1).await;
    machine.program.stop().await;
}
