//! Registration keys in memory.

use async_trait::async_trait;
use leapmux_types::{RegistrationKeyId, UserId};

use super::MemoryStore;
use crate::{NewWorker, RegistrationKeyRecord, RegistrationKeyStore, StoreError, Taken, WorkerRecord};

#[async_trait]
impl RegistrationKeyStore for MemoryStore {
    async fn create_registration_key(&self, key: &RegistrationKeyRecord) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(&key.owner) {
            return Err(StoreError::Missing("user"));
        }
        let known = |other: &RegistrationKeyRecord| other.id == key.id || other.key_hash == key.key_hash;
        if tables.registration_keys.values().any(known) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.registration_keys.insert(key.id.clone(), key.clone());
        Ok(())
    }

    async fn registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<Option<RegistrationKeyRecord>, StoreError> {
        Ok(self.tables().registration_keys.get(id).filter(|key| key.owner == *owner).cloned())
    }

    async fn live_registration_keys(&self, owner: &UserId, now_ms: i64) -> Result<u64, StoreError> {
        let tables = self.tables();
        let own = tables.registration_keys.values().filter(|key| key.owner == *owner);
        Ok(own.filter(|key| key.used_by.is_none() && key.expires_at_ms > now_ms).count() as u64)
    }

    async fn extend_registration_key(
        &self,
        id: &RegistrationKeyId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let key = tables.registration_keys.get_mut(id);
        let key = key.filter(|key| key.used_by.is_none() && key.expires_at_ms == from_ms);
        key.ok_or(StoreError::Stale)?.expires_at_ms = to_ms;
        Ok(())
    }

    async fn delete_registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let own = tables.registration_keys.get(id).is_some_and(|key| key.owner == *owner);
        Ok(own && tables.registration_keys.remove(id).is_some())
    }

    async fn register_worker(
        &self,
        key_hash: &[u8; 32],
        now_ms: i64,
        worker: &NewWorker,
    ) -> Result<Option<(WorkerRecord, RegistrationKeyRecord)>, StoreError> {
        let mut tables = self.tables();
        if tables.workers.contains_key(&worker.id) {
            return Err(StoreError::Taken(Taken::Id));
        }
        let usable = |key: &&mut RegistrationKeyRecord| {
            key.key_hash == *key_hash && key.used_by.is_none() && key.expires_at_ms > now_ms
        };
        let Some(key) = tables.registration_keys.values_mut().find(usable) else { return Ok(None) };
        key.used_by = Some(worker.id.clone());
        key.worker_proof.clone_from(&worker.worker_proof);
        let (key, record) = (key.clone(), worker.record(&key.owner));
        tables.workers.insert(worker.id.clone(), (record.clone(), None));
        Ok(Some((record, key)))
    }

    async fn delete_expired_registration_keys(&self, before_ms: i64) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let before = tables.registration_keys.len();
        tables.registration_keys.retain(|_, key| key.expires_at_ms >= before_ms);
        Ok((before - tables.registration_keys.len()) as u64)
    }
}
