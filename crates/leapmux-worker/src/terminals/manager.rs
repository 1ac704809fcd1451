//! All terminals of a Worker: opens them, finds them, closes them. One that is only stored gets its actor when somebody looks.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use leapmux_pty::{Environment, ProcessHost};
use leapmux_runtime::{Tasks, random_bytes};
use leapmux_types::{TabId, WorkspaceId, clean_name};
use tokio::sync::{mpsc, oneshot};

use super::actor::{Actor, Command, MAILBOX, Surroundings};
use super::launch::Launch;
use super::saving::Saving;
use super::shared::{InputStream, Shared, Size};
use crate::rpc::{Responder, RpcError};
use crate::store::Store;
use crate::store::terminal::{self as rows, StoredTerminal};
use crate::tabs::{Tab, TabKind, TabOwner, Tabs};

/// Offsets of a new life begin anywhere below: a client of an earlier one must not take them for its own. Small enough to be
/// counted on from in JavaScript's numbers.
const OFFSETS: u64 = 1 << 50;

/// What a new terminal is asked to be.
#[derive(Debug, Clone)]
pub(crate) struct OpenTerminal {
    pub(crate) tab: TabId,
    pub(crate) workspace: WorkspaceId,
    /// Empty: the default one.
    pub(crate) shell: String,
    /// Empty: home.
    pub(crate) working_dir: String,
    /// Empty: a name is drawn.
    pub(crate) title: String,
    pub(crate) size: Size,
}

/// What it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) title: String,
    pub(crate) shell: String,
    pub(crate) working_dir: String,
}

/// A client that looks at a terminal until this is dropped.
pub(crate) struct Attachment {
    id: u64,
    actor: mpsc::Sender<Command>,
    ended: oneshot::Receiver<()>,
}

impl Attachment {
    /// Resolves when the terminal is gone. Safe to cancel.
    pub(crate) async fn ended(&mut self) {
        let _ = (&mut self.ended).await;
    }

    /// Leaves.
    pub(crate) async fn detach(self) {
        // A terminal that is gone has no watchers.
        let _ = self.actor.send(Command::Detach(self.id)).await;
    }
}

/// The terminals; clones share them.
#[derive(Clone)]
pub(crate) struct Terminals(Arc<Inner>);

struct Inner {
    store: Store,
    tabs: Tabs,
    host: Arc<dyn ProcessHost>,
    environment: Arc<Environment>,
    tasks: Tasks,
    actors: Mutex<BTreeMap<TabId, Handle>>,
    /// Opening, waking and closing happen one at a time.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Handle {
    actor: mpsc::Sender<Command>,
    shared: Arc<Shared>,
}

impl Terminals {
    /// Terminals over an open store, closed through `tabs`; their shells inherit `environment`, their actors belong to `tasks`.
    pub(crate) fn new(
        store: Store,
        tabs: Tabs,
        host: Arc<dyn ProcessHost>,
        environment: Environment,
        tasks: Tasks,
    ) -> Self {
        let environment = Arc::new(environment);
        let (actors, changing) = (Mutex::default(), tokio::sync::Mutex::default());
        let inner = Inner { store, tabs, host, environment, tasks, actors, changing };
        let terminals = Self(Arc::new(inner));
        terminals.0.tabs.set_owner(TabKind::Terminal, Arc::new(terminals.clone()));
        terminals
    }

    /// Stores a new terminal and starts its shell in the background; one that exists is answered as the first time.
    pub(crate) async fn open(&self, asked: OpenTerminal) -> Result<Opened, RpcError> {
        let _changing = self.0.changing.lock().await;
        if let Some(known) = self.0.tabs.get(&asked.tab) {
            return match known.kind {
                TabKind::Terminal => Ok(opened(known)),
                TabKind::Agent => Err(RpcError::failed_precondition("This tab is an agent")),
            };
        }
        let (shell, dir) = (asked.shell.clone(), asked.working_dir.clone());
        let environment = self.0.environment.clone();
        let resolved = tokio::task::spawn_blocking(move || Launch::resolve(&shell, &dir, &environment)).await;
        let launch = resolved.map_err(RpcError::internal)?;
        let name = Tabs::new_title(TabKind::Terminal, "").map_err(RpcError::internal)?;
        let title = match asked.title.as_str() {
            "" => name.clone(),
            title => Tabs::new_title(TabKind::Terminal, title)
                .map_err(|error| RpcError::invalid_argument(error.to_string()))?,
        };
        let mut tab = Tab::new(asked.tab.clone(), asked.workspace, TabKind::Terminal, title);
        tab.shell = launch.shell.to_string_lossy().into_owned();
        tab.working_dir = launch.working_dir.to_string_lossy().into_owned();
        let Size { cols, rows } = asked.size;
        let stored =
            StoredTerminal { name, pinned: !asked.title.is_empty(), cols, rows, ..StoredTerminal::default() };
        self.insert(&tab, &stored).await?;
        self.0.tabs.announce(tab.clone());
        self.run(asked.tab, launch, &stored, |actor| actor.start());
        Ok(opened(tab))
    }

    async fn insert(&self, tab: &Tab, stored: &StoredTerminal) -> Result<(), RpcError> {
        let insert = self.0.store.tx(|tx| {
            let (tab, stored) = (tab.clone(), stored.clone());
            Box::pin(async move {
                Tabs::insert_in(tx, &tab).await?;
                rows::insert(tx, &tab.id, &stored).await
            })
        });
        Ok(insert.await?)
    }

    /// Shows a terminal to a client that has drawn everything before `have`, or nothing yet.
    pub(crate) async fn attach(
        &self,
        tab: &TabId,
        responder: Arc<Responder>,
        have: Option<u64>,
        writer: bool,
    ) -> Result<Attachment, RpcError> {
        let Handle { actor, .. } = self.handle(tab).await?;
        let ((ended_sender, ended), (id_sender, id)) = (oneshot::channel(), oneshot::channel());
        let attach = Command::Attach { responder, have, writer, ended: ended_sender, id: id_sender };
        actor.send(attach).await.map_err(|_| gone())?;
        let id = id.await.map_err(|_| gone())?;
        Ok(Attachment { id, actor, ended })
    }

    /// A keyboard for a terminal.
    pub(crate) async fn input(&self, tab: &TabId) -> Result<InputStream, RpcError> {
        let Handle { actor, shared } = self.handle(tab).await?;
        Ok(InputStream::new(shared, actor))
    }

    /// Starts the shell of a terminal again that has ended.
    pub(crate) async fn restart(&self, tab: &TabId, size: Option<Size>) -> Result<(), RpcError> {
        let Handle { actor, .. } = self.handle(tab).await?;
        let (reply, answer) = oneshot::channel();
        actor.send(Command::Restart { size, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Stores every last screen, ends every shell.
    pub(crate) async fn shutdown(&self) {
        let _changing = self.0.changing.lock().await;
        let handles = std::mem::take(&mut *self.actors());
        futures::future::join_all(handles.into_values().map(|handle| end(handle, true))).await;
    }

    /// The terminal's actor, woken if it was only stored.
    async fn handle(&self, tab: &TabId) -> Result<Handle, RpcError> {
        if let Some(handle) = self.running(tab) {
            return Ok(handle);
        }
        let _changing = self.0.changing.lock().await;
        if let Some(handle) = self.running(tab) {
            return Ok(handle);
        }
        let known = self.0.tabs.get(tab).filter(|tab| tab.kind == TabKind::Terminal).ok_or_else(gone)?;
        let stored = rows::find(self.0.store.db(), tab).await?.ok_or_else(gone)?;
        let launch =
            Launch { shell: PathBuf::from(known.shell), working_dir: PathBuf::from(known.working_dir) };
        let ended = stored.ended;
        Ok(self.run(tab.clone(), launch, &stored, move |actor| actor.wake(ended)))
    }

    /// Starts an actor, after `prepare`.
    fn run(
        &self,
        tab: TabId,
        launch: Launch,
        stored: &StoredTerminal,
        prepare: impl FnOnce(&mut Actor),
    ) -> Handle {
        let (sender, commands) = mpsc::channel(MAILBOX);
        let shared = Arc::new(Shared::default());
        let around = Surroundings {
            tab: tab.clone(),
            tabs: self.0.tabs.clone(),
            host: self.0.host.clone(),
            environment: self.0.environment.clone(),
            shared: shared.clone(),
            tasks: self.0.tasks.clone(),
        };
        let saving = Saving::new(self.0.store.clone(), tab.clone());
        let offset = u64::from_be_bytes(random_bytes()) % OFFSETS;
        let mut actor = Actor::new(around, commands, launch, stored, offset, saving);
        prepare(&mut actor);
        self.0.tasks.spawn("terminal", actor.run());
        let handle = Handle { actor: sender, shared };
        self.actors().insert(tab, handle.clone());
        handle
    }

    fn running(&self, tab: &TabId) -> Option<Handle> {
        self.actors().get(tab).cloned()
    }

    fn actors(&self) -> MutexGuard<'_, BTreeMap<TabId, Handle>> {
        self.0.actors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TabOwner for Terminals {
    async fn close(&self, tab: &TabId) -> Result<(), RpcError> {
        let changing = self.0.changing.lock().await;
        let delete = self.0.store.tx(|tx| {
            let tab = tab.clone();
            Box::pin(async move {
                rows::delete(tx, &tab).await?;
                Tabs::delete_in(tx, &tab).await
            })
        });
        delete.await?;
        self.0.tabs.forget(tab);
        let handle = self.actors().remove(tab);
        // Shells may take their time to end; other tabs need not wait.
        drop(changing);
        if let Some(handle) = handle {
            end(handle, false).await;
        }
        Ok(())
    }

    async fn rename(&self, tab: &TabId, title: &str) -> Result<String, RpcError> {
        let title = title.trim();
        if !title.is_empty() {
            clean_name(title).map_err(|error| RpcError::invalid_argument(error.to_string()))?;
        }
        let Handle { actor, .. } = self.handle(tab).await?;
        let (reply, answer) = oneshot::channel();
        actor.send(Command::Rename { title: title.to_owned(), reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())
    }
}

/// Ends an actor and what it runs.
async fn end(handle: Handle, store: bool) {
    let (done, ended) = oneshot::channel();
    if handle.actor.send(Command::End { store, done }).await.is_ok() {
        let _ = ended.await;
    }
}

fn gone() -> RpcError {
    RpcError::not_found("This terminal does not exist on this Worker")
}

fn opened(tab: Tab) -> Opened {
    Opened { title: tab.title, shell: tab.shell, working_dir: tab.working_dir }
}
