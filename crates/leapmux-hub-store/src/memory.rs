//! The port in memory: for tests, and the plainest statement of what a backend does.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use leapmux_layout::{EntityId, Row};
use leapmux_types::{OrgId, RegistrationKeyId, SessionId, UserId, WorkerId, WorkspaceId};

use crate::{
    HubStore, OrgRecord, RegistrationKeyRecord, Role, SessionRecord, Sharing, StoreError, StoredBatch,
    StoredBundle, UserRecord, WorkerRecord, WorkspaceRecord,
};

mod accounts;
mod layouts;
mod orgs;
mod registration_keys;
mod sessions;
mod workers;

/// A store that forgets everything when dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    failure: Mutex<Option<CommitFailure>>,
}

/// How the next layout commit fails, for tests of whoever uses the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitFailure {
    /// Nothing was stored.
    Before,
    /// Nothing was stored: the disk is full.
    Full,
    /// Everything was stored, and the answer was lost.
    After,
}

#[derive(Debug, Default)]
struct Tables {
    users: BTreeMap<UserId, UserRecord>,
    passwords: BTreeMap<UserId, String>,
    sessions: BTreeMap<SessionId, SessionRecord>,
    orgs: BTreeMap<OrgId, OrgRecord>,
    /// With the time of joining, milliseconds since 1970.
    members: BTreeMap<(OrgId, UserId), (Role, i64)>,
    sharing: BTreeMap<WorkspaceId, Sharing>,
    workers: BTreeMap<WorkerId, (WorkerRecord, Option<StoredBundle>)>,
    /// Since when each is in its state, once that has changed.
    worker_states: BTreeMap<WorkerId, i64>,
    registration_keys: BTreeMap<RegistrationKeyId, RegistrationKeyRecord>,
    workspaces: BTreeMap<WorkspaceId, WorkspaceRecord>,
    layouts: BTreeMap<OrgId, Layout>,
}

#[derive(Debug, Default)]
struct Layout {
    rev: u64,
    rows: BTreeMap<EntityId, Row>,
    log: BTreeMap<u64, StoredBatch>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the next layout commit fail.
    pub fn fail_next_commit(&self, failure: CommitFailure) {
        *self.failure.lock().expect("nobody panics while holding it") = Some(failure);
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().expect("no method panics while it holds the tables")
    }
}

#[async_trait]
impl HubStore for MemoryStore {
    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
