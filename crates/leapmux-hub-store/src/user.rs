//! People with an account.

use async_trait::async_trait;
use leapmux_types::UserId;

use crate::{OrgRecord, StoreError};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    pub id: UserId,
    /// Unique, lower case.
    pub username: String,
    pub display_name: String,
    /// Administrator of the Hub.
    pub admin: bool,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
}

/// Accounts.
#[async_trait]
pub trait UserStore {
    /// A new account together with its personal organization, which it owns (WSP-23).
    async fn create_user(&self, user: &UserRecord, personal: &OrgRecord) -> Result<(), StoreError>;
    /// One account.
    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError>;
    /// The account of this name.
    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError>;
}
