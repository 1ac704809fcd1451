//! Sign-ins in memory.

use async_trait::async_trait;
use leapmux_types::{SessionId, UserId};

use super::MemoryStore;
use crate::{SessionRecord, SessionStore, StoreError, Taken};

#[async_trait]
impl SessionStore for MemoryStore {
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(&session.user) {
            return Err(StoreError::Missing("user"));
        }
        let known = |other: &SessionRecord| other.id == session.id || other.token_hash == session.token_hash;
        if tables.sessions.values().any(known) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.sessions.insert(session.id.clone(), session.clone());
        Ok(())
    }

    async fn session_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<SessionRecord>, StoreError> {
        Ok(self.tables().sessions.values().find(|session| session.token_hash == *token_hash).cloned())
    }

    async fn touch_session(&self, id: &SessionId, active_ms: i64, expires_ms: i64) -> Result<(), StoreError> {
        if let Some(session) = self.tables().sessions.get_mut(id) {
            (session.last_active_ms, session.expires_at_ms) = (active_ms, expires_ms);
        }
        Ok(())
    }

    async fn sessions_of(&self, user: &UserId) -> Result<Vec<SessionRecord>, StoreError> {
        let tables = self.tables();
        let own = tables.sessions.values().filter(|session| session.user == *user);
        let mut found: Vec<SessionRecord> = own.cloned().collect();
        found.sort_by(|a, b| (b.last_active_ms, &a.id).cmp(&(a.last_active_ms, &b.id)));
        Ok(found)
    }

    async fn delete_session(&self, user: &UserId, id: &SessionId) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let own = tables.sessions.get(id).is_some_and(|session| session.user == *user);
        Ok(own && tables.sessions.remove(id).is_some())
    }

    async fn delete_sessions_of(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut tables = self.tables();
        let goes = |session: &SessionRecord| session.user == *user && Some(&session.id) != keep;
        let gone = tables.sessions.values().filter(|session| goes(session)).map(|session| session.id.clone());
        let gone: Vec<SessionId> = gone.collect();
        tables.sessions.retain(|_, session| !goes(session));
        Ok(gone)
    }

    async fn delete_expired_sessions(&self, now_ms: i64) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let before = tables.sessions.len();
        tables.sessions.retain(|_, session| session.expires_at_ms >= now_ms);
        Ok((before - tables.sessions.len()) as u64)
    }
}
