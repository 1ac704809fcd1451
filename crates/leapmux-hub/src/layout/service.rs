//! The face of the layout actors: membership is checked here, ownership by the layout engine.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use leapmux_hub_store::HubStore;
use leapmux_layout::commands::Planned;
use leapmux_layout::{Batch, Document, Refusal, Snapshot, TabKind, Visibility};
use leapmux_runtime::Tasks;
use leapmux_types::{BatchId, OrgId, UserId};
use tokio::sync::{mpsc, oneshot};

use super::actor;
use super::feed::LayoutFeed;
use super::message::{Change, Message, Subscription};
use crate::{Caller, HubError};

/// What became of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// Taken at this revision, now or by an earlier try.
    Taken(u64),
    /// Not taken, and never will be as it is.
    Refused(Refusal),
}

/// Told after workspaces were created or removed, before the change is acknowledged: whoever is then told of a workspace can
/// already reach it.
#[async_trait]
pub trait WorkspaceObserver: Send + Sync {
    async fn workspaces_changed(&self, owners: &BTreeSet<UserId>);
}

/// Layouts of all organizations.
#[derive(Clone)]
pub struct LayoutService {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn HubStore>,
    observer: Arc<OnceLock<Arc<dyn WorkspaceObserver>>>,
    tasks: Tasks,
    actors: Mutex<BTreeMap<OrgId, mpsc::Sender<Message>>>,
}

impl LayoutService {
    /// A service whose actors run among `tasks`.
    pub fn new(store: Arc<dyn HubStore>, tasks: &Tasks) -> Self {
        let actors = Mutex::new(BTreeMap::new());
        Self { inner: Arc::new(Inner { store, observer: Arc::default(), tasks: tasks.child(), actors }) }
    }

    /// Who is told of new and removed workspaces; set once, before serving.
    pub fn observe(&self, observer: Arc<dyn WorkspaceObserver>) {
        if self.inner.observer.set(observer).is_err() {
            tracing::error!("a second observer of workspaces was ignored");
        }
    }

    /// Lets every actor finish what it has begun, then ends it.
    pub async fn shutdown(&self, grace: std::time::Duration) {
        if let Err(stuck) = self.inner.tasks.shutdown(grace).await {
            tracing::warn!(%stuck, "layout actors");
        }
    }

    /// The store behind.
    pub(crate) fn store(&self) -> &dyn HubStore {
        &*self.inner.store
    }

    /// Everything the caller may read, at one revision.
    pub async fn snapshot(&self, caller: &Caller, org: &OrgId) -> Result<Snapshot, HubError> {
        let reader = self.reader(caller, org).await?;
        self.ask(org, |reply| Message::Snapshot { reader, reply }).await?
    }

    /// How many tabs of each kind there are in the layouts that are in use.
    pub async fn tab_counts(&self) -> BTreeMap<TabKind, usize> {
        let in_use: Vec<OrgId> =
            self.inner.actors.lock().expect("nobody panics while holding it").keys().cloned().collect();
        let mut counts = BTreeMap::new();
        for org in in_use {
            // A Hub that stops counts nothing.
            for kind in self.ask(&org, |reply| Message::Count { reply }).await.unwrap_or_default() {
                *counts.entry(kind).or_default() += 1;
            }
        }
        counts
    }

    /// A change made by the caller's client. Submitting the same batch again changes nothing and answers the same.
    pub async fn submit(&self, caller: &Caller, org: &OrgId, batch: Batch) -> Result<Submitted, HubError> {
        self.member(caller, org).await?;
        let author = caller.user.clone();
        self.ask(org, |reply| Message::Change(Change::submit(batch, author, reply))).await?
    }

    /// A change planned on the current document: nothing comes between plan and change.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        org: &OrgId,
        plan: impl FnOnce(&Document) -> Result<Planned<T>, Refusal> + Send + 'static,
    ) -> Result<Result<T, Refusal>, HubError> {
        self.member(caller, org).await?;
        let author = caller.user.clone();
        let answer = Arc::new(Mutex::new(None));
        let keep = answer.clone();
        let ops = move |document: &Document| {
            let planned = plan(document)?;
            *keep.lock().expect("nobody panics while holding it") = Some(planned.answer);
            Ok(planned.ops)
        };
        let id = BatchId::from_bits(leapmux_runtime::fresh_bits());
        let done =
            self.ask(org, |reply| Message::Change(Change::plan(id, Box::new(ops), author, reply))).await??;
        Ok(match done {
            Submitted::Refused(refusal) => Err(refusal),
            Submitted::Taken(_) => {
                let answer = answer.lock().expect("nobody panics while holding it").take();
                Ok(answer.expect("a taken change was planned"))
            }
        })
    }

    /// The caller's stream: from revision `since` when the log still covers it, else from a snapshot.
    pub async fn watch(
        &self,
        caller: &Caller,
        org: &OrgId,
        since: Option<u64>,
    ) -> Result<LayoutFeed, HubError> {
        let reader = self.reader(caller, org).await?;
        let subscription = self.subscribe(org, reader.clone(), since).await?;
        Ok(LayoutFeed::new(self.clone(), org.clone(), reader, subscription))
    }

    pub(super) async fn subscribe(
        &self,
        org: &OrgId,
        reader: Visibility,
        since: Option<u64>,
    ) -> Result<Subscription, HubError> {
        self.ask(org, |reply| Message::Subscribe { reader, since, reply }).await?
    }

    /// Members only: to others an organization does not exist.
    pub(crate) async fn member(&self, caller: &Caller, org: &OrgId) -> Result<(), HubError> {
        match self.inner.store.role(org, &caller.user).await? {
            Some(_) => Ok(()),
            None => Err(HubError::no_organization()),
        }
    }

    /// What the caller may see: their own workspaces.
    async fn reader(&self, caller: &Caller, org: &OrgId) -> Result<Visibility, HubError> {
        self.member(caller, org).await?;
        Ok(Visibility::owner(caller.user.clone()))
    }

    async fn ask<T>(
        &self,
        org: &OrgId,
        message: impl FnOnce(oneshot::Sender<T>) -> Message,
    ) -> Result<T, HubError> {
        if self.inner.tasks.token().is_cancelled() {
            return Err(HubError::stopping());
        }
        let (reply, answer) = oneshot::channel();
        self.actor(org).send(message(reply)).await.map_err(|_| HubError::stopping())?;
        answer.await.map_err(|_| HubError::stopping())
    }

    fn actor(&self, org: &OrgId) -> mpsc::Sender<Message> {
        let mut actors = self.inner.actors.lock().expect("nobody panics while holding it");
        let running = actors.get(org).filter(|mailbox| !mailbox.is_closed());
        if let Some(mailbox) = running {
            return mailbox.clone();
        }
        let (mailbox, messages) = mpsc::channel(actor::MAILBOX);
        let (store, observer) = (self.inner.store.clone(), self.inner.observer.clone());
        let stop = self.inner.tasks.token();
        self.inner.tasks.spawn("layout", actor::run(org.clone(), store, observer, messages, stop));
        actors.insert(org.clone(), mailbox.clone());
        mailbox
    }
}
