//! Terminals through the whole of it: a shell on the Worker, a native client's keystrokes, output on every window.

use leapmux_client::{CallStream, Channel, Class};
use leapmux_integration::TestSolo;
use leapmux_proto_hub::leapmux::hub::v1 as hub;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::terminal_event::Event;
use pb::terminal_input::Input;

/// A workspace of the solo user.
pub async fn workspace(solo: &TestSolo) -> String {
    let org_id = solo.hub().user().await.expect("the Hub answers").organizations[0].org_id.clone();
    let workspace_id = "ws_test".to_owned();
    let request = hub::CreateWorkspaceRequest {
        org_id,
        workspace_id: workspace_id.clone(),
        title: "Test".to_owned(),
        ..Default::default()
    };
    solo.hub().workspaces.create_workspace(request).await.expect("created");
    workspace_id
}

pub async fn open(channel: &Channel, workspace_id: &str, tab_id: &str) -> pb::OpenTerminalResponse {
    let request = pb::OpenTerminalRequest {
        tab_id: tab_id.to_owned(),
        workspace_id: workspace_id.to_owned(),
        shell: "/bin/sh".to_owned(),
        working_dir: "/".to_owned(),
        cols: 80,
        rows: 24,
        ..Default::default()
    };
    channel.call("terminal.Open", &request).await.expect("opened")
}

/// One window's view of a terminal.
pub struct Window {
    events: CallStream,
    keys: CallStream,
    tab_id: String,
    /// What came since the last redraw, and before it was made text.
    pub seen: String,
    pub bytes: Vec<u8>,
}

impl Window {
    pub async fn attach(channel: &Channel, tab_id: &str) -> Self {
        let request = pb::AttachTerminalRequest { tab_id: tab_id.to_owned(), ..Default::default() };
        let events = channel.watch("terminal.Attach", &request).await.expect("attached");
        let keys = channel.stream(Class::Interactive, "terminal.Input").await.expect("a way in");
        Self { events, keys, tab_id: tab_id.to_owned(), seen: String::new(), bytes: Vec::new() }
    }

    /// Waits until the shell takes input; what is typed before is dropped (spec TRM-72).
    pub async fn ready(channel: &Channel, tab_id: &str) -> Self {
        let mut window = Self::attach(channel, tab_id).await;
        loop {
            if let Some(Event::Status(status)) = window.next().await
                && status.state == pb::TerminalState::Ready
            {
                return window;
            }
        }
    }

    /// The next event; the screen is kept up to date.
    async fn next(&mut self) -> Option<Event> {
        let event: pb::TerminalEvent = self.events.next().await.expect("open").expect("more to come");
        match &event.event {
            Some(Event::Redraw(redraw)) => self.bytes.clone_from(&redraw.data),
            Some(Event::Output(output)) => self.bytes.extend_from_slice(&output.data),
            _ => return event.event,
        }
        self.seen = String::from_utf8_lossy(&self.bytes).into_owned();
        event.event
    }

    pub async fn type_in(&self, text: &str) {
        self.type_bytes(text.as_bytes()).await;
    }

    pub async fn type_bytes(&self, bytes: &[u8]) {
        let input = pb::TerminalInput {
            tab_id: self.tab_id.clone(),
            input: Some(Input::Data(bytes.to_vec())),
            ..Default::default()
        };
        self.keys.send(&input).await.expect("the terminal listens");
    }

    /// Reads until `text` was on the screen, in whatever pieces it came.
    pub async fn until(&mut self, text: &str) {
        while !self.seen.contains(text) {
            self.next().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_in_one_window_is_seen_in_all() {
    let solo = TestSolo::start().await;
    let workspace = workspace(&solo).await;
    let (one, two) = (solo.channel().await, solo.channel().await);
    let opened = open(&one, &workspace, "tab_one").await;
    assert_eq!((opened.shell.as_str(), opened.working_dir.as_str()), ("/bin/sh", "/"));
    let mut first = Window::ready(&one, "tab_one").await;
    let mut second = Window::ready(&two, "tab_one").await;
    first.type_in("echo $((6*7))-seen\r").await;
    first.until("42-seen").await;
    second.until("42-seen").await;
    second.type_in("echo $((7*7))-too\r").await;
    first.until("49-too").await;
    let close = pb::CloseTabRequest { tab_id: "tab_one".to_owned(), ..Default::default() };
    let _: pb::CloseTabResponse = one.call("tab.Close", &close).await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_in_one_tab_leaves_another_usable() {
    let solo = TestSolo::start().await;
    let workspace = workspace(&solo).await;
    let channel = solo.channel().await;
    open(&channel, &workspace, "tab_flood").await;
    open(&channel, &workspace, "tab_quiet").await;
    let mut flood = Window::ready(&channel, "tab_flood").await;
    let mut quiet = Window::ready(&channel, "tab_quiet").await;
    flood.type_in("yes flood\r").await;
    flood.until("flood\r\nflood\r\n").await;
    let Window { mut events, keys, .. } = flood;
    // One window goes on reading the flood, another never reads a byte of it.
    let reading = tokio::spawn(async move { while let Ok(Some(_)) = events.next_bytes().await {} });
    let stalled = Window::attach(&solo.channel().await, "tab_flood").await;
    for round in 0..20 {
        quiet.type_in(&format!("echo $(({round}+1000))-quiet\r")).await;
        quiet.until(&format!("{}-quiet", round + 1000)).await;
    }
    drop((keys, stalled));
    for tab_id in ["tab_flood", "tab_quiet"] {
        let close = pb::CloseTabRequest { tab_id: tab_id.to_owned(), ..Default::default() };
        let _: pb::CloseTabResponse = channel.call("tab.Close", &close).await.expect("closed");
    }
    reading.await.expect("the closed tab's window ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_tab_title_and_screen_are_there() {
    let solo = TestSolo::start().await;
    let workspace = workspace(&solo).await;
    let channel = solo.channel().await;
    open(&channel, &workspace, "tab_kept").await;
    let rename = pb::RenameTabRequest {
        tab_id: "tab_kept".to_owned(),
        title: "Mine".to_owned(),
        ..Default::default()
    };
    let _: pb::RenameTabResponse = channel.call("tab.Rename", &rename).await.expect("renamed");
    let mut window = Window::ready(&channel, "tab_kept").await;
    window.type_in("echo $((6*7))-kept\r").await;
    window.until("42-kept").await;
    let solo = solo.restart().await;
    let channel = solo.channel().await;
    let mut tabs = channel.watch("tab.Watch", &pb::WatchTabsRequest::default()).await.expect("watched");
    let event: pb::WatchTabsEvent = tabs.next().await.expect("open").expect("a snapshot");
    let Some(pb::watch_tabs_event::Event::Snapshot(snapshot)) = event.event else { panic!("{event:?}") };
    let kept = &snapshot.tabs[0];
    assert_eq!((kept.title.as_str(), kept.workspace_id.as_str()), ("Mine", workspace.as_str()));
    assert_eq!(kept.state, pb::TabState::Exited);
    Window::attach(&channel, "tab_kept").await.until("42-kept").await;
}
