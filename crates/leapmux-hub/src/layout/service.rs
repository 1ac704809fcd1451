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
use tokio::sync::{broadcast, mpsc, oneshot};

use super::actor;
use super::feed::LayoutFeed;
use super::message::{Change, Message, Subscription};
use crate::access::Access;
use crate::{Caller, HubError};

/// Organizations whose access changed that a slow feed may be behind; it then looks anyway.
const ACCESS_NEWS: usize = 64;

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
    access: Access,
    /// Organizations in which somebody may read more or less than before.
    access_news: broadcast::Sender<OrgId>,
    observer: Arc<OnceLock<Arc<dyn WorkspaceObserver>>>,
    tasks: Tasks,
    actors: Mutex<BTreeMap<OrgId, mpsc::Sender<Message>>>,
}

impl LayoutService {
    /// A service whose actors run among `tasks`.
    pub fn new(store: Arc<dyn HubStore>, tasks: &Tasks) -> Self {
        let inner = Inner {
            access: Access::new(store.clone()),
            access_news: broadcast::Sender::new(ACCESS_NEWS),
            store,
            observer: Arc::default(),
            tasks: tasks.child(),
            actors: Mutex::new(BTreeMap::new()),
        };
        Self { inner: Arc::new(inner) }
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
        let reader = self.reader(&caller.user, org).await?;
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
        // Listening begins before anything is looked up, so that no change of access falls between.
        let news = self.inner.access_news.subscribe();
        let reader = self.reader(&caller.user, org).await?;
        let since = if self.is_alone(org).await? { since } else { None };
        let subscription = self.subscribe(org, reader.clone(), since).await?;
        Ok(LayoutFeed::new(self.clone(), org.clone(), reader, subscription, news))
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

    /// The log cannot tell a reader who comes back what was shared with them meanwhile, or taken back: only where nobody else is
    /// can it be all there is to tell.
    async fn is_alone(&self, org: &OrgId) -> Result<bool, HubError> {
        Ok(self.inner.store.members(org).await?.len() < 2)
    }

    /// Somebody may read more or less of this organization than before.
    pub(crate) fn access_changed(&self, org: &OrgId) {
        // Nobody may be watching.
        let _ = self.inner.access_news.send(org.clone());
    }

    /// The organization is gone: whoever watches it is told to look elsewhere.
    pub(crate) fn forget(&self, org: &OrgId) {
        self.inner.actors.lock().expect("nobody panics while holding it").remove(org);
        self.access_changed(org);
    }

    /// What a member may see: their own workspaces, and those shared with them.
    pub(super) async fn reader(&self, user: &UserId, org: &OrgId) -> Result<Visibility, HubError> {
        self.inner.access.visibility(user, org).await?.ok_or_else(HubError::no_organization)
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
