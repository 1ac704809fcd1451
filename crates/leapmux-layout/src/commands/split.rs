//! Splits a tile in two halves. Its tabs stay; the new tile is right of it or below (LAY-61).

use leapmux_types::NodeId;

use super::{Plan, Planned, create_workspace::node_fields, rank_at};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Direction, Fields, Node, Shape};
use crate::entity_id::EntityId;
use crate::ids::Ids;
use crate::rank::Rank;
use crate::ratios::{MIN_WEIGHT, round};
use crate::refusal::Refusal;

/// A tile that was split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitTile {
    /// The split both are in.
    pub split: NodeId,
    /// The tile with the tabs: its id stays.
    pub existing: NodeId,
    /// The new, empty tile.
    pub new: NodeId,
}

/// Along the direction its parent splits in, the new tile becomes the next sibling; otherwise both go into a new split in the
/// tile's place. A split that is drawn as this tile alone is used again.
pub fn split(document: &Document, ids: &mut Ids, tile: &NodeId, direction: Direction) -> Plan<SplitTile> {
    let tile = document.leaf_at(tile)?;
    let node = document.node(&tile).ok_or_else(|| Refusal::not_found(&(&tile).into()))?;
    let (new, mut ops) = (ids.node(), Vec::new());
    let top = document.top_of_chain(&tile);
    let parent = document.parent_node(&top);
    let along = |p: &NodeId| document.node(p).is_some_and(|n| n.shape == Shape::Split { direction });
    let split = if top != tile {
        reuse(document, &tile, &top, &new, direction, &mut ops);
        top
    } else if let Some(parent) = parent.filter(along) {
        insert_beside(document, &parent, &tile, node, &new, &mut ops);
        parent
    } else {
        let split = ids.node();
        let shape = Shape::Split { direction };
        ops.push(Op::create(&split, node_fields(node.parent.clone(), node.rank.clone(), node.weight, shape)));
        ops.push(Op::set(&tile, under(&split, half(0))));
        ops.push(create_leaf(&new, &split, half(1), 1.0));
        split
    };
    Ok(Planned { ops, answer: SplitTile { split, existing: tile, new } })
}

/// `top` is a split drawn as `tile`: it takes both, and whatever else is in it, which nobody sees, goes.
fn reuse(
    document: &Document,
    tile: &NodeId,
    top: &NodeId,
    new: &NodeId,
    direction: Direction,
    ops: &mut Vec<Op>,
) {
    let shape = Some(Shape::Split { direction });
    ops.push(Op::set(top, Fields { shape, ..Fields::default() }));
    ops.push(Op::set(tile, under(top, half(0))));
    ops.push(create_leaf(new, top, half(1), 1.0));
    let own = document.subtree(&tile.into());
    let below = document.subtree(&top.into()).into_iter().skip(1).filter(|id| !own.contains(id));
    ops.extend(below.collect::<Vec<EntityId>>().into_iter().rev().map(Op::remove));
}

/// The new tile becomes the next sibling and takes half of the tile's share.
fn insert_beside(
    document: &Document,
    parent: &NodeId,
    tile: &NodeId,
    node: &Node,
    new: &NodeId,
    ops: &mut Vec<Op>,
) {
    let siblings: Vec<_> = document.children(&parent.into()).cloned().collect();
    let at = siblings.iter().position(|(_, id)| *id == tile.into()).map_or(siblings.len(), |i| i + 1);
    let (rank, spread) = rank_at(&siblings, at);
    ops.extend(spread);
    let weight = round(node.weight / 2.0).max(MIN_WEIGHT);
    ops.push(Op::set(tile, Fields { weight: Some(weight), ..Fields::default() }));
    ops.push(create_leaf(new, parent, rank, weight));
}

fn half(index: usize) -> Rank {
    Rank::spread(2).swap_remove(index)
}
fn under(parent: &NodeId, rank: Rank) -> Fields {
    Fields { parent: Some(parent.into()), rank: Some(rank), weight: Some(1.0), ..Fields::default() }
}
fn create_leaf(id: &NodeId, parent: &NodeId, rank: Rank, weight: f64) -> Op {
    Op::create(id, node_fields(parent.into(), rank, weight, Shape::Leaf))
}
