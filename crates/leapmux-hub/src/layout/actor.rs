//! The one writer of one organization's layout: apply in memory, store, acknowledge, publish, in this order.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use leapmux_hub_store::{HubStore, LayoutCommit, LogPage, StoreError, StoredBatch, WorkspaceRecord};
use leapmux_layout::{Applied, Batch, Document, EntityId, LogEntry, Op, Visibility};
use leapmux_runtime::wall_clock_ms;
use leapmux_types::{OrgId, UserId};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

use super::message::{Change, Message, Reply, Start, Subscription};
use super::service::{Submitted, WorkspaceObserver};
use crate::HubError;

/// Messages waiting for the actor; senders wait when there are more.
pub(super) const MAILBOX: usize = 256;
/// Changes stored in one transaction when they come faster than the disk takes them.
const GROUP: usize = 64;
/// Events a slow reader may be behind before it is given a snapshot instead.
const BEHIND: usize = 256;
/// The log reaches back a day, or 10,000 batches, whichever is less.
const LOG_AGE_MS: i64 = 24 * 60 * 60 * 1000;
const LOG_LENGTH: u64 = 10_000;
/// Changes between two trims of the log.
const TRIM_EVERY: u64 = 512;

/// A change applied in memory, to be stored and then acknowledged.
struct Taken {
    applied: Applied,
    author: UserId,
    reply: Reply,
}

struct Actor {
    org: OrgId,
    store: Arc<dyn HubStore>,
    observer: Arc<OnceLock<Arc<dyn WorkspaceObserver>>>,
    document: Document,
    events: broadcast::Sender<Arc<LogEntry>>,
    /// The store failed: what it holds must be looked at before anything else.
    in_doubt: bool,
    since_trim: u64,
}

/// Lives until every sender is gone or `stop`; what was received before that is finished.
pub(super) async fn run(
    org: OrgId,
    store: Arc<dyn HubStore>,
    observer: Arc<OnceLock<Arc<dyn WorkspaceObserver>>>,
    mut messages: mpsc::Receiver<Message>,
    stop: CancellationToken,
) {
    let (events, _) = broadcast::channel(BEHIND);
    // "In doubt" from the start: the first message loads.
    let document = Document::default();
    let mut actor = Actor { org, store, observer, document, events, in_doubt: true, since_trim: TRIM_EVERY };
    loop {
        let first = tokio::select! {
            () = stop.cancelled() => break,
            message = messages.recv() => match message {
                Some(message) => message,
                None => break,
            },
        };
        actor.handle(first, &mut messages).await;
    }
    messages.close();
    while let Some(message) = messages.recv().await {
        actor.handle(message, &mut messages).await;
    }
}

impl Actor {
    async fn handle(&mut self, first: Message, messages: &mut mpsc::Receiver<Message>) {
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Change(change) => {
                    group.push(change);
                    if group.len() < GROUP {
                        next = messages.try_recv().ok();
                    }
                }
                reading => {
                    self.change(std::mem::take(&mut group)).await;
                    self.read(reading).await;
                }
            }
        }
        self.change(group).await;
    }

    async fn read(&mut self, message: Message) {
        let loaded = self.settle().await;
        match message {
            Message::Change(_) => {}
            // Whoever asked may be gone.
            Message::Snapshot { reader, reply } => {
                let snapshot = loaded.map(|()| self.document.snapshot_for(&reader));
                let _ = reply.send(snapshot.map_err(HubError::from));
            }
            Message::Count { reply } => {
                let _ = reply.send(loaded.map(|()| self.document.tab_kinds().collect()).unwrap_or_default());
            }
            Message::Subscribe { reader, since, reply } => {
                let subscription = match loaded {
                    Ok(()) => self.subscribe(&reader, since).await,
                    Err(error) => Err(error.into()),
                };
                let _ = reply.send(subscription);
            }
        }
    }

    async fn subscribe(&self, reader: &Visibility, since: Option<u64>) -> Result<Subscription, HubError> {
        let events = self.events.subscribe();
        if let Some(after) = since.filter(|rev| *rev > 0)
            && let LogPage::Entries(entries) = self.store.layout_log(&self.org, after).await?
        {
            return Ok(Subscription { start: Start::Entries { after, entries }, events });
        }
        Ok(Subscription { start: Start::Snapshot(self.document.snapshot_for(reader)), events })
    }

    /// Makes sure that the document is what the store holds; tells readers what they missed.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if !self.in_doubt {
            return Ok(());
        }
        let stored = self.store.layout(&self.org).await?;
        let known = self.document.rev();
        if stored.rev > known
            && known > 0
            && let LogPage::Entries(missed) = self.store.layout_log(&self.org, known).await?
        {
            for entry in missed {
                self.publish(entry);
            }
        }
        self.document = Document::load(&stored);
        self.in_doubt = false;
        Ok(())
    }

    fn publish(&self, entry: LogEntry) {
        // No receiver is no reader: nothing to do.
        let _ = self.events.send(Arc::new(entry));
    }

    /// Applies a group of changes, stores them together, then acknowledges and publishes each.
    async fn change(&mut self, group: Vec<Change>) {
        if group.is_empty() {
            return;
        }
        if let Err(error) = self.settle().await {
            tracing::warn!(org = %self.org, %error, "the layout cannot be loaded");
            return refuse_all(group.into_iter().map(|change| change.reply), &error);
        }
        let mut taken: Vec<Taken> = Vec::new();
        for change in group {
            // A client that is impatient: its first try must be stored before the second can be told of it.
            if taken.iter().any(|earlier| earlier.applied.entry.batch.id == change.id) {
                self.commit(std::mem::take(&mut taken)).await;
            }
            match self.store.batch_rev(&self.org, &change.id).await {
                Ok(Some(rev)) => answer(change.reply, Ok(Submitted::Taken(rev))),
                Ok(None) => self.apply(change, &mut taken),
                Err(error) => answer(change.reply, Err(error.into())),
            }
        }
        self.commit(taken).await;
    }

    fn apply(&mut self, change: Change, taken: &mut Vec<Taken>) {
        let Change { id, precondition, ops, author, reply } = change;
        let planned = ops(&self.document).and_then(|ops| {
            // A plan that finds everything as wanted has nothing to store.
            if ops.is_empty() && precondition.is_none() {
                return Ok(None);
            }
            self.document.apply(&Batch { id, ops, precondition }, &author).map(Some)
        });
        match planned {
            Ok(Some(applied)) => taken.push(Taken { applied, author, reply }),
            Ok(None) => answer(reply, Ok(Submitted::Taken(self.document.rev()))),
            Err(refusal) => answer(reply, Ok(Submitted::Refused(refusal))),
        }
    }

    async fn commit(&mut self, taken: Vec<Taken>) {
        if taken.is_empty() {
            return;
        }
        let commit = self.describe(&taken);
        if let Err(error) = self.store.commit_layout(&commit).await {
            self.take_back(taken, &error);
            return;
        }
        let owners = owners_of_changed_workspaces(&taken);
        if let Some(observer) = self.observer.get()
            && !owners.is_empty()
        {
            observer.workspaces_changed(&owners).await;
        }
        let count = taken.len() as u64;
        for Taken { applied, reply, .. } in taken {
            answer(reply, Ok(Submitted::Taken(applied.entry.rev)));
            self.publish(applied.entry);
        }
        self.trim(count).await;
    }

    /// Nothing of the group happened, as far as is known; the store is asked before the next change.
    fn take_back(&mut self, taken: Vec<Taken>, error: &StoreError) {
        tracing::warn!(org = %self.org, %error, "a layout change could not be stored");
        let mut replies = Vec::with_capacity(taken.len());
        for Taken { applied, reply, .. } in taken.into_iter().rev() {
            self.document.undo(applied);
            replies.push(reply);
        }
        self.in_doubt = true;
        refuse_all(replies, error);
    }

    fn describe(&self, taken: &[Taken]) -> LayoutCommit {
        let now = wall_clock_ms();
        let touched: BTreeSet<&EntityId> = taken.iter().flat_map(|taken| &taken.applied.touched).collect();
        let mut commit = LayoutCommit {
            org: self.org.clone(),
            expected_rev: self.document.rev() - taken.len() as u64,
            batches: taken
                .iter()
                .map(|t| StoredBatch { entry: t.applied.entry.clone(), at_ms: now })
                .collect(),
            written: Vec::new(),
            removed: Vec::new(),
            workspaces: Vec::new(),
            removed_workspaces: Vec::new(),
        };
        for id in touched {
            match (self.document.row(id), id) {
                (Some(row), _) => commit.written.push(row),
                (None, EntityId::Workspace(workspace)) => {
                    commit.removed.push(id.clone());
                    commit.removed_workspaces.push(workspace.clone());
                }
                (None, _) => commit.removed.push(id.clone()),
            }
            if let EntityId::Workspace(workspace) = id
                && let Some(found) = self.document.workspace(workspace)
            {
                commit.workspaces.push(WorkspaceRecord {
                    id: workspace.clone(),
                    org: self.org.clone(),
                    owner: found.owner.clone(),
                    title: found.title.clone(),
                    created_at_ms: now,
                });
            }
        }
        commit
    }

    async fn trim(&mut self, changes: u64) {
        self.since_trim += changes;
        if self.since_trim < TRIM_EVERY {
            return;
        }
        self.since_trim = 0;
        let before = wall_clock_ms() - LOG_AGE_MS;
        if let Err(error) = self.store.trim_layout_log(&self.org, before, LOG_LENGTH).await {
            tracing::warn!(org = %self.org, %error, "the layout log could not be trimmed");
        }
    }
}

/// The authors of batches that create or remove a workspace: only an owner can.
fn owners_of_changed_workspaces(taken: &[Taken]) -> BTreeSet<UserId> {
    let changes = |op: &Op| matches!(op.id(), EntityId::Workspace(_)) && !matches!(op, Op::Set { .. });
    let changing = taken.iter().filter(|taken| taken.applied.entry.batch.ops.iter().any(changes));
    changing.map(|taken| taken.author.clone()).collect()
}

fn answer(reply: Reply, with: Result<Submitted, HubError>) {
    // Whoever asked may be gone; the change stands.
    let _ = reply.send(with);
}

/// Nothing was stored: clients keep what they changed and try again.
fn refuse_all(replies: impl IntoIterator<Item = Reply>, error: &StoreError) {
    let told = match error {
        StoreError::Damaged(_) | StoreError::Full(_) => crate::error::failure(error),
        _ => "the change could not be stored; please try again",
    };
    for reply in replies {
        answer(reply, Err(HubError::Unavailable(told.to_owned())));
    }
}
