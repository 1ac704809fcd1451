//! Gives a workspace another title.

use leapmux_types::{WorkspaceId, clean_name};

use super::{Plan, Planned};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::Fields;
use crate::refusal::{Code, Refusal};

/// The title is cleaned by the one rule for names; the answer is what it became.
pub fn rename_workspace(document: &Document, id: &WorkspaceId, title: &str) -> Plan<String> {
    let title = clean_name(title).map_err(|e| Refusal::new(Code::Invalid, e.to_string()))?;
    let workspace = document.workspace(id).ok_or_else(|| Refusal::not_found(&id.into()))?;
    let mut ops = Vec::new();
    if workspace.title != title {
        ops.push(Op::set(id, Fields { title: Some(title.clone()), ..Fields::default() }));
    }
    Ok(Planned { ops, answer: title })
}
