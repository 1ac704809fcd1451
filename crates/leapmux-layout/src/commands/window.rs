//! Geometry, opacity and closing of floating windows (LAY-82 to LAY-88).

use leapmux_types::{NodeId, TabId, WindowId};

use super::{Plan, Planned, Tabs, append_tabs, close_tile::Closed, remove_subtree, tabs_below};
use crate::batch::Op;
use crate::document::Document;
use crate::entity::{Fields, Frame};
use crate::entity_id::EntityId;
use crate::ratios::round;
use crate::refusal::Refusal;

/// Moves and resizes a window.
pub fn set_window_frame(document: &Document, window: &WindowId, frame: Frame) -> Plan<()> {
    let frame = Frame {
        x: round(frame.x),
        y: round(frame.y),
        width: round(frame.width),
        height: round(frame.height),
    };
    set(document, window, Fields { frame: Some(frame), ..Fields::default() })
}

/// Makes a window more or less transparent.
pub fn set_window_opacity(document: &Document, window: &WindowId, opacity: f64) -> Plan<()> {
    set(document, window, Fields { opacity: Some(round(opacity)), ..Fields::default() })
}

fn set(document: &Document, window: &WindowId, fields: Fields) -> Plan<()> {
    document.window(window).ok_or_else(|| Refusal::not_found(&window.into()))?;
    Ok(Planned { ops: vec![Op::set(window, fields)], answer: () })
}

/// Closes a window; `Move` brings its tabs to the first tile of the main layout.
pub fn close_window(document: &Document, window: &WindowId, tabs: Tabs) -> Plan<Closed> {
    let entity = document.window(window).ok_or_else(|| Refusal::not_found(&window.into()))?;
    let heir: NodeId = document.main_leaf(&entity.workspace).ok_or_else(Refusal::not_a_tile)?;
    let key: EntityId = window.into();
    let own: Vec<TabId> = document.root(&key).map(|root| tabs_below(document, root)).unwrap_or_default();
    let mut ops = match tabs {
        Tabs::Move => append_tabs(document, &own, &heir),
        Tabs::Remove => own.iter().map(Op::remove).collect(),
    };
    let structure = remove_subtree(document, &key).into_iter();
    ops.extend(structure.filter(|op| !matches!(op.id(), EntityId::Tab(_))));
    let (moved, removed) = if tabs == Tabs::Move { (own, Vec::new()) } else { (Vec::new(), own) };
    Ok(Planned { ops, answer: Closed { heir, moved, removed } })
}
