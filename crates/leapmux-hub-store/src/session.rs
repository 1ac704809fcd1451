//! Sign-ins. What proves one is a secret only its browser has; here is its hash.

use async_trait::async_trait;
use leapmux_types::{SessionId, UserId};

use crate::StoreError;

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// What it is listed and revoked by.
    pub id: SessionId,
    pub user: UserId,
    /// SHA-256 of the secret in the cookie; unique.
    pub token_hash: [u8; 32],
    /// Times in milliseconds since 1970.
    pub created_at_ms: i64,
    pub last_active_ms: i64,
    pub expires_at_ms: i64,
    /// What the browser called itself, at most 256 characters.
    pub user_agent: String,
    /// Where it came from, at most 64 characters.
    pub ip: String,
}

/// Sign-ins.
#[async_trait]
pub trait SessionStore {
    /// A new one.
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StoreError>;
    /// The one this token proves, expired or not.
    async fn session_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<SessionRecord>, StoreError>;
    /// Notes activity. One that is gone meanwhile stays gone.
    async fn touch_session(&self, id: &SessionId, active_ms: i64, expires_ms: i64) -> Result<(), StoreError>;
    /// All of a user, latest activity first.
    async fn sessions_of(&self, user: &UserId) -> Result<Vec<SessionRecord>, StoreError>;
    /// Ends one of this user; whether there was one.
    async fn delete_session(&self, user: &UserId, id: &SessionId) -> Result<bool, StoreError>;
    /// Ends all of a user but `keep`; the ones that were ended.
    async fn delete_sessions_of(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
    ) -> Result<Vec<SessionId>, StoreError>;
    /// Forgets what expired before `now_ms`; how many.
    async fn delete_expired_sessions(&self, now_ms: i64) -> Result<u64, StoreError>;
}
