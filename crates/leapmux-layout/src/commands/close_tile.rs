//! Closes a tile. Its neighbours take over its share; a split left with one child is drawn as that child (LAY-69).

use leapmux_types::{NodeId, TabId};

use super::{Plan, Planned, Tabs, append_tabs, remove_subtree};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::Shape;
use crate::refusal::Refusal;

/// What closing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The nearest tile: where the tabs went, and where focus belongs.
    pub heir: NodeId,
    pub moved: Vec<TabId>,
    pub removed: Vec<TabId>,
}

/// Refused for the last tile of a tree and for a cell of a grid.
pub fn close_tile(document: &Document, tile: &NodeId, tabs: Tabs) -> Plan<Closed> {
    let tile = document.leaf_at(tile)?;
    let own: Vec<TabId> = document.tabs(&tile).map(|(id, _)| id.clone()).collect();
    let (heir, structure) = without_tile(document, &tile)?;
    let mut ops = match tabs {
        Tabs::Move => append_tabs(document, &own, &heir),
        Tabs::Remove => own.iter().map(Op::remove).collect(),
    };
    ops.extend(structure);
    let (moved, removed) = if tabs == Tabs::Move { (own, Vec::new()) } else { (Vec::new(), own) };
    Ok(Planned { ops, answer: Closed { heir, moved, removed } })
}

/// The heir of a tile, and the ops that remove it and the splits drawn as it, but not its tabs.
pub(super) fn without_tile(document: &Document, tile: &NodeId) -> Result<(NodeId, Vec<Op>), Refusal> {
    let top = document.top_of_chain(tile);
    let Some(parent) = document.parent_node(&top) else { return Err(Refusal::last_tile()) };
    if matches!(document.node(&parent).map(|n| &n.shape), Some(Shape::Grid { .. })) {
        return Err(Refusal::grid_cell());
    }
    let heir = document.heir(tile).ok_or_else(Refusal::last_tile)?;
    let tab = |op: &Op| matches!(op.id(), crate::EntityId::Tab(_));
    let mut ops: Vec<Op> =
        remove_subtree(document, &(&top).into()).into_iter().filter(|op| !tab(op)).collect();
    ops.extend(document.invisible_below(&parent).into_iter().map(Op::remove));
    Ok((heir, ops))
}
