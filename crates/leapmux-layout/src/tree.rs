//! Reading a tile tree as people see it. A split without a leaf below it is invisible; a split with one visible child is drawn
//! as that child, so nothing has to be tidied when a neighbour closes, and two clients closing and splitting side by side do
//! not get into each other's way.

use crate::document::Document;
use crate::entity::{Direction, Shape};
use crate::entity_id::EntityId;
use crate::refusal::Refusal;
use leapmux_types::{NodeId, WorkspaceId};

impl Document {
    /// Whether any leaf is at or below a node.
    pub(crate) fn has_leaf(&self, id: &NodeId) -> bool {
        self.is_leaf(id) || self.child_nodes(&id.into()).any(|(child, _)| self.has_leaf(child))
    }

    /// The visible children of a split or grid, in order.
    pub(crate) fn slots(&self, id: &NodeId) -> Vec<NodeId> {
        let visible =
            self.child_nodes(&id.into()).map(|(child, _)| child).filter(|child| self.has_leaf(child));
        visible.cloned().collect()
    }

    /// The topmost node that is drawn as `id`: itself, or the chain of single-child splits above it.
    pub(crate) fn top_of_chain(&self, id: &NodeId) -> NodeId {
        let mut top = id.clone();
        while let Some(parent) = self.parent_node(&top) {
            let single_split = matches!(self.node(&parent).map(|n| &n.shape), Some(Shape::Split { .. }))
                && self.slots(&parent).len() == 1;
            if !single_split {
                break;
            }
            top = parent;
        }
        top
    }

    /// The node a chain of single-child splits is drawn as.
    pub(crate) fn bottom_of_chain(&self, id: &NodeId) -> NodeId {
        let mut bottom = id.clone();
        while let Some(Shape::Split { .. }) = self.node(&bottom).map(|n| &n.shape) {
            match self.slots(&bottom).as_slice() {
                [only] => bottom = only.clone(),
                _ => break,
            }
        }
        bottom
    }

    /// The parent of a node when it is a node.
    pub(crate) fn parent_node(&self, id: &NodeId) -> Option<NodeId> {
        self.node(id)?.parent.node().cloned()
    }

    /// The first leaf at or below a node, in reading order.
    pub fn first_leaf(&self, id: &NodeId) -> Option<NodeId> {
        if self.is_leaf(id) {
            return Some(id.clone());
        }
        self.child_nodes(&id.into()).find_map(|(child, _)| self.first_leaf(child))
    }

    /// All leaves at or below a node, in reading order.
    pub fn leaves(&self, id: &NodeId) -> Vec<NodeId> {
        if self.is_leaf(id) {
            return vec![id.clone()];
        }
        self.child_nodes(&id.into()).flat_map(|(child, _)| self.leaves(child)).collect()
    }

    /// The first leaf of a workspace's main tree: where things go that have no better place.
    pub fn main_leaf(&self, workspace: &WorkspaceId) -> Option<NodeId> {
        self.first_leaf(self.root(&workspace.into())?)
    }

    /// The leaf meant by a node's id: itself, or the only leaf drawn in its place.
    pub(crate) fn leaf_at(&self, id: &NodeId) -> Result<NodeId, Refusal> {
        if self.node(id).is_none() {
            return Err(Refusal::not_found(&id.into()));
        }
        let bottom = self.bottom_of_chain(id);
        if self.is_leaf(&bottom) { Ok(bottom) } else { Err(Refusal::not_a_tile()) }
    }

    /// The leaf nearest to a tile: next door in the closest split or grid (LAY-69).
    pub(crate) fn heir(&self, tile: &NodeId) -> Option<NodeId> {
        let top = self.top_of_chain(tile);
        let parent = self.parent_node(&top)?;
        let slots = self.slots(&parent);
        let at = slots.iter().position(|slot| *slot == top)?;
        let direction = match self.node(&parent)?.shape {
            Shape::Split { direction } => Some(direction),
            Shape::Leaf | Shape::Grid { .. } => None,
        };
        match at.checked_sub(1) {
            Some(before) => self.edge_leaf(&slots[before], direction),
            None => self.first_leaf(slots.get(1)?),
        }
    }

    /// The leaf below `id` that touches its far edge along `direction`.
    fn edge_leaf(&self, id: &NodeId, direction: Option<Direction>) -> Option<NodeId> {
        let slots = self.slots(id);
        let along = matches!(self.node(id)?.shape, Shape::Split { direction: d } if Some(d) == direction);
        match if along { slots.last() } else { slots.first() } {
            Some(slot) => self.edge_leaf(slot, direction),
            None => self.is_leaf(id).then(|| id.clone()),
        }
    }

    /// Everything below `parent` that no leaf keeps visible, deepest first: left over when neighbours close at the same time.
    pub(crate) fn invisible_below(&self, parent: &NodeId) -> Vec<EntityId> {
        let empty =
            self.child_nodes(&parent.into()).map(|(child, _)| child).filter(|child| !self.has_leaf(child));
        empty.flat_map(|child| self.subtree(&child.into()).into_iter().rev()).collect()
    }
}
