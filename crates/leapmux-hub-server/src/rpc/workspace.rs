//! Workspaces as calls.

use connectrpc::{Encodable, RequestContext, Response, ServiceRequest, ServiceResult};
use leapmux_hub::WorkspaceSummary;
use leapmux_proto_hub::leapmux::hub::v1::{
    CreateWorkspaceRequest, CreateWorkspaceResponse, DeleteWorkspaceRequest, DeleteWorkspaceResponse,
    ListWorkspacesRequest, ListWorkspacesResponse, RenameWorkspaceRequest, RenameWorkspaceResponse,
    Workspace, WorkspaceService,
};

use super::{caller, id, refuse};
use crate::services::Shared;

pub(super) struct WorkspaceRpc(pub Shared);

fn worded(workspace: WorkspaceSummary) -> Workspace {
    Workspace {
        workspace_id: workspace.id.to_string(),
        org_id: workspace.org.to_string(),
        owner_user_id: workspace.owner.to_string(),
        title: workspace.title,
        created_at_ms: workspace.created_at_ms,
        ..Default::default()
    }
}

impl WorkspaceService for WorkspaceRpc {
    async fn list_workspaces<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, ListWorkspacesRequest>,
    ) -> ServiceResult<impl Encodable<ListWorkspacesResponse> + Send + use<'a>> {
        let listed = self.0.workspaces.list(caller(&ctx)?, &id(request.org_id)?).await.map_err(refuse)?;
        let workspaces = listed.into_iter().map(worded).collect();
        Response::ok(ListWorkspacesResponse { workspaces, ..Default::default() })
    }

    async fn create_workspace<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, CreateWorkspaceRequest>,
    ) -> ServiceResult<impl Encodable<CreateWorkspaceResponse> + Send + use<'a>> {
        let (org, workspace) = (id(request.org_id)?, id(request.workspace_id)?);
        let created =
            self.0.workspaces.create(caller(&ctx)?, &org, &workspace, request.title).await.map_err(refuse)?;
        Response::ok(CreateWorkspaceResponse {
            workspace: worded(created.workspace).into(),
            root_node_id: created.root.to_string(),
            ..Default::default()
        })
    }

    async fn rename_workspace<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, RenameWorkspaceRequest>,
    ) -> ServiceResult<impl Encodable<RenameWorkspaceResponse> + Send + use<'a>> {
        let workspace = id(request.workspace_id)?;
        let renamed =
            self.0.workspaces.rename(caller(&ctx)?, &workspace, request.title).await.map_err(refuse)?;
        Response::ok(RenameWorkspaceResponse { workspace: worded(renamed).into(), ..Default::default() })
    }

    async fn delete_workspace<'a>(
        &'a self,
        ctx: RequestContext,
        request: ServiceRequest<'_, DeleteWorkspaceRequest>,
    ) -> ServiceResult<impl Encodable<DeleteWorkspaceResponse> + Send + use<'a>> {
        let workers =
            self.0.workspaces.delete(caller(&ctx)?, &id(request.workspace_id)?).await.map_err(refuse)?;
        let worker_ids = workers.iter().map(ToString::to_string).collect();
        Response::ok(DeleteWorkspaceResponse { worker_ids, ..Default::default() })
    }
}
