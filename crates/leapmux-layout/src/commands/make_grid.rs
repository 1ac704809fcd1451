//! Turns a tile into a grid; the tile, with its tabs, becomes the first cell (LAY-63).

use leapmux_types::NodeId;

use super::{Plan, Planned, create_workspace::node_fields};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, GRID_MAX, Shape};
use crate::ids::Ids;
use crate::rank::Rank;
use crate::refusal::{Code, Refusal};

/// A tile that became a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeGrid {
    pub grid: NodeId,
    /// Row by row; the first is the tile itself.
    pub cells: Vec<NodeId>,
}

/// 1 to 20 rows and columns.
pub fn make_grid(document: &Document, ids: &mut Ids, tile: &NodeId, rows: u32, cols: u32) -> Plan<MadeGrid> {
    if !(1..=GRID_MAX).contains(&rows) || !(1..=GRID_MAX).contains(&cols) {
        return Err(Refusal::new(Code::Invalid, "A grid has 1 to 20 rows and 1 to 20 columns."));
    }
    let tile = document.leaf_at(tile)?;
    let node = document.node(&tile).ok_or_else(|| Refusal::not_found(&(&tile).into()))?;
    let grid = ids.node();
    let shape = Shape::grid(rows, cols);
    let mut ops =
        vec![Op::create(&grid, node_fields(node.parent.clone(), node.rank.clone(), node.weight, shape))];
    let mut cells = vec![tile.clone()];
    let mut ranks = Rank::spread((rows * cols) as usize).into_iter();
    let first =
        Fields { parent: Some((&grid).into()), rank: ranks.next(), weight: Some(1.0), ..Fields::default() };
    ops.push(Op::set(&tile, first));
    for rank in ranks {
        let cell = ids.node();
        ops.push(Op::create(&cell, node_fields((&grid).into(), rank, 1.0, Shape::Leaf)));
        cells.push(cell);
    }
    Ok(Planned { ops, answer: MadeGrid { grid, cells } })
}
