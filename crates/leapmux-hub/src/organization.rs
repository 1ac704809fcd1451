//! Organizations of several people: who is in them and what each may do there. Every text here is what people read (spec
//! accounts.md §11).

use std::collections::BTreeSet;
use std::sync::Arc;

use leapmux_hub_store::{
    HubStore, MemberRecord, Membership, MembershipChange, OrgRecord, Role, StoreError, Taken,
};
use leapmux_runtime::{fresh_bits, wall_clock_ms};
use leapmux_types::{OrgId, RESERVED_SLUG, UserId, clean_slug};

use crate::{Caller, HubError, LayoutService, WorkspaceObserver};

/// Organizations one user may be in when they make another.
pub const MAX_ORGANIZATIONS: usize = 100;
/// Members of one organization.
pub const MAX_MEMBERS: usize = 1_000;

/// Organizations over the store, the layouts that belong to them and whoever routes to their Workers.
pub struct OrganizationService {
    store: Arc<dyn HubStore>,
    layouts: LayoutService,
    routes: Arc<dyn WorkspaceObserver>,
}

impl OrganizationService {
    /// `routes` is told of users whose access changed.
    pub fn new(store: Arc<dyn HubStore>, layouts: LayoutService, routes: Arc<dyn WorkspaceObserver>) -> Self {
        Self { store, layouts, routes }
    }

    /// The caller's organizations: the personal one first, then by name.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Membership>, HubError> {
        Ok(self.store.memberships(&caller.user).await?)
    }

    /// A new one, of which the caller is the owner.
    pub async fn create(&self, caller: &Caller, name: &str) -> Result<Membership, HubError> {
        let slug = cleaned(name)?;
        if self.store.memberships(&caller.user).await?.len() >= MAX_ORGANIZATIONS {
            let told = format!("you are in {MAX_ORGANIZATIONS} organizations, which is the most");
            return Err(HubError::FailedPrecondition(told));
        }
        let id = OrgId::from_bits(fresh_bits());
        let org = OrgRecord { id, slug, personal: false, created_at_ms: wall_clock_ms() };
        self.store.create_org(&org, &caller.user).await.map_err(|error| taken(error, &org.slug))?;
        Ok(Membership { org, role: Role::Owner })
    }

    /// Another name. Admins and owners.
    pub async fn rename(&self, caller: &Caller, org: &OrgId, name: &str) -> Result<OrgRecord, HubError> {
        let found = self.of(caller, org, Role::Admin).await?;
        if found.org.personal {
            return Err(HubError::FailedPrecondition("cannot update a personal organization".to_owned()));
        }
        let slug = cleaned(name)?;
        self.store.rename_org(org, &slug).await.map_err(|error| taken(error, &slug))?;
        Ok(OrgRecord { slug, ..found.org })
    }

    /// The organization and everything in it. Owners, and the Hub's administrator.
    pub async fn delete(&self, caller: &Caller, org: &OrgId) -> Result<(), HubError> {
        let found = match self.of(caller, org, Role::Member).await {
            Ok(membership) if membership.role == Role::Owner || caller.admin => membership.org,
            Ok(_) => {
                let told = "only owners can delete the organization";
                return Err(HubError::PermissionDenied(told.to_owned()));
            }
            Err(_) if caller.admin => self.store.org(org).await?.ok_or_else(no_organization)?,
            Err(refused) => return Err(refused),
        };
        if found.personal {
            return Err(HubError::FailedPrecondition("cannot delete a personal organization".to_owned()));
        }
        let members = self.everybody(org).await?;
        self.store.delete_org(org).await?;
        self.layouts.forget(org);
        self.routes.workspaces_changed(&members).await;
        Ok(())
    }

    /// Everybody in it, by username. Members.
    pub async fn members(&self, caller: &Caller, org: &OrgId) -> Result<Vec<MemberRecord>, HubError> {
        self.of(caller, org, Role::Member).await?;
        Ok(self.store.members(org).await?)
    }

    /// Takes a user in at once. Admins and owners.
    pub async fn invite(
        &self,
        caller: &Caller,
        org: &OrgId,
        username: &str,
        role: Role,
    ) -> Result<MemberRecord, HubError> {
        self.of(caller, org, Role::Admin).await?;
        let username = username.trim().to_lowercase();
        let unknown = || HubError::NotFound("user not found".to_owned());
        let user = self.store.user_named(&username).await?.ok_or_else(unknown)?;
        let members = self.store.members(org).await?;
        if members.len() >= MAX_MEMBERS && members.iter().all(|member| member.user != user.id) {
            let told = format!("the organization has {MAX_MEMBERS} members, which is the most");
            return Err(HubError::FailedPrecondition(told));
        }
        let joined_at_ms = wall_clock_ms();
        let added = self.store.add_member(org, &user.id, role, joined_at_ms).await;
        added.map_err(|error| match error {
            StoreError::Taken(Taken::Member) => {
                HubError::AlreadyExists("user is already a member".to_owned())
            }
            error => error.into(),
        })?;
        self.access_changed(org, [user.id.clone()].into()).await;
        let (username, display_name) = (user.username, user.display_name);
        Ok(MemberRecord { user: user.id, username, display_name, role, joined_at_ms })
    }

    /// Another role. Admins and owners.
    pub async fn change_role(
        &self,
        caller: &Caller,
        org: &OrgId,
        user: &UserId,
        role: Role,
    ) -> Result<(), HubError> {
        self.of(caller, org, Role::Admin).await?;
        match self.store.change_role(org, user, role).await? {
            MembershipChange::Done => Ok(()),
            MembershipChange::NotMember => Err(no_member()),
            MembershipChange::LastOwner => {
                Err(HubError::FailedPrecondition("cannot change role of the last owner".to_owned()))
            }
        }
    }

    /// One member less; their channels to what others shared with them there end at once. Admins and owners.
    pub async fn remove(&self, caller: &Caller, org: &OrgId, user: &UserId) -> Result<(), HubError> {
        self.of(caller, org, Role::Admin).await?;
        match self.store.remove_member(org, user).await? {
            MembershipChange::Done => {}
            MembershipChange::NotMember => return Err(no_member()),
            MembershipChange::LastOwner => {
                return Err(HubError::FailedPrecondition("cannot remove the last owner".to_owned()));
            }
        }
        self.access_changed(org, [user.clone()].into()).await;
        Ok(())
    }

    /// Routes first, then what people see: whoever is told of a workspace can already reach it.
    async fn access_changed(&self, org: &OrgId, users: BTreeSet<UserId>) {
        self.routes.workspaces_changed(&users).await;
        self.layouts.access_changed(org);
    }

    async fn everybody(&self, org: &OrgId) -> Result<BTreeSet<UserId>, HubError> {
        Ok(self.store.members(org).await?.into_iter().map(|member| member.user).collect())
    }

    /// The caller's membership, when it is at least `least`; to strangers the organization does not exist.
    async fn of(&self, caller: &Caller, org: &OrgId, least: Role) -> Result<Membership, HubError> {
        let role = self.store.role(org, &caller.user).await?.ok_or_else(HubError::no_organization)?;
        if role < least {
            return Err(HubError::PermissionDenied("insufficient permissions".to_owned()));
        }
        let org = self.store.org(org).await?.ok_or_else(no_organization)?;
        Ok(Membership { org, role })
    }
}

fn no_organization() -> HubError {
    HubError::NotFound("organization not found".to_owned())
}
fn no_member() -> HubError {
    HubError::NotFound("member not found".to_owned())
}

fn cleaned(name: &str) -> Result<String, HubError> {
    let slug = clean_slug("organization name", name)
        .map_err(|error| HubError::InvalidArgument(error.to_string()))?;
    if slug == RESERVED_SLUG {
        return Err(HubError::InvalidArgument(format!("\"{slug}\" is a reserved organization name")));
    }
    Ok(slug)
}

fn taken(error: StoreError, slug: &str) -> HubError {
    match error {
        StoreError::Taken(Taken::OrgSlug) => {
            HubError::AlreadyExists(format!("organization name \"{slug}\" is already taken"))
        }
        error => error.into(),
    }
}
