//! Workspaces by id; they are written by `layouts.rs`.

use async_trait::async_trait;
use leapmux_hub_store::{StoreError, WorkspaceRecord, WorkspaceStore};
use leapmux_types::{OrgId, WorkspaceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::id;
use crate::SqlStore;
use crate::error::failed;
use crate::tables::workspaces::{Column, Entity, Model};

fn record(row: Model) -> Result<WorkspaceRecord, StoreError> {
    Ok(WorkspaceRecord {
        id: id(&row.id)?,
        org: id(&row.org_id)?,
        owner: id(&row.owner_user_id)?,
        title: row.title,
        created_at_ms: row.created_at_ms,
    })
}

#[async_trait]
impl WorkspaceStore for SqlStore {
    async fn workspace(&self, id: &WorkspaceId) -> Result<Option<WorkspaceRecord>, StoreError> {
        let found = Entity::find_by_id(id.as_str()).one(self.db()).await.map_err(failed)?;
        found.map(record).transpose()
    }

    async fn workspaces(&self, org: &OrgId) -> Result<Vec<WorkspaceRecord>, StoreError> {
        let here = Entity::find().filter(Column::OrgId.eq(org.as_str()));
        let oldest_first = here.order_by_asc(Column::CreatedAtMs).order_by_asc(Column::Id);
        oldest_first.all(self.db()).await.map_err(failed)?.into_iter().map(record).collect()
    }
}
