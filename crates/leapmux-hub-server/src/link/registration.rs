//! A new Worker's first call: a key for a credential.

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::Origin;
use leapmux_proto_hub::leapmux::relay::v1::{
    RegisterWorkerRequest, RegisterWorkerResponse, WorkerRegistrationService,
};

use crate::rpc::refuse;
use crate::services::Shared;

pub(crate) struct RegistrationRpc(pub Shared);

impl WorkerRegistrationService for RegistrationRpc {
    async fn register_worker<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RegisterWorkerRequest>,
    ) -> ServiceResult<impl Encodable<RegisterWorkerResponse> + Send + use<'a>> {
        if self.0.solo.is_some() {
            return Err(ConnectError::failed_precondition("workers do not register in solo mode"));
        }
        // What is left of a version without odd characters must be one (WRK-37).
        if !request.version.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ConnectError::invalid_argument("version is required"));
        }
        let from = ctx.extensions().get::<Origin>().map(|origin| origin.ip.clone()).unwrap_or_default();
        let registered = self.0.registration.register(request.registration_key, request.worker_proof, &from);
        let registered = registered.await.map_err(refuse)?;
        Response::ok(RegisterWorkerResponse {
            worker_id: registered.worker.to_string(),
            credential: registered.credential.expose().clone(),
            owner_user_id: registered.owner.to_string(),
            owner_proof: registered.owner_proof,
            ..Default::default()
        })
    }
}
