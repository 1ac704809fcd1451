//! Organizations and who belongs to them.

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId};

use crate::StoreError;

/// One organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRecord {
    pub id: OrgId,
    /// Unique; what its URLs begin with.
    pub slug: String,
    /// Belongs to one account for its lifetime.
    pub personal: bool,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
}

/// What a member may do; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Member,
    Admin,
    Owner,
}

/// An organization as one member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub org: OrgRecord,
    pub role: Role,
}

/// A member as the others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRecord {
    pub user: UserId,
    pub username: String,
    pub display_name: String,
    pub role: Role,
    /// Milliseconds since 1970.
    pub joined_at_ms: i64,
}

/// What became of a change of one membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipChange {
    Done,
    NotMember,
    /// An organization always has an owner; nothing was changed.
    LastOwner,
}

/// Organizations.
#[async_trait]
pub trait OrgStore {
    /// A new organization with its first owner, who joins when it is created.
    async fn create_org(&self, org: &OrgRecord, owner: &UserId) -> Result<(), StoreError>;
    /// Another name.
    async fn rename_org(&self, id: &OrgId, slug: &str) -> Result<(), StoreError>;
    /// The organization with everything in it: memberships, workspaces, layout.
    async fn delete_org(&self, id: &OrgId) -> Result<(), StoreError>;
    /// Everybody in it, by username.
    async fn members(&self, org: &OrgId) -> Result<Vec<MemberRecord>, StoreError>;
    /// One more member.
    async fn add_member(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
        joined_at_ms: i64,
    ) -> Result<(), StoreError>;
    /// Another role.
    async fn change_role(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
    ) -> Result<MembershipChange, StoreError>;
    /// One member less; what others shared with them there is shared with them no more (ACC-148).
    async fn remove_member(&self, org: &OrgId, user: &UserId) -> Result<MembershipChange, StoreError>;
    /// One organization.
    async fn org(&self, id: &OrgId) -> Result<Option<OrgRecord>, StoreError>;
    /// The organizations of a user: personal first, then by slug.
    async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError>;
    /// The role of a user; `None` for no member.
    async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, StoreError>;
}
