//! Registration keys.

use async_trait::async_trait;
use leapmux_hub_store::{
    NewWorker, RegistrationKeyRecord, RegistrationKeyStore, StoreError, Taken, WorkerRecord,
};
use leapmux_types::{RegistrationKeyId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set,
};

use super::{digest, id, workers};
use crate::SqlStore;
use crate::dialect::{Class, classify};
use crate::error::{SqlError, failed};
use crate::tables::registration_keys::{ActiveModel, Column, Entity, Model};
use crate::tx::{Work, transact};

fn record(row: Model) -> Result<RegistrationKeyRecord, StoreError> {
    Ok(RegistrationKeyRecord {
        id: id(&row.id)?,
        owner: id(&row.owner_user_id)?,
        key_hash: digest(row.key_hash)?,
        created_at_ms: row.created_at_ms,
        expires_at_ms: row.expires_at_ms,
        used_by: row.used_by.as_deref().map(id).transpose()?,
        owner_proof: row.owner_proof,
        worker_proof: row.worker_proof,
    })
}

struct Register {
    key_hash: [u8; 32],
    now_ms: i64,
    worker: NewWorker,
}

#[async_trait]
impl Work for Register {
    type Output = Option<(WorkerRecord, RegistrationKeyRecord)>;

    async fn run(&self, tx: &DatabaseTransaction) -> Result<Self::Output, SqlError> {
        // The guard: whoever marks the key makes the Worker, nobody else does.
        let marked = Entity::update_many()
            .col_expr(Column::UsedBy, Expr::value(self.worker.id.as_str()))
            .col_expr(Column::WorkerProof, Expr::value(self.worker.worker_proof.clone()))
            .filter(Column::KeyHash.eq(self.key_hash.to_vec()))
            .filter(Column::UsedBy.is_null())
            .filter(Column::ExpiresAtMs.gt(self.now_ms))
            .exec(tx)
            .await?;
        if marked.rows_affected == 0 {
            return Ok(None);
        }
        let by_hash = Entity::find().filter(Column::KeyHash.eq(self.key_hash.to_vec()));
        let key = by_hash.one(tx).await?.ok_or(StoreError::Stale)?;
        let key = record(key)?;
        let worker = self.worker.record(&key.owner);
        workers::row(&worker).insert(tx).await.map_err(|error| match classify(&error) {
            Class::Unique => SqlError::from(StoreError::Taken(Taken::Id)),
            _ => error.into(),
        })?;
        Ok(Some((worker, key)))
    }
}

#[async_trait]
impl RegistrationKeyStore for SqlStore {
    async fn create_registration_key(&self, key: &RegistrationKeyRecord) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(key.id.to_string()),
            owner_user_id: Set(key.owner.to_string()),
            key_hash: Set(key.key_hash.to_vec()),
            created_at_ms: Set(key.created_at_ms),
            expires_at_ms: Set(key.expires_at_ms),
            used_by: Set(key.used_by.as_ref().map(ToString::to_string)),
            owner_proof: Set(key.owner_proof.clone()),
            worker_proof: Set(key.worker_proof.clone()),
        };
        row.insert(self.db()).await.map(drop).map_err(|error| match classify(&error) {
            Class::Unique => StoreError::Taken(Taken::Id),
            Class::ForeignKey => StoreError::Missing("user"),
            _ => failed(error),
        })
    }

    async fn registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<Option<RegistrationKeyRecord>, StoreError> {
        let own = Entity::find_by_id(id.as_str()).filter(Column::OwnerUserId.eq(owner.as_str()));
        own.one(self.db()).await.map_err(failed)?.map(record).transpose()
    }

    async fn live_registration_keys(&self, owner: &UserId, now_ms: i64) -> Result<u64, StoreError> {
        let live = Entity::find()
            .filter(Column::OwnerUserId.eq(owner.as_str()))
            .filter(Column::UsedBy.is_null())
            .filter(Column::ExpiresAtMs.gt(now_ms));
        live.count(self.db()).await.map_err(failed)
    }

    async fn extend_registration_key(
        &self,
        id: &RegistrationKeyId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<(), StoreError> {
        let extended = Entity::update_many()
            .col_expr(Column::ExpiresAtMs, Expr::value(to_ms))
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::UsedBy.is_null())
            .filter(Column::ExpiresAtMs.eq(from_ms));
        let done = extended.exec(self.db()).await.map_err(failed)?;
        if done.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn delete_registration_key(
        &self,
        owner: &UserId,
        id: &RegistrationKeyId,
    ) -> Result<bool, StoreError> {
        let own = Entity::delete_many()
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::OwnerUserId.eq(owner.as_str()));
        Ok(own.exec(self.db()).await.map_err(failed)?.rows_affected > 0)
    }

    async fn register_worker(
        &self,
        key_hash: &[u8; 32],
        now_ms: i64,
        worker: &NewWorker,
    ) -> Result<Option<(WorkerRecord, RegistrationKeyRecord)>, StoreError> {
        transact(self.db(), Register { key_hash: *key_hash, now_ms, worker: worker.clone() }).await
    }

    async fn delete_expired_registration_keys(&self, before_ms: i64) -> Result<u64, StoreError> {
        let expired = Entity::delete_many().filter(Column::ExpiresAtMs.lt(before_ms));
        Ok(expired.exec(self.db()).await.map_err(failed)?.rows_affected)
    }
}
