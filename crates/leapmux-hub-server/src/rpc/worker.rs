//! Workers as calls.

use connectrpc::{Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::{BundleAnswer, WorkerSummary};
use leapmux_proto_hub::leapmux::hub::v1::{
    GetWorkerBundleRequest, GetWorkerBundleResponse, ListWorkersRequest, ListWorkersResponse, Worker,
    WorkerService,
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
}
