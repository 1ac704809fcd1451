//! With whom a workspace is shared.

use std::collections::BTreeSet;

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId, WorkspaceId};

use crate::StoreError;

/// Who may read a workspace besides its owner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sharing {
    #[default]
    Private,
    /// Every member of its organization, now and later (ACC-163).
    AllMembers,
    Members(BTreeSet<UserId>),
}

/// Shares. Whether a reader is a member of the organization is not asked here.
#[async_trait]
pub trait SharingStore {
    /// Who may read a workspace; an unknown one is private.
    async fn sharing(&self, workspace: &WorkspaceId) -> Result<Sharing, StoreError>;
    /// Replaces what was said before.
    async fn set_sharing(&self, workspace: &WorkspaceId, sharing: &Sharing) -> Result<(), StoreError>;
    /// The workspaces of an organization that others share with a member.
    async fn shared_with(&self, org: &OrgId, user: &UserId) -> Result<BTreeSet<WorkspaceId>, StoreError>;
}
