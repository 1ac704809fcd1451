//! The real program and a native client of it: page server, relay, encrypted channel and Worker as a user has them.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use leapmux_client::{CallStream, Channel, Class, Hub, HubTarget};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as hub_pb;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_runtime::fresh_bits;
use leapmux_types::{TabId, WorkerId};
use pb::agent_event::Event;
use pb::item::Body;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::agent_program;
use crate::keyboard::Keyboard;

/// How long the Worker may take to be reachable after the first page is served: its keys are made in the meantime.
const WORKER_PATIENCE: Duration = Duration::from_secs(30);

/// A running `leapmux solo` on data of its own.
pub struct LeapMux {
    child: Child,
    port: u16,
    data: tempfile::TempDir,
    /// From process start to the line that says the page is served.
    pub ready_after: Duration,
}

impl LeapMux {
    /// Starts on fresh data.
    pub async fn start() -> Result<Self> {
        Self::start_on(tempfile::tempdir()?).await
    }

    /// Starts on fresh data in a home with a known prompt, whose `claude` is our stand-in.
    pub async fn start_at_home() -> Result<Self> {
        let home = tempfile::tempdir()?;
        agent_program::furnish(home.path())?;
        Self::start_with_shell(home, "/bin/bash").await
    }

    /// Starts on data of an earlier run.
    pub async fn start_on(data: tempfile::TempDir) -> Result<Self> {
        Self::start_with_shell(data, "/bin/sh").await
    }

    async fn start_with_shell(data: tempfile::TempDir, shell: &str) -> Result<Self> {
        let program =
            std::env::var_os("LEAPMUX_BIN").map(PathBuf::from).context("LEAPMUX_BIN names the program")?;
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(["solo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data.path())
            .env("SHELL", shell)
            .env("HOME", data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting leapmux")?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
        let port = loop {
            let line = lines.next_line().await?.context("leapmux ended before it was ready")?;
            if let Some(url) = line.strip_prefix("LeapMux is at http://") {
                let port = url.rsplit(':').next().context("the address has a port")?;
                break port.trim_end_matches('/').parse()?;
            }
        };
        Ok(Self { child, port, data, ready_after: started.elapsed() })
    }

    /// Ends it politely and keeps its data.
    pub async fn stop(mut self) -> Result<tempfile::TempDir> {
        if let Some(pid) = self.child.id() {
            Command::new("kill").arg(pid.to_string()).status().await?;
        }
        self.child.wait().await?;
        Ok(self.data)
    }

    /// Its process id.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("leapmux has ended")
    }

    /// Where its page is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The home of its shells, and its data.
    pub fn home(&self) -> &Path {
        self.data.path()
    }

    /// A client with a channel to the Worker.
    pub async fn client(&self) -> Result<Client> {
        let dialer = Dialer::Tcp { host: "127.0.0.1".into(), port: self.port };
        let hub = Hub::new(HubTarget::anonymous(dialer))?;
        let org = hub.user().await?.organizations.first().context("solo has an organization")?.org_id.clone();
        let listed = hub
            .workspaces
            .list_workspaces(hub_pb::ListWorkspacesRequest { org_id: org.clone(), ..Default::default() })
            .await?
            .into_owned();
        let workspace = listed.workspaces.first().context("solo has a first workspace")?.workspace_id.clone();
        let deadline = Instant::now() + WORKER_PATIENCE;
        loop {
            let workers = hub
                .workers
                .list_workers(hub_pb::ListWorkersRequest { org_id: org.clone(), ..Default::default() })
                .await?
                .into_owned();
            if let Some(worker) = workers.workers.iter().find(|worker| worker.online) {
                let worker: WorkerId = worker.worker_id.parse()?;
                let channel = Channel::open(&hub, &worker).await?;
                return Ok(Client { channel, workspace });
            }
            if Instant::now() > deadline {
                bail!("the Worker did not come online");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A channel, and a workspace to put tabs into.
pub struct Client {
    pub channel: Channel,
    pub workspace: String,
}

impl Client {
    /// A terminal with `command` typed into its shell.
    pub async fn terminal(&self, command: &str) -> Result<Terminal> {
        let tab_id = TabId::from_bits(fresh_bits()).to_string();
        let open = pb::OpenTerminalRequest {
            tab_id: tab_id.clone(),
            workspace_id: self.workspace.clone(),
            shell: "/bin/sh".into(),
            cols: 80,
            rows: 25,
            ..Default::default()
        };
        let _: pb::OpenTerminalResponse = self.channel.call("terminal.Open", &open).await?;
        let attach = pb::AttachTerminalRequest { tab_id: tab_id.clone(), ..Default::default() };
        let events = self.channel.watch("terminal.Attach", &attach).await?;
        let keys = self.channel.stream(Class::Interactive, "terminal.Input").await?;
        let mut terminal = Terminal { tab_id, keys, events };
        terminal.wait_until_ready().await?;
        terminal.type_bytes(format!("{command}\n").as_bytes()).await?;
        Ok(terminal)
    }
}

impl Client {
    /// An agent that has started.
    pub async fn agent(&self) -> Result<Agent> {
        let tab_id = TabId::from_bits(fresh_bits()).to_string();
        let open = pb::OpenAgentRequest {
            tab_id: tab_id.clone(),
            workspace_id: self.workspace.clone(),
            provider: "claude".into(),
            ..Default::default()
        };
        let _: pb::OpenAgentResponse = self.channel.call("agent.Open", &open).await?;
        let watch = pb::WatchAgentRequest { tab_id: tab_id.clone(), ..Default::default() };
        let events = self.channel.watch("agent.Watch", &watch).await?;
        Ok(Agent { tab_id, channel: self.channel.clone(), events })
    }
}

/// One agent as a watcher sees it.
pub struct Agent {
    tab_id: String,
    channel: Channel,
    events: CallStream,
}

impl Agent {
    /// Sends a message.
    pub async fn send(&self, text: &str) -> Result<()> {
        let request = pb::SendMessageRequest {
            tab_id: self.tab_id.clone(),
            client_id: format!("{:032x}", fresh_bits()),
            text: text.into(),
            ..Default::default()
        };
        let _: pb::SendMessageResponse = self.channel.call("agent.Send", &request).await?;
        Ok(())
    }

    /// Follows until a text of the agent has what `find` finds.
    pub async fn wait_for<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        loop {
            let event: pb::AgentEvent = self.events.next().await?.context("the agent's stream ended")?;
            let found = match &event.event {
                Some(Event::Item(item)) => find_in(item, &find),
                Some(Event::Snapshot(snapshot)) => {
                    snapshot.items.iter().find_map(|item| find_in(item, &find))
                }
                Some(Event::Status(status)) if status.state == pb::AgentState::AGENT_STATE_START_FAILED => {
                    bail!("the agent did not start: {}", status.failure)
                }
                _ => None,
            };
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }
}

fn find_in<T>(item: &pb::Item, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    match &item.body {
        Some(Body::Text(block)) => find(&block.text),
        _ => None,
    }
}

/// One terminal as a watcher sees it.
pub struct Terminal {
    tab_id: String,
    keys: CallStream,
    events: CallStream,
}

impl Terminal {
    /// What is typed before the shell runs goes nowhere.
    async fn wait_until_ready(&mut self) -> Result<()> {
        loop {
            let event: pb::TerminalEvent =
                self.events.next().await?.context("the terminal's stream ended")?;
            if let Some(pb::terminal_event::Event::Status(status)) = event.event
                && status.state == pb::TerminalState::TERMINAL_STATE_READY
            {
                return Ok(());
            }
        }
    }
}

impl Keyboard for Terminal {
    async fn type_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let message = pb::TerminalInput {
            tab_id: self.tab_id.clone(),
            input: Some(pb::terminal_input::Input::Data(bytes.to_vec())),
            ..Default::default()
        };
        Ok(self.keys.send(&message).await?)
    }

    async fn output(&mut self) -> Result<Bytes> {
        loop {
            let event: pb::TerminalEvent =
                self.events.next().await?.context("the terminal's stream ended")?;
            match event.event {
                Some(pb::terminal_event::Event::Output(output)) => return Ok(output.data.into()),
                Some(pb::terminal_event::Event::Redraw(redraw)) if !redraw.data.is_empty() => {
                    return Ok(redraw.data.into());
                }
                _ => {}
            }
        }
    }
}
