//! Applying a batch: all of it or nothing. Only what the batch touches is checked, at its end: owner, kinds, parents, no cycle,
//! at least one tile, limits. What holds before therefore holds after.

use std::collections::{BTreeMap, BTreeSet};

use leapmux_types::{NodeId, UserId, WorkspaceId};

use crate::batch::{Batch, MAX_OPS, Op};
use crate::document::{Document, Undo};
use crate::entity::{Entity, Node, Shape};
use crate::entity_id::EntityId;
use crate::event::{Home, LogEntry, Moved};
use crate::refusal::{Code, Refusal};

/// Deepest nesting of a tile tree. Far beyond what a screen can show (LAY-6): it bounds recursion, not people.
pub const MAX_DEPTH: usize = 48;
/// Most nodes of one tile tree.
pub const MAX_NODES: usize = 2_000;
/// Most tabs of one tile.
pub const MAX_TABS: usize = 500;
/// Most floating windows of one workspace.
pub const MAX_WINDOWS: usize = 64;
/// Most workspaces of one owner in one organization.
pub const MAX_WORKSPACES: usize = 1_000;

/// A batch that was taken.
#[derive(Debug)]
pub struct Applied {
    /// To store in the log and to filter for readers.
    pub entry: LogEntry,
    /// Every entity written or removed, once: rows to store ([`Document::row`] answers none for removed ones).
    pub touched: BTreeSet<EntityId>,
    undo: Undo,
    changed: Vec<(WorkspaceId, Option<u64>)>,
}

impl Document {
    /// Applies `batch` as `author` and counts a revision, or refuses it and changes nothing.
    pub fn apply(&mut self, batch: &Batch, author: &UserId) -> Result<Applied, Refusal> {
        let (undo, homes) = self.apply_ops(&batch.ops, author)?;
        let touched: BTreeSet<EntityId> = undo.iter().map(|(id, _)| id.clone()).collect();
        let moves: Vec<Moved> = touched
            .iter()
            .map(|id| Moved {
                id: id.clone(),
                before: homes.get(id).cloned().flatten(),
                after: self.home_of(id),
            })
            .collect();
        let workspaces =
            moves.iter().flat_map(|m| m.before.iter().chain(&m.after)).map(|h| h.workspace.clone());
        let workspaces: BTreeSet<WorkspaceId> = workspaces.collect();
        if batch.precondition.is_some_and(|rev| workspaces.iter().any(|w| self.changed_after(w, rev))) {
            self.roll_back(undo);
            return Err(Refusal::new(
                Code::ConcurrentModification,
                "The layout was changed at the same time.",
            ));
        }
        let crossed = moves.iter().filter(|m| m.before.is_some() && m.after.is_some() && m.before != m.after);
        let arrived = crossed.filter_map(|m| self.row(&m.id)).collect();
        let changed = self.advance(&workspaces);
        let entry = LogEntry { rev: self.rev(), batch: batch.clone(), moves, arrived };
        Ok(Applied { entry, touched, undo, changed })
    }

    /// Takes back the last applied batch (its transaction failed).
    pub fn undo(&mut self, applied: Applied) {
        self.roll_back(applied.undo);
        self.retreat(applied.changed);
    }

    /// Applies ops without counting a revision; answers how to take them back and where each touched entity was.
    pub(crate) fn apply_ops(
        &mut self,
        ops: &[Op],
        author: &UserId,
    ) -> Result<(Undo, BTreeMap<EntityId, Option<Home>>), Refusal> {
        let mut change = Change { document: self, author, undo: Undo::new(), homes: BTreeMap::new() };
        let result = change.run(ops);
        let Change { undo, homes, .. } = change;
        match result {
            Ok(()) => Ok((undo, homes)),
            Err(refusal) => {
                self.roll_back(undo);
                Err(refusal)
            }
        }
    }

    pub(crate) fn home_of(&self, id: &EntityId) -> Option<Home> {
        self.home(id).map(|(id, w)| Home { workspace: id.clone(), owner: w.owner.clone() })
    }
}

/// A batch being applied.
struct Change<'a> {
    document: &'a mut Document,
    author: &'a UserId,
    undo: Undo,
    homes: BTreeMap<EntityId, Option<Home>>,
}

impl Change<'_> {
    fn run(&mut self, ops: &[Op]) -> Result<(), Refusal> {
        if ops.is_empty() || ops.len() > MAX_OPS {
            return Err(Refusal::new(Code::Invalid, format!("A change has 1 to {MAX_OPS} steps.")));
        }
        for op in ops {
            self.step(op)?;
        }
        self.check_touched()
    }

    fn step(&mut self, op: &Op) -> Result<(), Refusal> {
        let id = op.id();
        let known = self.document.get(id);
        match (op, known) {
            (Op::Create { .. }, Some(_)) => return Err(Refusal::exists(id)),
            (Op::Set { .. } | Op::Remove { .. }, None) => return Err(Refusal::not_found(id)),
            _ => {}
        }
        let written = match op {
            Op::Create { fields, .. } => Some(Entity::build(id, fields)?),
            Op::Set { fields, .. } => {
                let mut entity = known.cloned().ok_or_else(|| Refusal::not_found(id))?;
                if !entity.set(fields) {
                    return Err(Refusal::new(
                        Code::Invalid,
                        "The change writes a field that cannot be changed.",
                    ));
                }
                Some(entity)
            }
            Op::Remove { .. } => None,
        };
        if !self.homes.contains_key(id) {
            let home = self.document.home_of(id);
            if home.as_ref().is_some_and(|h| h.owner != *self.author) {
                return Err(Refusal::denied());
            }
            self.homes.insert(id.clone(), home);
        }
        match written {
            Some(entity) => {
                entity.check()?;
                let old = self.document.put(id, Some(entity));
                self.undo.push((id.clone(), old));
            }
            None => self.remove(id),
        }
        Ok(())
    }

    fn remove(&mut self, id: &EntityId) {
        let from = self.undo.len();
        if let EntityId::Workspace(_) = id {
            let home = self.document.home_of(id);
            for below in self.document.subtree(id) {
                self.homes.entry(below).or_insert_with(|| home.clone());
            }
        }
        self.document.remove(id, &mut self.undo);
        debug_assert!(self.undo.len() > from);
    }

    fn check_touched(&self) -> Result<(), Refusal> {
        let mut touched = Touched::default();
        for (id, old) in &self.undo {
            self.check_entity(id, old.as_ref(), &mut touched)?;
        }
        for node in &touched.nodes {
            self.check_node(node)?;
        }
        for tree in &touched.trees {
            self.check_tree(tree)?;
        }
        for workspace in &touched.workspaces {
            if self.document.windows(workspace).count() > MAX_WINDOWS {
                return Err(limit("A workspace holds at most 64 floating windows."));
            }
        }
        if touched.creates_workspace {
            let owned = self.document.workspace_ids().filter(|(_, w)| w.owner == *self.author).count();
            if owned > MAX_WORKSPACES {
                return Err(limit("You cannot own more than 1,000 workspaces."));
            }
        }
        Ok(())
    }

    /// Checks one touched entity and collects what around it needs a look.
    fn check_entity(
        &self,
        id: &EntityId,
        old: Option<&Entity>,
        touched: &mut Touched,
    ) -> Result<(), Refusal> {
        let document = &*self.document;
        let now = document.get(id);
        if let Some(Entity::Node(old)) = old {
            touched.around(&old.parent);
            touched
                .trees
                .extend(document.tree_of(&old.parent).filter(|_| matches!(old.parent, EntityId::Node(_))));
            let was_root = !matches!(old.parent, EntityId::Node(_));
            let stays = now.and_then(Entity::parent).as_ref() == Some(&old.parent);
            if was_root && !stays && document.get(&old.parent).is_some() {
                return Err(Refusal::last_tile());
            }
        }
        let Some(entity) = now else {
            if document.children(id).next().is_some() {
                let sentence = format!("The {} is not empty.", id.noun());
                return Err(Refusal::new(Code::NotEmpty, sentence));
            }
            return Ok(());
        };
        let parent = entity.parent();
        if parent.as_ref().is_some_and(|p| document.get(p).is_none()) {
            return Err(parent.map_or_else(Refusal::bad_parent, |p| Refusal::not_found(&p)));
        }
        let home = document.home_of(id).ok_or_else(Refusal::bad_parent)?;
        if home.owner != *self.author {
            return Err(Refusal::denied());
        }
        let before = self.homes.get(id).and_then(Option::as_ref);
        match (id, &parent) {
            (EntityId::Tab(_), Some(EntityId::Node(tile))) => {
                touched.nodes.insert(tile.clone());
            }
            (EntityId::Node(node), Some(parent)) => {
                if before.is_some_and(|b| b.workspace != home.workspace) {
                    return Err(Refusal::new(Code::BadParent, "Only tabs move between workspaces."));
                }
                touched.nodes.insert(node.clone());
                touched.around(parent);
                touched.trees.extend(document.tree_of(id));
            }
            (EntityId::Window(_), _) => {
                touched.trees.insert(id.clone());
                touched.workspaces.insert(home.workspace);
            }
            (EntityId::Workspace(_), _) => {
                touched.trees.insert(id.clone());
                touched.creates_workspace |= old.is_none();
            }
            _ => return Err(Refusal::bad_parent()),
        }
        Ok(())
    }

    /// A node and its children must fit each other.
    fn check_node(&self, id: &NodeId) -> Result<(), Refusal> {
        let Some(node) = self.document.node(id) else { return Ok(()) };
        let key: EntityId = id.into();
        let children = || self.document.children(&key).map(|(_, child)| child);
        let fits = match &node.shape {
            Shape::Leaf => children().all(|child| matches!(child, EntityId::Tab(_))),
            Shape::Split { .. } => children().all(|child| matches!(child, EntityId::Node(_))),
            Shape::Grid { rows, cols, .. } => {
                children().all(|child| matches!(child, EntityId::Node(_)))
                    && children().count() as u32 == rows * cols
            }
        };
        if !fits {
            return Err(match node.shape {
                Shape::Grid { .. } => Refusal::grid_cell(),
                Shape::Leaf | Shape::Split { .. } => Refusal::bad_parent(),
            });
        }
        if node.shape == Shape::Leaf && children().count() > MAX_TABS {
            return Err(limit("A tile holds at most 500 tabs."));
        }
        Ok(())
    }

    fn has_empty_cell(&self, id: &NodeId) -> bool {
        let grid = self.document.node(id).is_some_and(|n| matches!(n.shape, Shape::Grid { .. }));
        grid && self.document.child_nodes(&id.into()).any(|(cell, _)| !self.document.has_leaf(cell))
    }

    /// The tree of a workspace or window: one root, which is a split, and at least one leaf in reach of it.
    fn check_tree(&self, owner: &EntityId) -> Result<(), Refusal> {
        if self.document.get(owner).is_none() {
            return Ok(());
        }
        let roots: Vec<(&NodeId, &Node)> = self.document.child_nodes(owner).collect();
        let [(root, Node { shape: Shape::Split { .. }, .. })] = roots.as_slice() else {
            return Err(if roots.is_empty() { Refusal::last_tile() } else { Refusal::bad_parent() });
        };
        let (mut nodes, mut leaves) = (0, 0);
        let mut level = vec![(*root).clone()];
        for _ in 0..=MAX_DEPTH {
            nodes += level.len();
            leaves += level.iter().filter(|id| self.document.is_leaf(id)).count();
            if level.iter().any(|id| self.has_empty_cell(id)) {
                return Err(Refusal::grid_cell());
            }
            let below = |id: &NodeId| {
                self.document.child_nodes(&id.into()).map(|(n, _)| n.clone()).collect::<Vec<_>>()
            };
            level = level.iter().flat_map(below).collect();
        }
        match () {
            () if !level.is_empty() => Err(limit("Tiles are nested too deeply.")),
            () if nodes > MAX_NODES => Err(limit("A workspace holds at most 2,000 tiles.")),
            () if leaves == 0 => Err(Refusal::last_tile()),
            () => Ok(()),
        }
    }
}

/// What a batch touched, beyond the entities themselves.
#[derive(Default)]
struct Touched {
    nodes: BTreeSet<NodeId>,
    /// Workspaces and windows whose tree changed.
    trees: BTreeSet<EntityId>,
    /// Workspaces whose windows changed.
    workspaces: BTreeSet<WorkspaceId>,
    creates_workspace: bool,
}

impl Touched {
    /// The old or new parent of a node.
    fn around(&mut self, parent: &EntityId) {
        match parent {
            EntityId::Node(node) => {
                self.nodes.insert(node.clone());
            }
            EntityId::Workspace(_) | EntityId::Window(_) => {
                self.trees.insert(parent.clone());
            }
            EntityId::Tab(_) => {}
        }
    }
}

fn limit(sentence: &str) -> Refusal {
    Refusal::new(Code::LimitExceeded, sentence)
}
