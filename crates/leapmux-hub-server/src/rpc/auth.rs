//! Signing up, in and out, as calls; the answer carries the cookie.

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use http::header::SET_COOKIE;
use leapmux_hub::{NewAccount, Origin, SignedIn, SignedInSession};
use leapmux_proto_hub::leapmux::hub::v1::{
    AuthService, LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, SignUpRequest, SignUpResponse,
};
use leapmux_runtime::Secret;

use super::{refuse, user};
use crate::edge::Cookie;
use crate::services::Shared;

pub(super) struct AuthRpc(pub Shared);

impl AuthRpc {
    /// Solo mode has one user, who never signs in (ACC-181).
    fn not_in_solo(&self, what: &str) -> Result<(), ConnectError> {
        match self.0.solo {
            Some(_) => {
                Err(ConnectError::failed_precondition(format!("{what} is not available in solo mode")))
            }
            None => Ok(()),
        }
    }

    fn cookie(&self) -> Cookie {
        Cookie { secure: self.0.config.accounts.secure_cookies }
    }

    /// An answer that signs in.
    fn welcome<T>(&self, signed_in: &SignedIn, answer: T) -> Response<T> {
        Response::new(answer).with_header(SET_COOKIE, self.cookie().set(&signed_in.token))
    }
}

/// Where the call comes from; the edge put it there.
fn origin(ctx: &RequestContext) -> Origin {
    ctx.extensions().get::<Origin>().cloned().unwrap_or_default()
}

impl AuthService for AuthRpc {
    async fn sign_up<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, SignUpRequest>,
    ) -> ServiceResult<impl Encodable<SignUpResponse> + Send + use<'a>> {
        self.not_in_solo("sign-up")?;
        let new = NewAccount {
            username: request.username,
            display_name: request.display_name,
            email: request.email,
            password: Secret::new(request.password.to_owned()),
        };
        let signed_in = self.0.accounts.sign_up(new, &origin(&ctx)).await.map_err(refuse)?;
        let user = user::worded(signed_in.user.clone()).into();
        Ok(self.welcome(&signed_in, SignUpResponse { user, ..Default::default() }))
    }

    async fn login<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, LoginRequest>,
    ) -> ServiceResult<impl Encodable<LoginResponse> + Send + use<'a>> {
        self.not_in_solo("login")?;
        let password = Secret::new(request.password.to_owned());
        let signed_in =
            self.0.accounts.login(request.username, password, &origin(&ctx)).await.map_err(refuse)?;
        let user = user::worded(signed_in.user.clone()).into();
        Ok(self.welcome(&signed_in, LoginResponse { user, ..Default::default() }))
    }

    async fn logout<'a>(
        &'a self,
        ctx: RequestContext,
        _: ServiceRequest<'_, LogoutRequest>,
    ) -> ServiceResult<impl Encodable<LogoutResponse> + Send + use<'a>> {
        if let Some(session) = ctx.extensions().get::<SignedInSession>() {
            self.0.sessions.end(&session.user, &session.id).await.map_err(refuse)?;
        }
        Ok(Response::new(LogoutResponse::default()).with_header(SET_COOKIE, self.cookie().clear()))
    }
}
