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
    /// Unique whatever its case.
    pub email: Option<String>,
    /// Somebody who reads mail there said so, or an administrator is trusted to.
    pub email_verified: bool,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
}

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub user: UserRecord,
    /// Its personal organization, which it owns (WSP-23).
    pub personal: OrgRecord,
    /// A PHC string; `None` for an account nobody signs in to by password.
    pub password_hash: Option<String>,
    /// Only if there is no account yet (ACC-34): of several at once exactly one succeeds, ever.
    pub first: bool,
}

/// Accounts.
#[async_trait]
pub trait UserStore {
    /// A new account together with its personal organization.
    async fn create_user(&self, new: &NewUser) -> Result<(), StoreError>;
    /// One account.
    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError>;
    /// The account of this name.
    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError>;
    /// The account of this address, whatever its case.
    async fn user_with_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError>;
    /// The administrator whose account is oldest.
    async fn oldest_admin(&self) -> Result<Option<UserId>, StoreError>;
    /// Whether there is any account.
    async fn any_user(&self) -> Result<bool, StoreError>;
    /// Name, display name and address from now on; a personal organization is renamed with its user (ACC-76).
    async fn update_user(&self, user: &UserRecord) -> Result<(), StoreError>;
    /// What a password is checked against; `None` for no such account, or one without a password.
    async fn password_hash(&self, id: &UserId) -> Result<Option<String>, StoreError>;
    /// A new password.
    async fn set_password_hash(&self, id: &UserId, hash: &str) -> Result<(), StoreError>;
}
