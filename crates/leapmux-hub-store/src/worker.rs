//! Workers as the Hub knows them: an id, an owner, a credential's hash and an opaque key bundle.

use async_trait::async_trait;
use leapmux_types::{UserId, WorkerId};

use crate::StoreError;

/// One Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerRecord {
    pub id: WorkerId,
    pub owner: UserId,
    /// Runs in the Hub's own process; it has no stored credential and cannot be deregistered.
    pub local: bool,
    /// SHA-256 of the bearer credential.
    pub credential_hash: Option<[u8; 32]>,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
    /// When its stream was last open, milliseconds since 1970; 0 for never.
    pub last_seen_ms: i64,
    pub state: WorkerState,
}

/// Where a Worker is in its life (spec WRK-60). It only ever goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum WorkerState {
    #[default]
    Active,
    /// Its owner has let it go; it has not heard of it yet.
    Deregistering,
    /// It has heard of it, or was not heard of for long. Nothing but its row is left.
    Deleted,
}

/// A Worker's signed key bundle, verified by whoever uses it and by nobody here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBundle {
    /// 32 bytes.
    pub id: Vec<u8>,
    pub bytes: Vec<u8>,
}

/// Workers.
#[async_trait]
pub trait WorkerStore {
    /// A new Worker.
    async fn create_worker(&self, worker: &WorkerRecord) -> Result<(), StoreError>;
    /// One Worker.
    async fn worker(&self, id: &WorkerId) -> Result<Option<WorkerRecord>, StoreError>;
    /// The Workers a user owns, oldest first.
    async fn workers_of(&self, owner: &UserId) -> Result<Vec<WorkerRecord>, StoreError>;
    /// Notes when it was last seen.
    async fn touch_worker(&self, id: &WorkerId, at_ms: i64) -> Result<(), StoreError>;
    /// From `from` to `to`; [`StoreError::Stale`] when it is in another state, or there is no such Worker.
    async fn move_worker(
        &self,
        id: &WorkerId,
        from: WorkerState,
        to: WorkerState,
        at_ms: i64,
    ) -> Result<(), StoreError>;
    /// What has been deregistering since before `before_ms` is deleted now; rows deleted before then go for good.
    async fn sweep_workers(&self, before_ms: i64, now_ms: i64) -> Result<u64, StoreError>;
    /// Its key bundle from now on.
    async fn save_bundle(&self, id: &WorkerId, bundle: &StoredBundle) -> Result<(), StoreError>;
    /// Its key bundle, when it ever sent one.
    async fn bundle(&self, id: &WorkerId) -> Result<Option<StoredBundle>, StoreError>;
}
