//! The state of one organization: entities, the index of who hangs on whom, and the revision. Checked changes are `check.rs`;
//! here is what never fails: reading, writing raw entities with an undo list, and taking over what the Hub confirmed.

use std::collections::{BTreeMap, BTreeSet};

use leapmux_types::{NodeId, TabId, UserId, WindowId, WorkerId, WorkspaceId};

use crate::batch::Op;
use crate::entity::{Entity, Node, Shape, Tab, TabKind, Window, Workspace};
use crate::entity_id::EntityId;
use crate::event::{Step, Visibility};
use crate::rank::Rank;
use crate::snapshot::{Row, Snapshot};

/// Longer chains of parents than any valid tree has; walking stops there, so that a cycle ends.
const WALK_MAX: usize = 256;

/// What each written entity was before, in the order of writing.
pub(crate) type Undo = Vec<(EntityId, Option<Entity>)>;

/// The layout of one organization, or the part of it a reader sees.
#[derive(Debug, Clone, Default)]
pub struct Document {
    rev: u64,
    /// The revision it was loaded at: nothing is known about what changed before.
    loaded: u64,
    /// When each workspace last changed, since loading.
    changed: BTreeMap<WorkspaceId, u64>,
    entities: BTreeMap<EntityId, Entity>,
    children: BTreeMap<EntityId, BTreeSet<(Rank, EntityId)>>,
}

impl PartialEq for Document {
    /// Same entities at the same revision.
    fn eq(&self, other: &Self) -> bool {
        self.rev == other.rev && self.entities == other.entities
    }
}

impl Document {
    /// The document of stored or received rows. Rows this version cannot read are left out.
    pub fn load(snapshot: &Snapshot) -> Self {
        let mut document = Self { rev: snapshot.rev, loaded: snapshot.rev, ..Self::default() };
        for Row { id, fields } in &snapshot.entities {
            if let Ok(entity) = Entity::build(id, fields) {
                document.put(id, Some(entity));
            }
        }
        document
    }

    /// Every entity `reader` may see.
    pub fn snapshot_for(&self, reader: &Visibility) -> Snapshot {
        let seen = |id: &EntityId| self.home(id).is_some_and(|(id, w)| reader.sees(id, &w.owner));
        let rows = self.entities.keys().filter(|id| seen(id)).filter_map(|id| self.row(id));
        Snapshot { rev: self.rev, entities: rows.collect() }
    }

    /// Everything, as the Hub stores it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { rev: self.rev, entities: self.entities.keys().filter_map(|id| self.row(id)).collect() }
    }

    /// One entity as a row, when it exists.
    pub fn row(&self, id: &EntityId) -> Option<Row> {
        self.entities.get(id).map(|e| Row { id: id.clone(), fields: e.fields() })
    }

    /// The revision of the last change.
    pub fn rev(&self) -> u64 {
        self.rev
    }
    /// Any entity.
    pub fn get(&self, id: &EntityId) -> Option<&Entity> {
        self.entities.get(id)
    }
    /// A workspace.
    pub fn workspace(&self, id: &WorkspaceId) -> Option<&Workspace> {
        if let Some(Entity::Workspace(w)) = self.entities.get(&id.into()) { Some(w) } else { None }
    }
    /// A floating window.
    pub fn window(&self, id: &WindowId) -> Option<&Window> {
        if let Some(Entity::Window(w)) = self.entities.get(&id.into()) { Some(w) } else { None }
    }
    /// A node.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        if let Some(Entity::Node(n)) = self.entities.get(&id.into()) { Some(n) } else { None }
    }
    /// A tab.
    pub fn tab(&self, id: &TabId) -> Option<&Tab> {
        if let Some(Entity::Tab(t)) = self.entities.get(&id.into()) { Some(t) } else { None }
    }
    /// All workspaces by id.
    pub fn workspace_ids(&self) -> impl Iterator<Item = (&WorkspaceId, &Workspace)> {
        self.entities.iter().filter_map(|(id, entity)| match (id, entity) {
            (EntityId::Workspace(id), Entity::Workspace(w)) => Some((id, w)),
            _ => None,
        })
    }

    /// The kind of every tab, in no order that means anything.
    pub fn tab_kinds(&self) -> impl Iterator<Item = TabKind> {
        self.entities.values().filter_map(|entity| match entity {
            Entity::Tab(tab) => Some(tab.kind),
            Entity::Workspace(_) | Entity::Window(_) | Entity::Node(_) => None,
        })
    }

    /// The Workers that host tabs of a workspace.
    pub fn workers(&self, id: &WorkspaceId) -> BTreeSet<WorkerId> {
        let worker = |id: EntityId| match id {
            EntityId::Tab(tab) => self.tab(&tab).map(|tab| tab.worker.clone()),
            EntityId::Workspace(_) | EntityId::Window(_) | EntityId::Node(_) => None,
        };
        self.subtree(&id.into()).into_iter().filter_map(worker).collect()
    }

    /// What hangs on `parent`, in order.
    pub fn children<'a>(
        &'a self,
        parent: &EntityId,
    ) -> impl DoubleEndedIterator<Item = &'a (Rank, EntityId)> + use<'a> {
        self.children.get(parent).into_iter().flatten()
    }
    /// The nodes among the children, in order.
    pub fn child_nodes<'a>(
        &'a self,
        parent: &EntityId,
    ) -> impl DoubleEndedIterator<Item = (&'a NodeId, &'a Node)> + use<'a> {
        self.children(parent).filter_map(|(_, id)| id.node().and_then(|n| Some((n, self.node(n)?))))
    }
    /// The tabs of a tile, in order.
    pub fn tabs<'a>(
        &'a self,
        tile: &NodeId,
    ) -> impl DoubleEndedIterator<Item = (&'a TabId, &'a Tab)> + use<'a> {
        let tile: EntityId = tile.into();
        self.children.get(&tile).into_iter().flatten().filter_map(|(_, id)| match id {
            EntityId::Tab(tab) => Some((tab, self.tab(tab)?)),
            EntityId::Workspace(_) | EntityId::Window(_) | EntityId::Node(_) => None,
        })
    }
    /// The floating windows of a workspace, in order.
    pub fn windows<'a>(
        &'a self,
        workspace: &WorkspaceId,
    ) -> impl Iterator<Item = (&'a WindowId, &'a Window)> + use<'a> {
        let workspace: EntityId = workspace.into();
        self.children.get(&workspace).into_iter().flatten().filter_map(|(_, id)| match id {
            EntityId::Window(window) => Some((window, self.window(window)?)),
            EntityId::Workspace(_) | EntityId::Node(_) | EntityId::Tab(_) => None,
        })
    }
    /// The root node of a workspace's or window's tree.
    pub fn root(&self, owner: &EntityId) -> Option<&NodeId> {
        self.child_nodes(owner).next().map(|(id, _)| id)
    }
    /// The workspace an entity is in: none for an orphan or a cycle.
    pub fn home(&self, id: &EntityId) -> Option<(&WorkspaceId, &Workspace)> {
        let mut at = self.entities.get_key_value(id)?;
        for _ in 0..WALK_MAX {
            match at {
                (EntityId::Workspace(id), Entity::Workspace(w)) => return Some((id, w)),
                (_, entity) => at = self.entities.get_key_value(&entity.parent()?)?,
            }
        }
        None
    }
    /// The workspace or window whose tree a node is in.
    pub fn tree_of(&self, id: &EntityId) -> Option<EntityId> {
        let mut at = id.clone();
        for _ in 0..WALK_MAX {
            let parent = self.entities.get(&at)?.parent()?;
            if !matches!(parent, EntityId::Node(_)) {
                return Some(parent);
            }
            at = parent;
        }
        None
    }
    /// `id` and everything below it, parents first.
    pub fn subtree(&self, id: &EntityId) -> Vec<EntityId> {
        let mut found = vec![id.clone()];
        let mut next = 0;
        while let Some(parent) = found.get(next).cloned() {
            found.extend(self.children(&parent).map(|(_, id)| id.clone()));
            next += 1;
        }
        found
    }
    pub(crate) fn is_leaf(&self, id: &NodeId) -> bool {
        self.node(id).is_some_and(|n| n.shape == Shape::Leaf)
    }

    /// Whether a workspace may have changed after `rev`.
    pub(crate) fn changed_after(&self, id: &WorkspaceId, rev: u64) -> bool {
        match self.changed.get(id) {
            Some(changed) => *changed > rev,
            None => self.workspace(id).is_some() && self.loaded > rev,
        }
    }
    /// Counts a change of these workspaces as the next revision; answers what to put back.
    pub(crate) fn advance(&mut self, touched: &BTreeSet<WorkspaceId>) -> Vec<(WorkspaceId, Option<u64>)> {
        self.rev += 1;
        touched.iter().map(|id| (id.clone(), self.changed.insert(id.clone(), self.rev))).collect()
    }
    pub(crate) fn retreat(&mut self, before: Vec<(WorkspaceId, Option<u64>)>) {
        self.rev -= 1;
        for (id, rev) in before {
            match rev {
                Some(rev) => self.changed.insert(id, rev),
                None => self.changed.remove(&id),
            };
        }
    }

    /// Writes or removes an entity and keeps the index; answers what was there.
    pub(crate) fn put(&mut self, id: &EntityId, entity: Option<Entity>) -> Option<Entity> {
        let old = match entity {
            Some(entity) => {
                if let Some(parent) = entity.parent() {
                    self.children.entry(parent).or_default().insert((entity.rank().clone(), id.clone()));
                }
                self.entities.insert(id.clone(), entity)
            }
            None => self.entities.remove(id),
        };
        if let Some(was) = &old
            && let Some(parent) = was.parent()
        {
            let is = self.entities.get(id);
            let same = is.is_some_and(|e| e.parent().as_ref() == Some(&parent) && e.rank() == was.rank());
            if !same && let Some(siblings) = self.children.get_mut(&parent) {
                siblings.remove(&(was.rank().clone(), id.clone()));
                if siblings.is_empty() {
                    self.children.remove(&parent);
                }
            }
        }
        old
    }

    /// Removes an entity; a workspace with all that is in it.
    pub(crate) fn remove(&mut self, id: &EntityId, undo: &mut Undo) {
        let doomed = if matches!(id, EntityId::Workspace(_)) { self.subtree(id) } else { vec![id.clone()] };
        for id in doomed {
            let old = self.put(&id, None);
            undo.push((id, old));
        }
    }

    /// Puts everything back as it was before `undo` was recorded.
    pub(crate) fn roll_back(&mut self, undo: Undo) {
        for (id, entity) in undo.into_iter().rev() {
            self.put(&id, entity);
        }
    }

    /// Takes over what the Hub confirmed, without asking whether it makes sense: its order is the order of all.
    pub(crate) fn confirm(&mut self, rev: u64, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Op(Op::Create { id, fields }) | Step::EntityMaterialized { id, fields } => {
                    if let Ok(entity) = Entity::build(id, fields) {
                        self.put(id, Some(entity));
                    }
                }
                Step::Op(Op::Set { id, fields }) => {
                    if let Some(mut entity) = self.entities.get(id).cloned() {
                        entity.set(fields);
                        self.put(id, Some(entity));
                    }
                }
                Step::Op(Op::Remove { id }) | Step::EntityRemoved { id } => self.remove(id, &mut Undo::new()),
            }
        }
        self.rev = rev;
    }

    /// The owner of the workspace an entity is in.
    pub fn owner(&self, id: &EntityId) -> Option<&UserId> {
        self.home(id).map(|(_, w)| &w.owner)
    }
}
