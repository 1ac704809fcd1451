//! Shares.

use std::collections::BTreeSet;

use async_trait::async_trait;
use leapmux_hub_store::{Sharing, SharingStore, StoreError};
use leapmux_types::{OrgId, UserId, WorkspaceId};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, Set};

use super::id;
use crate::SqlStore;
use crate::error::{SqlError, failed, unreadable};
use crate::tables::{workspace_readers as readers, workspace_sharing as modes, workspaces};
use crate::tx::{Work, transact};

const ALL_MEMBERS: i16 = 1;
const MEMBERS: i16 = 2;

/// What others shared with a user in an organization is shared no more.
pub(super) async fn forget_reader(tx: &DatabaseTransaction, org: &OrgId, user: &UserId) -> Result<(), DbErr> {
    let here = workspaces::Entity::find().filter(workspaces::Column::OrgId.eq(org.as_str())).all(tx).await?;
    readers::Entity::delete_many()
        .filter(readers::Column::UserId.eq(user.as_str()))
        .filter(readers::Column::WorkspaceId.is_in(here.into_iter().map(|workspace| workspace.id)))
        .exec(tx)
        .await?;
    Ok(())
}

struct SetSharing(WorkspaceId, Sharing);

#[async_trait]
impl Work for SetSharing {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let Self(workspace, sharing) = self;
        if workspaces::Entity::find_by_id(workspace.as_str()).one(tx).await?.is_none() {
            return Err(StoreError::Missing("workspace").into());
        }
        modes::Entity::delete_by_id(workspace.as_str()).exec(tx).await?;
        let listed = readers::Entity::delete_many();
        listed.filter(readers::Column::WorkspaceId.eq(workspace.as_str())).exec(tx).await?;
        let (mode, listed) = match sharing {
            Sharing::Private => return Ok(()),
            Sharing::AllMembers => (ALL_MEMBERS, None),
            Sharing::Members(listed) => (MEMBERS, Some(listed)),
        };
        modes::ActiveModel { workspace_id: Set(workspace.to_string()), mode: Set(mode) }.insert(tx).await?;
        for user in listed.into_iter().flatten() {
            let row = readers::ActiveModel {
                workspace_id: Set(workspace.to_string()),
                user_id: Set(user.to_string()),
            };
            row.insert(tx).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl SharingStore for SqlStore {
    async fn sharing(&self, workspace: &WorkspaceId) -> Result<Sharing, StoreError> {
        let found = modes::Entity::find_by_id(workspace.as_str()).one(self.db()).await.map_err(failed)?;
        match found.map(|row| row.mode) {
            None => Ok(Sharing::Private),
            Some(ALL_MEMBERS) => Ok(Sharing::AllMembers),
            Some(MEMBERS) => {
                let listed =
                    readers::Entity::find().filter(readers::Column::WorkspaceId.eq(workspace.as_str()));
                let listed = listed.all(self.db()).await.map_err(failed)?;
                Ok(Sharing::Members(listed.iter().map(|row| id(&row.user_id)).collect::<Result<_, _>>()?))
            }
            Some(other) => Err(unreadable("sharing mode", other)),
        }
    }

    async fn set_sharing(&self, workspace: &WorkspaceId, sharing: &Sharing) -> Result<(), StoreError> {
        transact(self.db(), SetSharing(workspace.clone(), sharing.clone())).await
    }

    async fn shared_with(&self, org: &OrgId, user: &UserId) -> Result<BTreeSet<WorkspaceId>, StoreError> {
        let of_others = workspaces::Entity::find()
            .filter(workspaces::Column::OrgId.eq(org.as_str()))
            .filter(workspaces::Column::OwnerUserId.ne(user.as_str()));
        let of_others = of_others.all(self.db()).await.map_err(failed)?;
        let ids = || of_others.iter().map(|workspace| workspace.id.as_str());
        let shared = modes::Entity::find().filter(modes::Column::WorkspaceId.is_in(ids()));
        let shared = shared.all(self.db()).await.map_err(failed)?;
        let by_name = readers::Entity::find()
            .filter(readers::Column::UserId.eq(user.as_str()))
            .filter(readers::Column::WorkspaceId.is_in(ids()));
        let by_name = by_name.all(self.db()).await.map_err(failed)?;
        let readable = shared.iter().filter(|row| {
            row.mode == ALL_MEMBERS || by_name.iter().any(|named| named.workspace_id == row.workspace_id)
        });
        readable.map(|row| id(&row.workspace_id)).collect()
    }
}
