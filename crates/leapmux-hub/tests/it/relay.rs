//! The relay in motion: legs wake each other, doors open for owners, grants follow workspaces.

use leapmux_hub::Leg;
use leapmux_types::relay_frame::{Body, Direction, Open, RelayFrame};
use leapmux_types::{ChannelUid, Code};

use crate::world::{World, caller, org, worker, workspace};

fn open(channel: u32, to: u128) -> Vec<u8> {
    let to = worker(to);
    let open = Open {
        suite: 2,
        channel_uid: ChannelUid([1; 16]),
        key_id: [0; 8],
        worker_id: to.as_str(),
        msg1: &[1; 56],
    };
    RelayFrame { channel, body: Body::Open(open) }.encode()
}
async fn heard(leg: &Leg, direction: Direction) -> String {
    let frame = leg.next().await;
    match RelayFrame::parse(direction, &frame).expect("well formed").body {
        Body::WorkerOpen(open) => format!("open {}", String::from_utf8_lossy(open.grant)),
        Body::Grant(grant) => format!("grant {}", String::from_utf8_lossy(grant)),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn an_owner_reaches_the_worker_and_a_stranger_does_not() {
    let world = World::new().await;
    world.workspaces.create(&caller(1), &org(1), &workspace(5), "Five").await.expect("created");
    let host = world.relay.connect_worker(&worker(1));
    let (owner, stranger) = (world.relay.connect_client(&caller(1)), world.relay.connect_client(&caller(2)));
    owner.receive(&open(1, 1)).expect("fine");
    let expected = format!("open {} true [{}]", caller(1).user, workspace(5));
    assert_eq!(heard(&host, Direction::HubToWorker).await, expected);
    stranger.receive(&open(1, 1)).expect("fine");
    let refused = heard(&stranger, Direction::HubToClient).await;
    assert!(refused.starts_with("Reject(not_allowed"), "{refused}");
    stranger.receive(&open(2, 99)).expect("fine");
    assert_eq!(heard(&stranger, Direction::HubToClient).await, refused, "an unknown Worker looks the same");
}

#[tokio::test]
async fn a_worker_knows_a_workspace_before_its_creator_is_answered() {
    let world = World::new().await;
    let (host, client) = (world.relay.connect_worker(&worker(1)), world.relay.connect_client(&caller(1)));
    client.receive(&open(1, 1)).expect("fine");
    assert!(heard(&host, Direction::HubToWorker).await.ends_with("[]"));
    let accept = RelayFrame { channel: 1, body: Body::Accept { msg2: &[2; 56] } }.encode();
    host.receive(&accept).expect("fine");
    world.workspaces.create(&caller(1), &org(1), &workspace(5), "Five").await.expect("created");
    let waiting = host.try_next().expect("the grant is queued already");
    let frame = RelayFrame::parse(Direction::HubToWorker, &waiting).expect("well formed");
    let Body::Grant(grant) = frame.body else { panic!("{frame:?}") };
    assert!(String::from_utf8_lossy(grant).contains(workspace(5).as_str()));
    world.workspaces.rename(&caller(1), &workspace(5), "V").await.expect("renamed");
    assert!(host.try_next().is_none(), "a new title changes nobody's rights");
    world.workspaces.delete(&caller(1), &workspace(5)).await.expect("deleted");
    assert!(heard(&host, Direction::HubToWorker).await.ends_with("[]"));
}

#[tokio::test]
async fn a_dropped_leg_and_a_replaced_one_end() {
    let world = World::new().await;
    let older = world.relay.connect_worker(&worker(1));
    let client = world.relay.connect_client(&caller(1));
    client.receive(&open(1, 1)).expect("fine");
    heard(&older, Direction::HubToWorker).await;
    let newer = world.relay.connect_worker(&worker(1));
    assert_eq!(older.failed().await.code, Code::GOING_AWAY);
    let told = heard(&client, Direction::HubToClient).await;
    assert!(told.starts_with("Reject(worker_offline"), "{told}");
    drop(older);
    client.receive(&open(2, 1)).expect("fine");
    assert!(heard(&newer, Direction::HubToWorker).await.starts_with("open"));
    drop(client);
    let told = heard(&newer, Direction::HubToWorker).await;
    assert!(told.starts_with("Close(going_away"), "{told}");
    assert_eq!((world.relay.stats().legs, world.relay.stats().channels), (1, 0));
}

#[tokio::test]
async fn a_waiting_task_is_woken_by_the_other_legs_frame() {
    let world = World::new().await;
    let host = world.relay.connect_worker(&worker(1));
    let client = world.relay.connect_client(&caller(1));
    let waiting = tokio::spawn(async move {
        let told = heard(&host, Direction::HubToWorker).await;
        (host, told)
    });
    tokio::task::yield_now().await;
    client.receive(&open(1, 1)).expect("fine");
    let (_host, told) = waiting.await.expect("no panic");
    assert!(told.starts_with("open"), "{told}");
}
