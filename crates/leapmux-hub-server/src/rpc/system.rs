//! How this Hub runs and who the caller is.

use connectrpc::{Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::Caller;
use leapmux_proto_hub::leapmux::hub::v1::{
    GetSystemInfoRequest, GetSystemInfoResponse, Organization, RunMode, SystemService,
};
use leapmux_types::limits::MAX_MESSAGE;

use super::refuse;
use crate::HubMode;
use crate::services::Shared;

pub(super) struct SystemRpc(pub Shared);

impl SystemService for SystemRpc {
    async fn get_system_info<'a>(
        &'a self,
        ctx: RequestContext,
        _: ServiceRequest<'_, GetSystemInfoRequest>,
    ) -> ServiceResult<impl Encodable<GetSystemInfoResponse> + Send + use<'a>> {
        let config = &self.0.config;
        let millis = |span: std::time::Duration| u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
        let mut info = GetSystemInfoResponse {
            mode: match config.mode {
                HubMode::Solo => RunMode::Solo.into(),
                HubMode::Hub => RunMode::Hub.into(),
                HubMode::Dev => RunMode::Dev.into(),
            },
            version: config.version.version.clone(),
            api_timeout_ms: millis(config.api_timeout),
            agent_startup_timeout_ms: millis(config.agent_startup_timeout),
            max_message_size: MAX_MESSAGE as u32,
            ..Default::default()
        };
        if self.0.solo.is_none() {
            info.needs_setup = self.0.accounts.needs_setup().await.map_err(refuse)?;
            info.signup_enabled = self.0.accounts.policy().signup_enabled;
            info.worker_hub_url = config.accounts.public_url.clone().unwrap_or_default();
        }
        if let Some(caller) = ctx.extensions().get::<Caller>() {
            let known = self.0.store.user(&caller.user).await.map_err(|error| refuse(error.into()))?;
            let memberships =
                self.0.store.memberships(&caller.user).await.map_err(|error| refuse(error.into()))?;
            info.user = known.map(super::user::worded).into();
            let organization = |membership: leapmux_hub_store::Membership| Organization {
                org_id: membership.org.id.to_string(),
                slug: membership.org.slug,
                personal: membership.org.personal,
                ..Default::default()
            };
            info.organizations = memberships.into_iter().map(organization).collect();
        }
        Response::ok(info)
    }
}
