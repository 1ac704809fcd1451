//! Layout documents: the entities of an organization as rows, and the log of the batches that made them.

use async_trait::async_trait;
use leapmux_layout::{EntityId, LogEntry, Row, Snapshot};
use leapmux_types::{BatchId, OrgId, WorkspaceId};

use crate::{StoreError, WorkspaceRecord};

/// What one or several consecutive batches changed; stored whole or not at all.
#[derive(Debug, Clone)]
pub struct LayoutCommit {
    pub org: OrgId,
    /// The revision before the first batch; anything else in the store is [`StoreError::Stale`].
    pub expected_rev: u64,
    /// The batches in order; the last one's revision becomes the document's.
    pub batches: Vec<StoredBatch>,
    /// Entities as they are afterwards.
    pub written: Vec<Row>,
    /// Entities that are gone.
    pub removed: Vec<EntityId>,
    /// Workspaces as they are afterwards. The creation time of one that exists is kept.
    pub workspaces: Vec<WorkspaceRecord>,
    /// Workspaces that are gone.
    pub removed_workspaces: Vec<WorkspaceId>,
}

/// One batch in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredBatch {
    pub entry: LogEntry,
    /// When it was taken, milliseconds since 1970.
    pub at_ms: i64,
}

/// The log after some revision.
#[derive(Debug, Clone, PartialEq)]
pub enum LogPage {
    /// Every batch after it, oldest first.
    Entries(Vec<LogEntry>),
    /// The log does not reach back that far, or not that far ahead: take a snapshot.
    Gap,
}

/// Layouts.
#[async_trait]
pub trait LayoutStore {
    /// The document of an organization; empty at revision 0 when nothing was ever stored.
    async fn layout(&self, org: &OrgId) -> Result<Snapshot, StoreError>;
    /// Stores a change.
    async fn commit_layout(&self, commit: &LayoutCommit) -> Result<(), StoreError>;
    /// The revision a batch was taken at, while the log remembers it.
    async fn batch_rev(&self, org: &OrgId, batch: &BatchId) -> Result<Option<u64>, StoreError>;
    /// What happened after `rev`.
    async fn layout_log(&self, org: &OrgId, rev: u64) -> Result<LogPage, StoreError>;
    /// Forgets batches taken before `before_ms`, and all but the last `keep`; never the last one. How many went.
    async fn trim_layout_log(&self, org: &OrgId, before_ms: i64, keep: u64) -> Result<u64, StoreError>;
}
