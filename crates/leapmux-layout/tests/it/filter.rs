//! What a reader is told about what it may see, and nothing else.

use leapmux_layout::commands::{self, NewTab, Placement};
use leapmux_layout::{Document, EntityId, Ids, Op, Step, TabKind};
use leapmux_types::{NodeId, TabId, WorkspaceId};

use crate::world::{must, sight, user};

struct Scene {
    document: Document,
    ids: Ids,
    open: (WorkspaceId, NodeId),
    closed: (WorkspaceId, NodeId),
    tab: TabId,
}

/// Ada's two workspaces, a tab in the one that is not shared.
fn scene() -> Scene {
    let (mut document, mut ids, ada) = (Document::default(), Ids::new(1 << 90), user("ada"));
    let create = |document: &mut Document, ids: &mut Ids| {
        let id = ids.workspace();
        let plan = commands::create_workspace(document, ids, id, user("ada"), "W").expect("fits");
        must(document, ids, &user("ada"), plan.ops);
        (plan.answer.workspace, plan.answer.tile)
    };
    let (open, closed) = (create(&mut document, &mut ids), create(&mut document, &mut ids));
    let tab = ids.tab();
    let new = NewTab { id: tab.clone(), kind: TabKind::Terminal, worker: "wrk_1".parse().expect("an id") };
    let plan = commands::add_tab(&document, new, &Placement::end(closed.1.clone())).expect("fits");
    must(&mut document, &mut ids, &ada, plan.ops);
    Scene { document, ids, open, closed, tab }
}

fn move_to(scene: &mut Scene, tile: &NodeId) -> leapmux_layout::LogEntry {
    let plan = commands::move_tab(&scene.document, &scene.tab, &Placement::end(tile.clone())).expect("fits");
    must(&mut scene.document, &mut scene.ids, &user("ada"), plan.ops)
}

#[test]
fn a_tab_that_moves_into_sight_arrives_whole_and_leaves_by_name_only() {
    let mut scene = scene();
    let reader = sight(&user("bob"), std::slice::from_ref(&scene.open.0));
    let (open, closed) = (scene.open.1.clone(), scene.closed.1.clone());
    let tab: EntityId = (&scene.tab).into();

    let arrival = move_to(&mut scene, &open).filter(&reader).expect("visible");
    let [Step::EntityMaterialized { id, fields }] = arrival.steps.as_slice() else { panic!("{arrival:?}") };
    assert_eq!(
        (id, fields.kind, fields.parent.as_ref()),
        (&tab, Some(TabKind::Terminal), Some(&(&open).into()))
    );

    let leaving = move_to(&mut scene, &closed).filter(&reader).expect("visible");
    assert_eq!(leaving.steps, vec![Step::EntityRemoved { id: tab }]);
}

#[test]
fn what_happens_out_of_sight_is_no_event() {
    let mut scene = scene();
    let reader = sight(&user("bob"), std::slice::from_ref(&scene.open.0));
    let plan = commands::rename_workspace(&scene.document, &scene.closed.0, "Secret").expect("fits");
    let entry = must(&mut scene.document, &mut scene.ids, &user("ada"), plan.ops);
    assert_eq!(entry.filter(&reader), None);
    let owner = entry.filter(&sight(&user("ada"), &[])).expect("the owner sees it");
    assert!(matches!(owner.steps.as_slice(), [Step::Op(Op::Set { .. })]));
    assert_eq!((owner.rev, owner.after), (4, 3));
}

#[test]
fn a_snapshot_shows_only_what_is_shared() {
    let scene = scene();
    let seen = scene.document.snapshot_for(&sight(&user("bob"), std::slice::from_ref(&scene.open.0)));
    assert_eq!(seen.entities.len(), 3, "workspace, root, tile: {seen:?}");
    assert_eq!(scene.document.snapshot_for(&sight(&user("bob"), &[])).entities, vec![]);
}
