//! Organizations and shares in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use leapmux_types::{OrgId, UserId, WorkspaceId};

use super::{MemoryStore, Tables};
use crate::{
    MemberRecord, Membership, MembershipChange, OrgRecord, OrgStore, Role, Sharing, SharingStore, StoreError,
    Taken,
};

impl Tables {
    /// Whether `user` is the only owner left.
    fn is_last_owner(&self, org: &OrgId, user: &UserId) -> bool {
        let of_org = self.members.iter().filter(|((of, _), _)| of == org);
        let mut owners = of_org.filter(|(_, (role, _))| *role == Role::Owner).map(|((_, member), _)| member);
        owners.next() == Some(user) && owners.next().is_none()
    }
}

#[async_trait]
impl OrgStore for MemoryStore {
    async fn create_org(&self, org: &OrgRecord, owner: &UserId) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.users.contains_key(owner) {
            return Err(StoreError::Missing("user"));
        }
        if tables.orgs.values().any(|other| other.slug == org.slug) {
            return Err(StoreError::Taken(Taken::OrgSlug));
        }
        if tables.orgs.contains_key(&org.id) {
            return Err(StoreError::Taken(Taken::Id));
        }
        tables.orgs.insert(org.id.clone(), org.clone());
        tables.members.insert((org.id.clone(), owner.clone()), (Role::Owner, org.created_at_ms));
        Ok(())
    }

    async fn rename_org(&self, id: &OrgId, slug: &str) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if tables.orgs.values().any(|other| other.slug == slug && other.id != *id) {
            return Err(StoreError::Taken(Taken::OrgSlug));
        }
        let org = tables.orgs.get_mut(id).ok_or(StoreError::Missing("organization"))?;
        slug.clone_into(&mut org.slug);
        Ok(())
    }

    async fn delete_org(&self, id: &OrgId) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.orgs.remove(id).ok_or(StoreError::Missing("organization"))?;
        tables.members.retain(|(org, _), _| org != id);
        tables.layouts.remove(id);
        let gone: Vec<WorkspaceId> = tables
            .workspaces
            .values()
            .filter(|found| found.org == *id)
            .map(|found| found.id.clone())
            .collect();
        for workspace in gone {
            tables.workspaces.remove(&workspace);
            tables.sharing.remove(&workspace);
        }
        Ok(())
    }

    async fn members(&self, org: &OrgId) -> Result<Vec<MemberRecord>, StoreError> {
        let tables = self.tables();
        let of_org = tables.members.iter().filter(|((of, _), _)| of == org);
        let mut found: Vec<MemberRecord> = of_org
            .filter_map(|((_, user), (role, joined_at_ms))| {
                let known = tables.users.get(user)?;
                Some(MemberRecord {
                    user: user.clone(),
                    username: known.username.clone(),
                    display_name: known.display_name.clone(),
                    role: *role,
                    joined_at_ms: *joined_at_ms,
                })
            })
            .collect();
        found.sort_by(|a, b| a.username.cmp(&b.username));
        Ok(found)
    }

    async fn add_member(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
        joined_at_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.orgs.contains_key(org) {
            return Err(StoreError::Missing("organization"));
        }
        if !tables.users.contains_key(user) {
            return Err(StoreError::Missing("user"));
        }
        let key = (org.clone(), user.clone());
        if tables.members.contains_key(&key) {
            return Err(StoreError::Taken(Taken::Member));
        }
        tables.members.insert(key, (role, joined_at_ms));
        Ok(())
    }

    async fn change_role(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
    ) -> Result<MembershipChange, StoreError> {
        let mut tables = self.tables();
        if role != Role::Owner && tables.is_last_owner(org, user) {
            return Ok(MembershipChange::LastOwner);
        }
        match tables.members.get_mut(&(org.clone(), user.clone())) {
            Some((known, _)) => *known = role,
            None => return Ok(MembershipChange::NotMember),
        }
        Ok(MembershipChange::Done)
    }

    async fn remove_member(&self, org: &OrgId, user: &UserId) -> Result<MembershipChange, StoreError> {
        let mut tables = self.tables();
        if tables.is_last_owner(org, user) {
            return Ok(MembershipChange::LastOwner);
        }
        if tables.members.remove(&(org.clone(), user.clone())).is_none() {
            return Ok(MembershipChange::NotMember);
        }
        let here: BTreeSet<WorkspaceId> = tables
            .workspaces
            .values()
            .filter(|found| found.org == *org)
            .map(|found| found.id.clone())
            .collect();
        for (_, sharing) in tables.sharing.iter_mut().filter(|(workspace, _)| here.contains(workspace)) {
            if let Sharing::Members(readers) = sharing {
                readers.remove(user);
            }
        }
        Ok(MembershipChange::Done)
    }

    async fn org(&self, id: &OrgId) -> Result<Option<OrgRecord>, StoreError> {
        Ok(self.tables().orgs.get(id).cloned())
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        let tables = self.tables();
        let own = tables.members.iter().filter(|((_, member), _)| member == user);
        let mut found: Vec<Membership> = own
            .filter_map(|((org, _), (role, _))| {
                Some(Membership { org: tables.orgs.get(org)?.clone(), role: *role })
            })
            .collect();
        found.sort_by(|a, b| (!a.org.personal, &a.org.slug).cmp(&(!b.org.personal, &b.org.slug)));
        Ok(found)
    }

    async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, StoreError> {
        Ok(self.tables().members.get(&(org.clone(), user.clone())).map(|(role, _)| *role))
    }
}

#[async_trait]
impl SharingStore for MemoryStore {
    async fn sharing(&self, workspace: &WorkspaceId) -> Result<Sharing, StoreError> {
        Ok(self.tables().sharing.get(workspace).cloned().unwrap_or_default())
    }

    async fn set_sharing(&self, workspace: &WorkspaceId, sharing: &Sharing) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.workspaces.contains_key(workspace) {
            return Err(StoreError::Missing("workspace"));
        }
        tables.sharing.insert(workspace.clone(), sharing.clone());
        Ok(())
    }

    async fn shared_with(&self, org: &OrgId, user: &UserId) -> Result<BTreeSet<WorkspaceId>, StoreError> {
        let tables = self.tables();
        let of_others = tables.workspaces.values().filter(|found| found.org == *org && found.owner != *user);
        let shared = of_others.filter(|found| match tables.sharing.get(&found.id) {
            Some(Sharing::AllMembers) => true,
            Some(Sharing::Members(readers)) => readers.contains(user),
            Some(Sharing::Private) | None => false,
        });
        Ok(shared.map(|found| found.id.clone()).collect())
    }
}
