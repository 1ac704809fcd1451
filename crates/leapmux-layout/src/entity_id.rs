//! The id of any entity: one text whose prefix tells the kind.

use std::fmt;
use std::str::FromStr;

use leapmux_types::{NodeId, TabId, WindowId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The id of any entity.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EntityId {
    Workspace(WorkspaceId),
    Window(WindowId),
    Node(NodeId),
    Tab(TabId),
}

/// A text that names no entity this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a workspace, window, node or tab")]
pub struct ParseEntityIdError;

impl EntityId {
    /// The id as it travels and is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Workspace(id) => id.as_str(),
            Self::Window(id) => id.as_str(),
            Self::Node(id) => id.as_str(),
            Self::Tab(id) => id.as_str(),
        }
    }
    /// What to call the entity in a sentence.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Workspace(_) => "workspace",
            Self::Window(_) => "window",
            Self::Node(_) => "tile",
            Self::Tab(_) => "tab",
        }
    }
    pub(crate) fn node(&self) -> Option<&NodeId> {
        match self {
            Self::Node(id) => Some(id),
            Self::Workspace(_) | Self::Window(_) | Self::Tab(_) => None,
        }
    }
}
impl FromStr for EntityId {
    type Err = ParseEntityIdError;
    fn from_str(text: &str) -> Result<Self, ParseEntityIdError> {
        match text.split_once('_').map_or("", |(prefix, _)| prefix) {
            WorkspaceId::PREFIX => text.parse().map(Self::Workspace),
            WindowId::PREFIX => text.parse().map(Self::Window),
            NodeId::PREFIX => text.parse().map(Self::Node),
            TabId::PREFIX => text.parse().map(Self::Tab),
            _ => return Err(ParseEntityIdError),
        }
        .map_err(|_| ParseEntityIdError)
    }
}
impl TryFrom<String> for EntityId {
    type Error = ParseEntityIdError;
    fn try_from(text: String) -> Result<Self, ParseEntityIdError> {
        text.parse()
    }
}
impl From<EntityId> for String {
    fn from(id: EntityId) -> String {
        match id {
            EntityId::Workspace(id) => id.into(),
            EntityId::Window(id) => id.into(),
            EntityId::Node(id) => id.into(),
            EntityId::Tab(id) => id.into(),
        }
    }
}
impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
macro_rules! from_id {
    ($($kind:ident($id:ty)),*) => {$(
        impl From<$id> for EntityId {
            fn from(id: $id) -> Self { Self::$kind(id) }
        }
        impl From<&$id> for EntityId {
            fn from(id: &$id) -> Self { Self::$kind(id.clone()) }
        }
    )*};
}
from_id!(Workspace(WorkspaceId), Window(WindowId), Node(NodeId), Tab(TabId));
