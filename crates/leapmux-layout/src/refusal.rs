//! Why a change is refused: a stable code for programs and a sentence for people.

use std::fmt;

use serde::Serialize;

use crate::entity_id::EntityId;

/// Stable codes; their spelling on the wire is [`Code::as_str`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The item a change is about does not exist (any more).
    NotFound,
    /// An item with this id exists already.
    AlreadyExists,
    /// Only the owner may change a workspace.
    PermissionDenied,
    /// A tab must hang on a leaf, a node on a split or grid, and nothing on itself.
    BadParent,
    /// Something that still holds tabs or tiles cannot be removed.
    NotEmpty,
    /// A workspace keeps at least one tile.
    LastTile,
    /// A single cell of a grid cannot be closed.
    GridCell,
    /// A value is missing or out of bounds.
    Invalid,
    /// More items than the layout allows.
    LimitExceeded,
    /// The workspace changed since the revision the change was made for.
    ConcurrentModification,
    /// Too many changes wait for the Hub.
    OfflineTooLong,
}

impl Code {
    /// The code as it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::PermissionDenied => "permission_denied",
            Self::BadParent => "bad_parent",
            Self::NotEmpty => "not_empty",
            Self::LastTile => "last_tile",
            Self::GridCell => "grid_cell",
            Self::Invalid => "invalid",
            Self::LimitExceeded => "limit_exceeded",
            Self::ConcurrentModification => "concurrent_modification",
            Self::OfflineTooLong => "offline_too_long",
        }
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refused change; nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    pub code: Code,
    /// What the user reads.
    pub sentence: String,
}

impl Refusal {
    /// A refusal with this sentence.
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
    pub(crate) fn not_found(id: &EntityId) -> Self {
        Self::new(Code::NotFound, format!("The {} no longer exists.", id.noun()))
    }
    pub(crate) fn exists(id: &EntityId) -> Self {
        Self::new(Code::AlreadyExists, format!("This {} exists already.", id.noun()))
    }
    pub(crate) fn denied() -> Self {
        Self::new(Code::PermissionDenied, "Only the owner may change this workspace.")
    }
    pub(crate) fn bad_parent() -> Self {
        Self::new(Code::BadParent, "The item cannot be placed there.")
    }
    pub(crate) fn grid_cell() -> Self {
        Self::new(Code::GridCell, "A single cell of a grid cannot be closed.")
    }
    pub(crate) fn not_a_tile() -> Self {
        Self::new(Code::Invalid, "This works on a single tile only.")
    }
    pub(crate) fn last_tile() -> Self {
        Self::new(Code::LastTile, "The last tile cannot be closed.")
    }
}
