//! A Worker of its own for each test, and a client that draws what it is sent.

use std::sync::Arc;
use std::time::Duration;

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_pty::Environment;
use leapmux_pty::screen::{Screen, ScreenModel};
use leapmux_runtime::Tasks;
use leapmux_types::{TabId, UserId, WorkspaceId};
use pb::terminal_event::Event;

use super::super::Terminals;
use crate::WorkerConfig;
use crate::rpc::{Caller, Grant, LocalPeer, Role, RpcError, dispatch, find_method, local_call};
use crate::services::Services;
use crate::store::Store;
use crate::tabs::Tabs;

/// The longest a test waits for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of output a client remembers as text.
const RAW_MAX: usize = 128 * 1024;

pub(super) struct Rig {
    pub(super) services: Arc<Services>,
    pub(super) home: tempfile::TempDir,
    tasks: Tasks,
}

pub(super) fn tab(number: u128) -> TabId {
    TabId::from_bits(number)
}

pub(super) fn workspace() -> WorkspaceId {
    WorkspaceId::from_bits(1)
}

impl Rig {
    /// A new machine: an empty home with a plain bash, an empty database.
    pub(super) async fn new() -> Self {
        let home = tempfile::tempdir().expect("a directory");
        std::fs::write(
            home.path().join(".bash_profile"),
            "PS1='ready> '\nbind 'set enable-bracketed-paste off'\n",
        )
        .expect("written");
        Self::on(home).await
    }

    /// A Worker on a machine that may have had one before.
    async fn on(home: tempfile::TempDir) -> Self {
        let store = Store::open(&home.path().join("worker.db"), 2).await.expect("opened");
        let tabs = Tabs::load(store.clone()).await.expect("loaded");
        let (tasks, config) = (Tasks::new(), WorkerConfig::new(home.path().to_owned()));
        let mut services = Services::new(Arc::new(config), store.clone(), tabs.clone(), &tasks);
        let environment = environment(&home);
        services.terminals =
            Terminals::new(store, tabs, crate::processes::local_host(&tasks), environment, tasks.clone());
        Self { services: Arc::new(services), home, tasks }
    }

    /// Stops the Worker as it is stopped by its user, and starts another.
    pub(super) async fn restarted(self) -> Self {
        self.services.terminals.shutdown().await;
        self.crashed().await
    }

    /// As after a crash: nothing is told that it ends. (Its children are the guard's business.)
    pub(super) async fn crashed(self) -> Self {
        self.tasks.cancel();
        Self::on(self.home).await
    }

    /// Makes a call as the owner of everything.
    pub(super) fn call(&self, method: &str) -> LocalPeer {
        self.call_as(method, Role::Owner)
    }

    pub(super) fn call_as(&self, method: &str, role: Role) -> LocalPeer {
        let (call, peer) = local_call(method);
        let grant = Grant { worker_owner: role == Role::Owner, workspaces: [(workspace(), role)].into() };
        let caller = Caller::fixed(UserId::from_bits(1), grant);
        let method = find_method(method).expect("a known method");
        tokio::spawn(dispatch(self.services.clone(), caller, call, method));
        peer
    }

    pub(super) async fn try_open(
        &self,
        request: pb::OpenTerminalRequest,
    ) -> Result<pb::OpenTerminalResponse, RpcError> {
        let mut open = self.call("terminal.Open");
        open.send(&request).await;
        open.message().await
    }

    /// A bash in a new tab.
    pub(super) async fn open(&self, id: &TabId) -> pb::OpenTerminalResponse {
        self.try_open(request(id)).await.expect("opened")
    }

    pub(super) async fn attach(&self, id: &TabId) -> Client {
        self.attach_as(id, None, Role::Owner).await
    }

    pub(super) async fn attach_as(&self, id: &TabId, from_offset: Option<u64>, role: Role) -> Client {
        let mut events = self.call_as("terminal.Attach", role);
        let attach = pb::AttachTerminalRequest { tab_id: id.to_string(), from_offset, ..Default::default() };
        events.send(&attach).await;
        let input = (role == Role::Owner).then(|| self.call("terminal.Input"));
        Client {
            tab: id.clone(),
            events,
            input,
            screen: Screen::new(80, 25),
            have: from_offset.unwrap_or(0),
            raw: String::new(),
            status: pb::TerminalStatus::default(),
            redraws: 0,
            bells: 0,
            title: String::new(),
        }
    }

    pub(super) async fn close(&self, id: &TabId) {
        let mut close = self.call("tab.Close");
        close.send(&pb::CloseTabRequest { tab_id: id.to_string(), ..Default::default() }).await;
        close.message::<pb::CloseTabResponse>().await.expect("closed");
    }

    pub(super) async fn restart(&self, id: &TabId) -> Result<(), RpcError> {
        let mut restart = self.call("terminal.Restart");
        restart.send(&pb::RestartTerminalRequest { tab_id: id.to_string(), ..Default::default() }).await;
        restart.message::<pb::RestartTerminalResponse>().await.map(drop)
    }
}

pub(super) fn request(id: &TabId) -> pb::OpenTerminalRequest {
    pb::OpenTerminalRequest {
        tab_id: id.to_string(),
        workspace_id: workspace().to_string(),
        shell: "/bin/bash".into(),
        cols: 80,
        rows: 24,
        ..Default::default()
    }
}

fn environment(home: &tempfile::TempDir) -> Environment {
    [
        ("HOME", home.path().as_os_str()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin".as_ref()),
        ("LC_ALL", "C.UTF-8".as_ref()),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into()
}

pub(super) struct Client {
    tab: TabId,
    pub(super) events: LocalPeer,
    input: Option<LocalPeer>,
    pub(super) screen: Screen,
    /// Offset of the byte that comes next.
    pub(super) have: u64,
    /// The latest output as text since the last redraw, redraw included.
    pub(super) raw: String,
    pub(super) status: pb::TerminalStatus,
    pub(super) redraws: usize,
    pub(super) bells: usize,
    pub(super) title: String,
}

impl Client {
    /// Takes one event; whether there was one.
    pub(super) async fn step(&mut self) -> bool {
        let event = match self.events.message::<pb::TerminalEvent>().await {
            Ok(event) => event,
            Err(error) if error.message == "The call has ended" => return false,
            Err(error) => panic!("the stream failed: {error}"),
        };
        match event.event.expect("an event") {
            Event::Redraw(redraw) => {
                let size = |number: u32| u16::try_from(number).expect("a size");
                self.screen = Screen::new(size(redraw.cols), size(redraw.rows));
                self.screen.feed(&redraw.data);
                (self.have, self.redraws) = (redraw.offset, self.redraws + 1);
                self.raw = String::from_utf8_lossy(&redraw.data).into_owned();
            }
            Event::Output(output) => {
                assert_eq!(output.offset, self.have, "bytes are missing or doubled");
                self.screen.feed(&output.data);
                self.have += output.data.len() as u64;
                self.raw += &String::from_utf8_lossy(&output.data);
                if self.raw.len() > RAW_MAX {
                    let cut = (RAW_MAX / 2..).find(|at| self.raw.is_char_boundary(*at)).unwrap_or_default();
                    self.raw.drain(..cut);
                }
            }
            Event::Resized(resized) => {
                self.screen.resize(
                    u16::try_from(resized.cols).expect("cols"),
                    u16::try_from(resized.rows).expect("rows"),
                );
            }
            Event::Status(status) => self.status = *status,
            Event::Bell(_) => self.bells += 1,
            Event::Title(title) => self.title = title,
        }
        true
    }

    /// Takes events until `done`.
    pub(super) async fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !done(self) {
                assert!(self.step().await, "the stream ended before {what}");
            }
        });
        if waited.await.is_err() {
            panic!("{what} never came; the screen is\n{}", self.raw);
        }
    }

    /// Takes events until the output has the text.
    pub(super) async fn until_text(&mut self, text: &str) {
        self.until(text, |client| client.raw.contains(text)).await;
    }

    pub(super) async fn until_state(&mut self, state: pb::TerminalState) {
        self.until(&format!("{state:?}"), |client| client.status.state == state).await;
    }

    /// Ready, with a prompt.
    pub(super) async fn until_prompt(&mut self) {
        self.until_state(pb::TerminalState::Ready).await;
        self.until("a prompt", |client| client.raw.ends_with("ready> ")).await;
    }

    pub(super) async fn send(&mut self, input: pb::terminal_input::Input) {
        let message =
            pb::TerminalInput { tab_id: self.tab.to_string(), input: Some(input), ..Default::default() };
        assert!(self.input.as_mut().expect("a client that types").send(&message).await);
    }

    pub(super) async fn type_text(&mut self, text: &str) {
        self.send(pb::terminal_input::Input::Data(text.into())).await;
    }

    pub(super) async fn resize(&mut self, cols: u32, rows: u32) {
        let resize = pb::TerminalResize { cols, rows, ..Default::default() };
        self.send(pb::terminal_input::Input::Resize(Box::new(resize))).await;
    }

    /// How the input stream ended.
    pub(super) async fn input_error(&mut self) -> RpcError {
        let input = self.input.as_mut().expect("a client that types");
        input.next().await.expect("an end").expect_err("a refusal")
    }

    /// The screen as bytes that draw it: equal for equal screens.
    pub(super) fn drawn(&self) -> String {
        String::from_utf8_lossy(&self.screen.dump_within(0)).into_owned()
    }
}
