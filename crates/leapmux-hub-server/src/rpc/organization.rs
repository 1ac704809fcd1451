//! Organizations as calls.

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub_store::{MemberRecord, Membership, OrgRecord, Role as StoredRole};
use leapmux_proto_hub::leapmux::hub::v1::{
    ChangeMemberRoleRequest, ChangeMemberRoleResponse, CreateOrganizationRequest, CreateOrganizationResponse,
    DeleteOrganizationRequest, DeleteOrganizationResponse, InviteMemberRequest, InviteMemberResponse,
    ListMembersRequest, ListMembersResponse, ListOrganizationsRequest, ListOrganizationsResponse, Member,
    Organization, OrganizationMembership, OrganizationService, RemoveMemberRequest, RemoveMemberResponse,
    RenameOrganizationRequest, RenameOrganizationResponse, Role,
};

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct OrganizationRpc(pub Shared);

fn organization(org: OrgRecord) -> Organization {
    Organization { org_id: org.id.to_string(), slug: org.slug, personal: org.personal, ..Default::default() }
}
fn membership(membership: Membership) -> OrganizationMembership {
    OrganizationMembership {
        organization: organization(membership.org).into(),
        role: role_out(membership.role).into(),
        ..Default::default()
    }
}
fn member(member: MemberRecord) -> Member {
    Member {
        user_id: member.user.to_string(),
        username: member.username,
        display_name: member.display_name,
        role: role_out(member.role).into(),
        joined_at_ms: member.joined_at_ms,
        ..Default::default()
    }
}
fn role_out(role: StoredRole) -> Role {
    match role {
        StoredRole::Member => Role::Member,
        StoredRole::Admin => Role::Admin,
        StoredRole::Owner => Role::Owner,
    }
}
fn role_in(role: Option<Role>) -> Result<StoredRole, ConnectError> {
    match role {
        Some(Role::Member) => Ok(StoredRole::Member),
        Some(Role::Admin) => Ok(StoredRole::Admin),
        Some(Role::Owner) => Ok(StoredRole::Owner),
        Some(Role::Unspecified) | None => Err(ConnectError::invalid_argument("role is required")),
    }
}

impl OrganizationRpc {
    /// Solo mode has one organization of one user (ACC-181).
    fn check_mode(&self) -> Result<(), ConnectError> {
        if self.0.solo.is_none() {
            return Ok(());
        }
        let told = "organization management is not available in solo mode";
        Err(ConnectError::failed_precondition(told))
    }
}

impl OrganizationService for OrganizationRpc {
    async fn list_organizations<'a>(
        &'a self,
        ctx: RequestContext,
        _: ServiceRequest<'_, ListOrganizationsRequest>,
    ) -> ServiceResult<impl Encodable<ListOrganizationsResponse> + Send + use<'a>> {
        let listed = self.0.organizations.list(caller(&ctx)?).await.map_err(refuse)?;
        let organizations = listed.into_iter().map(membership).collect();
        Response::ok(ListOrganizationsResponse { organizations, ..Default::default() })
    }

    async fn create_organization<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, CreateOrganizationRequest>,
    ) -> ServiceResult<impl Encodable<CreateOrganizationResponse> + Send + use<'a>> {
        self.check_mode()?;
        let created = self.0.organizations.create(caller(&ctx)?, request.name).await.map_err(refuse)?;
        Response::ok(CreateOrganizationResponse {
            organization: membership(created).into(),
            ..Default::default()
        })
    }

    async fn rename_organization<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RenameOrganizationRequest>,
    ) -> ServiceResult<impl Encodable<RenameOrganizationResponse> + Send + use<'a>> {
        self.check_mode()?;
        let org = id(request.org_id)?;
        let renamed = self.0.organizations.rename(caller(&ctx)?, &org, request.name).await.map_err(refuse)?;
        Response::ok(RenameOrganizationResponse {
            organization: organization(renamed).into(),
            ..Default::default()
        })
    }

    async fn delete_organization<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, DeleteOrganizationRequest>,
    ) -> ServiceResult<impl Encodable<DeleteOrganizationResponse> + Send + use<'a>> {
        self.check_mode()?;
        self.0.organizations.delete(caller(&ctx)?, &id(request.org_id)?).await.map_err(refuse)?;
        Response::ok(DeleteOrganizationResponse::default())
    }

    async fn list_members<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ListMembersRequest>,
    ) -> ServiceResult<impl Encodable<ListMembersResponse> + Send + use<'a>> {
        let listed =
            self.0.organizations.members(caller(&ctx)?, &id(request.org_id)?).await.map_err(refuse)?;
        let members = listed.into_iter().map(member).collect();
        Response::ok(ListMembersResponse { members, ..Default::default() })
    }

    async fn invite_member<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, InviteMemberRequest>,
    ) -> ServiceResult<impl Encodable<InviteMemberResponse> + Send + use<'a>> {
        self.check_mode()?;
        let org = id(request.org_id)?;
        let role = match request.role.as_known() {
            Some(Role::Unspecified) | None => StoredRole::Member,
            known => role_in(known)?,
        };
        let invited = self.0.organizations.invite(caller(&ctx)?, &org, request.username, role);
        let invited = invited.await.map_err(refuse)?;
        Response::ok(InviteMemberResponse { member: member(invited).into(), ..Default::default() })
    }

    async fn change_member_role<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ChangeMemberRoleRequest>,
    ) -> ServiceResult<impl Encodable<ChangeMemberRoleResponse> + Send + use<'a>> {
        self.check_mode()?;
        let (org, user) = (id(request.org_id)?, id(request.user_id)?);
        let role = role_in(request.role.as_known())?;
        self.0.organizations.change_role(caller(&ctx)?, &org, &user, role).await.map_err(refuse)?;
        Response::ok(ChangeMemberRoleResponse::default())
    }

    async fn remove_member<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RemoveMemberRequest>,
    ) -> ServiceResult<impl Encodable<RemoveMemberResponse> + Send + use<'a>> {
        self.check_mode()?;
        let (org, user) = (id(request.org_id)?, id(request.user_id)?);
        self.0.organizations.remove(caller(&ctx)?, &org, &user).await.map_err(refuse)?;
        Response::ok(RemoveMemberResponse::default())
    }
}
