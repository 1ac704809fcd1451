//! Deletes a workspace with everything in it.

use std::collections::BTreeSet;

use leapmux_types::{WorkerId, WorkspaceId};

use super::{Plan, Planned};
use crate::batch::Op;
use crate::document::Document;
use crate::entity_id::EntityId;
use crate::refusal::Refusal;

/// Answers the Workers that host its tabs, so that the caller can stop what runs there.
pub fn delete_workspace(document: &Document, id: &WorkspaceId) -> Plan<BTreeSet<WorkerId>> {
    let key: EntityId = id.into();
    if document.workspace(id).is_none() {
        return Err(Refusal::not_found(&key));
    }
    let worker = |id: EntityId| match id {
        EntityId::Tab(tab) => document.tab(&tab).map(|t| t.worker.clone()),
        EntityId::Workspace(_) | EntityId::Window(_) | EntityId::Node(_) => None,
    };
    let answer = document.subtree(&key).into_iter().filter_map(worker).collect();
    Ok(Planned { ops: vec![Op::remove(id)], answer })
}
