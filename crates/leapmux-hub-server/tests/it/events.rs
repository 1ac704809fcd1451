//! The organization's event stream.

use buffa::Message;
use leapmux_layout::codec;
use leapmux_proto_hub::leapmux::hub::v1::__buffa::oneof::org_event::Event;
use leapmux_proto_hub::leapmux::hub::v1::{OrgEvent, PresenceReport};
use serde_json::json;

use crate::hub::{FakeWorker, Socket, TestHub, binary, send_binary};

async fn next(socket: &mut Socket) -> Option<Event> {
    OrgEvent::decode_from_slice(&binary(socket).await?).expect("an event").event
}

async fn create(hub: &TestHub, org: &str, id: &str) {
    let request = json!({ "orgId": org, "workspaceId": id, "title": id });
    hub.ask("leapmux.hub.v1.WorkspaceService/CreateWorkspace", request).await;
}

#[tokio::test]
async fn a_snapshot_then_every_change_then_what_was_missed() {
    let hub = TestHub::start().await;
    let org = hub.org().await;
    create(&hub, &org, "ws_1").await;
    let mut socket = hub.socket(&format!("/ws/orgevents?org={org}"), None).await.expect("it opens");
    let Some(Event::Materialized(whole)) = next(&mut socket).await else { panic!("no snapshot") };
    let snapshot = codec::decode_snapshot(&whole.snapshot).expect("readable");
    assert_eq!((whole.rev, snapshot.entities.len()), (2, 6));
    create(&hub, &org, "ws_2").await;
    let Some(Event::Batch(batch)) = next(&mut socket).await else { panic!("no change") };
    let event = codec::decode_event(&batch.event).expect("readable");
    assert_eq!((batch.rev, event.rev, event.after, event.steps.len()), (3, 3, 2, 3));
    create(&hub, &org, "ws_3").await;
    drop(socket);
    let mut again = hub.socket(&format!("/ws/orgevents?org={org}&since=3"), None).await.expect("it opens");
    let Some(Event::Batch(batch)) = next(&mut again).await else { panic!("nothing missed") };
    assert_eq!(batch.rev, 4);
}

#[tokio::test]
async fn workers_and_reports_of_presence() {
    let hub = TestHub::start().await;
    let org = hub.org().await;
    let mut socket = hub.socket(&format!("/ws/orgevents?org={org}"), None).await.expect("it opens");
    assert!(matches!(next(&mut socket).await, Some(Event::Materialized(_))));
    let worker = FakeWorker::connect(&hub).await;
    assert!(matches!(next(&mut socket).await, Some(Event::WorkersChanged(_))));
    worker.leave();
    assert!(matches!(next(&mut socket).await, Some(Event::WorkersChanged(_))));
    let report = PresenceReport { workspace_id: "ws_1".into(), ..Default::default() };
    send_binary(&mut socket, report.encode_to_vec()).await;
    create(&hub, &org, "ws_1").await;
    assert!(matches!(next(&mut socket).await, Some(Event::Batch(_))), "a report does not end the stream");
    send_binary(&mut socket, vec![0xff; 3]).await;
    assert_eq!(next(&mut socket).await, None);
}

#[tokio::test]
async fn strange_organizations_have_no_stream() {
    let hub = TestHub::start().await;
    for (path, status) in
        [("/ws/orgevents?org=org_9", "404"), ("/ws/orgevents?org=x", "400"), ("/ws/orgevents", "400")]
    {
        let refused = hub.socket(path, None).await.expect_err(path);
        assert!(refused.to_string().contains(status), "{path}: {refused}");
    }
}
