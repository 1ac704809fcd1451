//! What a user may reach: their own, and what others share with them. Asked of the store each time: a share that is taken back
//! counts from that moment on.

use std::sync::Arc;

use leapmux_hub_store::{HubStore, StoreError, WorkerRecord, WorkerState};
use leapmux_layout::{Document, Visibility};
use leapmux_types::{OrgId, UserId};

use crate::WorkspaceAccess;

/// The one place that knows.
#[derive(Clone)]
pub(crate) struct Access {
    store: Arc<dyn HubStore>,
}

impl Access {
    pub fn new(store: Arc<dyn HubStore>) -> Self {
        Self { store }
    }

    /// What a member sees of an organization's layout; `None` for no member.
    pub async fn visibility(&self, user: &UserId, org: &OrgId) -> Result<Option<Visibility>, StoreError> {
        if self.store.role(org, user).await?.is_none() {
            return Ok(None);
        }
        let shared = self.store.shared_with(org, user).await?;
        Ok(Some(Visibility { user: user.clone(), shared }))
    }

    /// The organizations of a user, and the workspaces they own or may read there.
    pub async fn of_user(&self, user: &UserId) -> Result<(Vec<OrgId>, Vec<WorkspaceAccess>), StoreError> {
        let (mut orgs, mut workspaces) = (Vec::new(), Vec::new());
        for membership in self.store.memberships(user).await? {
            let org = membership.org.id;
            let here = self.store.workspaces(&org).await?;
            let own = here.into_iter().filter(|workspace| workspace.owner == *user);
            workspaces.extend(own.map(|found| WorkspaceAccess { workspace: found.id, owner: true }));
            let shared = self.store.shared_with(&org, user).await?;
            workspaces
                .extend(shared.into_iter().map(|workspace| WorkspaceAccess { workspace, owner: false }));
            orgs.push(org);
        }
        Ok((orgs, workspaces))
    }

    /// Whether a user may be routed to a Worker that was not let go: its owner may, and whoever may read a workspace with a tab on it (ACC-165).
    pub async fn reaches(&self, user: &UserId, worker: &WorkerRecord) -> Result<bool, StoreError> {
        if worker.state != WorkerState::Active {
            return Ok(false);
        }
        if worker.owner == *user {
            return Ok(true);
        }
        for membership in self.store.memberships(user).await? {
            let org = membership.org.id;
            let shared = self.store.shared_with(&org, user).await?;
            if shared.is_empty() {
                continue;
            }
            let document = Document::load(&self.store.layout(&org).await?);
            if shared.iter().any(|workspace| document.workers(workspace).contains(&worker.id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
