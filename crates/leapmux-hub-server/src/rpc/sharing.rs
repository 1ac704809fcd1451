//! Sharing of workspaces as calls.

use std::collections::BTreeSet;

use connectrpc::{ConnectError, Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub_store::Sharing as Stored;
use leapmux_proto_hub::leapmux::hub::v1::{
    GetSharingRequest, GetSharingResponse, SetSharingRequest, SetSharingResponse, ShareMode, Sharing,
    SharingService,
};

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct SharingRpc(pub Shared);

fn worded(sharing: Stored) -> Sharing {
    let (mode, readers) = match sharing {
        Stored::Private => (ShareMode::Private, BTreeSet::new()),
        Stored::AllMembers => (ShareMode::AllMembers, BTreeSet::new()),
        Stored::Members(readers) => (ShareMode::Members, readers),
    };
    Sharing {
        mode: mode.into(),
        user_ids: readers.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

impl SharingRpc {
    /// Solo mode has nobody to share with (WSP-114).
    fn check_mode(&self) -> Result<(), ConnectError> {
        if self.0.solo.is_none() {
            return Ok(());
        }
        Err(ConnectError::failed_precondition("workspace sharing is not available in solo mode"))
    }
}

impl SharingService for SharingRpc {
    async fn get_sharing<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, GetSharingRequest>,
    ) -> ServiceResult<impl Encodable<GetSharingResponse> + Send + use<'a>> {
        self.check_mode()?;
        let found = self.0.sharing.get(caller(&ctx)?, &id(request.workspace_id)?).await.map_err(refuse)?;
        Response::ok(GetSharingResponse { sharing: worded(found).into(), ..Default::default() })
    }

    async fn set_sharing<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, SetSharingRequest>,
    ) -> ServiceResult<impl Encodable<SetSharingResponse> + Send + use<'a>> {
        self.check_mode()?;
        let workspace = id(request.workspace_id)?;
        let wanted = match request.sharing.mode.as_known() {
            Some(ShareMode::Private) => Stored::Private,
            Some(ShareMode::AllMembers) => Stored::AllMembers,
            Some(ShareMode::Members) => {
                let readers = request.sharing.user_ids.iter().map(|user| id(user));
                Stored::Members(readers.collect::<Result<_, _>>()?)
            }
            Some(ShareMode::Unspecified) | None => {
                return Err(ConnectError::invalid_argument("invalid share mode"));
            }
        };
        let set = self.0.sharing.set(caller(&ctx)?, &workspace, wanted).await.map_err(refuse)?;
        Response::ok(SetSharingResponse { sharing: worded(set).into(), ..Default::default() })
    }
}
