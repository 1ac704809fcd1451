//! A Hub with one person on it, machines that join it, and terminals on them.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use leapmux_channel::noise::registration::RegistrationSecret;
use leapmux_channel::{DeviceKey, Secret32};
use leapmux_client::{CallStream, Channel, Class, Hub, HubTarget, Leg, OpenOptions};
use leapmux_integration::{Home, LINKED, Program, binary};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as hub;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::WorkerId;
use pb::terminal_event::Event;
use pb::terminal_input::Input;
use tokio::time::timeout;

/// The longest a test waits for one thing.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const WORKSPACE: &str = "ws_test";
pub const PASSWORD: &str = "correct horse battery";

/// A mark of this program's own.
pub fn mark() -> String {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    format!("network-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed))
}

pub fn home() -> Home {
    Home::new(Path::new(env!("CARGO_BIN_EXE_stand-in-claude")))
}

/// Starts the program in one of its modes, with the home's `data` as its directory.
pub fn spawn(home: &Home, words: &[&str], variables: &[(&str, &str)]) -> Program {
    let data = home.path().join("data").display().to_string();
    let words: Vec<&str> = words.iter().copied().chain(["--data-dir", &data]).collect();
    Program::spawn_mode(&binary(), home, mark(), &words, variables)
}

/// A Hub and its administrator, who comes with a device of their own.
pub struct Site {
    pub home: Home,
    pub program: Program,
    pub port: u16,
    pub target: HubTarget,
    pub options: OpenOptions,
}

impl Site {
    /// A Hub with one account and one workspace.
    pub async fn set() -> Self {
        let home = home();
        let mut program = spawn(&home, &["hub", "--listen", "127.0.0.1:0"], &[]);
        let port = port(&program.says("LeapMux is at ").await);
        let target = HubTarget::sign_up(dialer(port), "ada", PASSWORD).await.expect("the first account");
        let device = Some(DeviceKey::from_seed(Secret32::new([7; 32])));
        let options = OpenOptions { device, ..OpenOptions::local() };
        let site = Self { home, program, port, target, options };
        make_workspace(&site.hub()).await;
        site
    }

    /// Where Workers find it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn hub(&self) -> Hub {
        Hub::new(self.target.clone()).expect("a client")
    }

    /// `kill -9`, and the same Hub again.
    pub async fn killed_and_back(self) -> Self {
        let Self { home, mut program, port, target, options } = self;
        program.kill();
        program.killed().await;
        let listen = format!("127.0.0.1:{port}");
        let mut program = spawn(&home, &["hub", "--listen", &listen], &[]);
        program.says("LeapMux is at ").await;
        Self { home, program, port, target, options }
    }

    /// A registration key as the dialog makes it.
    pub async fn key(&self) -> Key {
        let secret = RegistrationSecret::new([3; 16]);
        let user =
            self.hub().user().await.expect("signed in").user.as_option().expect("a user").user_id.clone();
        let device = self.options.device.as_ref().expect("a device").public();
        let owner_proof = secret.owner_statement(&user, device).to_vec();
        let request = hub::CreateRegistrationKeyRequest { owner_proof, ..Default::default() };
        let made = self.hub().workers.create_registration_key(request).await.expect("made").into_owned();
        let id = made.key.as_option().expect("a key").registration_key_id.clone();
        Key { text: secret.join(&made.secret), id, secret }
    }

    /// A machine with a home of its own that has joined, and its Worker's id.
    pub async fn join(&self) -> Machine {
        self.join_with(&[], &[]).await
    }

    pub async fn join_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Machine {
        let (home, key, url) = (home(), self.key().await, self.url());
        let words: Vec<&str> = ["worker", "--hub", &url, "--registration-key", &key.text]
            .into_iter()
            .chain(words.iter().copied())
            .collect();
        let program = spawn(&home, &words, variables);
        Machine::joined(home, program).await
    }

    /// The Workers the administrator sees.
    pub async fn workers(&self) -> Vec<hub::Worker> {
        let hub = self.hub();
        let org_id = hub.user().await.expect("signed in").organizations[0].org_id.clone();
        let request = hub::ListWorkersRequest { org_id, ..Default::default() };
        hub.workers.list_workers(request).await.expect("listed").into_owned().workers
    }

    /// A channel to a Worker, on a leg of its own.
    pub async fn channel(&self, worker: &WorkerId) -> (Leg, Channel) {
        let hub = self.hub();
        let leg = hub.leg().await.expect("the relay answers");
        let channel = Channel::open_on(&hub, &leg, worker, &self.options).await.expect("a channel");
        (leg, channel)
    }
}

/// A key, both halves.
pub struct Key {
    pub text: String,
    pub id: String,
    pub secret: RegistrationSecret,
}

/// A machine that has joined a Hub.
pub struct Machine {
    pub home: Home,
    pub program: Program,
    pub worker: WorkerId,
}

impl Machine {
    /// Waits until it has joined and is linked.
    pub async fn joined(home: Home, mut program: Program) -> Self {
        let said = program.says("This machine is worker ").await;
        let worker = said.split(' ').next().and_then(|id| id.parse().ok()).expect("an id");
        program.logs(LINKED, 1).await;
        Self { home, program, worker }
    }
}

pub fn dialer(port: u16) -> Dialer {
    Dialer::Tcp { host: "127.0.0.1".to_owned(), port }
}

pub fn port(url: &str) -> u16 {
    url.rsplit(':').next().and_then(|port| port.trim().parse().ok()).expect("a port")
}

pub async fn make_workspace(hub: &Hub) {
    let org_id = hub.user().await.expect("signed in").organizations[0].org_id.clone();
    let request = hub::CreateWorkspaceRequest {
        org_id,
        workspace_id: WORKSPACE.to_owned(),
        title: "Test".to_owned(),
        ..Default::default()
    };
    hub.workspaces.create_workspace(request).await.expect("created");
}

/// Opens a terminal and waits until its shell takes input.
pub async fn open_terminal(channel: &Channel, tab: &str) -> Terminal {
    let open = pb::OpenTerminalRequest {
        tab_id: tab.to_owned(),
        workspace_id: WORKSPACE.to_owned(),
        shell: "/bin/sh".to_owned(),
        cols: 80,
        rows: 24,
        ..Default::default()
    };
    let _: pb::OpenTerminalResponse = channel.call("terminal.Open", &open).await.expect("opened");
    let mut terminal = Terminal::attach(channel, tab, None).await;
    terminal.ready().await;
    terminal
}

/// A window's view of a terminal: what it has drawn, and up to which byte.
pub struct Terminal {
    events: CallStream,
    pub text: String,
    pub offset: u64,
    /// It was drawn anew rather than gone on with.
    pub redrawn: usize,
}

impl Terminal {
    pub async fn attach(channel: &Channel, tab: &str, from_offset: Option<u64>) -> Self {
        let request = pb::AttachTerminalRequest { tab_id: tab.to_owned(), from_offset, ..Default::default() };
        let events = channel.watch("terminal.Attach", &request).await.expect("attached");
        Self { events, text: String::new(), offset: from_offset.unwrap_or_default(), redrawn: 0 }
    }

    async fn next(&mut self) -> Event {
        let event = timeout(PATIENCE, self.events.next::<pb::TerminalEvent>()).await;
        let event = event.unwrap_or_else(|_| panic!("nothing more came:\n{}", self.text));
        let event = event.expect("open").expect("more to come").event.expect("of a kind");
        match &event {
            Event::Redraw(redraw) => {
                self.text = String::from_utf8_lossy(&redraw.data).into_owned();
                (self.offset, self.redrawn) = (redraw.offset, self.redrawn + 1);
            }
            Event::Output(output) => {
                assert_eq!(output.offset, self.offset, "no byte is missing or doubled");
                self.text.push_str(&String::from_utf8_lossy(&output.data));
                self.offset += output.data.len() as u64;
            }
            _ => {}
        }
        event
    }

    /// Waits until its shell takes input.
    pub async fn ready(&mut self) {
        while !matches!(self.next().await, Event::Status(status) if status.state == pb::TerminalState::Ready)
        {
        }
    }

    pub async fn until(&mut self, text: &str) {
        while !self.text.contains(text) {
            self.next().await;
        }
    }
}

pub async fn type_in(channel: &Channel, tab: &str, text: &str) {
    let mut keys = channel.stream(Class::Interactive, "terminal.Input").await.expect("a way in");
    let data = Some(Input::Data(text.as_bytes().to_vec()));
    let input = pb::TerminalInput { tab_id: tab.to_owned(), input: data, ..Default::default() };
    keys.send(&input).await.expect("the terminal listens");
    keys.finish().expect("open");
    while keys.next_bytes().await.expect("typed").is_some() {}
}
