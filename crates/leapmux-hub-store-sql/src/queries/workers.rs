//! Workers.

use async_trait::async_trait;
use leapmux_hub_store::{StoreError, StoredBundle, Taken, WorkerRecord, WorkerState, WorkerStore};
use leapmux_types::{UserId, WorkerId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    UpdateMany,
};

use super::{digest, id};
use crate::SqlStore;
use crate::dialect::{Class, classify};
use crate::error::failed;
use crate::tables::workers::{ActiveModel, Column, Entity};

/// Everything but the bundle, which is large and seldom wanted.
type Head = (String, String, bool, Option<Vec<u8>>, i64, i64, i16);

fn heads() -> sea_orm::Select<Entity> {
    let columns = [
        Column::Id,
        Column::OwnerUserId,
        Column::Local,
        Column::CredentialHash,
        Column::CreatedAtMs,
        Column::LastSeenMs,
        Column::State,
    ];
    Entity::find().select_only().columns(columns)
}

fn record(
    (worker, owner, local, hash, created_at_ms, last_seen_ms, state): Head,
) -> Result<WorkerRecord, StoreError> {
    let credential_hash = hash.map(digest).transpose()?;
    Ok(WorkerRecord {
        id: id(&worker)?,
        owner: id(&owner)?,
        local,
        credential_hash,
        created_at_ms,
        last_seen_ms,
        state: match state {
            0 => WorkerState::Active,
            1 => WorkerState::Deregistering,
            _ => WorkerState::Deleted,
        },
    })
}

fn number(state: WorkerState) -> i16 {
    match state {
        WorkerState::Active => 0,
        WorkerState::Deregistering => 1,
        WorkerState::Deleted => 2,
    }
}

/// A Worker without a bundle yet.
pub(super) fn row(worker: &WorkerRecord) -> ActiveModel {
    ActiveModel {
        id: Set(worker.id.to_string()),
        owner_user_id: Set(worker.owner.to_string()),
        local: Set(worker.local),
        credential_hash: Set(worker.credential_hash.map(Vec::from)),
        bundle_id: Set(None),
        bundle: Set(None),
        created_at_ms: Set(worker.created_at_ms),
        last_seen_ms: Set(worker.last_seen_ms),
        state: Set(number(worker.state)),
        state_since_ms: Set(worker.created_at_ms),
    }
}

impl SqlStore {
    async fn update_worker(&self, id: &WorkerId, update: UpdateMany<Entity>) -> Result<(), StoreError> {
        let done = update.filter(Column::Id.eq(id.as_str())).exec(self.db()).await.map_err(failed)?;
        if done.rows_affected == 0 { Err(StoreError::Missing("worker")) } else { Ok(()) }
    }
}

#[async_trait]
impl WorkerStore for SqlStore {
    async fn create_worker(&self, worker: &WorkerRecord) -> Result<(), StoreError> {
        row(worker).insert(self.db()).await.map(drop).map_err(|error| match classify(&error) {
            Class::Unique => StoreError::Taken(Taken::Id),
            Class::ForeignKey => StoreError::Missing("user"),
            _ => failed(error),
        })
    }

    async fn worker(&self, id: &WorkerId) -> Result<Option<WorkerRecord>, StoreError> {
        let found = heads().filter(Column::Id.eq(id.as_str())).into_tuple::<Head>().one(self.db()).await;
        found.map_err(failed)?.map(record).transpose()
    }

    async fn workers_of(&self, owner: &UserId) -> Result<Vec<WorkerRecord>, StoreError> {
        let own = heads().filter(Column::OwnerUserId.eq(owner.as_str()));
        let oldest_first = own.order_by_asc(Column::CreatedAtMs).order_by_asc(Column::Id);
        let found = oldest_first.into_tuple::<Head>().all(self.db()).await.map_err(failed)?;
        found.into_iter().map(record).collect()
    }

    async fn touch_worker(&self, id: &WorkerId, at_ms: i64) -> Result<(), StoreError> {
        self.update_worker(id, Entity::update_many().col_expr(Column::LastSeenMs, Expr::value(at_ms))).await
    }

    async fn move_worker(
        &self,
        id: &WorkerId,
        from: WorkerState,
        to: WorkerState,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let moved = Entity::update_many()
            .col_expr(Column::State, Expr::value(number(to)))
            .col_expr(Column::StateSinceMs, Expr::value(at_ms))
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::State.eq(number(from)));
        let done = moved.exec(self.db()).await.map_err(failed)?;
        if done.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn sweep_workers(&self, before_ms: i64, now_ms: i64) -> Result<u64, StoreError> {
        let in_state = |state| {
            Condition::all().add(Column::State.eq(number(state))).add(Column::StateSinceMs.lt(before_ms))
        };
        // Rows first: what is deleted now stays as long again.
        let gone = Entity::delete_many().filter(in_state(WorkerState::Deleted));
        let gone = gone.exec(self.db()).await.map_err(failed)?.rows_affected;
        let silent = Entity::update_many()
            .col_expr(Column::State, Expr::value(number(WorkerState::Deleted)))
            .col_expr(Column::StateSinceMs, Expr::value(now_ms))
            .filter(in_state(WorkerState::Deregistering));
        Ok(gone + silent.exec(self.db()).await.map_err(failed)?.rows_affected)
    }

    async fn save_bundle(&self, id: &WorkerId, bundle: &StoredBundle) -> Result<(), StoreError> {
        let update = Entity::update_many()
            .col_expr(Column::BundleId, Expr::value(bundle.id.clone()))
            .col_expr(Column::Bundle, Expr::value(bundle.bytes.clone()));
        self.update_worker(id, update).await
    }

    async fn bundle(&self, id: &WorkerId) -> Result<Option<StoredBundle>, StoreError> {
        let bundle = Entity::find().select_only().columns([Column::BundleId, Column::Bundle]);
        let own =
            bundle.filter(Column::Id.eq(id.as_str())).into_tuple::<(Option<Vec<u8>>, Option<Vec<u8>>)>();
        let found = own.one(self.db()).await.map_err(failed)?;
        Ok(found.and_then(|(id, bytes)| Some(StoredBundle { id: id?, bytes: bytes? })))
    }
}
