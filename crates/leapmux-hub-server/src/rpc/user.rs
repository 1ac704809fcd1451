//! The caller's own account, as calls.

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::{Profile, SessionInfo, SignedInSession};
use leapmux_hub_store::UserRecord;
use leapmux_proto_hub::leapmux::hub::v1::{
    ChangePasswordRequest, ChangePasswordResponse, GetCurrentUserRequest, GetCurrentUserResponse,
    ListSessionsRequest, ListSessionsResponse, RequestEmailChangeRequest, RequestEmailChangeResponse,
    RevokeSessionRequest, RevokeSessionResponse, Session, UpdateProfileRequest, UpdateProfileResponse, User,
    UserService,
};
use leapmux_runtime::Secret;

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct UserRpc(pub Shared);

/// An account as its user sees it.
pub(super) fn worded(user: UserRecord) -> User {
    User {
        user_id: user.id.to_string(),
        username: user.username,
        display_name: user.display_name,
        admin: user.admin,
        email: user.email.unwrap_or_default(),
        email_verified: user.email_verified,
        ..Default::default()
    }
}

impl UserRpc {
    /// The session the call comes with; solo mode has none (ACC-181).
    fn session<'c>(&self, ctx: &'c RequestContext, what: &str) -> Result<&'c SignedInSession, ConnectError> {
        ctx.extensions().get::<SignedInSession>().ok_or_else(|| {
            ConnectError::failed_precondition(format!("{what} are not available in solo mode"))
        })
    }
}

impl UserService for UserRpc {
    async fn get_current_user<'a>(
        &'a self,
        ctx: RequestContext,
        _: ServiceRequest<'_, GetCurrentUserRequest>,
    ) -> ServiceResult<impl Encodable<GetCurrentUserResponse> + Send + use<'a>> {
        let user = self.0.accounts.user(caller(&ctx)?).await.map_err(refuse)?;
        Response::ok(GetCurrentUserResponse { user: worded(user).into(), ..Default::default() })
    }

    async fn update_profile<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, UpdateProfileRequest>,
    ) -> ServiceResult<impl Encodable<UpdateProfileResponse> + Send + use<'a>> {
        self.session(&ctx, "profile changes")?;
        let profile = Profile { username: request.username, display_name: request.display_name };
        let user = self.0.accounts.update_profile(caller(&ctx)?, profile).await.map_err(refuse)?;
        Response::ok(UpdateProfileResponse { user: worded(user).into(), ..Default::default() })
    }

    async fn request_email_change<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RequestEmailChangeRequest>,
    ) -> ServiceResult<impl Encodable<RequestEmailChangeResponse> + Send + use<'a>> {
        self.session(&ctx, "email changes")?;
        let user = self.0.accounts.change_email(caller(&ctx)?, request.email).await.map_err(refuse)?;
        Response::ok(RequestEmailChangeResponse { user: worded(user).into(), ..Default::default() })
    }

    async fn change_password<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ChangePasswordRequest>,
    ) -> ServiceResult<impl Encodable<ChangePasswordResponse> + Send + use<'a>> {
        let session = self.session(&ctx, "password changes")?;
        let (current, new) =
            (Secret::new(request.current_password.to_owned()), Secret::new(request.new_password.to_owned()));
        let changed = self.0.accounts.change_password(caller(&ctx)?, &session.id, current, new);
        changed.await.map_err(refuse)?;
        Response::ok(ChangePasswordResponse::default())
    }

    async fn list_sessions<'a>(
        &'a self,
        ctx: RequestContext,
        _: ServiceRequest<'_, ListSessionsRequest>,
    ) -> ServiceResult<impl Encodable<ListSessionsResponse> + Send + use<'a>> {
        let session = self.session(&ctx, "sessions")?;
        let listed = self.0.sessions.list(&session.user, Some(&session.id)).await.map_err(refuse)?;
        let worded = |session: SessionInfo| Session {
            session_id: session.id.to_string(),
            created_at_ms: session.created_at_ms,
            last_active_ms: session.last_active_ms,
            user_agent: session.user_agent,
            ip: session.ip,
            current: session.current,
            ..Default::default()
        };
        let sessions = listed.into_iter().map(worded).collect();
        Response::ok(ListSessionsResponse { sessions, ..Default::default() })
    }

    async fn revoke_session<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RevokeSessionRequest>,
    ) -> ServiceResult<impl Encodable<RevokeSessionResponse> + Send + use<'a>> {
        let session = self.session(&ctx, "sessions")?;
        if self.0.sessions.end(&session.user, &id(request.session_id)?).await.map_err(refuse)? {
            Response::ok(RevokeSessionResponse::default())
        } else {
            Err(ConnectError::not_found("this session has ended already"))
        }
    }
}
