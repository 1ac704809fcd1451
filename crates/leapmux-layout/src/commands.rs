//! What a person can do to a layout. Each command reads a document and plans the ops; nothing is changed here. The same
//! functions run in the browser, in the CLI and in the Hub's own services.

mod add_tab;
mod close_tile;
mod create_workspace;
mod delete_workspace;
mod make_grid;
mod move_tab;
mod pop_in;
mod pop_out;
mod remove_grid;
mod remove_tab;
mod rename_workspace;
mod replace;
mod set_ratios;
mod split;
mod window;

pub use add_tab::{NewTab, add_tab};
pub use close_tile::{Closed, close_tile};
pub use create_workspace::{CreatedWorkspace, create_workspace};
pub use delete_workspace::delete_workspace;
pub use make_grid::{MadeGrid, make_grid};
pub use move_tab::move_tab;
pub use pop_in::pop_in;
pub use pop_out::{PoppedOut, pop_out};
pub use remove_grid::{RemovedGrid, remove_grid};
pub use remove_tab::remove_tab;
pub use rename_workspace::rename_workspace;
pub use replace::{Replaced, TreeSpec, replace};
pub use set_ratios::{set_grid_ratios, set_ratios};
pub use split::{SplitTile, split};
pub use window::{close_window, set_window_frame, set_window_opacity};

use leapmux_types::{NodeId, TabId};

use crate::batch::Op;
use crate::document::Document;
use crate::entity::Fields;
use crate::entity_id::EntityId;
use crate::rank::Rank;
use crate::refusal::Refusal;

/// The ops of a command and what the caller wants to know about them. No ops: there is nothing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned<T> {
    pub ops: Vec<Op>,
    pub answer: T,
}

/// What a command answers.
pub type Plan<T> = Result<Planned<T>, Refusal>;

/// What happens to the tabs of a tile, grid or window that closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tabs {
    /// They go to the nearest tile.
    Move,
    /// They go with it.
    Remove,
}

/// Where in a tile a tab goes. A sibling that is not (any longer) there means the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    pub tile: NodeId,
    pub at: At,
}
/// A place among the tabs of a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    End,
    Before(TabId),
    After(TabId),
}

impl Placement {
    /// The end of a tile.
    pub fn end(tile: NodeId) -> Self {
        Self { tile, at: At::End }
    }
}

/// The rank of a new sibling at `index`; where there is no room, also ops that spread the others anew.
fn rank_at(siblings: &[(Rank, EntityId)], index: usize) -> (Rank, Vec<Op>) {
    let low = index.checked_sub(1).and_then(|i| siblings.get(i)).map(|(rank, _)| rank);
    let high = siblings.get(index).map(|(rank, _)| rank);
    if let Some(rank) = Rank::between(low, high) {
        return (rank, Vec::new());
    }
    let mut ranks = Rank::spread(siblings.len() + 1);
    let own = ranks.remove(index.min(siblings.len()));
    let set = |(rank, (_, id)): (Rank, &(Rank, EntityId))| Op::set(id.clone(), ranked(rank));
    (own, ranks.into_iter().zip(siblings).map(set).collect())
}

fn ranked(rank: Rank) -> Fields {
    Fields { rank: Some(rank), ..Fields::default() }
}

/// The leaf and rank for a tab; `moving` is left out of its own siblings.
fn place(
    document: &Document,
    moving: &TabId,
    placement: &Placement,
) -> Result<(NodeId, Rank, Vec<Op>), Refusal> {
    let tile = document.leaf_at(&placement.tile)?;
    let moving: EntityId = moving.into();
    let siblings: Vec<_> =
        document.children(&(&tile).into()).filter(|(_, id)| *id != moving).cloned().collect();
    let find = |tab: &TabId| siblings.iter().position(|(_, id)| *id == tab.into());
    let index = match &placement.at {
        At::End => None,
        At::Before(tab) => find(tab),
        At::After(tab) => find(tab).map(|i| i + 1),
    };
    let (rank, spread) = rank_at(&siblings, index.unwrap_or(siblings.len()));
    Ok((tile, rank, spread))
}

/// Ops that append tabs to a tile, keeping their order.
fn append_tabs(document: &Document, tabs: &[TabId], tile: &NodeId) -> Vec<Op> {
    let mut last = document.children(&tile.into()).next_back().map(|(rank, _)| rank.clone());
    let mut ops = Vec::new();
    for tab in tabs {
        let Some(rank) = Rank::between(last.as_ref(), None) else {
            return respread(document, tabs, tile);
        };
        last = Some(rank.clone());
        ops.push(Op::set(tab, Fields { parent: Some(tile.into()), rank: Some(rank), ..Fields::default() }));
    }
    ops
}

/// The same when there is no room behind the last tab: all of the tile's tabs get new ranks.
fn respread(document: &Document, tabs: &[TabId], tile: &NodeId) -> Vec<Op> {
    let all: Vec<&TabId> = document.tabs(tile).map(|(id, _)| id).chain(tabs).collect();
    let set = |(rank, tab): (Rank, &&TabId)| {
        Op::set(*tab, Fields { parent: Some(tile.into()), rank: Some(rank), ..Fields::default() })
    };
    Rank::spread(all.len()).into_iter().zip(&all).map(set).collect()
}

/// Ops that remove whatever is below `id`, and itself, tabs included, deepest first.
fn remove_subtree(document: &Document, id: &EntityId) -> Vec<Op> {
    document.subtree(id).into_iter().rev().map(|id| Op::Remove { id }).collect()
}

/// The tabs of all tiles at or below a node, in reading order.
fn tabs_below(document: &Document, id: &NodeId) -> Vec<TabId> {
    let leaves = document.leaves(id);
    leaves.iter().flat_map(|leaf| document.tabs(leaf).map(|(tab, _)| tab.clone())).collect()
}
