//! What the tests share: a tiny Hub, a seeded generator of commands, and the rules every drawn tree keeps.

use std::collections::{BTreeMap, BTreeSet};

use leapmux_layout::commands::{self, At, NewTab, Placement, Tabs};
use leapmux_layout::{
    Applied, Batch, Direction, Document, Frame, Ids, LayoutNode, LogEntry, Op, Refusal, TabKind, Visibility,
    codec, project, workspaces,
};
use leapmux_types::{BatchId, NodeId, TabId, UserId, WindowId, WorkspaceId};

/// A small seeded generator (xorshift); tests must replay.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % sides.max(1)
    }
    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.roll(all.len()))
    }
}

pub fn user(name: &str) -> UserId {
    format!("usr_{name}").parse().expect("an id")
}

/// What the Hub's layout service does: remembers batches, applies, logs.
#[derive(Default)]
pub struct Hub {
    pub document: Document,
    pub log: Vec<LogEntry>,
    pub answers: BTreeMap<BatchId, Result<u64, Refusal>>,
}

impl Hub {
    /// Bytes in, as on the wire.
    pub fn submit(&mut self, bytes: &[u8], author: &UserId) -> (BatchId, Result<u64, Refusal>) {
        let batch = codec::decode_batch(bytes).expect("clients write what the Hub reads");
        if let Some(answer) = self.answers.get(&batch.id) {
            return (batch.id, answer.clone());
        }
        // Copying the state at every submission would be most of the test's time.
        let before = batch.id.as_str().ends_with(['0', '8', 'g', 'r']).then(|| self.document.clone());
        let answer = match self.document.apply(&batch, author) {
            Ok(Applied { entry, .. }) => {
                self.log.push(entry);
                Ok(self.document.rev())
            }
            Err(refusal) => {
                assert!(
                    before.is_none_or(|before| before == self.document),
                    "a refused batch leaves no trace"
                );
                Err(refusal)
            }
        };
        self.answers.insert(batch.id.clone(), answer.clone());
        (batch.id, answer)
    }
}

/// Every workspace's tree, checked to be drawable.
pub fn check_trees(document: &Document, reader: &UserId) {
    for summary in workspaces(document, reader) {
        let view = project(document, &summary.id, reader).expect("a listed workspace is drawn");
        let (mut tiles, mut tabs) = (BTreeSet::new(), BTreeSet::new());
        check_node(&view.root, &mut tiles, &mut tabs);
        for window in &view.windows {
            check_node(&window.root, &mut tiles, &mut tabs);
        }
        assert!(!tiles.is_empty());
        let in_document = document.subtree(&(&summary.id).into()).into_iter();
        let all = in_document.filter(|id| matches!(id, leapmux_layout::EntityId::Tab(_))).count();
        assert_eq!(tabs.len(), all, "no tab is lost");
    }
}

fn check_node(node: &LayoutNode, tiles: &mut BTreeSet<NodeId>, tabs: &mut BTreeSet<TabId>) {
    let sums_to_one = |ratios: &[f64]| assert!((ratios.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{ratios:?}");
    match node {
        LayoutNode::Leaf(leaf) => {
            assert!(tiles.insert(leaf.id.clone()), "a tile is drawn once");
            for tab in &leaf.tabs {
                assert_eq!(tab.tile_id, leaf.id);
                assert!(tabs.insert(tab.id.clone()), "a tab is drawn once");
            }
        }
        LayoutNode::Split(split) => {
            assert!(split.children.len() >= 2 && split.ratios.len() == split.children.len());
            sums_to_one(&split.ratios);
            split.children.iter().for_each(|child| check_node(child, tiles, tabs));
        }
        LayoutNode::Grid(grid) => {
            assert_eq!(grid.cells.len() as u32, grid.rows * grid.cols);
            sums_to_one(&grid.row_ratios);
            sums_to_one(&grid.col_ratios);
            grid.cells.iter().for_each(|child| check_node(child, tiles, tabs));
        }
    }
}

/// What a person may point at.
struct Targets {
    workspaces: Vec<WorkspaceId>,
    tiles: Vec<NodeId>,
    splits: Vec<(NodeId, usize)>,
    grids: Vec<NodeId>,
    windows: Vec<WindowId>,
    tabs: Vec<TabId>,
}

impl Targets {
    fn of(document: &Document, owner: &UserId) -> Self {
        let mut found = Self {
            workspaces: vec![],
            tiles: vec![],
            splits: vec![],
            grids: vec![],
            windows: vec![],
            tabs: vec![],
        };
        for summary in workspaces(document, owner).into_iter().filter(|w| w.editable) {
            let view = project(document, &summary.id, owner).expect("a listed workspace is drawn");
            found.collect(&view.root);
            for window in &view.windows {
                found.windows.push(window.id.clone());
                found.collect(&window.root);
            }
            found.workspaces.push(summary.id);
        }
        found
    }
    fn collect(&mut self, node: &LayoutNode) {
        match node {
            LayoutNode::Leaf(leaf) => {
                self.tiles.push(leaf.id.clone());
                self.tabs.extend(leaf.tabs.iter().map(|t| t.id.clone()));
            }
            LayoutNode::Split(split) => {
                self.splits.push((split.id.clone(), split.children.len()));
                split.children.iter().for_each(|child| self.collect(child));
            }
            LayoutNode::Grid(grid) => {
                self.grids.push(grid.id.clone());
                grid.cells.iter().for_each(|child| self.collect(child));
            }
        }
    }
}

/// The ops of a random command of `owner` on what they see; none when it does not fit.
pub fn random_command(
    document: &Document,
    ids: &mut Ids,
    owner: &UserId,
    dice: &mut Dice,
) -> Option<Vec<Op>> {
    let seen = Targets::of(document, owner);
    if seen.workspaces.is_empty() || dice.chance(3) {
        let id = ids.workspace();
        return commands::create_workspace(document, ids, id, owner.clone(), "New").ok().map(|p| p.ops);
    }
    let direction = if dice.chance(50) { Direction::Vertical } else { Direction::Horizontal };
    let tabs = if dice.chance(70) { Tabs::Move } else { Tabs::Remove };
    let tile = dice.pick(&seen.tiles);
    let tab = dice.pick(&seen.tabs);
    let ops = match dice.roll(20) {
        0..=3 => {
            let new = NewTab { id: ids.tab(), kind: TabKind::Agent, worker: "wrk_1".parse().ok()? };
            commands::add_tab(document, new, &placement(tile?, &seen, dice)).map(|p| p.ops)
        }
        4..=7 => commands::move_tab(document, tab?, &placement(tile?, &seen, dice)).map(|p| p.ops),
        8..=10 => commands::split(document, ids, tile?, direction).map(|p| p.ops),
        11..=12 => commands::close_tile(document, tile?, tabs).map(|p| p.ops),
        13 => commands::remove_tab(document, tab?).map(|p| p.ops),
        14 => {
            let (split, n) = dice.pick(&seen.splits)?;
            let ratios: Vec<f64> = (0..*n).map(|_| dice.roll(1000) as f64 + 1.0).collect();
            commands::set_ratios(document, split, &ratios).map(|p| p.ops)
        }
        15 => commands::make_grid(document, ids, tile?, 1 + dice.roll(3) as u32, 1 + dice.roll(3) as u32)
            .map(|p| p.ops),
        16 => commands::remove_grid(document, dice.pick(&seen.grids)?, tabs).map(|p| p.ops),
        17 => match dice.pick(&seen.windows) {
            Some(window) if dice.chance(50) => commands::close_window(document, window, tabs).map(|p| p.ops),
            Some(window) => {
                let frame = Frame { x: 0.1, y: dice.roll(90) as f64 / 100.0, width: 0.3, height: 0.3 };
                commands::set_window_frame(document, window, frame).map(|p| p.ops)
            }
            None => commands::pop_out(document, ids, tab?, None).map(|p| p.ops),
        },
        18 if dice.chance(50) => commands::pop_out(document, ids, tab?, None).map(|p| p.ops),
        18 => commands::pop_in(document, tab?, None).map(|p| p.ops),
        _ if dice.chance(20) => {
            commands::delete_workspace(document, dice.pick(&seen.workspaces)?).map(|p| p.ops)
        }
        _ => {
            let title = format!("Title {}", dice.roll(100));
            commands::rename_workspace(document, dice.pick(&seen.workspaces)?, &title).map(|p| p.ops)
        }
    };
    ops.ok().filter(|ops| !ops.is_empty())
}

fn placement(tile: &NodeId, seen: &Targets, dice: &mut Dice) -> Placement {
    let sibling = dice.pick(&seen.tabs).cloned();
    let at = match (dice.roll(3), sibling) {
        (1, Some(tab)) => At::Before(tab),
        (2, Some(tab)) => At::After(tab),
        _ => At::End,
    };
    Placement { tile: tile.clone(), at }
}

/// A batch of these ops.
pub fn batch(ids: &mut Ids, ops: Vec<Op>) -> Batch {
    Batch { id: ids.batch(), ops, precondition: None }
}

/// Applies ops as their author or fails the test.
pub fn must(document: &mut Document, ids: &mut Ids, owner: &UserId, ops: Vec<Op>) -> LogEntry {
    let batch = batch(ids, ops);
    document.apply(&batch, owner).unwrap_or_else(|refusal| panic!("refused: {refusal}")).entry
}

/// The reader's view of everything.
pub fn sight(user: &UserId, shared: &[WorkspaceId]) -> Visibility {
    Visibility { user: user.clone(), shared: shared.iter().cloned().collect() }
}
