//! Layouts as calls; the documents themselves travel as the layout engine's own JSON.

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::Submitted;
use leapmux_layout::codec;
use leapmux_proto_hub::leapmux::hub::v1::{
    GetLayoutRequest, GetLayoutResponse, LayoutService, SubmitBatchRequest, SubmitBatchResponse,
};

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct LayoutRpc(pub Shared);

impl LayoutService for LayoutRpc {
    async fn get_layout<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, GetLayoutRequest>,
    ) -> ServiceResult<impl Encodable<GetLayoutResponse> + Send + use<'a>> {
        let snapshot = self.0.layouts.snapshot(caller(&ctx)?, &id(request.org_id)?).await.map_err(refuse)?;
        Response::ok(GetLayoutResponse {
            rev: snapshot.rev,
            snapshot: codec::encode_snapshot(&snapshot),
            ..Default::default()
        })
    }

    async fn submit_batch<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, SubmitBatchRequest>,
    ) -> ServiceResult<impl Encodable<SubmitBatchResponse> + Send + use<'a>> {
        let batch = codec::decode_batch(request.batch)
            .map_err(|error| ConnectError::invalid_argument(error.to_string()))?;
        let done = self.0.layouts.submit(caller(&ctx)?, &id(request.org_id)?, batch).await.map_err(refuse)?;
        Response::ok(match done {
            Submitted::Taken(rev) => SubmitBatchResponse { rev, ..Default::default() },
            Submitted::Refused(refusal) => SubmitBatchResponse {
                refused: refusal.sentence,
                refused_code: refusal.code.as_str().to_owned(),
                ..Default::default()
            },
        })
    }
}
