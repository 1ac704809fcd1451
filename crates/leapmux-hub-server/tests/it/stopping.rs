//! The end: everybody is told, what is under way is finished, the database is whole.

use leapmux_proto_hub::leapmux::hub::v1::__buffa::oneof::org_event::Event;
use leapmux_proto_hub::leapmux::hub::v1::OrgEvent;
use leapmux_proto_hub::leapmux::relay::v1::__buffa::oneof::hub_frame;
use leapmux_types::relay_frame::{Body, Direction, RelayFrame};

use buffa::Message;

use crate::hub::{FakeWorker, TestHub, binary};

#[tokio::test]
async fn clients_and_workers_are_told_to_come_back() {
    let hub = TestHub::start().await;
    let org = hub.org().await;
    let mut relay = hub.relay_socket().await;
    let mut events = hub.socket(&format!("/ws/orgevents?org={org}"), None).await.expect("it opens");
    binary(&mut events).await.expect("a snapshot");
    let mut worker = FakeWorker::connect(&hub).await;
    binary(&mut events).await.expect("the worker came");
    let TestHub { running, addr, dir } = hub;
    let stopping = tokio::spawn(running.shutdown());

    let mut goaway = None;
    while let Some(bytes) = binary(&mut relay).await {
        if let Ok(RelayFrame { body: Body::GoAway { retry_after_ms }, .. }) =
            RelayFrame::parse(Direction::HubToClient, &bytes)
        {
            goaway = Some(retry_after_ms);
        }
    }
    assert_eq!(goaway, Some(1_000));
    let mut notice = None;
    while let Some(bytes) = binary(&mut events).await {
        if let Some(Event::Notice(said)) = OrgEvent::decode_from_slice(&bytes).expect("an event").event {
            notice = Some(said.code);
        }
    }
    assert_eq!(notice.as_deref(), Some("going_away"));
    let mut retry = None;
    while let Ok(Some(said)) = worker.heard().await {
        if let hub_frame::Body::GoAway(away) = said {
            retry = Some(away.retry_after_ms);
        }
    }
    assert_eq!(retry, Some(10_000));
    drop((relay, events, worker));
    stopping.await.expect("no panic").expect("the database closes");
    assert!(tokio::net::TcpStream::connect(addr).await.is_err(), "the port is free");
    let log = std::fs::metadata(dir.path().join("hub.db-wal")).map_or(0, |found| found.len());
    assert_eq!(log, 0, "the log was taken into the database");
}
