//! A laboratory for one agent: a home and a PATH of its own, a journal in memory, and a view as a watcher has it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leapmux_agents::actor::{
    AgentHandle, Observer, Outgoing, Profile, Response, Shared, Timings, Update, Updates, UpdatesEnd,
};
use leapmux_agents::journal::MemoryJournal;
use leapmux_agents::{Detector, Environment, Runner};
use leapmux_pty::LocalProcessHost;
use leapmux_runtime::Tasks;
use leapmux_transcript::{AgentState, AgentStatus, Body, Item, Permission, Question};

use crate::draw::draw;

/// After this long a test has failed. Nothing is expected to take as long.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a tab bar was told.
#[derive(Default)]
pub struct Seen(Mutex<Vec<(AgentState, String, bool)>>);

impl Seen {
    pub fn all(&self) -> Vec<(AgentState, String, bool)> {
        self.0.lock().expect("not poisoned").clone()
    }
}

impl Observer for Seen {
    fn changed(&self, state: AgentState, failure: &str, attention: bool) {
        self.0.lock().expect("not poisoned").push((state, failure.to_owned(), attention));
    }
}

pub struct Lab {
    dir: tempfile::TempDir,
    pub env: BTreeMap<String, String>,
    pub journal: Arc<MemoryJournal>,
    pub seen: Arc<Seen>,
    pub tasks: Tasks,
    pub timings: Timings,
    pub profile: Profile,
}

impl Lab {
    /// A laboratory in which no agent is installed.
    pub fn new(provider: &'static str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        for folder in ["home", "bin", "work"] {
            std::fs::create_dir(dir.path().join(folder)).expect("made");
        }
        let at = |folder: &str| dir.path().join(folder).to_str().expect("UTF-8").to_owned();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", at("bin"));
        let env =
            [("HOME", at("home")), ("PATH", path), ("LANG", "C.UTF-8".to_owned()), ("TMPDIR", at("home"))];
        let profile =
            Profile { provider: provider.to_owned(), working_dir: at("work"), ..Profile::default() };
        Self {
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            journal: Arc::new(MemoryJournal::default()),
            seen: Arc::new(Seen::default()),
            tasks: Tasks::new(),
            timings: Timings { stop: Duration::from_secs(2), ..Timings::default() },
            profile,
            dir,
        }
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }
    pub fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    /// Installs a program of our own under the provider's name.
    pub fn install_script(&self, name: &str, script: &str) {
        let path = self.dir.path().join("bin").join(name);
        std::fs::write(&path, script).expect("written");
        make_executable(&path);
    }

    /// Installs a program that is somewhere else.
    pub fn install(&self, name: &str, program: &Path) {
        std::os::unix::fs::symlink(program, self.dir.path().join("bin").join(name)).expect("linked");
    }

    fn shared(&self) -> Shared {
        let env = self.env.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let host = Arc::new(LocalProcessHost::new(self.tasks.clone()));
        let runner = Runner::new(host, Environment::Fixed(Arc::new(env)), self.tasks.clone());
        Shared {
            runner,
            detector: Arc::new(Detector::default()),
            tasks: self.tasks.clone(),
            timings: self.timings,
        }
    }

    /// Opens the agent, anew or where the journal stopped, and watches it.
    pub async fn open(&self) -> View {
        let observer: Arc<dyn Observer> = self.seen.clone();
        let agent =
            AgentHandle::open(self.profile.clone(), self.journal.clone(), observer, self.shared()).await;
        View::of(agent.expect("it opens")).await
    }

    /// Stops everything, as the end of the Worker does.
    pub async fn shut_down(&mut self) {
        self.tasks.shutdown(Duration::from_secs(30)).await.expect("all tasks end");
        self.tasks = Tasks::new();
    }
}

pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("set");
}

/// What a watcher has of an agent.
pub struct View {
    pub agent: AgentHandle,
    updates: Updates,
    pub rows: BTreeMap<String, Item>,
    pub status: AgentStatus,
    pub rev: u64,
}

impl View {
    pub async fn of(agent: AgentHandle) -> Self {
        let watching = agent.watch(0, 200).await.expect("it can be watched");
        Self {
            agent,
            updates: watching.updates,
            rev: watching.snapshot.rev,
            rows: watching.snapshot.items.into_iter().map(|item| (item.id.clone(), item)).collect(),
            status: watching.snapshot.status,
        }
    }

    /// Takes updates in until `done`; panics with a drawing when it takes too long.
    pub async fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let waiting = async {
            while !done(self) {
                match self.updates.next().await {
                    Ok(updates) => self.take(&updates),
                    Err(UpdatesEnd::Lagged) => self.again().await,
                    Err(UpdatesEnd::Closed) => return false,
                }
            }
            true
        };
        let came = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(
            came == Ok(true),
            "waited for {what} ({}); state {:?} {:?} {}\n{}",
            if came.is_err() { "too long" } else { "but the agent is closed" },
            self.status.state,
            self.status.failure,
            self.status.phase,
            self.draw(),
        );
    }

    /// Waits until the agent's actor has ended.
    pub async fn until_closed(&mut self) {
        let closed = async { while !matches!(self.updates.next().await, Err(UpdatesEnd::Closed)) {} };
        tokio::time::timeout(PATIENCE, closed).await.expect("the agent is closed");
    }

    async fn again(&mut self) {
        let watching = self.agent.watch(self.rev, 200).await.expect("it can be watched");
        self.updates = watching.updates;
        if watching.snapshot.reset {
            self.rows.clear();
        }
        self.rows.extend(watching.snapshot.items.into_iter().map(|item| (item.id.clone(), item)));
        (self.status, self.rev) = (watching.snapshot.status, watching.snapshot.rev);
    }

    fn take(&mut self, updates: &[Update]) {
        for update in updates {
            match update {
                Update::Item(item) => {
                    self.rev = self.rev.max(item.rev);
                    self.rows.insert(item.id.clone(), item.clone());
                }
                Update::Delta { item, text, rev } => {
                    self.rev = self.rev.max(*rev);
                    let row = self.rows.get_mut(item).expect("a known row");
                    match &mut row.body {
                        Body::Text(block) | Body::Thinking(block) => block.text.push_str(text),
                        Body::Tool(call) => call.output.push_str(text),
                        other => panic!("text for {other:?}"),
                    }
                }
                Update::Removed(item) => {
                    self.rows.remove(item);
                }
                Update::Status(status) => self.status = (**status).clone(),
            }
        }
    }

    pub fn draw(&self) -> String {
        draw(&self.rows.values().cloned().collect::<Vec<_>>())
    }

    pub async fn until_state(&mut self, state: AgentState) {
        self.until(&format!("{state:?}"), |view| view.status.state == state).await;
    }

    /// Waits until it takes messages.
    pub async fn ready(&mut self) {
        self.until("ready", |view| matches!(view.status.state, AgentState::Idle | AgentState::StartFailed))
            .await;
        assert_eq!(self.status.state, AgentState::Idle, "{}", self.status.failure);
    }

    pub async fn send(&self, text: &str) -> String {
        let message = Outgoing { text: text.to_owned(), ..Outgoing::default() };
        self.agent.send(message).await.expect("taken").0
    }

    /// How many turns have ended.
    pub fn turns(&self) -> usize {
        self.rows.values().filter(|row| matches!(row.body, Body::TurnEnd(_))).count()
    }

    /// Sends a message and waits for the end of its turn.
    pub async fn turn(&mut self, text: &str) {
        let before = self.turns();
        self.send(text).await;
        self.until("the end of the turn", |view| {
            view.turns() > before && view.status.state == AgentState::Idle
        })
        .await;
    }

    /// All text of the agent, joined.
    pub fn text(&self) -> String {
        let mut rows: Vec<&Item> = self.rows.values().collect();
        rows.sort_by_key(|row| row.position);
        rows.iter()
            .filter_map(
                |row| if let Body::Text(block) = &row.body { Some(block.text.as_str()) } else { None },
            )
            .collect()
    }

    pub fn last<T>(&self, pick: impl Fn(&Body) -> Option<&T>) -> Option<&T> {
        let mut rows: Vec<&Item> = self.rows.values().collect();
        rows.sort_by_key(|row| row.position);
        rows.into_iter().rev().find_map(|row| pick(&row.body))
    }

    /// The request that waits, as a permission.
    pub fn permission(&self) -> Option<(String, &Permission)> {
        let id = self.status.pending_request_ids.first()?;
        match &self.rows.get(id)?.body {
            Body::Permission(permission) => Some((id.clone(), permission)),
            _ => None,
        }
    }

    pub fn question(&self) -> Option<(String, &Question)> {
        let id = self.status.pending_request_ids.first()?;
        match &self.rows.get(id)?.body {
            Body::Question(question) => Some((id.clone(), question)),
            _ => None,
        }
    }

    pub async fn asked(&mut self) -> (String, Permission) {
        self.until("a permission request", |view| view.permission().is_some()).await;
        let (id, permission) = self.permission().expect("just seen");
        (id, permission.clone())
    }

    pub async fn answer(&self, item: &str, option: &str) -> bool {
        let response = Response { item: item.to_owned(), option: option.to_owned(), ..Response::default() };
        self.agent.respond(response).await.expect("taken").0
    }
}
