//! The replicated layout: workspaces, tiles, tabs and floating windows of one organization as a map of entities, changed by
//! small atomic batches. Pure: the Hub, the CLI and (through wasm) the browser run this same code, so there is one
//! implementation of every command, every check and every merge.
//!
//! - [`Document`] is a state: it applies a [`Batch`] all-or-nothing or answers a [`Refusal`].
//! - [`Replica`] is a client's copy: confirmed state plus its own pending batches, replayed on top.
//! - [`commands`] turn what a person wants ("split this tile") into ops.
//! - [`project`] turns a workspace into a tree that can always be drawn.
//! - [`LogEntry::filter`] shows a reader only what it may see.

mod batch;
mod check;
pub mod codec;
pub mod commands;
mod document;
mod entity;
mod entity_id;
mod event;
mod ids;
mod rank;
mod ratios;
mod read;
mod refusal;
mod replica;
mod snapshot;
mod tree;
mod view;

pub use batch::{Batch, MAX_OPS, Op};
pub use check::{Applied, MAX_DEPTH, MAX_NODES, MAX_TABS, MAX_WINDOWS, MAX_WORKSPACES};
pub use document::Document;
pub use entity::{Direction, Entity, Fields, Frame, GRID_MAX, Node, Shape, Tab, TabKind, Window, Workspace};
pub use entity_id::{EntityId, ParseEntityIdError};
pub use event::{Event, Home, LogEntry, Step, Visibility};
pub use ids::Ids;
pub use rank::Rank;
pub use ratios::{MIN_WEIGHT, normalize};
pub use refusal::{Code, Refusal};
pub use replica::{MAX_PENDING, Received, Replica};
pub use snapshot::{Row, Snapshot};
pub use view::{
    FloatingWindowView, GridView, LayoutNode, LeafView, SplitView, TabView, WorkspaceSummary, WorkspaceView,
    project, workspaces,
};
