//! Agents through their calls, over a real database, with a stand-in for the agent's program.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leapmux_agents::{Detector, Environment, Runner};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_runtime::Tasks;
use leapmux_types::{TabId, UserId, WorkspaceId};
use pb::agent_event::Event;
use pb::item::Body;

use super::Agents;
use crate::WorkerConfig;
use crate::rpc::{Caller, Grant, LocalPeer, Role, RpcCode, RpcError, dispatch, find_method, local_call};
use crate::services::Services;
use crate::store::Store;
use crate::tabs::{TabState, Tabs};

/// The longest a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Speaks the Agent Client Protocol: `ask` asks for permission and tells the answer, `hold` says something and stops, anything
/// else is said.
const PROGRAM: &str = r#"#!/usr/bin/env python3
import json, sys, time
if "--version" in sys.argv:
    print("9.9.9"); sys.exit()
def out(value):
    sys.stdout.write(json.dumps(value) + "\n"); sys.stdout.flush()
def say(text):
    out({"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": "s1", "update":
        {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}}}})
for line in sys.stdin:
    message = json.loads(line)
    method, id = message.get("method"), message.get("id")
    def result(value):
        out({"jsonrpc": "2.0", "id": id, "result": value})
    if method == "initialize":
        result({"protocolVersion": 1, "agentCapabilities": {"loadSession": True}, "agentInfo": {"version": "9.9.9"}})
    elif method in ("session/new", "session/load"):
        result({"sessionId": "s1", "models": {"currentModelId": "m", "availableModels": [{"modelId": "m", "name": "M"}, {"modelId": "n", "name": "N"}]}})
    elif method == "session/set_model":
        result({})
    elif method == "session/prompt":
        text = message["params"]["prompt"][0]["text"]
        if text == "ask":
            out({"jsonrpc": "2.0", "id": 7, "method": "session/request_permission", "params": {"sessionId": "s1",
                "toolCall": {"toolCallId": "c1", "title": "rm", "kind": "execute", "rawInput": {"command": "rm x"}},
                "options": [{"optionId": "yes", "name": "Allow", "kind": "allow_once"}, {"optionId": "no", "name": "Reject", "kind": "reject_once"}]}})
            text = json.loads(sys.stdin.readline())["result"]["outcome"]["optionId"]
        say(text)
        if text == "hold":
            time.sleep(600)
        result({"stopReason": "end_turn"})
"#;

struct Rig {
    services: Arc<Services>,
    dir: tempfile::TempDir,
    tasks: Tasks,
    before: Option<tempfile::TempDir>,
}

fn tab() -> TabId {
    TabId::from_bits(5)
}

fn workspace() -> WorkspaceId {
    WorkspaceId::from_bits(1)
}

impl Rig {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let program = dir.path().join("reasonix");
        std::fs::write(&program, PROGRAM).expect("written");
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
        Self::on(dir).await
    }

    async fn on(dir: tempfile::TempDir) -> Self {
        let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("opened");
        let tabs = Tabs::load(store.clone()).await.expect("loaded");
        let (tasks, config) = (Tasks::new(), WorkerConfig::new(dir.path().to_owned()));
        let config = Arc::new(config);
        let mut services = Services::new(config.clone(), store.clone(), tabs.clone(), &tasks);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", dir.path().display());
        let env = [("PATH".into(), path.into()), ("HOME".into(), dir.path().into())].into();
        let runner = Runner::new(
            crate::processes::local_host(&tasks),
            Environment::Fixed(Arc::new(env)),
            tasks.clone(),
        );
        services.agents = Agents::new(store, tabs, runner, Arc::new(Detector::default()), &tasks, &config);
        Self { services: Arc::new(services), dir, tasks, before: None }
    }

    /// A second Worker over what is on disk at this moment, as after a crash of the first.
    async fn crashed(self) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        for file in ["worker.db", "worker.db-wal", "reasonix"] {
            std::fs::copy(self.dir.path().join(file), dir.path().join(file)).expect("copied");
        }
        self.services.agents.shutdown().await;
        let mut after = Self::on(dir).await;
        // The agent works there.
        after.before = Some(self.dir);
        after
    }

    async fn restarted(self) -> Self {
        self.services.agents.shutdown().await;
        self.tasks.shutdown(PATIENCE).await.expect("all ends");
        Self::on(self.dir).await
    }

    fn call_as(&self, method: &str, role: Role) -> LocalPeer {
        let (call, peer) = local_call(method);
        let grant = Grant { worker_owner: role == Role::Owner, workspaces: [(workspace(), role)].into() };
        let caller = Caller::fixed(UserId::from_bits(1), grant);
        let method = find_method(method).expect("a known method");
        tokio::spawn(dispatch(self.services.clone(), caller, call, method));
        peer
    }

    async fn unary<Req: buffa::Message, Resp: buffa::Message>(
        &self,
        method: &str,
        request: &Req,
    ) -> Result<Resp, RpcError> {
        let mut peer = self.call_as(method, Role::Owner);
        peer.send(request).await;
        peer.message().await
    }

    async fn open(&self) -> pb::OpenAgentResponse {
        let request = pb::OpenAgentRequest {
            tab_id: tab().into(),
            workspace_id: workspace().into(),
            provider: "reasonix".into(),
            working_dir: self.dir.path().to_string_lossy().into_owned(),
            ..Default::default()
        };
        self.unary("agent.Open", &request).await.expect("opened")
    }

    async fn watch(&self, after_rev: u64, role: Role) -> Watch {
        let mut events = self.call_as("agent.Watch", role);
        let request = pb::WatchAgentRequest { tab_id: tab().into(), after_rev, ..Default::default() };
        events.send(&request).await;
        let mut watch = Watch {
            events,
            items: BTreeMap::new(),
            status: pb::AgentStatus::default(),
            rev: 0,
            reset: false,
        };
        watch.step().await;
        watch
    }

    async fn send(&self, text: &str, client_id: &str) -> pb::SendMessageResponse {
        let request = pb::SendMessageRequest {
            tab_id: tab().into(),
            text: text.into(),
            client_id: client_id.into(),
            ..Default::default()
        };
        self.unary("agent.Send", &request).await.expect("taken")
    }

    async fn respond(&self, request_id: &str, option: &str) -> pb::RespondResponse {
        let request = pb::RespondRequest {
            tab_id: tab().into(),
            request_id: request_id.into(),
            option_id: option.into(),
            ..Default::default()
        };
        self.unary("agent.Respond", &request).await.expect("taken")
    }
}

struct Watch {
    events: LocalPeer,
    items: BTreeMap<String, pb::Item>,
    status: pb::AgentStatus,
    rev: u64,
    reset: bool,
}

impl Watch {
    async fn step(&mut self) {
        let next = tokio::time::timeout(PATIENCE, self.events.message::<pb::AgentEvent>()).await;
        match next.expect("in time").expect("an event").event.expect("an event of a kind") {
            Event::Snapshot(snapshot) => {
                self.status = snapshot.status.into_option().unwrap_or_default();
                (self.rev, self.reset) = (snapshot.rev, snapshot.reset);
                self.items.extend(snapshot.items.into_iter().map(|item| (item.item_id.clone(), item)));
            }
            Event::Item(item) => {
                self.rev = self.rev.max(item.rev);
                self.items.insert(item.item_id.clone(), *item);
            }
            Event::Delta(delta) => {
                self.rev = self.rev.max(delta.rev);
                let item = self.items.get_mut(&delta.item_id).expect("a known row");
                match &mut item.body {
                    Some(Body::Text(block)) => block.text.push_str(&delta.text),
                    other => panic!("text for {other:?}"),
                }
            }
            Event::Status(status) => self.status = *status,
            Event::RemovedItemId(id) => {
                self.items.remove(&id);
            }
        }
    }

    async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            self.step().await;
        }
    }

    fn text(&self) -> String {
        let mut items: Vec<&pb::Item> = self.items.values().collect();
        items.sort_by_key(|item| item.position);
        items
            .iter()
            .filter_map(|item| {
                if let Some(Body::Text(block)) = &item.body { Some(block.text.as_str()) } else { None }
            })
            .collect()
    }

    fn turns(&self) -> usize {
        self.items.values().filter(|item| matches!(item.body, Some(Body::TurnEnd(_)))).count()
    }

    fn is(&self, state: pb::AgentState) -> bool {
        self.status.state == state
    }
}

#[tokio::test]
async fn a_conversation_is_watched_paged_and_kept() {
    let rig = Rig::new().await;
    let opened = rig.open().await;
    assert!(opened.title.starts_with("Agent "), "{}", opened.title);
    assert_eq!(rig.open().await, opened, "opening again answers as the first time");
    let mut watch = rig.watch(0, Role::Reader).await;
    assert!(watch.reset);
    watch.until(|watch| watch.is(pb::AgentState::Idle)).await;
    let first = rig.send("hello", "c1").await;
    assert_eq!(rig.send("hello", "c1").await.item_id, first.item_id, "one message");
    watch.until(|watch| watch.turns() == 1 && watch.is(pb::AgentState::Idle)).await;
    assert_eq!((watch.text().as_str(), watch.items.len()), ("hello", 3));
    assert_eq!(
        rig.services.tabs.get(&tab()).map(|tab| (tab.state, tab.attention)),
        Some((TabState::Ready, 1))
    );
    let rev = watch.rev;
    rig.send("again", "c2").await;
    watch.until(|watch| watch.turns() == 2).await;
    let later = rig.watch(rev, Role::Owner).await;
    assert!(!later.reset);
    assert_eq!(later.text(), "again", "only what changed after");
    let request = pb::AgentHistoryRequest { tab_id: tab().into(), limit: 2, ..Default::default() };
    let page: pb::AgentHistoryResponse = rig.unary("agent.History", &request).await.expect("a page");
    assert_eq!((page.items.len(), page.has_earlier, page.has_later), (2, true, false));
    let text = watch.items.values().find(|item| matches!(item.body, Some(Body::Text(_)))).expect("a text");
    let request =
        pb::RawLinesRequest { tab_id: tab().into(), item_id: text.item_id.clone(), ..Default::default() };
    let raw: pb::RawLinesResponse = rig.unary("agent.RawLines", &request).await.expect("lines");
    assert!(raw.lines.iter().any(|line| line.contains("agent_message_chunk")), "{:?}", raw.lines);
    let restarted = rig.restarted().await;
    let mut watch = restarted.watch(0, Role::Owner).await;
    assert_eq!(watch.text(), "helloagain");
    assert!(watch.is(pb::AgentState::Inactive));
    restarted.send("third", "c3").await;
    watch.until(|watch| watch.turns() == 3).await;
    assert_eq!(watch.text(), "helloagainthird");
    restarted.services.agents.shutdown().await;
}

#[tokio::test]
async fn two_windows_answer_one_request_once() {
    let rig = Rig::new().await;
    rig.open().await;
    let mut watch = rig.watch(0, Role::Owner).await;
    rig.send("ask", "").await;
    watch.until(|watch| watch.is(pb::AgentState::Waiting)).await;
    let request = watch.status.pending_request_ids[0].clone();
    let (first, second) = tokio::join!(rig.respond(&request, "yes"), rig.respond(&request, "no"));
    assert_ne!(first.accepted, second.accepted, "one of the two is taken");
    let told = |answer: &pb::RespondResponse| answer.resolution.as_option().map(|r| r.option_id.clone());
    assert_eq!(told(&first), told(&second), "both are told what counts");
    watch.until(|watch| watch.turns() == 1).await;
    assert_eq!(Some(watch.text()), told(&first), "and so is the agent");
    rig.services.agents.shutdown().await;
}

#[tokio::test]
async fn a_crash_keeps_what_was_acknowledged_and_closes_what_was_open() {
    let rig = Rig::new().await;
    rig.open().await;
    let mut watch = rig.watch(0, Role::Owner).await;
    rig.send("hold", "c1").await;
    let queued = rig.send("afterwards", "c2").await;
    watch.until(|watch| watch.text() == "hold").await;
    let rig = rig.crashed().await;
    rig.services.agents.settle().await.expect("settled");
    let mut watch = rig.watch(0, Role::Owner).await;
    watch.until(|watch| watch.turns() == 2 && watch.is(pb::AgentState::Idle)).await;
    assert_eq!(watch.text(), "holdafterwards");
    assert_eq!(
        rig.send("afterwards", "c2").await.item_id,
        queued.item_id,
        "also after a restart it is one message"
    );
    assert!(watch.items.values().all(|item| !item.open));
    rig.services.agents.shutdown().await;
}

#[tokio::test]
async fn readers_watch_and_do_nothing_else() {
    let rig = Rig::new().await;
    rig.open().await;
    let mut send = rig.call_as("agent.Send", Role::Reader);
    let request = pb::SendMessageRequest { tab_id: tab().into(), text: "hi".into(), ..Default::default() };
    send.send(&request).await;
    let refused = send.message::<pb::SendMessageResponse>().await.expect_err("a reader");
    assert_eq!(refused.code, RpcCode::PermissionDenied);
    rig.services.agents.shutdown().await;
}

#[tokio::test]
async fn options_are_set_and_wrong_ones_refused() {
    let rig = Rig::new().await;
    rig.open().await;
    let mut watch = rig.watch(0, Role::Owner).await;
    watch.until(|watch| watch.is(pb::AgentState::Idle)).await;
    let set = |id: &str, value: &str| pb::SetOptionRequest {
        tab_id: tab().into(),
        option_id: id.into(),
        value: value.into(),
        ..Default::default()
    };
    let done: pb::SetOptionResponse = rig.unary("agent.SetOption", &set("model", "n")).await.expect("set");
    assert!(!done.restarted);
    watch.until(|watch| watch.status.options.iter().any(|group| group.current == "n")).await;
    let refused = rig.unary::<_, pb::SetOptionResponse>("agent.SetOption", &set("nothing", "x")).await;
    assert_eq!(refused.expect_err("unknown").code, RpcCode::InvalidArgument);
    rig.services.agents.shutdown().await;
}

#[tokio::test]
async fn closing_a_tab_deletes_all_of_it() {
    let rig = Rig::new().await;
    rig.open().await;
    rig.send("hello", "c1").await;
    let request = pb::CloseTabRequest { tab_id: tab().into(), ..Default::default() };
    let _: pb::CloseTabResponse = rig.unary("tab.Close", &request).await.expect("closed");
    assert_eq!(rig.services.tabs.get(&tab()), None);
    let mut events = rig.call_as("agent.Watch", Role::Owner);
    events.send(&pb::WatchAgentRequest { tab_id: tab().into(), ..Default::default() }).await;
    let gone = events.message::<pb::AgentEvent>().await.expect_err("it is gone");
    assert_eq!(gone.code, RpcCode::NotFound);
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_before_anything_is_stored() {
    let rig = Rig::new().await;
    let request = |provider: &str, dir: &str, session: &str| pb::OpenAgentRequest {
        tab_id: tab().into(),
        workspace_id: workspace().into(),
        provider: provider.into(),
        working_dir: dir.into(),
        resume_session_id: session.into(),
        ..Default::default()
    };
    for (refused, why) in [
        (request("nobody", "/", ""), "no agent provider"),
        (request("reasonix", "relative", ""), "absolute"),
        (request("reasonix", "/", "a$b"), "invalid characters"),
    ] {
        let error = rig.unary::<_, pb::OpenAgentResponse>("agent.Open", &refused).await.expect_err(why);
        assert!(error.code == RpcCode::InvalidArgument && error.message.contains(why), "{error}");
    }
    assert_eq!(rig.services.tabs.list(), []);
}
