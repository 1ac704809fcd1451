//! The replica's rules one by one; all of them together are `convergence.rs`.

use leapmux_layout::commands::{self, Tabs};
use leapmux_layout::{
    Batch, Code, Direction, Document, Ids, MAX_PENDING, Op, Received, Replica, Snapshot, codec, project,
};
use leapmux_types::{NodeId, UserId, WorkspaceId};

use crate::world::{Hub, batch, check_trees, sight, user};

/// A Hub with one workspace of two halves, and two windows of its owner.
struct Scene {
    hub: Hub,
    ids: Ids,
    ada: UserId,
    workspace: WorkspaceId,
    left: NodeId,
    right: NodeId,
}

impl Scene {
    fn new() -> Self {
        let (mut hub, mut ids, ada) = (Hub::default(), Ids::new(3 << 90), user("ada"));
        let workspace = ids.workspace();
        let plan = commands::create_workspace(&hub.document, &mut ids, workspace.clone(), ada.clone(), "W");
        let plan = plan.expect("fits");
        let left = plan.answer.tile;
        submit(&mut hub, &batch(&mut ids, plan.ops)).expect("taken");
        let plan = commands::split(&hub.document, &mut ids, &left, Direction::Vertical).expect("fits");
        let right = plan.answer.new;
        submit(&mut hub, &batch(&mut ids, plan.ops)).expect("taken");
        Self { hub, ids, ada, workspace, left, right }
    }
    fn snapshot(&self) -> Snapshot {
        self.hub.document.snapshot_for(&sight(&self.ada, &[]))
    }
    fn window(&self) -> Replica {
        let mut replica = Replica::new(self.ada.clone());
        assert_eq!(replica.receive_snapshot(&self.snapshot()), Received::Applied);
        replica
    }
    fn rename(&mut self, document: &Document, title: &str) -> Batch {
        let plan = commands::rename_workspace(document, &self.workspace, title).expect("fits");
        batch(&mut self.ids, plan.ops)
    }
    fn close(&mut self, replica: &Replica, tile: &NodeId) -> Batch {
        let plan = commands::close_tile(replica.view(), tile, Tabs::Move).expect("fits");
        batch(&mut self.ids, plan.ops)
    }
    fn title(&self, replica: &Replica) -> String {
        project(replica.view(), &self.workspace, &self.ada).expect("there").title
    }
    fn event(&self, rev: u64) -> leapmux_layout::Event {
        let entry = self.hub.log.iter().find(|e| e.rev == rev).expect("logged");
        entry.filter(&sight(&self.ada, &[])).expect("visible")
    }
}

fn submit(hub: &mut Hub, batch: &Batch) -> Result<u64, Code> {
    hub.submit(&codec::encode_batch(batch), &user("ada")).1.map_err(|refusal| refusal.code)
}

#[test]
fn its_own_event_replaces_the_pending_batch() {
    let mut scene = Scene::new();
    let mut replica = scene.window();
    let mine = scene.rename(&replica.view().clone(), "Mine");
    replica.commit(mine.clone()).expect("fits");
    assert_eq!((scene.title(&replica).as_str(), replica.pending()), ("Mine", 1));
    let rev = submit(&mut scene.hub, &mine).expect("taken");
    assert_eq!(replica.receive(&scene.event(rev)), Received::Applied);
    assert_eq!((replica.pending(), replica.rev()), (0, rev));
    let theirs = scene.rename(&scene.hub.document.clone(), "Theirs");
    let rev = submit(&mut scene.hub, &theirs).expect("taken");
    replica.receive(&scene.event(rev));
    assert_eq!(scene.title(&replica), "Theirs");
}

#[test]
fn an_answer_before_its_event_keeps_the_change_in_view() {
    let mut scene = Scene::new();
    let mut replica = scene.window();
    let mine = scene.rename(&replica.view().clone(), "Mine");
    replica.commit(mine.clone()).expect("fits");
    let rev = submit(&mut scene.hub, &mine).expect("taken");
    replica.taken(&mine.id, rev);
    assert_eq!((scene.title(&replica).as_str(), replica.outbox().count(), replica.pending()), ("Mine", 0, 1));
    replica.receive_snapshot(&scene.snapshot());
    assert_eq!((scene.title(&replica).as_str(), replica.pending()), ("Mine", 0));
}

#[test]
fn a_refused_batch_leaves_no_trace_and_what_built_on_it_goes_too() {
    let mut scene = Scene::new();
    let mut replica = scene.window();
    let before = replica.view().clone();
    let plan =
        commands::split(replica.view(), &mut scene.ids, &scene.left, Direction::Horizontal).expect("fits");
    let first = batch(&mut scene.ids, plan.ops);
    replica.commit(first.clone()).expect("fits");
    let second = scene.close(&replica, &plan.answer.new);
    replica.commit(second.clone()).expect("fits");
    assert_eq!(replica.refused(&first.id), Some(first));
    assert_eq!(*replica.view(), before, "the second no longer fits and waits for its own refusal");
    assert_eq!(submit(&mut scene.hub, &second), Err(Code::NotFound));
    replica.refused(&second.id);
    assert_eq!((replica.pending(), replica.refused(&second.id)), (0, None));
}

#[test]
fn two_windows_cannot_close_the_last_two_tiles() {
    let mut scene = Scene::new();
    let (mut one, mut two) = (scene.window(), scene.window());
    let (left, right) = (scene.left.clone(), scene.right.clone());
    let close_left = scene.close(&one, &left);
    let close_right = scene.close(&two, &right);
    one.commit(close_left.clone()).expect("fits");
    two.commit(close_right.clone()).expect("fits");
    let rev = submit(&mut scene.hub, &close_left).expect("taken");
    two.receive(&scene.event(rev));
    check_trees(two.view(), &scene.ada);
    assert_eq!(submit(&mut scene.hub, &close_right), Err(Code::LastTile));
    two.refused(&close_right.id);
    assert_eq!(two.view().leaves(two.view().root(&(&scene.workspace).into()).expect("a root")), vec![right]);
}

/// Each half is split again, so that closing leaves splits without any tile, one window at a time.
#[test]
fn closing_in_two_windows_down_to_empty_splits_is_refused_at_the_last_tile() {
    let mut scene = Scene::new();
    let mut tiles = vec![scene.left.clone(), scene.right.clone()];
    for tile in tiles.clone() {
        let plan =
            commands::split(&scene.hub.document, &mut scene.ids, &tile, Direction::Horizontal).expect("fits");
        tiles.push(plan.answer.new);
        let split = batch(&mut scene.ids, plan.ops);
        submit(&mut scene.hub, &split).expect("taken");
    }
    let windows: Vec<Replica> = tiles.iter().map(|_| scene.window()).collect();
    let closes: Vec<Batch> = windows.iter().zip(&tiles).map(|(w, tile)| scene.close(w, tile)).collect();
    let answers: Vec<_> = closes.iter().map(|close| submit(&mut scene.hub, close).err()).collect();
    assert_eq!(answers, vec![None, None, None, Some(Code::LastTile)]);
    check_trees(&scene.hub.document, &scene.ada);
}

#[test]
fn gaps_late_events_and_late_snapshots_are_told_apart() {
    let mut scene = Scene::new();
    let mut replica = Replica::new(scene.ada.clone());
    assert_eq!(replica.receive(&scene.event(1)), Received::Gap, "nothing before the first snapshot");
    let old = scene.snapshot();
    replica.receive_snapshot(&old);
    for title in ["A", "B"] {
        let rename = scene.rename(&scene.hub.document.clone(), title);
        submit(&mut scene.hub, &rename).expect("taken");
    }
    assert_eq!(replica.receive(&scene.event(4)), Received::Gap);
    assert_eq!(replica.receive(&scene.event(3)), Received::Applied);
    assert_eq!(replica.receive(&scene.event(3)), Received::Seen);
    assert_eq!(replica.receive(&scene.event(4)), Received::Applied);
    assert_eq!(replica.receive_snapshot(&old), Received::Seen);
    assert_eq!(scene.title(&replica), "B");
    replica.reset(&old);
    assert_eq!((scene.title(&replica).as_str(), replica.rev()), ("W", 2), "a Hub restored from a backup");
}

#[test]
fn pending_changes_are_bounded() {
    let mut scene = Scene::new();
    let mut replica = scene.window();
    let fill = |i: usize| format!("Title {i}");
    for i in 0..MAX_PENDING {
        let rename = scene.rename(&replica.view().clone(), &fill(i));
        replica.commit(rename).expect("room");
    }
    let rename = scene.rename(&replica.view().clone(), "One more");
    let refused = replica.commit(rename).expect_err("full");
    assert_eq!(refused.sentence, "You were offline too long; please repeat the change.");
}

#[test]
fn the_first_op_decides_nothing_alone() {
    let mut scene = Scene::new();
    let missing: NodeId = scene.ids.node();
    let mut ops = scene.rename(&scene.hub.document.clone(), "Half").ops;
    ops.push(Op::Remove { id: (&missing).into() });
    let half = batch(&mut scene.ids, ops);
    assert_eq!(submit(&mut scene.hub, &half), Err(Code::NotFound));
    assert_eq!(scene.title(&scene.window()), "W");
}
