//! What a layout actor is asked for.

use std::sync::Arc;

use leapmux_layout::{Batch, Document, LogEntry, Op, Refusal, Snapshot, TabKind, Visibility};
use leapmux_types::{BatchId, UserId};
use tokio::sync::{broadcast, oneshot};

use super::service::Submitted;
use crate::HubError;

pub(super) type Ops = Box<dyn FnOnce(&Document) -> Result<Vec<Op>, Refusal> + Send>;
pub(super) type Reply = oneshot::Sender<Result<Submitted, HubError>>;

pub(super) enum Message {
    Change(Change),
    Snapshot {
        reader: Visibility,
        reply: oneshot::Sender<Result<Snapshot, HubError>>,
    },
    /// The kind of every tab there is.
    Count {
        reply: oneshot::Sender<Vec<TabKind>>,
    },
    Subscribe {
        reader: Visibility,
        since: Option<u64>,
        reply: oneshot::Sender<Result<Subscription, HubError>>,
    },
}

/// A change to make: a client's batch, or ops planned on the document as it is then.
pub(super) struct Change {
    pub id: BatchId,
    pub precondition: Option<u64>,
    pub ops: Ops,
    pub author: UserId,
    pub reply: Reply,
}

impl Change {
    pub fn submit(batch: Batch, author: UserId, reply: Reply) -> Self {
        let Batch { id, ops, precondition } = batch;
        Self { id, precondition, ops: Box::new(move |_| Ok(ops)), author, reply }
    }
    pub fn plan(id: BatchId, ops: Ops, author: UserId, reply: Reply) -> Self {
        Self { id, precondition: None, ops, author, reply }
    }
}

/// Where a reader starts, and everything after it.
pub(super) struct Subscription {
    pub start: Start,
    pub events: broadcast::Receiver<Arc<LogEntry>>,
}
pub(super) enum Start {
    Snapshot(Snapshot),
    /// All that happened after the revision asked for.
    Entries {
        after: u64,
        entries: Vec<LogEntry>,
    },
}
