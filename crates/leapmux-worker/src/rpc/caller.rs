//! Who opened a channel and what the Hub vouches for: live, because access to a workspace may change while a channel is open.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leapmux_channel::noise::DevicePublic;
use leapmux_types::{UserId, WorkspaceId};
use tokio::sync::watch;

use super::RpcError;

/// How long a call may wait for the Hub's word about a workspace.
const GRANT_PATIENCE: Duration = Duration::from_secs(3);

/// What a user may do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Reader,
    Owner,
}

/// The rights of one channel at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// The user owns this Worker: may open tabs, list directories, shells and providers.
    pub worker_owner: bool,
    pub workspaces: BTreeMap<WorkspaceId, Role>,
}

/// The verified user of a channel.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user_id: UserId,
    /// The device its channel was opened with, where it has one.
    pub device: Option<DevicePublic>,
    grant: watch::Receiver<Arc<Grant>>,
}

impl Caller {
    /// A caller whose rights follow `grant`.
    pub fn new(user_id: UserId, grant: watch::Receiver<Arc<Grant>>) -> Self {
        Self { user_id, device: None, grant }
    }

    /// The same caller, known to come with `device`.
    pub fn with_device(self, device: Option<DevicePublic>) -> Self {
        Self { device, ..self }
    }

    /// A caller whose rights do not change: calls from inside the process, and tests.
    pub fn fixed(user_id: UserId, grant: Grant) -> Self {
        Self::new(user_id, watch::channel(Arc::new(grant)).1)
    }

    /// The rights of this moment.
    pub fn grant(&self) -> Arc<Grant> {
        self.grant.borrow().clone()
    }

    /// The user owns this Worker.
    pub fn worker_owner(&self) -> bool {
        self.grant.borrow().worker_owner
    }

    /// The user's role in a workspace, if any.
    pub fn role(&self, workspace: &WorkspaceId) -> Option<Role> {
        self.grant.borrow().workspaces.get(workspace).copied()
    }

    /// Refuses who may not see the workspace, as if it did not exist.
    pub fn may_read(&self, workspace: &WorkspaceId) -> Result<(), RpcError> {
        self.role(workspace).map(drop).ok_or_else(|| RpcError::not_found("Not found"))
    }

    /// Refuses who does not own the workspace.
    pub fn may_write(&self, workspace: &WorkspaceId) -> Result<(), RpcError> {
        match self.role(workspace) {
            Some(Role::Owner) => Ok(()),
            Some(Role::Reader) => {
                Err(RpcError::permission_denied("Only the owner of the workspace can do this"))
            }
            None => Err(RpcError::not_found("Not found")),
        }
    }

    /// Waits until the Hub has told of `workspace`, but not for long. A page opens the first tab of a workspace it made a moment
    /// ago, and the Hub's word about it may still be on its way. Only the Worker's owner is waited for.
    pub async fn hears_of(&mut self, workspace: &WorkspaceId) {
        let told =
            self.grant.wait_for(|grant| !grant.worker_owner || grant.workspaces.contains_key(workspace));
        // Too late, or no news ever again: the check of rights says what is known.
        let _ = tokio::time::timeout(GRANT_PATIENCE, told).await;
    }

    /// Waits until the rights change; `false` when they never will again.
    pub async fn changed(&mut self) -> bool {
        self.grant.changed().await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_workspace_just_made_is_waited_for() {
        let workspace: WorkspaceId = "ws_00000000000000000000000001".parse().expect("an id");
        let grant = Grant { worker_owner: true, workspaces: BTreeMap::new() };
        let (hub, rights) = watch::channel(Arc::new(grant.clone()));
        let mut caller = Caller::new("usr_00000000000000000000000001".parse().expect("an id"), rights);
        let told = Grant { workspaces: BTreeMap::from([(workspace.clone(), Role::Owner)]), ..grant };
        assert!(caller.may_write(&workspace).is_err());
        tokio::join!(caller.hears_of(&workspace), async { hub.send_replace(Arc::new(told)) });
        assert!(caller.may_write(&workspace).is_ok());
    }
}
