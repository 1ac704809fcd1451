//! Who opened a channel and what the Hub vouches for: live, because access to a workspace may change while a channel is open.

use std::collections::BTreeMap;
use std::sync::Arc;

use leapmux_types::{UserId, WorkspaceId};
use tokio::sync::watch;

use super::RpcError;

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
    grant: watch::Receiver<Arc<Grant>>,
}

impl Caller {
    /// A caller whose rights follow `grant`.
    pub fn new(user_id: UserId, grant: watch::Receiver<Arc<Grant>>) -> Self {
        Self { user_id, grant }
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

    /// Waits until the rights change; `false` when they never will again.
    pub async fn changed(&mut self) -> bool {
        self.grant.changed().await.is_ok()
    }
}
