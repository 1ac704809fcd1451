//! Replaces the whole main tree (`layout set`): one batch, all its tabs in the new tree's first tile.

use leapmux_types::{NodeId, TabId, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::{Plan, Planned, append_tabs, create_workspace::node_fields, tabs_below};
use crate::batch::Op;
use crate::check::MAX_DEPTH;
use crate::document::Document;
use crate::entity::{Direction, Fields, GRID_MAX, Shape};
use crate::entity_id::EntityId;
use crate::ids::Ids;
use crate::rank::Rank;
use crate::ratios::{normalize, round};
use crate::refusal::{Code, Refusal};

/// A tree as a person writes it. Other keys, such as the ids of a tree that was read, are ignored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TreeSpec {
    /// `leaf`, `split` or `grid`; capitals and a leading `NODE_KIND_` are accepted.
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratios: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cols: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_ratios: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col_ratios: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<TreeSpec>,
}

/// A main tree that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    pub root: NodeId,
    /// Where all tabs are now.
    pub first_leaf: NodeId,
    pub tabs: Vec<TabId>,
}

/// Give the batch the revision the caller read as its precondition: a tab that arrives meanwhile must not be lost.
pub fn replace(
    document: &Document,
    ids: &mut Ids,
    workspace: &WorkspaceId,
    spec: &TreeSpec,
) -> Plan<Replaced> {
    let key: EntityId = workspace.into();
    let root = document.root(&key).ok_or_else(|| Refusal::not_found(&key))?.clone();
    let tabs = tabs_below(document, &root);
    let mut build = Build { ids, ops: Vec::new(), first_leaf: None };
    build.root(&root, spec)?;
    let (mut ops, first_leaf) = (build.ops, build.first_leaf.ok_or_else(Refusal::not_a_tile)?);
    ops.extend(append_tabs(document, &tabs, &first_leaf));
    let old = document.subtree(&(&root).into()).into_iter().skip(1).collect::<Vec<_>>();
    ops.extend(old.into_iter().rev().filter(|id| !matches!(id, EntityId::Tab(_))).map(Op::remove));
    Ok(Planned { ops, answer: Replaced { root, first_leaf, tabs } })
}

struct Build<'a> {
    ids: &'a mut Ids,
    ops: Vec<Op>,
    first_leaf: Option<NodeId>,
}

impl Build<'_> {
    /// The root stays: a split's children go directly under it, anything else becomes its only child.
    fn root(&mut self, root: &NodeId, spec: &TreeSpec) -> Result<(), Refusal> {
        let (shape, weights) = shape_of(spec, "root")?;
        if let Shape::Split { .. } = shape {
            self.ops.push(Op::set(root, Fields { shape: Some(shape), ..Fields::default() }));
            return self.children(root, spec, &weights, "root", 1);
        }
        self.node(root, spec, Rank::middle(), 1.0, "root", 1)
    }

    fn node(
        &mut self,
        parent: &NodeId,
        spec: &TreeSpec,
        rank: Rank,
        weight: f64,
        path: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            return Err(at(path, "nested too deeply"));
        }
        let (shape, weights) = shape_of(spec, path)?;
        let id = self.ids.node();
        if shape == Shape::Leaf && self.first_leaf.is_none() {
            self.first_leaf = Some(id.clone());
        }
        self.ops.push(Op::create(&id, node_fields(parent.into(), rank, weight, shape)));
        self.children(&id, spec, &weights, path, depth)
    }

    fn children(
        &mut self,
        parent: &NodeId,
        spec: &TreeSpec,
        weights: &[f64],
        path: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        let ranks = Rank::spread(spec.children.len());
        for (i, (child, rank)) in spec.children.iter().zip(ranks).enumerate() {
            let weight = weights.get(i).copied().unwrap_or(1.0);
            self.node(parent, child, rank, weight, &format!("{path}.children[{i}]"), depth + 1)?;
        }
        Ok(())
    }
}

fn at(path: &str, what: &str) -> Refusal {
    Refusal::new(Code::Invalid, format!("{path}: {what}"))
}

/// The shape a spec asks for and the weights of its children; everything in it is checked (LAY-9, LAY-10).
fn shape_of(spec: &TreeSpec, path: &str) -> Result<(Shape, Vec<f64>), Refusal> {
    let kind = spec.kind.to_ascii_lowercase();
    let n = spec.children.len();
    let ratios = |ratios: &Option<Vec<f64>>, count: usize| {
        let given = ratios.clone().unwrap_or_else(|| vec![1.0; count]);
        let rescaled = normalize(&given, count).map_err(|r| at(path, &r.sentence))?;
        Ok::<_, Refusal>(rescaled.into_iter().map(round).collect::<Vec<f64>>())
    };
    let foreign = |fields: &[(&str, bool)]| match fields.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(at(path, &format!("{} does not take \"{name}\"", kind.to_uppercase()))),
        None => Ok(()),
    };
    let split_only = [("direction", spec.direction.is_some()), ("ratios", spec.ratios.is_some())];
    let grid_only = [
        ("rows", spec.rows.is_some()),
        ("cols", spec.cols.is_some()),
        ("row_ratios", spec.row_ratios.is_some()),
        ("col_ratios", spec.col_ratios.is_some()),
    ];
    match kind.strip_prefix("node_kind_").unwrap_or(&kind) {
        "leaf" => {
            foreign(&split_only)?;
            foreign(&grid_only)?;
            foreign(&[("children", n > 0)])?;
            Ok((Shape::Leaf, Vec::new()))
        }
        "split" => {
            foreign(&grid_only)?;
            if n < 2 {
                return Err(at(path, &format!("SPLIT requires at least 2 children (got {n})")));
            }
            let direction = spec.direction.ok_or_else(|| at(path, "SPLIT requires a direction"))?;
            Ok((Shape::Split { direction }, ratios(&spec.ratios, n)?))
        }
        "grid" => {
            foreign(&split_only)?;
            let size = |n: Option<u32>, name: &str| {
                n.filter(|n| (1..=GRID_MAX).contains(n))
                    .ok_or_else(|| at(path, &format!("GRID requires {name} in 1..{GRID_MAX}")))
            };
            let (rows, cols) = (size(spec.rows, "rows")?, size(spec.cols, "cols")?);
            if n != (rows * cols) as usize {
                return Err(at(path, &format!("GRID requires exactly {} children (got {n})", rows * cols)));
            }
            let row_ratios = ratios(&spec.row_ratios, rows as usize)?;
            let col_ratios = ratios(&spec.col_ratios, cols as usize)?;
            Ok((Shape::Grid { rows, cols, row_ratios, col_ratios }, Vec::new()))
        }
        other => Err(at(path, &format!("unrecognized kind \"{other}\""))),
    }
}
