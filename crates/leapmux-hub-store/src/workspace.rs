//! Workspaces by id. Their content is the layout's; these records are written with it (see [`crate::LayoutCommit`]).

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId, WorkspaceId};

use crate::StoreError;

/// One workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceRecord {
    pub id: WorkspaceId,
    pub org: OrgId,
    pub owner: UserId,
    pub title: String,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
}

/// Workspaces.
#[async_trait]
pub trait WorkspaceStore {
    /// One workspace.
    async fn workspace(&self, id: &WorkspaceId) -> Result<Option<WorkspaceRecord>, StoreError>;
    /// Every workspace of an organization, oldest first.
    async fn workspaces(&self, org: &OrgId) -> Result<Vec<WorkspaceRecord>, StoreError>;
}
