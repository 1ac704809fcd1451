//! Workspaces: list, create, rename, delete. Each change is a layout change, so every reader hears of it by the layout's stream.

use leapmux_layout::{Document, Ids, Refusal, commands, workspaces};
use leapmux_types::{NodeId, OrgId, UserId, WorkerId, WorkspaceId};

use crate::{Caller, HubError, LayoutService};

/// One workspace as a caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSummary {
    pub id: WorkspaceId,
    pub org: OrgId,
    pub owner: UserId,
    pub title: String,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
}

/// A workspace that was just created, or had been by an earlier try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedWorkspace {
    pub workspace: WorkspaceSummary,
    /// The root of its tree: never changes, and stands for its only tile as long as there is one.
    pub root: NodeId,
}

/// Workspaces over the layouts that hold them.
#[derive(Clone)]
pub struct WorkspaceService {
    layouts: LayoutService,
}

impl WorkspaceService {
    /// Workspaces of these layouts.
    pub fn new(layouts: LayoutService) -> Self {
        Self { layouts }
    }

    /// What the caller may read, in sidebar order.
    pub async fn list(&self, caller: &Caller, org: &OrgId) -> Result<Vec<WorkspaceSummary>, HubError> {
        let document = Document::load(&self.layouts.snapshot(caller, org).await?);
        let records = self.layouts.store().workspaces(org).await?;
        let listed = workspaces(&document, &caller.user).into_iter().filter_map(|summary| {
            let record = records.iter().find(|record| record.id == summary.id)?;
            let owner = document.workspace(&summary.id)?.owner.clone();
            let (id, title) = (summary.id, summary.title);
            Some(WorkspaceSummary { id, org: org.clone(), owner, title, created_at_ms: record.created_at_ms })
        });
        Ok(listed.collect())
    }

    /// A new workspace with one empty tile. The caller chooses the id, so a retry creates nothing twice.
    pub async fn create(
        &self,
        caller: &Caller,
        org: &OrgId,
        id: &WorkspaceId,
        title: &str,
    ) -> Result<CreatedWorkspace, HubError> {
        self.layouts.member(caller, org).await?;
        if let Some(record) = self.layouts.store().workspace(id).await? {
            if record.owner != caller.user || record.org != *org {
                return Err(HubError::AlreadyExists("this workspace id is already taken".to_owned()));
            }
            return self.created(caller, id).await;
        }
        let (owner, wanted, title) = (caller.user.clone(), id.clone(), title.to_owned());
        let mut ids = Ids::new(leapmux_runtime::fresh_bits());
        let plan = move |document: &Document| match document.workspace(&wanted) {
            // Two tries at the same time.
            Some(there) if there.owner == owner => Ok(commands::Planned { ops: Vec::new(), answer: () }),
            _ => {
                let planned = commands::create_workspace(document, &mut ids, wanted, owner, &title)?;
                Ok(commands::Planned { ops: planned.ops, answer: () })
            }
        };
        self.layouts.run(caller, org, plan).await?.map_err(refused)?;
        self.created(caller, id).await
    }

    async fn created(&self, caller: &Caller, id: &WorkspaceId) -> Result<CreatedWorkspace, HubError> {
        let workspace = self.find(caller, id).await?;
        let document = Document::load(&self.layouts.snapshot(caller, &workspace.org).await?);
        let root = document.root(&id.into()).cloned().ok_or_else(HubError::no_workspace)?;
        Ok(CreatedWorkspace { workspace, root })
    }

    /// Gives it another title.
    pub async fn rename(
        &self,
        caller: &Caller,
        id: &WorkspaceId,
        title: &str,
    ) -> Result<WorkspaceSummary, HubError> {
        let org = self.find(caller, id).await?.org;
        let (wanted, title) = (id.clone(), title.to_owned());
        let plan = move |document: &Document| commands::rename_workspace(document, &wanted, &title);
        self.layouts.run(caller, &org, plan).await?.map_err(refused)?;
        self.find(caller, id).await
    }

    /// Removes it with everything in it; the Workers that hosted its tabs, so that the caller can stop what runs there.
    pub async fn delete(&self, caller: &Caller, id: &WorkspaceId) -> Result<Vec<WorkerId>, HubError> {
        let org = self.find(caller, id).await?.org;
        let wanted = id.clone();
        let plan = move |document: &Document| commands::delete_workspace(document, &wanted);
        let workers = self.layouts.run(caller, &org, plan).await?.map_err(refused)?;
        Ok(workers.into_iter().collect())
    }

    /// A workspace the caller may read: to others it does not exist.
    async fn find(&self, caller: &Caller, id: &WorkspaceId) -> Result<WorkspaceSummary, HubError> {
        let record = self.layouts.store().workspace(id).await?.ok_or_else(HubError::no_workspace)?;
        self.layouts.member(caller, &record.org).await.map_err(|_| HubError::no_workspace())?;
        if record.owner != caller.user {
            return Err(HubError::no_workspace());
        }
        let (id, org, owner, title) = (record.id, record.org, record.owner, record.title);
        Ok(WorkspaceSummary { id, org, owner, title, created_at_ms: record.created_at_ms })
    }
}

/// A refused layout change as an answer to a workspace call.
fn refused(refusal: Refusal) -> HubError {
    use leapmux_layout::Code;
    match refusal.code {
        Code::PermissionDenied => {
            HubError::PermissionDenied("only workspace owner can modify workspace state".to_owned())
        }
        Code::NotFound => HubError::no_workspace(),
        Code::Invalid | Code::BadParent => HubError::InvalidArgument(refusal.sentence),
        Code::AlreadyExists => HubError::AlreadyExists(refusal.sentence),
        _ => HubError::FailedPrecondition(refusal.sentence),
    }
}
