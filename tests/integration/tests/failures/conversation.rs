//! A person at the real program with one agent, and what they have seen of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use leapmux_client::{CallStream, Channel, OpenOptions};
use leapmux_integration::{Client, Home, Program, binary};
use leapmux_proto_hub::leapmux::hub::v1 as hub;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::agent_event::Event;
use pb::item::Body;
use tokio::time::timeout;

/// The agent's tab.
pub const TAB: &str = "tab_agent";
/// A workspace for the tabs.
pub const WORKSPACE: &str = "ws_test";
/// The longest a test waits for one thing.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program in its home, and who connects to it.
pub struct Stage {
    pub home: Home,
    pub program: Program,
    options: OpenOptions,
}

impl Stage {
    /// The program with a workspace.
    pub async fn set() -> Self {
        let home = Home::new(Path::new(env!("CARGO_BIN_EXE_stand-in-claude")));
        let program = Program::start(&binary(), &home, mark()).await;
        let stage = Self { home, program, options: OpenOptions::local() };
        let client = stage.client().await;
        let request = hub::CreateWorkspaceRequest {
            org_id: client.org.clone(),
            workspace_id: WORKSPACE.to_owned(),
            title: "Test".to_owned(),
            ..Default::default()
        };
        client.hub.workspaces.create_workspace(request).await.expect("created");
        stage
    }

    /// One more window.
    pub async fn client(&self) -> Client {
        Client::connect(&self.program, &self.options).await
    }

    /// The program ends as `end` ends it, and is started again.
    pub async fn again<F: Future>(self, end: impl FnOnce(Program) -> F) -> Self {
        let Self { home, program, options } = self;
        end(program).await;
        let program = Program::start(&binary(), &home, mark()).await;
        Self { home, program, options }
    }

    /// Lets an agent that waits go on; returns when it does.
    pub async fn let_go(&self) {
        let pipe = self.home.path().join("go");
        let written = tokio::task::spawn_blocking(move || std::fs::write(pipe, "go"));
        timeout(PATIENCE, written).await.expect("the agent waits").expect("no panic").expect("written");
    }

    /// The pipe an agent waits at.
    pub fn make_pipe(&self) {
        let pipe = self.home.path().join("go");
        let made = std::process::Command::new("mkfifo").arg(pipe).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    }
}

/// A mark of this program's own.
fn mark() -> String {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    format!("failures-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed))
}

/// Opens the agent; as often as one likes.
pub async fn open_agent(channel: &Channel) {
    let request = pb::OpenAgentRequest {
        tab_id: TAB.to_owned(),
        workspace_id: WORKSPACE.to_owned(),
        provider: "claude".to_owned(),
        ..Default::default()
    };
    let _: pb::OpenAgentResponse = channel.call("agent.Open", &request).await.expect("opened");
}

/// Sends a message under an id of its own; its row.
pub async fn say(channel: &Channel, text: &str) -> String {
    let request = pb::SendMessageRequest {
        tab_id: TAB.to_owned(),
        client_id: format!("id of {text}"),
        text: text.to_owned(),
        ..Default::default()
    };
    channel.call::<_, pb::SendMessageResponse>("agent.Send", &request).await.expect("taken").item_id
}

/// One window's view of the agent.
pub struct View {
    events: CallStream,
    pub rows: BTreeMap<String, pb::Item>,
    pub status: pb::AgentStatus,
    pub rev: u64,
    /// Of the last snapshot.
    pub reset: bool,
    pub has_earlier: bool,
    /// Bytes of the largest message that came.
    pub largest: usize,
}

impl View {
    /// Everything after `after_rev`, and what follows.
    pub async fn after(channel: &Channel, after_rev: u64) -> Self {
        let request = pb::WatchAgentRequest { tab_id: TAB.to_owned(), after_rev, ..Default::default() };
        let mut view = Self {
            events: channel.watch("agent.Watch", &request).await.expect("a watch"),
            rows: BTreeMap::new(),
            status: pb::AgentStatus::default(),
            rev: 0,
            reset: false,
            has_earlier: false,
            largest: 0,
        };
        view.step().await;
        view
    }

    async fn step(&mut self) {
        let bytes = timeout(PATIENCE, self.events.next_bytes()).await;
        let bytes = bytes.expect("in time").expect("watched").expect("the agent is there");
        self.largest = self.largest.max(bytes.len());
        let event: pb::AgentEvent = buffa::Message::decode_from_slice(&bytes).expect("an event");
        match event.event.expect("an event of a kind") {
            Event::Snapshot(snapshot) => {
                self.status = snapshot.status.into_option().unwrap_or_default();
                (self.rev, self.reset, self.has_earlier) =
                    (snapshot.rev, snapshot.reset, snapshot.has_earlier);
                self.rows.extend(snapshot.items.into_iter().map(|row| (row.item_id.clone(), row)));
            }
            Event::Item(row) => {
                self.rev = self.rev.max(row.rev);
                self.rows.insert(row.item_id.clone(), *row);
            }
            Event::Delta(delta) => {
                self.rev = self.rev.max(delta.rev);
                match self.rows.get_mut(&delta.item_id).and_then(|row| row.body.as_mut()) {
                    Some(Body::Text(block)) => block.text.push_str(&delta.text),
                    other => panic!("text for {other:?}"),
                }
            }
            Event::Status(status) => self.status = *status,
            Event::RemovedItemId(id) => drop(self.rows.remove(&id)),
        }
    }

    /// Follows until `done`.
    pub async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            self.step().await;
        }
    }

    /// Follows until the agent is idle and `turns` turns have ended.
    pub async fn until_turns(&mut self, turns: usize) {
        self.until(|view| view.turn_ends().len() >= turns && view.status.state == pb::AgentState::Idle).await;
    }

    /// Rows in order.
    pub fn in_order(&self) -> Vec<&pb::Item> {
        let mut rows: Vec<&pb::Item> = self.rows.values().collect();
        rows.sort_by_key(|row| row.position);
        rows
    }

    /// What the agent has said.
    pub fn text(&self) -> String {
        said(self.in_order().into_iter())
    }

    /// How turns ended.
    pub fn turn_ends(&self) -> Vec<&pb::TurnEnd> {
        let end = |row: &'_ pb::Item| matches!(&row.body, Some(Body::TurnEnd(_)));
        let ends = self.in_order().into_iter().filter(|row| end(row));
        ends.filter_map(|row| if let Some(Body::TurnEnd(end)) = &row.body { Some(&**end) } else { None })
            .collect()
    }

    /// Messages of the user.
    pub fn messages(&self) -> Vec<(&str, i32)> {
        let message = |row: &'_ pb::Item| matches!(&row.body, Some(Body::UserMessage(_)));
        let rows = self.in_order().into_iter().filter(|row| message(row));
        rows.filter_map(|row| match &row.body {
            Some(Body::UserMessage(message)) => Some((message.text.as_str(), message.delivery.to_i32())),
            _ => None,
        })
        .collect()
    }
}

/// Texts of the agent among `rows`, joined.
pub fn said<'a>(rows: impl Iterator<Item = &'a pb::Item>) -> String {
    let text = |row: &'a pb::Item| match &row.body {
        Some(Body::Text(block)) => Some(block.text.as_str()),
        _ => None,
    };
    rows.filter_map(text).collect()
}
