//! Removes a tab. What it shows is the Worker's to stop.

use leapmux_types::{NodeId, TabId};

use super::{Plan, Planned, remove_subtree};
use crate::batch::Op;
use crate::document::Document;
use crate::entity_id::EntityId;
use crate::refusal::Refusal;

/// The last tab of a floating window with one tile takes the window along (LAY-55).
pub fn remove_tab(document: &Document, tab: &TabId) -> Plan<()> {
    let from = document.tab(tab).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let mut ops = vec![Op::remove(tab)];
    ops.extend(bare_window(document, tab, &from.tile));
    Ok(Planned { ops, answer: () })
}

/// Ops that remove the floating window `tile` is in, when it has no other tile and no tab but `leaving`.
pub(super) fn bare_window(document: &Document, leaving: &TabId, tile: &NodeId) -> Vec<Op> {
    let Some(window @ EntityId::Window(_)) = document.tree_of(&tile.into()) else { return Vec::new() };
    let bare = document.root(&window).is_some_and(|root| document.leaves(root).len() == 1)
        && document.tabs(tile).all(|(id, _)| id == leaving);
    if !bare {
        return Vec::new();
    }
    let tab: EntityId = leaving.into();
    remove_subtree(document, &window).into_iter().filter(|op| *op.id() != tab).collect()
}
