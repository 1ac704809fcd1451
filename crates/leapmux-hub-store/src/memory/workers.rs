//! Workers in memory.

use async_trait::async_trait;
use leapmux_types::{UserId, WorkerId};

use super::MemoryStore;
use crate::{StoreError, StoredBundle, Taken, WorkerRecord, WorkerStore};

#[async_trait]
impl WorkerStore for MemoryStore {
    async fn create_worker(&self, worker: &WorkerRecord) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(&worker.owner) {
            return Err(StoreError::Missing("user"));
        }
        if tables.workers.contains_key(&worker.id) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.workers.insert(worker.id.clone(), (worker.clone(), None));
        Ok(())
    }

    async fn worker(&self, id: &WorkerId) -> Result<Option<WorkerRecord>, StoreError> {
        Ok(self.tables().workers.get(id).map(|(worker, _)| worker.clone()))
    }

    async fn workers_of(&self, owner: &UserId) -> Result<Vec<WorkerRecord>, StoreError> {
        let tables = self.tables();
        let own = tables.workers.values().map(|(worker, _)| worker).filter(|worker| worker.owner == *owner);
        let mut found: Vec<WorkerRecord> = own.cloned().collect();
        found.sort_by(|a, b| (a.created_at_ms, &a.id).cmp(&(b.created_at_ms, &b.id)));
        Ok(found)
    }

    async fn touch_worker(&self, id: &WorkerId, at_ms: i64) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let (worker, _) = tables.workers.get_mut(id).ok_or(StoreError::Missing("worker"))?;
        worker.last_seen_ms = at_ms;
        Ok(())
    }

    async fn save_bundle(&self, id: &WorkerId, bundle: &StoredBundle) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let (_, stored) = tables.workers.get_mut(id).ok_or(StoreError::Missing("worker"))?;
        *stored = Some(bundle.clone());
        Ok(())
    }

    async fn bundle(&self, id: &WorkerId) -> Result<Option<StoredBundle>, StoreError> {
        Ok(self.tables().workers.get(id).and_then(|(_, bundle)| bundle.clone()))
    }
}
