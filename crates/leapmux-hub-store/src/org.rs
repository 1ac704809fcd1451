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

/// Organizations.
#[async_trait]
pub trait OrgStore {
    /// One organization.
    async fn org(&self, id: &OrgId) -> Result<Option<OrgRecord>, StoreError>;
    /// The organizations of a user: personal first, then by slug.
    async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError>;
    /// The role of a user; `None` for no member.
    async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, StoreError>;
}
