//! Moves a tab into a floating window of its own (LAY-81).

use leapmux_types::{NodeId, TabId, WindowId};

use super::{
    Plan, Planned, close_tile::without_tile, create_workspace::new_tree, rank_at, remove_tab::bare_window,
};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, Frame};
use crate::entity_id::EntityId;
use crate::ids::Ids;
use crate::rank::Rank;
use crate::ratios::round;
use crate::refusal::Refusal;

/// Each further window is moved by this, both ways (LAY-82).
const OFFSET: f64 = 0.025;
const OFFSETS: usize = 8;

/// A tab in its own window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoppedOut {
    pub window: WindowId,
    pub tile: NodeId,
}

/// Without a frame the window takes the next free standard place. A tile that becomes empty closes when it may.
pub fn pop_out(document: &Document, ids: &mut Ids, tab: &TabId, frame: Option<Frame>) -> Plan<PoppedOut> {
    let from = document.tab(tab).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let (home, _) = document.home(&tab.into()).ok_or_else(|| Refusal::not_found(&tab.into()))?;
    let windows: Vec<(Rank, EntityId)> =
        document.windows(home).map(|(id, w)| (w.rank.clone(), id.into())).collect();
    let (rank, mut ops) = rank_at(&windows, windows.len());
    let window = ids.window();
    let fields = Fields {
        parent: Some(home.into()),
        rank: Some(rank),
        frame: Some(frame.unwrap_or_else(|| standard_frame(windows.len()))),
        opacity: Some(1.0),
        ..Fields::default()
    };
    ops.push(Op::create(&window, fields));
    let (_, tile) = new_tree(ids, (&window).into(), &mut ops);
    let place = Fields { parent: Some((&tile).into()), rank: Some(Rank::middle()), ..Fields::default() };
    ops.push(Op::set(tab, place));
    ops.extend(bare_window(document, tab, &from.tile));
    let emptied = document.tabs(&from.tile).all(|(id, _)| id == tab);
    if emptied && let Ok((_, structure)) = without_tile(document, &from.tile) {
        ops.extend(structure);
    }
    Ok(Planned { ops, answer: PoppedOut { window, tile } })
}

fn standard_frame(index: usize) -> Frame {
    let by = (index % OFFSETS) as f64 * OFFSET;
    Frame { x: round(0.2 + by), y: round(0.15 + by), width: 0.4, height: 0.5 }
}
