//! Opens, finds and ends agents. An actor lives from the first call about its tab until the tab is closed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use leapmux_agents::actor::{AgentError, AgentHandle, Profile, Shared, Timings};
use leapmux_agents::{Detector, Runner, provider};
use leapmux_runtime::Tasks;
use leapmux_types::{TabId, WorkspaceId};
use tokio::sync::OnceCell;

use super::report::TabReport;
use crate::WorkerConfig;
use crate::files;
use crate::rpc::{RpcCode, RpcError};
use crate::store::agent::{self as rows, StoreJournal};
use crate::store::{Store, StoreError};
use crate::tabs::{Tab, TabKind, TabOwner, Tabs};

/// How long agents may take to end with the Worker.
const FAREWELL: Duration = Duration::from_secs(15);
/// How long one agent's process may take to end by itself.
const STOP: Duration = Duration::from_secs(5);

/// A tab to be opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewAgent {
    pub(crate) title: String,
    pub(crate) provider: String,
    /// `~` and what is below it are the user's home; empty is the home itself.
    pub(crate) working_dir: String,
    pub(crate) resume_session: String,
    pub(crate) options: BTreeMap<String, String>,
}

type Slot = Arc<OnceCell<AgentHandle>>;

/// The agents of this Worker.
pub(crate) struct Agents {
    store: Store,
    tabs: Tabs,
    shared: Shared,
    slots: Mutex<BTreeMap<TabId, Slot>>,
}

impl Agents {
    /// Owner of every agent tab of `tabs` from now on.
    pub(crate) fn new(
        store: Store,
        tabs: Tabs,
        runner: Runner,
        detector: Arc<Detector>,
        tasks: &Tasks,
        config: &WorkerConfig,
    ) -> Arc<Self> {
        let timings = Timings {
            startup: config.agent_startup_timeout,
            option: config.api_timeout,
            stop: STOP,
            ..Timings::default()
        };
        let shared = Shared { runner, detector, tasks: tasks.child(), timings };
        let agents = Arc::new(Self { store, tabs: tabs.clone(), shared, slots: Mutex::default() });
        tabs.set_owner(TabKind::Agent, agents.clone());
        agents
    }

    /// Opens a tab, and starts its agent in the background; a tab that is open is answered as the first time.
    pub(crate) async fn open(
        &self,
        id: TabId,
        workspace: WorkspaceId,
        new: NewAgent,
    ) -> Result<Tab, RpcError> {
        if let Some(known) = self.known(&id)? {
            return Ok(known);
        }
        let tab = described(id, workspace, &new)?;
        let (options, resume) = (new.options, new.resume_session);
        let inserted = self.store.tx(|tx| {
            let (tab, options, resume) = (tab.clone(), options.clone(), resume.clone());
            Box::pin(async move {
                Tabs::insert_in(tx, &tab).await?;
                rows::insert(tx, &tab.id, &options, &resume).await
            })
        });
        if let Err(error) = inserted.await {
            // Two calls with one id: the other one has opened it.
            return self.known(&tab.id)?.ok_or_else(|| RpcError::from(error));
        }
        self.tabs.announce(tab.clone());
        self.handle(&tab.id).await?;
        Ok(tab)
    }

    fn known(&self, id: &TabId) -> Result<Option<Tab>, RpcError> {
        match self.tabs.get(id) {
            Some(tab) if tab.kind != TabKind::Agent => {
                Err(RpcError::new(RpcCode::AlreadyExists, "There is another tab with this id"))
            }
            known => Ok(known),
        }
    }

    /// The agent of a tab; its actor is begun when there is none.
    pub(crate) async fn handle(&self, tab: &TabId) -> Result<AgentHandle, RpcError> {
        let slot = self.slot(tab);
        Ok(slot.get_or_try_init(|| self.begin(tab)).await?.clone())
    }

    fn slot(&self, tab: &TabId) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(tab.clone()).or_default();
        if slot.get().is_some_and(AgentHandle::is_closed) {
            // Its journal failed: what was saved is begun with again.
            *slot = Slot::default();
        }
        slot.clone()
    }

    async fn begin(&self, tab: &TabId) -> Result<AgentHandle, RpcError> {
        let gone = || RpcError::not_found("This agent no longer exists on its Worker.");
        let known = self.tabs.get(tab).filter(|tab| tab.kind == TabKind::Agent).ok_or_else(gone)?;
        let stored = rows::find(self.store.db(), tab).await?.ok_or_else(gone)?;
        let profile = Profile {
            provider: known.provider,
            working_dir: known.working_dir,
            resume_session: stored.resume_session,
            options: stored.options,
            env: BTreeMap::new(),
        };
        let journal = Arc::new(StoreJournal::new(self.store.clone(), stored.key));
        let report = Arc::new(TabReport { tabs: self.tabs.clone(), tab: tab.clone() });
        AgentHandle::open(profile, journal, report, self.shared.clone()).await.map_err(wire_error)
    }

    /// After a start of the Worker: agents that were cut short are put in order, and messages that waited are delivered.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        for tab in rows::unsettled(self.store.db()).await? {
            if let Err(error) = self.handle(&tab).await {
                tracing::warn!(%tab, %error, "an agent cannot be taken up again");
            }
        }
        Ok(())
    }

    /// Ends all processes in good order, as far as they let us.
    pub(crate) async fn shutdown(&self) {
        if let Err(stuck) = self.shared.tasks.shutdown(FAREWELL).await {
            tracing::warn!(%stuck, "agents");
        }
    }
}

#[async_trait]
impl TabOwner for Agents {
    async fn close(&self, tab: &TabId) -> Result<(), RpcError> {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(tab);
        if let Some(agent) = slot.as_ref().and_then(|slot| slot.get()) {
            agent.close().await;
        }
        self.store
            .tx(|tx| {
                let tab = tab.clone();
                Box::pin(async move {
                    rows::delete(tx, &tab).await?;
                    Tabs::delete_in(tx, &tab).await
                })
            })
            .await?;
        self.tabs.forget(tab);
        Ok(())
    }
}

/// The tab as it will be stored, or what is wrong with it.
fn described(id: TabId, workspace: WorkspaceId, new: &NewAgent) -> Result<Tab, RpcError> {
    if provider(&new.provider).is_none() {
        return Err(RpcError::invalid_argument(format!("There is no agent provider {:?}", new.provider)));
    }
    check_session_id(&new.resume_session)?;
    let title = Tabs::new_title(TabKind::Agent, &new.title);
    let title = title.map_err(|error| RpcError::invalid_argument(error.to_string()))?;
    let mut tab = Tab::new(id, workspace, TabKind::Agent, title);
    tab.provider.clone_from(&new.provider);
    tab.working_dir = working_dir(&new.working_dir)?;
    Ok(tab)
}

/// A pasted session id (spec AGT-13).
fn check_session_id(id: &str) -> Result<(), RpcError> {
    if id.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '$' | '%')) {
        return Err(RpcError::invalid_argument("Session ID contains invalid characters."));
    }
    if id.chars().count() > leapmux_types::NAME_MAX_CHARS {
        return Err(RpcError::invalid_argument("Name must be at most 128 characters"));
    }
    Ok(())
}

fn working_dir(asked: &str) -> Result<String, RpcError> {
    let home =
        || files::home_dir().ok_or_else(|| RpcError::failed_precondition("There is no home directory"));
    let path = match asked {
        "" | "~" => home()?,
        below if below.starts_with("~/") => home()?.join(&below[2..]),
        path => PathBuf::from(path),
    };
    if !Path::new(&path).is_absolute() {
        return Err(RpcError::invalid_argument("The working directory must be an absolute path"));
    }
    path.into_os_string()
        .into_string()
        .map_err(|_| RpcError::invalid_argument("The working directory is not UTF-8"))
}

/// An agent's refusal as a call's.
pub(crate) fn wire_error(error: AgentError) -> RpcError {
    match error {
        AgentError::Invalid(text) => RpcError::invalid_argument(text),
        AgentError::NotFound(text) => RpcError::not_found(text),
        AgentError::Refused(text) => RpcError::failed_precondition(text),
        AgentError::Storage(text) => RpcError::internal_told(&text, &text),
        AgentError::Closed => RpcError::unavailable("The agent is being closed"),
    }
}
