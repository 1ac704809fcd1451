//! Takes a grid apart: it becomes one tile with all its tabs, or disappears with them.

use leapmux_types::{NodeId, TabId};

use super::{Plan, Planned, Tabs, append_tabs, close_tile::without_tile, remove_subtree, tabs_below};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, Shape};
use crate::entity_id::EntityId;
use crate::refusal::{Code, Refusal};

/// What became of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedGrid {
    /// The tile in its place; none when it closed without leaving one.
    pub tile: Option<NodeId>,
    /// The nearest tile left, for focus.
    pub heir: NodeId,
    pub moved: Vec<TabId>,
    pub removed: Vec<TabId>,
}

/// `Move` collapses it into its first cell. `Remove` closes tabs and place; the last thing in a tree leaves an empty tile.
pub fn remove_grid(document: &Document, grid: &NodeId, tabs: Tabs) -> Plan<RemovedGrid> {
    let grid = document.bottom_of_chain(grid);
    let node = document.node(&grid).ok_or_else(|| Refusal::not_found(&(&grid).into()))?;
    if !matches!(node.shape, Shape::Grid { .. }) {
        return Err(Refusal::new(Code::Invalid, "This is not a grid."));
    }
    let own = tabs_below(document, &grid);
    if tabs == Tabs::Remove
        && let Ok((heir, structure)) = without_tile(document, &grid)
    {
        let mut ops: Vec<Op> = own.iter().map(Op::remove).collect();
        ops.extend(structure);
        return Ok(Planned {
            ops,
            answer: RemovedGrid { tile: None, heir, moved: Vec::new(), removed: own },
        });
    }
    let tile = document.first_leaf(&grid).ok_or_else(Refusal::not_a_tile)?;
    let keep: Vec<&TabId> = document.tabs(&tile).map(|(id, _)| id).collect();
    let others: Vec<TabId> = own.iter().filter(|tab| !keep.contains(tab)).cloned().collect();
    let mut ops = match tabs {
        Tabs::Move => append_tabs(document, &others, &tile),
        Tabs::Remove => own.iter().map(Op::remove).collect(),
    };
    let place = Fields {
        parent: Some(node.parent.clone()),
        rank: Some(node.rank.clone()),
        weight: Some(node.weight),
        ..Fields::default()
    };
    ops.push(Op::set(&tile, place));
    let own_id: EntityId = (&tile).into();
    let gone = remove_subtree(document, &(&grid).into()).into_iter();
    ops.extend(gone.filter(|op| *op.id() != own_id && !matches!(op.id(), EntityId::Tab(_))));
    let (moved, removed) = if tabs == Tabs::Move { (others, Vec::new()) } else { (Vec::new(), own) };
    Ok(Planned { ops, answer: RemovedGrid { tile: Some(tile.clone()), heir: tile, moved, removed } })
}
