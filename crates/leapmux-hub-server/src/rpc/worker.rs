//! Workers as calls.

use connectrpc::{Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::{BundleAnswer, RegistrationKey, WorkerSummary};
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_relay::Scope;
use pb::{
    CreateRegistrationKeyRequest, CreateRegistrationKeyResponse, DeleteRegistrationKeyRequest,
    DeleteRegistrationKeyResponse, DeregisterWorkerRequest, DeregisterWorkerResponse,
    ExtendRegistrationKeyRequest, ExtendRegistrationKeyResponse, GetRegistrationKeyRequest,
    GetRegistrationKeyResponse, GetWorkerBundleRequest, GetWorkerBundleResponse, ListWorkersRequest,
    ListWorkersResponse, Worker, WorkerService,
};

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct WorkerRpc(pub Shared);

impl WorkerService for WorkerRpc {
    async fn list_workers<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ListWorkersRequest>,
    ) -> ServiceResult<impl Encodable<ListWorkersResponse> + Send + use<'a>> {
        id::<leapmux_types::OrgId>(request.org_id)?;
        let worded = |worker: WorkerSummary| Worker {
            worker_id: worker.id.to_string(),
            owner_user_id: worker.owner.to_string(),
            online: worker.online,
            local: worker.local,
            last_seen_ms: worker.last_seen_ms,
            ..Default::default()
        };
        let listed = self.0.workers.list(caller(&ctx)?).await.map_err(refuse)?;
        let workers = listed.into_iter().map(worded).collect();
        Response::ok(ListWorkersResponse { workers, ..Default::default() })
    }

    async fn get_worker_bundle<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, GetWorkerBundleRequest>,
    ) -> ServiceResult<impl Encodable<GetWorkerBundleResponse> + Send + use<'a>> {
        let worker = id(request.worker_id)?;
        let answer = self.0.workers.bundle(caller(&ctx)?, &worker, request.have).await.map_err(refuse)?;
        let (bundle_id, bundle) = match answer {
            BundleAnswer::Unchanged { id } => (id, Vec::new()),
            BundleAnswer::Current(bundle) => (bundle.id, bundle.bytes),
        };
        Response::ok(GetWorkerBundleResponse { bundle, bundle_id, ..Default::default() })
    }

    async fn create_registration_key<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, CreateRegistrationKeyRequest>,
    ) -> ServiceResult<impl Encodable<CreateRegistrationKeyResponse> + Send + use<'a>> {
        let made = self.0.registration.create(caller(&ctx)?, request.owner_proof).await;
        let (key, secret) = made.map_err(refuse)?;
        let (key, secret) = (worded_key(key).into(), secret.expose().clone());
        Response::ok(CreateRegistrationKeyResponse { key, secret, ..Default::default() })
    }

    async fn get_registration_key<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, GetRegistrationKeyRequest>,
    ) -> ServiceResult<impl Encodable<GetRegistrationKeyResponse> + Send + use<'a>> {
        let key = self.0.registration.get(caller(&ctx)?, &id(request.registration_key_id)?).await;
        let key = worded_key(key.map_err(refuse)?).into();
        Response::ok(GetRegistrationKeyResponse { key, ..Default::default() })
    }

    async fn extend_registration_key<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ExtendRegistrationKeyRequest>,
    ) -> ServiceResult<impl Encodable<ExtendRegistrationKeyResponse> + Send + use<'a>> {
        let key = self.0.registration.extend(caller(&ctx)?, &id(request.registration_key_id)?).await;
        let key = worded_key(key.map_err(refuse)?).into();
        Response::ok(ExtendRegistrationKeyResponse { key, ..Default::default() })
    }

    async fn delete_registration_key<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, DeleteRegistrationKeyRequest>,
    ) -> ServiceResult<impl Encodable<DeleteRegistrationKeyResponse> + Send + use<'a>> {
        let gone = self.0.registration.delete(caller(&ctx)?, &id(request.registration_key_id)?).await;
        gone.map_err(refuse)?;
        Response::ok(DeleteRegistrationKeyResponse::default())
    }

    async fn deregister_worker<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, DeregisterWorkerRequest>,
    ) -> ServiceResult<impl Encodable<DeregisterWorkerResponse> + Send + use<'a>> {
        let worker = id(request.worker_id)?;
        self.0.workers.deregister(caller(&ctx)?, &worker).await.map_err(refuse)?;
        self.0.relay.revoke(&Scope::Worker(worker), "this worker was deregistered");
        Response::ok(DeregisterWorkerResponse::default())
    }
}

fn worded_key(key: RegistrationKey) -> pb::RegistrationKey {
    pb::RegistrationKey {
        registration_key_id: key.id.to_string(),
        expires_at_ms: key.expires_at_ms,
        worker_id: key.used_by.map(|worker| worker.to_string()).unwrap_or_default(),
        worker_proof: key.worker_proof,
        ..Default::default()
    }
}
