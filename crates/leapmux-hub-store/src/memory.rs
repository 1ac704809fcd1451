//! The port in memory: for tests, and the plainest statement of what a backend does.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use leapmux_layout::{EntityId, Row};
use leapmux_types::{OrgId, UserId, WorkerId, WorkspaceId};

use crate::{
    HubStore, OrgRecord, Role, StoreError, StoredBatch, StoredBundle, UserRecord, WorkerRecord,
    WorkspaceRecord,
};

mod accounts;
mod layouts;
mod workers;

/// A store that forgets everything when dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    users: BTreeMap<UserId, UserRecord>,
    orgs: BTreeMap<OrgId, OrgRecord>,
    members: BTreeMap<(OrgId, UserId), Role>,
    workers: BTreeMap<WorkerId, (WorkerRecord, Option<StoredBundle>)>,
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
