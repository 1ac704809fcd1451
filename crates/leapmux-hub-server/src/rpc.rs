//! Connect services: read the request, call the Hub's service, word the answer. Protobuf types end here.

mod auth;
mod error;
mod layout;
mod organization;
mod sharing;
mod system;
mod user;
mod worker;
mod workspace;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use connectrpc::{ConnectError, ConnectRpcService, DeadlinePolicy, Limits, RequestContext, Router};
use leapmux_hub::Caller;
use leapmux_types::IdError;

pub(crate) use error::refuse;

use crate::edge::Observe;
use crate::link::{LinkRpc, RegistrationRpc};
use crate::services::Shared;

/// Largest request of a call, and of a layout batch (SEC-102).
const MAX_REQUEST: usize = 4 << 20;
const MAX_BATCH: usize = 1 << 20;
/// No call may ask for more time than this.
const MAX_DEADLINE: Duration = Duration::from_secs(60);

/// Every service of the Hub.
fn services(services: &Shared) -> Router {
    let limits = Limits::default().with_max_request_body_size(MAX_BATCH).with_max_message_size(MAX_BATCH);
    Router::new()
        .add_service(Arc::new(system::SystemRpc(services.clone())))
        .add_service(Arc::new(auth::AuthRpc(services.clone())))
        .add_service(Arc::new(user::UserRpc(services.clone())))
        .add_service(Arc::new(organization::OrganizationRpc(services.clone())))
        .add_service(Arc::new(sharing::SharingRpc(services.clone())))
        .add_service(Arc::new(workspace::WorkspaceRpc(services.clone())))
        .add_service(Arc::new(layout::LayoutRpc(services.clone())))
        .add_service(Arc::new(worker::WorkerRpc(services.clone())))
        .add_service(Arc::new(LinkRpc(services.clone())))
        .add_service(Arc::new(RegistrationRpc(services.clone())))
        .with_route_limits("/leapmux.hub.v1.LayoutService/SubmitBatch", limits)
}

/// One route per service, so that everything else is left to the page.
pub(crate) fn routes(shared: &Shared) -> axum::Router<Shared> {
    let router = services(shared);
    let service_of =
        |method: &str| method.trim_start_matches('/').split_once('/').map(|(service, _)| service.to_owned());
    let names: BTreeSet<String> = router.methods().filter_map(service_of).collect();
    let limits = Limits::default().with_max_request_body_size(MAX_REQUEST).with_max_message_size(MAX_REQUEST);
    let service = ConnectRpcService::new(router)
        .with_limits(limits)
        .with_deadline_policy(DeadlinePolicy::new().with_max(MAX_DEADLINE))
        .with_interceptor(Observe(shared.clone()));
    names.into_iter().fold(axum::Router::new(), |routes, name| {
        routes.route_service(&format!("/{name}/{{method}}"), service.clone())
    })
}

/// Who calls; the authorization table made sure that somebody does.
fn caller(ctx: &RequestContext) -> Result<&Caller, ConnectError> {
    ctx.extensions().get::<Caller>().ok_or_else(|| ConnectError::unauthenticated("please sign in"))
}

/// An id out of a request.
fn id<T: std::str::FromStr<Err = IdError>>(text: &str) -> Result<T, ConnectError> {
    text.parse().map_err(|error: IdError| ConnectError::invalid_argument(error.to_string()))
}

#[cfg(test)]
mod tests {
    use leapmux_hub::{AUTHORIZATION, rule};

    /// I9: a call without a row could be made by anybody, or by nobody.
    #[tokio::test]
    async fn every_call_has_a_row_and_every_row_a_call() {
        let dir = tempfile::tempdir().expect("a directory");
        let config = crate::HubConfig::solo(dir.path());
        let (services, _) =
            crate::start::assemble(config, &leapmux_runtime::Tasks::new()).await.expect("starts");
        let router = super::services(&services);
        let calls: Vec<&str> = router.methods().map(|method| method.trim_start_matches('/')).collect();
        for call in &calls {
            assert!(rule(call).is_some(), "{call} has no row in the authorization table");
        }
        for row in AUTHORIZATION {
            assert!(calls.contains(&row.rpc), "{} is in the table but no call", row.rpc);
        }
    }
}
