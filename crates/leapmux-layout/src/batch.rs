//! What a client submits: a few ops that happen together or not at all.

use leapmux_types::BatchId;
use serde::Serialize;

use crate::entity::Fields;
use crate::entity_id::EntityId;

/// Most ops of one batch; a `layout set` with the largest grid and a thousand tabs fits.
pub const MAX_OPS: usize = 4_096;

/// One step of a batch. Within a batch only the end counts: an op may rely on what a later op of the batch brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// A new entity with all its registers.
    Create { id: EntityId, fields: Fields },
    /// Writes the registers that are set.
    Set { id: EntityId, fields: Fields },
    /// Removes an entity. A workspace takes everything in it along; anything else must be empty at the batch's end.
    Remove { id: EntityId },
}

impl Op {
    /// The entity the op is about.
    pub fn id(&self) -> &EntityId {
        match self {
            Self::Create { id, .. } | Self::Set { id, .. } | Self::Remove { id } => id,
        }
    }
    pub(crate) fn create(id: impl Into<EntityId>, fields: Fields) -> Self {
        Self::Create { id: id.into(), fields }
    }
    pub(crate) fn set(id: impl Into<EntityId>, fields: Fields) -> Self {
        Self::Set { id: id.into(), fields }
    }
    pub(crate) fn remove(id: impl Into<EntityId>) -> Self {
        Self::Remove { id: id.into() }
    }
}

/// An atomic change. Submitting the same id again changes nothing and answers the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Batch {
    pub id: BatchId,
    pub ops: Vec<Op>,
    /// Refuse with `concurrent_modification` when a workspace this touches changed after that revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precondition: Option<u64>,
}
