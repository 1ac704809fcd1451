//! Users and workspaces in memory.

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId, WorkspaceId};

use super::{MemoryStore, Tables};
use crate::{
    NewUser, OrgRecord, Role, StoreError, Taken, UserRecord, UserStore, WorkspaceRecord, WorkspaceStore,
};

/// Whether two addresses are one.
fn same(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.to_lowercase() == b.to_lowercase())
}

/// What of `user` another account has already.
fn taken(tables: &Tables, user: &UserRecord) -> Option<Taken> {
    let others = || tables.users.values().filter(|other| other.id != user.id);
    if others().any(|other| other.username == user.username) {
        return Some(Taken::Username);
    }
    others().any(|other| same(other.email.as_deref(), user.email.as_deref())).then_some(Taken::Email)
}

#[async_trait]
impl UserStore for MemoryStore {
    async fn create_user(&self, new: &NewUser) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let NewUser { user, personal, password_hash, first } = new;
        if *first && !tables.users.is_empty() {
            return Err(StoreError::Taken(Taken::FirstAccount));
        }
        if let Some(what) = taken(&tables, user) {
            return Err(StoreError::Taken(what));
        }
        if tables.orgs.values().any(|other| other.slug == personal.slug) {
            return Err(StoreError::Taken(Taken::OrgSlug));
        }
        if tables.users.contains_key(&user.id) || tables.orgs.contains_key(&personal.id) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.users.insert(user.id.clone(), user.clone());
        tables.orgs.insert(personal.id.clone(), personal.clone());
        let member = (personal.id.clone(), user.id.clone());
        tables.members.insert(member, (Role::Owner, personal.created_at_ms));
        if let Some(hash) = password_hash {
            tables.passwords.insert(user.id.clone(), hash.clone());
        }
        Ok(())
    }

    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        Ok(self.tables().users.get(id).cloned())
    }

    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        Ok(self.tables().users.values().find(|user| user.username == username).cloned())
    }

    async fn user_with_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        Ok(self.tables().users.values().find(|user| same(user.email.as_deref(), Some(email))).cloned())
    }

    async fn oldest_admin(&self) -> Result<Option<UserId>, StoreError> {
        let tables = self.tables();
        let admins = tables.users.values().filter(|user| user.admin);
        Ok(admins.min_by_key(|user| (user.created_at_ms, &user.id)).map(|user| user.id.clone()))
    }

    async fn any_user(&self) -> Result<bool, StoreError> {
        Ok(!self.tables().users.is_empty())
    }

    async fn update_user(&self, user: &UserRecord) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(&user.id) {
            return Err(StoreError::Missing("user"));
        }
        if let Some(what) = taken(&tables, user) {
            return Err(StoreError::Taken(what));
        }
        let own = |org: &OrgRecord| {
            org.personal
                && tables
                    .members
                    .get(&(org.id.clone(), user.id.clone()))
                    .is_some_and(|(role, _)| *role == Role::Owner)
        };
        let personal = tables.orgs.values().find(|org| own(org)).map(|org| org.id.clone());
        if tables.orgs.values().any(|org| org.slug == user.username && Some(&org.id) != personal.as_ref()) {
            return Err(StoreError::Taken(Taken::OrgSlug));
        }
        if let Some(org) = personal.and_then(|id| tables.orgs.get_mut(&id)) {
            org.slug.clone_from(&user.username);
        }
        tables.users.insert(user.id.clone(), user.clone());
        Ok(())
    }

    async fn password_hash(&self, id: &UserId) -> Result<Option<String>, StoreError> {
        Ok(self.tables().passwords.get(id).cloned())
    }

    async fn set_password_hash(&self, id: &UserId, hash: &str) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(id) {
            return Err(StoreError::Missing("user"));
        }
        tables.passwords.insert(id.clone(), hash.to_owned());
        Ok(())
    }
}

#[async_trait]
impl WorkspaceStore for MemoryStore {
    async fn workspace(&self, id: &WorkspaceId) -> Result<Option<WorkspaceRecord>, StoreError> {
        Ok(self.tables().workspaces.get(id).cloned())
    }

    async fn workspaces(&self, org: &OrgId) -> Result<Vec<WorkspaceRecord>, StoreError> {
        let mut found: Vec<_> =
            self.tables().workspaces.values().filter(|w| w.org == *org).cloned().collect();
        found.sort_by(|a, b| (a.created_at_ms, &a.id).cmp(&(b.created_at_ms, &b.id)));
        Ok(found)
    }
}
