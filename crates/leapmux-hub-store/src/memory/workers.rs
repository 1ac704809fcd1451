//! Workers in memory.

use async_trait::async_trait;
use leapmux_types::{UserId, WorkerId};

use super::MemoryStore;
use crate::{StoreError, StoredBundle, Taken, WorkerRecord, WorkerState, WorkerStore};

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

    async fn move_worker(
        &self,
        id: &WorkerId,
        from: WorkerState,
        to: WorkerState,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let found = tables.workers.get_mut(id).filter(|(worker, _)| worker.state == from);
        let (worker, _) = found.ok_or(StoreError::Stale)?;
        worker.state = to;
        tables.worker_states.insert(id.clone(), at_ms);
        Ok(())
    }

    async fn sweep_workers(&self, before_ms: i64, now_ms: i64) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let since = tables.worker_states.clone();
        let old = |id: &WorkerId| since.get(id).is_some_and(|at_ms| *at_ms < before_ms);
        let before = tables.workers.len();
        tables.workers.retain(|id, (worker, _)| !(worker.state == WorkerState::Deleted && old(id)));
        let mut moved = before - tables.workers.len();
        let tables = &mut *tables;
        for (id, (worker, _)) in &mut tables.workers {
            if worker.state == WorkerState::Deregistering && old(id) {
                worker.state = WorkerState::Deleted;
                tables.worker_states.insert(id.clone(), now_ms);
                moved += 1;
            }
        }
        Ok(moved as u64)
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
