//! Moves a tab within its tile, to another tile, or to another workspace of the same owner: always one batch.

use leapmux_types::{NodeId, TabId};

use super::{Placement, Plan, Planned, place, remove_tab::bare_window};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::Fields;
use crate::refusal::Refusal;

/// Answers the tile it went to. A floating window with one tile goes with its last tab (LAY-46).
pub fn move_tab(document: &Document, tab: &TabId, placement: &Placement) -> Plan<NodeId> {
    let from = document.tab(tab).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let (tile, rank, mut ops) = place(document, tab, placement)?;
    if from.tile == tile && stays(document, tab, placement) {
        return Ok(Planned { ops: Vec::new(), answer: tile });
    }
    ops.push(Op::set(tab, Fields { parent: Some((&tile).into()), rank: Some(rank), ..Fields::default() }));
    if from.tile != tile {
        ops.extend(bare_window(document, tab, &from.tile));
    }
    Ok(Planned { ops, answer: tile })
}

/// The tab is already where it should go.
fn stays(document: &Document, tab: &TabId, placement: &Placement) -> bool {
    let Some(own) = document.tab(tab) else { return false };
    let tabs: Vec<&TabId> = document.tabs(&own.tile).map(|(id, _)| id).collect();
    let Some(at) = tabs.iter().position(|id| *id == tab) else { return false };
    match &placement.at {
        super::At::End => at + 1 == tabs.len(),
        super::At::Before(next) => next == tab || tabs.get(at + 1) == Some(&next),
        super::At::After(previous) => previous == tab || (at > 0 && tabs[at - 1] == previous),
    }
}
