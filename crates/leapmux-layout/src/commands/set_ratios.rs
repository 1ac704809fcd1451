//! Sets the shares of the panes of a split or the rows and columns of a grid (LAY-10).

use leapmux_types::NodeId;

use super::{Plan, Planned};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, Shape};
use crate::ratios::{normalize, round};
use crate::refusal::{Code, Refusal};

/// One ratio for each visible pane, in order; rescaled to sum 1 and answered so.
pub fn set_ratios(document: &Document, split: &NodeId, ratios: &[f64]) -> Plan<Vec<f64>> {
    let node = document.node(split).ok_or_else(|| Refusal::not_found(&split.into()))?;
    if !matches!(node.shape, Shape::Split { .. }) {
        return Err(Refusal::new(Code::Invalid, "Ratios are set on a split."));
    }
    let split = document.bottom_of_chain(split);
    let slots = document.slots(&split);
    let ratios: Vec<f64> = normalize(ratios, slots.len())?.into_iter().map(round).collect();
    let set = |(slot, weight): (&NodeId, &f64)| {
        Op::set(slot, Fields { weight: Some(*weight), ..Fields::default() })
    };
    Ok(Planned { ops: slots.iter().zip(&ratios).map(set).collect(), answer: ratios })
}

/// New ratios for rows, columns or both.
pub fn set_grid_ratios(
    document: &Document,
    grid: &NodeId,
    new_rows: Option<&[f64]>,
    new_cols: Option<&[f64]>,
) -> Plan<()> {
    let node = document.node(grid).ok_or_else(|| Refusal::not_found(&grid.into()))?;
    let Shape::Grid { rows, cols, row_ratios, col_ratios } = &node.shape else {
        return Err(Refusal::new(Code::Invalid, "Row and column ratios are set on a grid."));
    };
    let rescale = |ratios: Option<&[f64]>, old: &[f64], n: u32| match ratios {
        Some(ratios) => normalize(ratios, n as usize).map(|r| r.into_iter().map(round).collect()),
        None => Ok(old.to_vec()),
    };
    let row_ratios = rescale(new_rows, row_ratios, *rows)?;
    let col_ratios = rescale(new_cols, col_ratios, *cols)?;
    let shape = Some(Shape::Grid { rows: *rows, cols: *cols, row_ratios, col_ratios });
    Ok(Planned { ops: vec![Op::set(grid, Fields { shape, ..Fields::default() })], answer: () })
}
