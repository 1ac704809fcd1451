//! What is drawn: per workspace a tree with at least one leaf, whatever the entities say. The JSON is that of the
//! front end's `core/ports.ts`, word for word.

use leapmux_types::{NodeId, TabId, UserId, WindowId, WorkerId, WorkspaceId};
use serde::Serialize;

use crate::document::Document;
use crate::entity::{Direction, Node, Shape, TabKind};
use crate::entity_id::EntityId;
use crate::ratios::normalize;

/// One workspace of the sidebar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkspaceSummary {
    pub id: WorkspaceId,
    pub title: String,
    pub editable: bool,
}

/// One workspace, ready to draw.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceView {
    pub id: WorkspaceId,
    pub title: String,
    pub owner_user_id: UserId,
    /// The reader owns it.
    pub editable: bool,
    pub root: LayoutNode,
    pub windows: Vec<FloatingWindowView>,
}

/// A node of the drawn tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum LayoutNode {
    Leaf(LeafView),
    Split(SplitView),
    Grid(GridView),
}

/// A tile: a tab bar and the content of its active tab.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeafView {
    pub id: NodeId,
    pub tabs: Vec<TabView>,
}

/// Two or more panes; ratios sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitView {
    pub id: NodeId,
    pub direction: Direction,
    pub ratios: Vec<f64>,
    pub children: Vec<LayoutNode>,
}

/// Rows × cols cells, row by row; ratios sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GridView {
    pub id: NodeId,
    pub rows: u32,
    pub cols: u32,
    pub row_ratios: Vec<f64>,
    pub col_ratios: Vec<f64>,
    pub cells: Vec<LayoutNode>,
}

/// A tab of a leaf.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TabView {
    pub id: TabId,
    pub kind: TabKind,
    pub worker_id: WorkerId,
    pub tile_id: NodeId,
}

/// A floating window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FloatingWindowView {
    pub id: WindowId,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub opacity: f64,
    pub root: LayoutNode,
}

/// The workspaces in sidebar order, as `reader` sees them.
pub fn workspaces(document: &Document, reader: &UserId) -> Vec<WorkspaceSummary> {
    let mut all: Vec<_> = document.workspace_ids().collect();
    all.sort_by(|a, b| (&a.1.rank, a.0).cmp(&(&b.1.rank, b.0)));
    let summary = |(id, w): (&WorkspaceId, &crate::Workspace)| WorkspaceSummary {
        id: id.clone(),
        title: w.title.clone(),
        editable: w.owner == *reader,
    };
    all.into_iter().map(summary).collect()
}

/// One workspace as `reader` sees it; none when it is not there.
pub fn project(document: &Document, id: &WorkspaceId, reader: &UserId) -> Option<WorkspaceView> {
    let workspace = document.workspace(id)?;
    let windows = document.windows(id).filter_map(|(window, w)| {
        Some(FloatingWindowView {
            id: window.clone(),
            x: w.frame.x,
            y: w.frame.y,
            width: w.frame.width,
            height: w.frame.height,
            opacity: w.opacity,
            root: tree(document, &window.into())?,
        })
    });
    Some(WorkspaceView {
        id: id.clone(),
        title: workspace.title.clone(),
        owner_user_id: workspace.owner.clone(),
        editable: workspace.owner == *reader,
        root: tree(document, &id.into()).unwrap_or_else(|| placeholder(id)),
        windows: windows.collect(),
    })
}

fn tree(document: &Document, owner: &EntityId) -> Option<LayoutNode> {
    node(document, document.root(owner)?)
}

/// For a workspace none of whose nodes this version can read: an empty tile nothing can be put in.
fn placeholder(workspace: &WorkspaceId) -> LayoutNode {
    let body = workspace.as_str().trim_start_matches("ws_");
    let id = format!("{}_{body}", NodeId::PREFIX).parse().unwrap_or_else(|_| NodeId::from_bits(0));
    LayoutNode::Leaf(LeafView { id, tabs: Vec::new() })
}

/// A node and what is below it; none when no leaf is.
fn node(document: &Document, id: &NodeId) -> Option<LayoutNode> {
    let entity = document.node(id)?;
    match &entity.shape {
        Shape::Leaf => Some(LayoutNode::Leaf(leaf(document, id))),
        Shape::Split { direction } => split(document, id, *direction),
        Shape::Grid { rows, cols, row_ratios, col_ratios } => {
            let cells: Vec<_> = visible(document, id).into_iter().map(|(_, view)| view).collect();
            if cells.len() as u32 != rows * cols {
                return split(document, id, Direction::Vertical);
            }
            let shares =
                |ratios: &[f64], n: u32| normalize(ratios, n as usize).unwrap_or_else(|_| equal(n as usize));
            Some(LayoutNode::Grid(GridView {
                id: id.clone(),
                rows: *rows,
                cols: *cols,
                row_ratios: shares(row_ratios, *rows),
                col_ratios: shares(col_ratios, *cols),
                cells,
            }))
        }
    }
}

fn leaf(document: &Document, id: &NodeId) -> LeafView {
    let tabs = document.tabs(id).map(|(tab, t)| TabView {
        id: tab.clone(),
        kind: t.kind,
        worker_id: t.worker.clone(),
        tile_id: id.clone(),
    });
    LeafView { id: id.clone(), tabs: tabs.collect() }
}

fn split(document: &Document, id: &NodeId, direction: Direction) -> Option<LayoutNode> {
    let mut slots = visible(document, id);
    if slots.len() < 2 {
        return slots.pop().map(|(_, view)| view);
    }
    let weights: Vec<f64> = slots.iter().map(|(n, _)| n.weight).collect();
    let ratios = normalize(&weights, weights.len()).unwrap_or_else(|_| equal(weights.len()));
    let children = slots.into_iter().map(|(_, view)| view).collect();
    Some(LayoutNode::Split(SplitView { id: id.clone(), direction, ratios, children }))
}

fn visible<'a>(document: &'a Document, id: &NodeId) -> Vec<(&'a Node, LayoutNode)> {
    let children = document.child_nodes(&id.into());
    children.filter_map(|(child, n)| Some((n, node(document, child)?))).collect()
}

fn equal(n: usize) -> Vec<f64> {
    vec![1.0 / n as f64; n]
}
