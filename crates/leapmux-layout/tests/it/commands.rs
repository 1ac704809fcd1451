//! Each command's effect on what is drawn, and each refusal.

use leapmux_layout::commands::{self, At, NewTab, Placement, Plan, Tabs, TreeSpec};
use leapmux_layout::{
    Batch, Code, Direction, Document, Fields, Ids, LayoutNode, Op, Rank, Shape, TabKind, project,
};
use leapmux_types::{NodeId, TabId, UserId, WorkspaceId};

use crate::world::{check_trees, must, user};

struct Desk {
    document: Document,
    ids: Ids,
    ada: UserId,
    workspace: WorkspaceId,
    root: NodeId,
    tile: NodeId,
}

impl Desk {
    fn new() -> Self {
        let (mut document, mut ids, ada) = (Document::default(), Ids::new(7 << 90), user("ada"));
        let id = ids.workspace();
        let plan =
            commands::create_workspace(&document, &mut ids, id, ada.clone(), " My \"desk\" ").expect("fits");
        must(&mut document, &mut ids, &ada, plan.ops);
        let commands::CreatedWorkspace { workspace, root, tile } = plan.answer;
        Self { document, ids, ada, workspace, root, tile }
    }
    fn run<T>(&mut self, command: impl FnOnce(&Document, &mut Ids) -> Plan<T>) -> T {
        let plan =
            command(&self.document, &mut self.ids).unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        if !plan.ops.is_empty() {
            must(&mut self.document, &mut self.ids, &self.ada, plan.ops);
        }
        check_trees(&self.document, &self.ada);
        plan.answer
    }
    fn refuse<T: std::fmt::Debug>(&mut self, command: impl FnOnce(&Document, &mut Ids) -> Plan<T>) -> Code {
        command(&self.document, &mut self.ids).expect_err("must be refused").code
    }
    fn apply(&mut self, ops: Vec<Op>, author: &UserId) -> Result<(), Code> {
        let batch = Batch { id: self.ids.batch(), ops, precondition: None };
        self.document.apply(&batch, author).map(|_| ()).map_err(|refusal| refusal.code)
    }
    fn add(&mut self, placement: Placement) -> TabId {
        let id = self.ids.tab();
        let new = NewTab { id: id.clone(), kind: TabKind::Agent, worker: "wrk_1".parse().expect("an id") };
        self.run(|d, _| commands::add_tab(d, new, &placement));
        id
    }
    fn split(&mut self, tile: &NodeId, direction: Direction) -> NodeId {
        self.run(|d, ids| commands::split(d, ids, tile, direction)).new
    }
    fn close(&mut self, tile: &NodeId) -> NodeId {
        self.run(|d, _| commands::close_tile(d, tile, Tabs::Move)).heir
    }
    /// The tree as text: `|` and `-` for dividers, letters for tiles in the order given, with the number of their tabs.
    fn drawn(&self, names: &[&NodeId]) -> String {
        let view = project(&self.document, &self.workspace, &self.ada).expect("there");
        draw(&view.root, names)
    }
    fn tabs(&self, tile: &NodeId) -> Vec<TabId> {
        self.document.tabs(tile).map(|(id, _)| id.clone()).collect()
    }
}

fn draw(node: &LayoutNode, names: &[&NodeId]) -> String {
    match node {
        LayoutNode::Leaf(leaf) => {
            let name = names.iter().position(|n| **n == leaf.id).map_or('?', |i| (b'a' + i as u8) as char);
            format!("{name}{}", leaf.tabs.len())
        }
        LayoutNode::Split(split) => {
            let sign = if split.direction == Direction::Vertical { " | " } else { " - " };
            let shown = |(c, r): (&LayoutNode, &f64)| format!("{}:{:.0}", draw(c, names), r * 100.0);
            let parts: Vec<_> = split.children.iter().zip(&split.ratios).map(shown).collect();
            format!("({})", parts.join(sign))
        }
        LayoutNode::Grid(grid) => {
            let cells: Vec<_> = grid.cells.iter().map(|c| draw(c, names)).collect();
            format!("[{}x{} {}]", grid.rows, grid.cols, cells.join(" "))
        }
    }
}

#[test]
fn a_new_workspace_has_a_clean_title_and_one_empty_tile() {
    let desk = Desk::new();
    let view = project(&desk.document, &desk.workspace, &user("bob")).expect("there");
    assert_eq!((view.title.as_str(), view.editable), ("My desk", false));
    assert_eq!(desk.drawn(&[&desk.tile]), "a0");
}

#[test]
fn the_view_is_the_front_ends_type() {
    let mut desk = Desk::new();
    let tile = desk.tile.clone();
    desk.add(Placement::end(tile.clone()));
    desk.split(&tile, Direction::Vertical);
    let view = project(&desk.document, &desk.workspace, &desk.ada).expect("there");
    let json = serde_json::to_value(&view).expect("JSON");
    assert_eq!((&json["ownerUserId"], &json["editable"]), (&"usr_ada".into(), &true.into()));
    assert_eq!((&json["root"]["type"], &json["root"]["direction"]), (&"split".into(), &"vertical".into()));
    assert_eq!(json["root"]["ratios"], serde_json::json!([0.5, 0.5]));
    let leaf = &json["root"]["children"][0];
    assert_eq!((&leaf["type"], &leaf["tabs"][0]["kind"]), (&"leaf".into(), &"agent".into()));
    assert_eq!((&leaf["tabs"][0]["workerId"], &leaf["tabs"][0]["tileId"]), (&"wrk_1".into(), &leaf["id"]));
}

#[test]
fn splitting_along_the_parent_inserts_a_sibling_and_across_it_nests() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    desk.add(Placement::end(a.clone()));
    let b = desk.split(&a, Direction::Vertical);
    let c = desk.split(&a, Direction::Vertical);
    let d = desk.split(&c, Direction::Horizontal);
    assert_eq!(desk.drawn(&[&a, &b, &c, &d]), "(a1:25 | (c0:50 - d0:50):25 | b0:50)");
}

#[test]
fn a_closed_tile_leaves_its_tabs_to_its_neighbour_and_its_share_to_the_survivor() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    let b = desk.split(&a, Direction::Vertical);
    let c = desk.split(&b, Direction::Horizontal);
    let tab = desk.add(Placement::end(c.clone()));
    assert_eq!(desk.close(&c), b);
    assert_eq!((desk.drawn(&[&a, &b]), desk.tabs(&b)), ("(a0:50 | b1:50)".into(), vec![tab]));
    assert_eq!(desk.close(&b), a);
    assert_eq!(desk.drawn(&[&a]), "a1");
    assert_eq!(desk.refuse(|d, _| commands::close_tile(d, &a, Tabs::Remove)), Code::LastTile);
}

#[test]
fn opening_and_closing_for_ever_leaves_nothing_behind() {
    let mut desk = Desk::new();
    let mut tile = desk.tile.clone();
    for i in 0..200 {
        let direction = if i % 3 == 0 { Direction::Vertical } else { Direction::Horizontal };
        let new = desk.split(&tile, direction);
        let inner = desk.split(&new, Direction::Vertical);
        desk.close(&new);
        desk.close(&tile);
        tile = inner;
    }
    assert_eq!(desk.drawn(&[&tile]), "a0");
    let left = desk.document.subtree(&(&desk.workspace).into()).len();
    assert!(left < 10, "{left} entities for one tile");
}

#[test]
fn the_root_id_stays_and_stands_for_the_only_tile() {
    let mut desk = Desk::new();
    let (root, a) = (desk.root.clone(), desk.tile.clone());
    let b = desk.split(&root, Direction::Horizontal);
    assert_eq!(desk.document.root(&(&desk.workspace).into()), Some(&root));
    assert_eq!(desk.refuse(|d, ids| commands::split(d, ids, &root, Direction::Vertical)), Code::Invalid);
    desk.close(&a);
    let placed = desk.add(Placement::end(root));
    assert_eq!(desk.tabs(&b), vec![placed]);
}

#[test]
fn tabs_go_where_they_are_dropped_with_one_write() {
    let mut desk = Desk::new();
    let tile = desk.tile.clone();
    let tabs: Vec<TabId> = (0..4).map(|_| desk.add(Placement::end(tile.clone()))).collect();
    let before = Placement { tile: tile.clone(), at: At::Before(tabs[1].clone()) };
    let plan = commands::move_tab(&desk.document, &tabs[3], &before).expect("fits");
    assert_eq!(plan.ops.len(), 1);
    desk.run(|_, _| Ok(plan));
    desk.run(|d, _| {
        commands::move_tab(d, &tabs[0], &Placement { tile: tile.clone(), at: At::After(tabs[2].clone()) })
    });
    assert_eq!(desk.tabs(&tile), [&tabs[3], &tabs[1], &tabs[2], &tabs[0]].map(Clone::clone));
    let still = desk.run(|d, _| commands::move_tab(d, &tabs[0], &Placement::end(tile.clone())));
    assert_eq!(still, tile);
}

#[test]
fn tied_ranks_are_spread_when_something_goes_between() {
    let mut desk = Desk::new();
    let tile = desk.tile.clone();
    let (x, y) = (desk.add(Placement::end(tile.clone())), desk.add(Placement::end(tile.clone())));
    let same = Fields { rank: Some(Rank::middle()), ..Fields::default() };
    let set = |id: &TabId| Op::Set { id: id.into(), fields: same.clone() };
    let ada = desk.ada.clone();
    desk.apply(vec![set(&x), set(&y)], &ada).expect("a tie is allowed");
    let between = desk.add(Placement { tile: tile.clone(), at: At::Before(y.clone()) });
    assert_eq!(desk.tabs(&tile), vec![x, between, y]);
}

#[test]
fn ratios_belong_to_visible_panes_and_are_rescaled() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    let b = desk.split(&a, Direction::Vertical);
    let root = desk.root.clone();
    desk.run(|d, _| commands::set_ratios(d, &root, &[3.0, 1.0]));
    assert_eq!(desk.drawn(&[&a, &b]), "(a0:75 | b0:25)");
    for wrong in [vec![1.0], vec![0.0, 0.0], vec![1.0, f64::NAN], vec![1.0, -1.0], vec![]] {
        assert_eq!(desk.refuse(|d, _| commands::set_ratios(d, &root, &wrong)), Code::Invalid, "{wrong:?}");
    }
    assert_eq!(desk.refuse(|d, _| commands::set_ratios(d, &a, &[1.0])), Code::Invalid);
}

#[test]
fn a_grid_keeps_the_tile_as_first_cell_and_gives_it_back() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    desk.add(Placement::end(a.clone()));
    let made = desk.run(|d, ids| commands::make_grid(d, ids, &a, 2, 2));
    let last = made.cells[3].clone();
    desk.add(Placement::end(last.clone()));
    assert_eq!(desk.drawn(&[&a, &last]), "[2x2 a1 ?0 ?0 b1]");
    assert_eq!(desk.refuse(|d, _| commands::close_tile(d, &last, Tabs::Move)), Code::GridCell);
    let inner = desk.split(&last, Direction::Vertical);
    assert_eq!(desk.drawn(&[&a, &last, &inner]), "[2x2 a1 ?0 ?0 (b1:50 | c0:50)]");
    desk.close(&last);
    desk.run(|d, _| commands::set_grid_ratios(d, &made.grid, Some(&[1.0, 3.0]), None));
    let gone = desk.run(|d, _| commands::remove_grid(d, &made.grid, Tabs::Move));
    assert_eq!((gone.tile.as_ref(), gone.moved.len()), (Some(&a), 1));
    assert_eq!(desk.drawn(&[&a]), "a2");
    for (rows, cols) in [(0, 1), (1, 0), (21, 1), (1, 21)] {
        assert_eq!(desk.refuse(|d, ids| commands::make_grid(d, ids, &a, rows, cols)), Code::Invalid);
    }
}

#[test]
fn a_grid_closed_with_its_tabs_gives_its_place_away() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    let b = desk.split(&a, Direction::Vertical);
    let made = desk.run(|d, ids| commands::make_grid(d, ids, &b, 20, 20));
    desk.add(Placement::end(b.clone()));
    let gone = desk.run(|d, _| commands::remove_grid(d, &made.grid, Tabs::Remove));
    assert_eq!((gone.tile, gone.heir, gone.removed.len()), (None, a.clone(), 1));
    assert_eq!(desk.drawn(&[&a]), "a0");
}

#[test]
fn a_tab_pops_out_into_a_window_and_in_again() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    let b = desk.split(&a, Direction::Vertical);
    let tab = desk.add(Placement::end(b.clone()));
    let out = desk.run(|d, ids| commands::pop_out(d, ids, &tab, None));
    assert_eq!(desk.drawn(&[&a]), "a0", "the emptied tile closed");
    let view = project(&desk.document, &desk.workspace, &desk.ada).expect("there");
    let window = &view.windows[0];
    assert_eq!((window.x, window.y, window.width, window.height, window.opacity), (0.2, 0.15, 0.4, 0.5, 1.0));
    desk.run(|d, _| commands::set_window_opacity(d, &out.window, 0.5));
    let nearly_gone = commands::set_window_opacity(&desk.document, &out.window, 0.1).expect("plannable").ops;
    let ada = desk.ada.clone();
    assert_eq!(desk.apply(nearly_gone, &ada), Err(Code::Invalid));
    assert_eq!(desk.run(|d, _| commands::pop_in(d, &tab, None)), a);
    assert!(project(&desk.document, &desk.workspace, &desk.ada).expect("there").windows.is_empty());
    assert_eq!(desk.refuse(|d, _| commands::pop_in(d, &tab, None)), Code::Invalid);
}

#[test]
fn a_window_goes_with_its_last_tab() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    let (x, y) = (desk.add(Placement::end(a.clone())), desk.add(Placement::end(a.clone())));
    desk.run(|d, ids| commands::pop_out(d, ids, &x, None));
    desk.run(|d, ids| commands::pop_out(d, ids, &y, None));
    desk.run(|d, _| commands::move_tab(d, &x, &Placement::end(a.clone())));
    desk.run(|d, _| commands::remove_tab(d, &y));
    assert!(project(&desk.document, &desk.workspace, &desk.ada).expect("there").windows.is_empty());
}

#[test]
fn replacing_the_tree_keeps_root_and_tabs() {
    let mut desk = Desk::new();
    let a = desk.tile.clone();
    desk.split(&a, Direction::Horizontal);
    let tab = desk.add(Placement::end(a.clone()));
    let (workspace, root) = (desk.workspace.clone(), desk.root.clone());
    let spec = |json: serde_json::Value| serde_json::from_value::<TreeSpec>(json).expect("a spec");
    let tree = spec(serde_json::json!({"kind": "NODE_KIND_SPLIT", "direction": "vertical", "node_id": "x",
        "ratios": [1, 3], "children": [{"kind": "leaf"}, {"kind": "grid", "rows": 1, "cols": 2,
        "children": [{"kind": "LEAF"}, {"kind": "leaf"}]}]}));
    let replaced = desk.run(|d, ids| commands::replace(d, ids, &workspace, &tree));
    assert_eq!((replaced.root, replaced.tabs), (root, vec![tab]));
    assert_eq!(desk.drawn(&[&replaced.first_leaf]), "(a1:25 | [1x2 ?0 ?0]:75)");
    let cases = [
        (serde_json::json!({"workspace_id": "x", "tree": {}}), "root: unrecognized kind \"\""),
        (
            serde_json::json!({"kind": "split", "direction": "vertical", "children": [{"kind": "leaf"},
                {"kind": "grid", "rows": 1, "cols": 1, "children":
                    [{"kind": "split", "direction": "vertical", "children": [{"kind": "leaf"}]}]}]}),
            "root.children[1].children[0]: SPLIT requires at least 2 children (got 1)",
        ),
        (serde_json::json!({"kind": "grid", "rows": 21, "cols": 1}), "root: GRID requires rows in 1..20"),
        (
            serde_json::json!({"kind": "grid", "rows": 2, "cols": 1}),
            "root: GRID requires exactly 2 children (got 0)",
        ),
        (serde_json::json!({"kind": "leaf", "rows": 2}), "root: LEAF does not take \"rows\""),
    ];
    for (json, sentence) in cases {
        let refusal =
            commands::replace(&desk.document, &mut desk.ids, &workspace, &spec(json)).expect_err(sentence);
        assert_eq!(refusal.sentence, sentence);
    }
}

#[test]
fn a_precondition_refuses_what_was_planned_for_an_older_state() {
    let mut desk = Desk::new();
    let (planned_at, ada, workspace) = (desk.document.rev(), desk.ada.clone(), desk.workspace.clone());
    let elsewhere = desk.ids.workspace();
    desk.run(|d, ids| commands::create_workspace(d, ids, elsewhere, user("ada"), "Other"));
    let ops = |desk: &Desk| commands::rename_workspace(&desk.document, &workspace, "B").expect("fits").ops;
    let batch = Batch { id: desk.ids.batch(), ops: ops(&desk), precondition: Some(planned_at) };
    desk.document.apply(&batch, &ada).expect("another workspace's change does not matter");
    let batch = Batch { id: desk.ids.batch(), ops: batch.ops, precondition: Some(planned_at) };
    let refused = desk.document.apply(&batch, &ada).expect_err("changed since");
    assert_eq!(refused.code, Code::ConcurrentModification);
}

#[test]
fn undo_after_a_failed_transaction_restores_everything() {
    let mut desk = Desk::new();
    let before = desk.document.clone();
    let tile = desk.tile.clone();
    let plan = commands::split(&desk.document, &mut desk.ids, &tile, Direction::Vertical).expect("fits");
    let batch = Batch { id: desk.ids.batch(), ops: plan.ops, precondition: None };
    let applied = desk.document.apply(&batch, &desk.ada).expect("fits");
    assert!(applied.touched.contains(&(&tile).into()));
    desk.document.undo(applied);
    assert_eq!(desk.document, before);
}

#[test]
fn batches_no_command_would_write_are_refused() {
    let mut desk = Desk::new();
    let (ada, bob) = (desk.ada.clone(), user("bob"));
    let (a, root) = (desk.tile.clone(), desk.root.clone());
    let b = desk.split(&a, Direction::Vertical);
    let c = desk.split(&b, Direction::Horizontal);
    let tab = desk.add(Placement::end(c.clone()));
    let inner = desk.document.node(&c).expect("there").parent.clone();
    let other = desk.ids.workspace();
    let others =
        commands::create_workspace(&desk.document, &mut desk.ids, other, bob.clone(), "Bob's").expect("fits");
    must(&mut desk.document, &mut desk.ids, &bob, others.ops);
    let set = |id: leapmux_layout::EntityId, fields: Fields| vec![Op::Set { id, fields }];
    let parent = |p: leapmux_layout::EntityId| Fields { parent: Some(p), ..Fields::default() };
    let shape = |s: Shape| Fields { shape: Some(s), ..Fields::default() };
    let node: NodeId = desk.ids.node();
    let leaf = Fields {
        parent: Some((&a).into()),
        rank: Some(Rank::middle()),
        shape: Some(Shape::Leaf),
        ..Fields::default()
    };
    let cases = vec![
        ("nothing", vec![], Code::Invalid),
        (
            "somebody else's",
            set((&others.answer.tile).into(), parent((&root).into())),
            Code::PermissionDenied,
        ),
        (
            "into somebody else's",
            set((&tab).into(), parent((&others.answer.tile).into())),
            Code::PermissionDenied,
        ),
        ("a cycle", set(inner.clone(), parent(inner.clone())), Code::BadParent),
        ("a tab on a split", set((&tab).into(), parent(inner.clone())), Code::BadParent),
        ("a node on a leaf", vec![Op::Create { id: (&node).into(), fields: leaf }], Code::BadParent),
        ("a leaf with children", set(inner.clone(), shape(Shape::Leaf)), Code::BadParent),
        ("a grid of the wrong size", set(inner.clone(), shape(Shape::grid(2, 2))), Code::GridCell),
        ("a root that moves", set((&root).into(), parent(inner.clone())), Code::LastTile),
        ("a full tile removed", vec![Op::Remove { id: (&c).into() }], Code::NotEmpty),
        ("what is not there", vec![Op::Remove { id: (&node).into() }], Code::NotFound),
        (
            "an owner",
            set((&desk.workspace).into(), Fields { owner: Some(bob), ..Fields::default() }),
            Code::Invalid,
        ),
        (
            "no title",
            set((&desk.workspace).into(), Fields { title: Some(" ".into()), ..Fields::default() }),
            Code::Invalid,
        ),
        (
            "no number",
            set((&a).into(), Fields { weight: Some(f64::NAN), ..Fields::default() }),
            Code::Invalid,
        ),
    ];
    for (what, ops, code) in cases {
        let before = desk.document.clone();
        assert_eq!(desk.apply(ops, &ada), Err(code), "{what}");
        assert_eq!(desk.document, before, "{what} leaves no trace");
    }
}

#[test]
fn nesting_is_bounded() {
    let mut desk = Desk::new();
    let mut tile = desk.tile.clone();
    let mut refused = None;
    for i in 0..100 {
        let direction = if i % 2 == 0 { Direction::Vertical } else { Direction::Horizontal };
        let plan = commands::split(&desk.document, &mut desk.ids, &tile, direction).expect("plannable");
        let ada = desk.ada.clone();
        refused = desk.apply(plan.ops, &ada).err();
        if refused.is_some() {
            break;
        }
        tile = plan.answer.new;
    }
    assert_eq!(refused, Some(Code::LimitExceeded));
}
