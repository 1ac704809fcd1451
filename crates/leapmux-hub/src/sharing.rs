//! Sharing a workspace: who reads it besides its owner. Recipients read; writing is refused by the layout's own check and again by
//! each Worker.

use std::collections::BTreeSet;
use std::sync::Arc;

use leapmux_hub_store::{HubStore, Sharing, WorkspaceRecord};
use leapmux_types::{UserId, WorkspaceId};

use crate::{Caller, HubError, LayoutService, WorkspaceObserver};

/// Shares over the store, the layouts people see and whoever routes to the Workers.
pub struct SharingService {
    store: Arc<dyn HubStore>,
    layouts: LayoutService,
    routes: Arc<dyn WorkspaceObserver>,
}

impl SharingService {
    /// `routes` is told of users whose access changed.
    pub fn new(store: Arc<dyn HubStore>, layouts: LayoutService, routes: Arc<dyn WorkspaceObserver>) -> Self {
        Self { store, layouts, routes }
    }

    /// With whom a workspace is shared. The owner alone.
    pub async fn get(&self, caller: &Caller, workspace: &WorkspaceId) -> Result<Sharing, HubError> {
        self.owned(caller, workspace).await?;
        Ok(self.store.sharing(workspace).await?)
    }

    /// Shares it so and no longer as before: who reads it no more is cut off when this answers. The owner alone.
    pub async fn set(
        &self,
        caller: &Caller,
        workspace: &WorkspaceId,
        sharing: Sharing,
    ) -> Result<Sharing, HubError> {
        let record = self.owned(caller, workspace).await?;
        let members: BTreeSet<UserId> =
            self.store.members(&record.org).await?.into_iter().map(|member| member.user).collect();
        let sharing = match sharing {
            Sharing::Members(mut readers) => {
                readers.remove(&record.owner);
                if let Some(stranger) = readers.difference(&members).next() {
                    return Err(HubError::NotFound(format!("user {stranger} not found")));
                }
                Sharing::Members(readers)
            }
            other => other,
        };
        let before = self.store.sharing(workspace).await?;
        self.store.set_sharing(workspace, &sharing).await?;
        let mut affected: BTreeSet<UserId> = readers(&before, &members);
        affected.extend(readers(&sharing, &members));
        affected.remove(&record.owner);
        self.routes.workspaces_changed(&affected).await;
        self.layouts.access_changed(&record.org);
        Ok(sharing)
    }

    /// To who may not read it a workspace does not exist; who only reads it is told so.
    async fn owned(&self, caller: &Caller, id: &WorkspaceId) -> Result<WorkspaceRecord, HubError> {
        let gone = || HubError::NotFound("workspace not found".to_owned());
        let record = self.store.workspace(id).await?.ok_or_else(gone)?;
        if self.store.role(&record.org, &caller.user).await?.is_none() {
            return Err(gone());
        }
        if record.owner == caller.user {
            return Ok(record);
        }
        if self.store.shared_with(&record.org, &caller.user).await?.contains(id) {
            let told = "only workspace owner can modify workspace state";
            return Err(HubError::PermissionDenied(told.to_owned()));
        }
        Err(gone())
    }
}

fn readers(sharing: &Sharing, members: &BTreeSet<UserId>) -> BTreeSet<UserId> {
    match sharing {
        Sharing::Private => BTreeSet::new(),
        Sharing::AllMembers => members.clone(),
        Sharing::Members(readers) => readers.clone(),
    }
}
