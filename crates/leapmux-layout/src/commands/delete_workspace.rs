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
    Ok(Planned { ops: vec![Op::remove(id)], answer: document.workers(id) })
}
