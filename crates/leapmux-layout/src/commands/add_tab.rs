//! Adds a tab to a tile.

use leapmux_types::{NodeId, TabId, WorkerId};

use super::{Placement, Plan, Planned, place};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, TabKind};
use crate::refusal::Refusal;

/// A tab that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTab {
    pub id: TabId,
    pub kind: TabKind,
    pub worker: WorkerId,
}

/// Answers the tile it went to.
pub fn add_tab(document: &Document, tab: NewTab, placement: &Placement) -> Plan<NodeId> {
    if document.tab(&tab.id).is_some() {
        return Err(Refusal::exists(&(&tab.id).into()));
    }
    let (tile, rank, mut ops) = place(document, &tab.id, placement)?;
    let fields = Fields {
        parent: Some((&tile).into()),
        rank: Some(rank),
        kind: Some(tab.kind),
        worker: Some(tab.worker),
        ..Fields::default()
    };
    ops.push(Op::create(&tab.id, fields));
    Ok(Planned { ops, answer: tile })
}
