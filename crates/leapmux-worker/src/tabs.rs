//! The registry of tabs: what every tab has, whatever it shows. Titles are stored; states live in memory and are published to
//! whoever watches. Managers of terminals and agents write here, `services/tab.rs` reads.

mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use leapmux_types::{NameError, TabId, WorkspaceId, clean_name};
use tokio::sync::broadcast;

use crate::rpc::RpcError;
use crate::store::{Connection, Store, StoreError, tab as rows};

/// Changes a slow watcher may miss before it gets a new snapshot instead.
const WATCH_QUEUE: usize = 1024;

/// What a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TabKind {
    Agent,
    Terminal,
}

/// What a tab is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabState {
    Starting,
    /// Terminal: the shell runs. Agent: idle.
    Ready,
    /// Agent: a turn runs.
    Running,
    /// Agent: a request waits for an answer.
    Waiting,
    /// The process ended (or the Worker was restarted).
    Exited,
    Failed,
}

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub id: TabId,
    pub workspace_id: WorkspaceId,
    pub kind: TabKind,
    pub title: String,
    pub state: TabState,
    /// Agents: the provider's slug.
    pub provider: String,
    pub working_dir: String,
    /// Terminals.
    pub shell: String,
    /// Rises with each bell, finished turn, request and failure.
    pub attention: u64,
    /// Why the state is `Failed`.
    pub failure: String,
}

impl Tab {
    /// A tab that is starting.
    pub fn new(id: TabId, workspace_id: WorkspaceId, kind: TabKind, title: String) -> Self {
        Self {
            id,
            workspace_id,
            kind,
            title,
            state: TabState::Starting,
            provider: String::new(),
            working_dir: String::new(),
            shell: String::new(),
            attention: 0,
            failure: String::new(),
        }
    }
}

/// Who ends what a kind of tab shows.
#[async_trait]
pub trait TabOwner: Send + Sync {
    /// Ends the process, deletes what is stored (its own rows and, with `Tabs::delete_in`, the tab's) in one transaction, then
    /// calls `Tabs::forget`. Closing a tab that is closed already is fine.
    async fn close(&self, tab: &TabId) -> Result<(), RpcError>;

    /// A person wants this title: the title it becomes, before it is cleaned. Owners whose programs set titles, too, learn here
    /// that a person has, or with an empty one has not any more.
    async fn rename(&self, _tab: &TabId, title: &str) -> Result<String, RpcError> {
        Ok(title.to_owned())
    }
}

/// A change of the registry.
#[derive(Debug, Clone)]
pub enum TabChange {
    Changed(Tab),
    Removed(TabId, WorkspaceId),
}

/// The registry; clones share it.
#[derive(Clone)]
pub struct Tabs(Arc<Inner>);

struct Inner {
    store: Store,
    state: Mutex<State>,
    changes: broadcast::Sender<TabChange>,
}

#[derive(Default)]
struct State {
    tabs: BTreeMap<TabId, Tab>,
    owners: BTreeMap<TabKind, Arc<dyn TabOwner>>,
    /// Tabs whose attention has risen since it was stored.
    unsaved: BTreeSet<TabId>,
}

impl Tabs {
    /// The registry as stored; every tab is `Exited` until its manager says otherwise.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let tabs = rows::all(store.db()).await?.into_iter().map(|tab| (tab.id.clone(), tab)).collect();
        let state = Mutex::new(State { tabs, ..State::default() });
        Ok(Self(Arc::new(Inner { store, state, changes: broadcast::Sender::new(WATCH_QUEUE) })))
    }

    /// Names the manager that closes tabs of a kind.
    pub fn set_owner(&self, kind: TabKind, owner: Arc<dyn TabOwner>) {
        self.state().owners.insert(kind, owner);
    }

    /// Title of a new tab: what was asked for, cleaned, or a random one ("Agent Maya", "Terminal Oscar").
    pub fn new_title(kind: TabKind, asked: &str) -> Result<String, NameError> {
        if asked.is_empty() { Ok(names::random_title(kind)) } else { clean_name(asked) }
    }

    /// Stores a new tab; for the transaction in which its manager stores its own rows. `announce` it after the commit.
    pub async fn insert_in<C: Connection>(db: &C, tab: &Tab) -> Result<(), StoreError> {
        rows::insert(db, tab).await
    }

    /// Deletes a tab's row; for the transaction in which its manager deletes its own. `forget` it after the commit.
    pub async fn delete_in<C: Connection>(db: &C, tab: &TabId) -> Result<(), StoreError> {
        rows::delete(db, tab).await
    }

    /// Shows a stored tab to watchers, or replaces what they know of it.
    pub fn announce(&self, tab: Tab) {
        self.state().tabs.insert(tab.id.clone(), tab.clone());
        self.publish(TabChange::Changed(tab));
    }

    /// Takes a deleted tab away from watchers.
    pub fn forget(&self, tab: &TabId) {
        let removed = self.state().tabs.remove(tab);
        if let Some(removed) = removed {
            self.publish(TabChange::Removed(removed.id, removed.workspace_id));
        }
    }

    /// Changes what lives in memory (state, failure, attention, shell, working directory); watchers hear of it when it differs.
    /// `None` when the tab is unknown. Titles go through `rename`.
    pub fn update(&self, tab: &TabId, change: impl FnOnce(&mut Tab)) -> Option<Tab> {
        let changed = {
            let mut state = self.state();
            let known = state.tabs.get_mut(tab)?;
            let before = known.clone();
            change(known);
            known.title.clone_from(&before.title);
            if *known == before {
                return Some(before);
            }
            let changed = known.clone();
            if changed.attention != before.attention {
                state.unsaved.insert(tab.clone());
            }
            changed
        };
        self.publish(TabChange::Changed(changed.clone()));
        Some(changed)
    }

    /// Something happened that the user may want to look at.
    pub fn raise_attention(&self, tab: &TabId) {
        self.update(tab, |tab| tab.attention += 1);
    }

    /// Stores and publishes a new title; answers it as cleaned.
    pub async fn rename(&self, tab: &TabId, title: &str) -> Result<String, RpcError> {
        let title = clean_name(title).map_err(|error| RpcError::invalid_argument(error.to_string()))?;
        rows::rename(self.0.store.db(), tab, &title).await?;
        let renamed = {
            let mut state = self.state();
            let known = state.tabs.get_mut(tab).ok_or_else(|| RpcError::not_found("Not found"))?;
            known.title.clone_from(&title);
            known.clone()
        };
        self.publish(TabChange::Changed(renamed));
        Ok(title)
    }

    /// As `rename`, for a person: what the tab shows has a say.
    pub async fn rename_by_person(&self, tab: &TabId, title: &str) -> Result<String, RpcError> {
        let owner = {
            let state = self.state();
            state.tabs.get(tab).and_then(|known| state.owners.get(&known.kind).cloned())
        };
        match owner {
            Some(owner) => self.rename(tab, &owner.rename(tab, title).await?).await,
            None => self.rename(tab, title).await,
        }
    }

    /// Ends a tab through its owner; one that does not exist is closed already.
    pub async fn close(&self, tab: &TabId) -> Result<(), RpcError> {
        let owner = {
            let state = self.state();
            let Some(known) = state.tabs.get(tab) else { return Ok(()) };
            state.owners.get(&known.kind).cloned()
        };
        match owner {
            Some(owner) => owner.close(tab).await,
            None => {
                Self::delete_in(self.0.store.db(), tab).await?;
                self.forget(tab);
                Ok(())
            }
        }
    }

    /// One tab.
    pub fn get(&self, tab: &TabId) -> Option<Tab> {
        self.state().tabs.get(tab).cloned()
    }

    /// Every tab, by id.
    pub fn list(&self) -> Vec<Tab> {
        self.state().tabs.values().cloned().collect()
    }

    /// Changes from now on; taken before `list`, nothing falls between.
    pub fn watch(&self) -> broadcast::Receiver<TabChange> {
        self.0.changes.subscribe()
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.0.changes.receiver_count()
    }

    /// Stores what changed only in memory: attention, so that it goes on rising after a restart.
    pub async fn save(&self) -> Result<(), StoreError> {
        let tabs: Vec<Tab> = {
            let mut state = self.state();
            let unsaved = std::mem::take(&mut state.unsaved);
            unsaved.iter().filter_map(|id| state.tabs.get(id).cloned()).collect()
        };
        if tabs.is_empty() { Ok(()) } else { rows::save_attention(&self.0.store, &tabs).await }
    }

    #[cfg(test)]
    fn store(&self) -> &Store {
        &self.0.store
    }

    fn publish(&self, change: TabChange) {
        // Nobody watching is fine.
        let _ = self.0.changes.send(change);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
