//! What a layout is made of: four kinds of entity, each a set of last-writer-wins registers. An id's prefix tells the kind.

use leapmux_types::{NodeId, UserId, WorkerId, WorkspaceId, clean_name};
use serde::{Deserialize, Serialize};

use crate::entity_id::EntityId;
use crate::rank::Rank;
use crate::ratios::{normalize, valid_weight};
use crate::refusal::{Code, Refusal};

/// Largest number of rows, and of columns, of a grid (LAY-2).
pub const GRID_MAX: u32 = 20;
/// Smallest opacity of a floating window (LAY-85).
const OPACITY_MIN: f64 = 0.2;
/// Smallest width and height of a floating window, in fractions of the canvas (LAY-84).
const WINDOW_MIN: f64 = 0.05;

/// The direction of the divider line: vertical is `|`, side-by-side panes (LAY-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Vertical,
    Horizontal,
}

/// The three kinds of tab (LAY-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TabKind {
    Agent,
    Terminal,
    File,
}

/// What a node is. A split may have one child (it is drawn as that child); a grid has exactly `rows × cols`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Shape {
    Leaf,
    Split { direction: Direction },
    Grid { rows: u32, cols: u32, row_ratios: Vec<f64>, col_ratios: Vec<f64> },
}

impl Shape {
    /// A grid of equal rows and columns.
    pub fn grid(rows: u32, cols: u32) -> Self {
        let equal = |n: u32| vec![1.0; n as usize];
        Self::Grid { rows, cols, row_ratios: equal(rows), col_ratios: equal(cols) }
    }
    fn check(&self) -> Result<(), Refusal> {
        let Self::Grid { rows, cols, row_ratios, col_ratios } = self else { return Ok(()) };
        if !(1..=GRID_MAX).contains(rows) || !(1..=GRID_MAX).contains(cols) {
            return Err(Refusal::new(Code::Invalid, "A grid has 1 to 20 rows and 1 to 20 columns."));
        }
        normalize(row_ratios, *rows as usize)?;
        normalize(col_ratios, *cols as usize)?;
        Ok(())
    }
}

/// Where a floating window is, in fractions of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Frame {
    fn check(&self) -> Result<(), Refusal> {
        let size = |v: f64| (WINDOW_MIN..=1.0).contains(&v);
        let corner = |v: f64| (-1.0..=1.0).contains(&v);
        if size(self.width) && size(self.height) && corner(self.x) && corner(self.y) {
            return Ok(());
        }
        Err(Refusal::new(Code::Invalid, "A window must keep at least 5 % of the canvas in each direction."))
    }
}

/// One workspace; its owner never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    pub owner: UserId,
    pub title: String,
    /// Its place among all workspaces.
    pub rank: Rank,
}
/// One node of a tile tree. The child of a workspace or window is the root: a split that stays for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub parent: EntityId,
    pub rank: Rank,
    /// Its share among its siblings under a split; only relations count.
    pub weight: f64,
    pub shape: Shape,
}
/// One tab of a leaf. Kind and Worker never change.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    pub tile: NodeId,
    pub rank: Rank,
    pub kind: TabKind,
    pub worker: WorkerId,
}
/// One floating window with a tree of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub workspace: WorkspaceId,
    pub rank: Rank,
    pub frame: Frame,
    pub opacity: f64,
}

/// Any entity with its registers.
#[derive(Debug, Clone, PartialEq)]
pub enum Entity {
    Workspace(Workspace),
    Window(Window),
    Node(Node),
    Tab(Tab),
}

/// Registers as they travel: those an op sets, or all of a row. Which ones an entity has follows from its kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Workspace or window or node of a node; leaf of a tab; workspace of a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<EntityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TabKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<Frame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opacity: Option<f64>,
}

fn missing(field: &str) -> Refusal {
    Refusal::new(Code::Invalid, format!("The change lacks the field \"{field}\"."))
}
fn need<T>(value: Option<T>, field: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| missing(field))
}
/// A parent of the one kind `pick` accepts.
fn parent_as<T>(parent: Option<EntityId>, pick: impl Fn(EntityId) -> Option<T>) -> Result<T, Refusal> {
    pick(need(parent, "parent")?).ok_or_else(Refusal::bad_parent)
}
fn as_node(id: EntityId) -> Option<NodeId> {
    if let EntityId::Node(id) = id { Some(id) } else { None }
}
fn as_workspace(id: EntityId) -> Option<WorkspaceId> {
    if let EntityId::Workspace(id) = id { Some(id) } else { None }
}

impl Entity {
    /// The entity of `id`'s kind with these registers; refused when one it needs is missing or out of bounds.
    pub fn build(id: &EntityId, fields: &Fields) -> Result<Self, Refusal> {
        let f = fields.clone();
        let rank = need(f.rank, "rank")?;
        let entity = match id {
            EntityId::Workspace(_) => Self::Workspace(Workspace {
                owner: need(f.owner, "owner")?,
                title: need(f.title, "title")?,
                rank,
            }),
            EntityId::Window(_) => Self::Window(Window {
                workspace: parent_as(f.parent, as_workspace)?,
                rank,
                frame: need(f.frame, "frame")?,
                opacity: f.opacity.unwrap_or(1.0),
            }),
            EntityId::Node(_) => Self::Node(Node {
                parent: need(f.parent, "parent")?,
                rank,
                weight: f.weight.unwrap_or(1.0),
                shape: need(f.shape, "shape")?,
            }),
            EntityId::Tab(_) => Self::Tab(Tab {
                tile: parent_as(f.parent, as_node)?,
                rank,
                kind: need(f.kind, "kind")?,
                worker: need(f.worker, "worker")?,
            }),
        };
        Ok(entity)
    }

    /// Every register, for a row or an event.
    pub fn fields(&self) -> Fields {
        let parent = self.parent();
        let rank = Some(self.rank().clone());
        let base = Fields { parent, rank, ..Fields::default() };
        match self {
            Self::Workspace(w) => {
                Fields { owner: Some(w.owner.clone()), title: Some(w.title.clone()), ..base }
            }
            Self::Window(w) => Fields { frame: Some(w.frame), opacity: Some(w.opacity), ..base },
            Self::Node(n) => Fields { weight: Some(n.weight), shape: Some(n.shape.clone()), ..base },
            Self::Tab(t) => Fields { kind: Some(t.kind), worker: Some(t.worker.clone()), ..base },
        }
    }

    /// Takes over the registers that are set and that this kind has and lets change; answers whether all of them were such.
    pub(crate) fn set(&mut self, fields: &Fields) -> bool {
        let mut allowed = Fields { rank: fields.rank.clone(), ..Fields::default() };
        if let Some(rank) = &fields.rank {
            *self.rank_mut() = rank.clone();
        }
        match self {
            Self::Workspace(w) => {
                allowed.title = fields.title.clone();
                w.title = fields.title.clone().unwrap_or_else(|| w.title.clone());
            }
            Self::Window(w) => {
                (allowed.frame, allowed.opacity) = (fields.frame, fields.opacity);
                w.frame = fields.frame.unwrap_or(w.frame);
                w.opacity = fields.opacity.unwrap_or(w.opacity);
            }
            Self::Node(n) => {
                (allowed.weight, allowed.shape) = (fields.weight, fields.shape.clone());
                allowed.parent = fields.parent.clone();
                n.weight = fields.weight.unwrap_or(n.weight);
                n.shape = fields.shape.clone().unwrap_or_else(|| n.shape.clone());
                n.parent = fields.parent.clone().unwrap_or_else(|| n.parent.clone());
            }
            Self::Tab(t) => {
                if let Some(tile) = fields.parent.clone().and_then(as_node) {
                    allowed.parent = fields.parent.clone();
                    t.tile = tile;
                }
            }
        }
        allowed == *fields
    }

    /// Bounds of every register by itself; how entities fit together is `check.rs`.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        self.rank().check()?;
        match self {
            Self::Workspace(w) => match clean_name(&w.title) {
                Ok(clean) if clean == w.title => Ok(()),
                Ok(_) => {
                    Err(Refusal::new(Code::Invalid, "The title contains characters that are not allowed."))
                }
                Err(error) => Err(Refusal::new(Code::Invalid, error.to_string())),
            },
            Self::Window(w) if !(OPACITY_MIN..=1.0).contains(&w.opacity) => {
                Err(Refusal::new(Code::Invalid, "The opacity of a window is between 20 % and 100 %."))
            }
            Self::Window(w) => w.frame.check(),
            Self::Node(n) => {
                valid_weight(n.weight)?;
                n.shape.check()
            }
            Self::Tab(_) => Ok(()),
        }
    }

    /// The entity this one hangs on; none for a workspace.
    pub fn parent(&self) -> Option<EntityId> {
        match self {
            Self::Workspace(_) => None,
            Self::Window(w) => Some((&w.workspace).into()),
            Self::Node(n) => Some(n.parent.clone()),
            Self::Tab(t) => Some((&t.tile).into()),
        }
    }
    /// Its place among its siblings.
    pub fn rank(&self) -> &Rank {
        match self {
            Self::Workspace(w) => &w.rank,
            Self::Window(w) => &w.rank,
            Self::Node(n) => &n.rank,
            Self::Tab(t) => &t.rank,
        }
    }
    fn rank_mut(&mut self) -> &mut Rank {
        match self {
            Self::Workspace(w) => &mut w.rank,
            Self::Window(w) => &mut w.rank,
            Self::Node(n) => &mut n.rank,
            Self::Tab(t) => &mut t.rank,
        }
    }
}
