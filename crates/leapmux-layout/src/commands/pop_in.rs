//! Moves a tab of a floating window into the main layout (LAY-81).

use leapmux_types::{NodeId, TabId};

use super::{Placement, Plan, Planned, append_tabs, remove_subtree};
use crate::document::Document;
use crate::entity_id::EntityId;
use crate::refusal::{Code, Refusal};

/// To `target`, or to the first tile of the main layout. A window without further tabs goes. Answers the tile.
pub fn pop_in(document: &Document, tab: &TabId, target: Option<&NodeId>) -> Plan<NodeId> {
    let from = document.tab(tab).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let tree = document.tree_of(&(&from.tile).into());
    let Some(window @ EntityId::Window(_)) = tree else {
        return Err(Refusal::new(Code::Invalid, "The tab is in the main layout already."));
    };
    let (home, _) = document.home(&tab.into()).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let tile = match target {
        Some(tile) => document.leaf_at(tile)?,
        None => document.main_leaf(home).ok_or_else(Refusal::not_a_tile)?,
    };
    let leaves = document.root(&window).map(|root| document.leaves(root)).unwrap_or_default();
    let last = leaves.iter().all(|leaf| document.tabs(leaf).all(|(id, _)| id == tab));
    if !last {
        return super::move_tab(document, tab, &Placement::end(tile));
    }
    let mut ops = append_tabs(document, std::slice::from_ref(tab), &tile);
    let own: EntityId = tab.into();
    ops.extend(remove_subtree(document, &window).into_iter().filter(|op| *op.id() != own));
    Ok(Planned { ops, answer: tile })
}
