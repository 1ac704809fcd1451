//! Users, organizations and workspaces in memory.

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId, WorkspaceId};

use super::MemoryStore;
use crate::{
    Membership, OrgRecord, OrgStore, Role, StoreError, Taken, UserRecord, UserStore, WorkspaceRecord,
    WorkspaceStore,
};

#[async_trait]
impl UserStore for MemoryStore {
    async fn create_user(&self, user: &UserRecord, personal: &OrgRecord) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if tables.users.values().any(|other| other.username == user.username) {
            return Err(StoreError::Taken(Taken::Username));
        }
        if tables.orgs.values().any(|other| other.slug == personal.slug) {
            return Err(StoreError::Taken(Taken::OrgSlug));
        }
        if tables.users.contains_key(&user.id) || tables.orgs.contains_key(&personal.id) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.users.insert(user.id.clone(), user.clone());
        tables.orgs.insert(personal.id.clone(), personal.clone());
        tables.members.insert((personal.id.clone(), user.id.clone()), Role::Owner);
        Ok(())
    }

    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        Ok(self.tables().users.get(id).cloned())
    }

    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        Ok(self.tables().users.values().find(|user| user.username == username).cloned())
    }
}

#[async_trait]
impl OrgStore for MemoryStore {
    async fn org(&self, id: &OrgId) -> Result<Option<OrgRecord>, StoreError> {
        Ok(self.tables().orgs.get(id).cloned())
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        let tables = self.tables();
        let own = tables.members.iter().filter(|((_, member), _)| member == user);
        let mut found: Vec<Membership> = own
            .filter_map(|((org, _), role)| {
                Some(Membership { org: tables.orgs.get(org)?.clone(), role: *role })
            })
            .collect();
        found.sort_by(|a, b| (!a.org.personal, &a.org.slug).cmp(&(!b.org.personal, &b.org.slug)));
        Ok(found)
    }

    async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, StoreError> {
        Ok(self.tables().members.get(&(org.clone(), user.clone())).copied())
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
