//! What the Hub tells: one log entry a confirmed batch, and of it the event that each reader may see.

use std::collections::BTreeSet;

use leapmux_types::{BatchId, UserId, WorkspaceId};
use serde::Serialize;

use crate::batch::{Batch, Op};
use crate::entity_id::EntityId;
use crate::snapshot::Row;

/// Which workspaces somebody may read: their own and those shared with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    pub user: UserId,
    pub shared: BTreeSet<WorkspaceId>,
}

impl Visibility {
    /// A user nothing is shared with.
    pub fn owner(user: UserId) -> Self {
        Self { user, shared: BTreeSet::new() }
    }
    /// Whether a workspace of `owner` is visible.
    pub fn sees(&self, workspace: &WorkspaceId, owner: &UserId) -> bool {
        *owner == self.user || self.shared.contains(workspace)
    }
}

/// A workspace with its owner, as a log entry remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Home {
    pub workspace: WorkspaceId,
    pub owner: UserId,
}

/// Where an entity was before and is after a batch; none for not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Moved {
    pub id: EntityId,
    pub before: Option<Home>,
    pub after: Option<Home>,
}

/// A confirmed batch as the Hub logs and publishes it inside: with what filtering needs, so that it can be filtered for any
/// reader at any later time without the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogEntry {
    pub rev: u64,
    pub batch: Batch,
    /// Every entity the batch touched, once, by id.
    pub(crate) moves: Vec<Moved>,
    /// Whole rows of the entities that changed workspace: a reader of only the new one has never seen them.
    pub(crate) arrived: Vec<Row>,
}

/// One step of an event, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// An op on something the reader sees.
    Op(Op),
    /// Something came into the reader's sight.
    EntityMaterialized { id: EntityId, fields: crate::entity::Fields },
    /// Something left the reader's sight.
    EntityRemoved { id: EntityId },
}

/// One confirmed revision as one reader sees it; all its steps happen together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    pub rev: u64,
    /// The revision this reader was told before. A replica that is not there has missed something.
    pub after: u64,
    /// The batch behind it: its author drops it from what is pending.
    pub batch: BatchId,
    pub steps: Vec<Step>,
}

impl LogEntry {
    /// What `reader` sees of this entry; `None` when nothing. `after` is `rev - 1`: a sender that left revisions out for this
    /// reader sets it to the last one it did send.
    pub fn filter(&self, reader: &Visibility) -> Option<Event> {
        let sees = |home: &Option<Home>| home.as_ref().is_some_and(|h| reader.sees(&h.workspace, &h.owner));
        let mut steps = Vec::new();
        let mut whole = BTreeSet::new();
        for op in &self.batch.ops {
            let Ok(at) = self.moves.binary_search_by(|m| m.id.cmp(op.id())) else { continue };
            let moved = &self.moves[at];
            let existed = moved.before.is_some();
            let exists = moved.after.is_some();
            match (sees(&moved.before), sees(&moved.after)) {
                (true, true) => steps.push(Step::Op(op.clone())),
                (false, true) if !existed => steps.push(Step::Op(op.clone())),
                (true, false) if !exists => steps.push(Step::Op(op.clone())),
                (false, false) => {}
                (_, now) => {
                    if whole.insert(op.id()) {
                        steps.extend(self.crossing(op.id(), now));
                    }
                }
            }
        }
        let seen = !steps.is_empty();
        seen.then(|| Event {
            rev: self.rev,
            after: self.rev.saturating_sub(1),
            batch: self.batch.id.clone(),
            steps,
        })
    }

    /// An entity that came into sight or left it.
    fn crossing(&self, id: &EntityId, into_sight: bool) -> Option<Step> {
        if !into_sight {
            return Some(Step::EntityRemoved { id: id.clone() });
        }
        let row = self.arrived.iter().find(|row| row.id == *id)?;
        Some(Step::EntityMaterialized { id: row.id.clone(), fields: row.fields.clone() })
    }
}
