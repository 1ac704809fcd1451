//! Keys a Worker registers with: short-lived, used once.

use async_trait::async_trait;
use leapmux_types::{RegistrationKeyId, UserId, WorkerId};

use crate::{StoreError, WorkerRecord, WorkerState};

/// One key. Its secret is known to whoever made it; here is its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationKeyRecord {
    pub id: RegistrationKeyId,
    /// Who made it, and will own the Worker.
    pub owner: UserId,
    /// SHA-256 of the secret; unique.
    pub key_hash: [u8; 32],
    /// Times in milliseconds since 1970.
    pub created_at_ms: i64,
    pub expires_at_ms: i64,
    /// The Worker that registered with it; the key is used up.
    pub used_by: Option<WorkerId>,
    /// What the owner's device says of itself (channel.md 5.4), for the Worker to check; opaque here.
    pub owner_proof: Vec<u8>,
    /// What the Worker says of its identity, for the open dialog to check; opaque here.
    pub worker_proof: Vec<u8>,
}

/// A Worker about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorker {
    pub id: WorkerId,
    /// SHA-256 of its credential.
    pub credential_hash: [u8; 32],
    pub created_at_ms: i64,
    /// See [`RegistrationKeyRecord::worker_proof`].
    pub worker_proof: Vec<u8>,
}

impl NewWorker {
    /// As it is once `owner`'s key has registered it.
    pub fn record(&self, owner: &UserId) -> WorkerRecord {
        WorkerRecord {
            id: self.id.clone(),
            owner: owner.clone(),
            local: false,
            credential_hash: Some(self.credential_hash),
            created_at_ms: self.created_at_ms,
            last_seen_ms: 0,
            state: WorkerState::Active,
        }
    }
}

/// Registration keys.
#[async_trait]
pub trait RegistrationKeyStore {
    /// A new one.
    async fn create_registration_key(&self, key: &RegistrationKeyRecord) -> Result<(), StoreError>;
    /// One of this owner, used or not.
    async fn registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<Option<RegistrationKeyRecord>, StoreError>;
    /// How many of an owner are neither used nor expired.
    async fn live_registration_keys(&self, owner: &UserId, now_ms: i64) -> Result<u64, StoreError>;
    /// A later end, if the key is still unused and ends at `from_ms`; else [`StoreError::Stale`].
    async fn extend_registration_key(
        &self,
        id: &RegistrationKeyId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<(), StoreError>;
    /// Destroys one of this owner; whether there was one.
    async fn delete_registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<bool, StoreError>;
    /// Uses up the key and makes the Worker of it, both or neither. `None`: no such key, used already, or expired at `now_ms`.
    async fn register_worker(
        &self,
        key_hash: &[u8; 32],
        now_ms: i64,
        worker: &NewWorker,
    ) -> Result<Option<(WorkerRecord, RegistrationKeyRecord)>, StoreError>;
    /// Forgets what expired before `before_ms`; how many.
    async fn delete_expired_registration_keys(&self, before_ms: i64) -> Result<u64, StoreError>;
}
