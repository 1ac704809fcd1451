//! Creates a workspace with one empty tile, last in the sidebar.

use leapmux_types::{NodeId, UserId, WorkspaceId, clean_name};

use super::{Plan, Planned, rank_at};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Direction, Fields, Shape};
use crate::entity_id::EntityId;
use crate::ids::Ids;
use crate::rank::Rank;
use crate::refusal::{Code, Refusal};

/// What was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedWorkspace {
    pub workspace: WorkspaceId,
    /// The root node: never changes, and stands for the only tile as long as there is one.
    pub root: NodeId,
    pub tile: NodeId,
}

/// `id` is the caller's, so that a retry creates nothing twice.
pub fn create_workspace(
    document: &Document,
    ids: &mut Ids,
    id: WorkspaceId,
    owner: UserId,
    title: &str,
) -> Plan<CreatedWorkspace> {
    let title = clean_name(title).map_err(|e| Refusal::new(Code::Invalid, e.to_string()))?;
    let mut others: Vec<(Rank, EntityId)> = document
        .workspace_ids()
        .filter(|(_, w)| w.owner == owner)
        .map(|(id, w)| (w.rank.clone(), EntityId::from(id)))
        .collect();
    others.sort();
    let (rank, mut ops) = rank_at(&others, others.len());
    ops.push(Op::create(
        &id,
        Fields { owner: Some(owner), title: Some(title), rank: Some(rank), ..Fields::default() },
    ));
    let (root, tile) = new_tree(ids, (&id).into(), &mut ops);
    Ok(Planned { ops, answer: CreatedWorkspace { workspace: id, root, tile } })
}

/// The tree of a new workspace or window: its root and in it one empty tile.
pub(super) fn new_tree(ids: &mut Ids, owner: EntityId, ops: &mut Vec<Op>) -> (NodeId, NodeId) {
    let (root, tile) = (ids.node(), ids.node());
    let shape = Shape::Split { direction: Direction::Vertical };
    ops.push(Op::create(&root, node_fields(owner, Rank::middle(), 1.0, shape)));
    ops.push(Op::create(&tile, node_fields((&root).into(), Rank::middle(), 1.0, Shape::Leaf)));
    (root, tile)
}

/// All registers of a node.
pub(super) fn node_fields(parent: EntityId, rank: Rank, weight: f64, shape: Shape) -> Fields {
    Fields {
        parent: Some(parent),
        rank: Some(rank),
        weight: Some(weight),
        shape: Some(shape),
        ..Fields::default()
    }
}
