//! Frames from a browser's socket to a Worker's stream and back, as raw bytes.

use leapmux_proto_hub::leapmux::relay::v1::__buffa::oneof::relay_event;
use leapmux_proto_hub::leapmux::relay::v1::{ChannelGrant, RelayEvent};
use leapmux_types::relay_frame::{Body, Direction, Ending, Open, RelayFrame};
use leapmux_types::{ChannelUid, Code, WorkerId};

use buffa::Message;
use futures::SinkExt;
use tokio_tungstenite::tungstenite::Message as SocketMessage;

use crate::hub::{FakeWorker, Socket, TestHub, binary, send_binary};

fn open(channel: u32, to: &WorkerId) -> Vec<u8> {
    let open = Open {
        suite: 2,
        channel_uid: ChannelUid([1; 16]),
        key_id: [2; 8],
        worker_id: to.as_str(),
        msg1: &[3; 56],
    };
    RelayFrame { channel, body: Body::Open(open) }.encode()
}
fn frame(channel: u32, body: Body<'_>) -> Vec<u8> {
    RelayFrame { channel, body }.encode()
}
/// The next frame that is no event.
async fn told(socket: &mut Socket) -> Option<Vec<u8>> {
    loop {
        let bytes = binary(socket).await?;
        if !matches!(
            RelayFrame::parse(Direction::HubToClient, &bytes),
            Ok(RelayFrame { body: Body::Event(_), .. })
        ) {
            return Some(bytes);
        }
    }
}

#[tokio::test]
async fn a_channel_opens_with_grant_and_token_and_carries_records_unchanged() {
    let hub = TestHub::start().await;
    let id = hub.running.local_worker().expect("a solo Hub has one").id.clone();
    let mut worker = FakeWorker::connect(&hub).await;
    let mut socket = hub.relay_socket().await;
    send_binary(&mut socket, open(9, &id)).await;
    let opened = worker.frame().await.expect("OPEN");
    let RelayFrame { channel, body } =
        RelayFrame::parse(Direction::HubToWorker, &opened).expect("well formed");
    let Body::WorkerOpen(opened) = body else { panic!("{body:?}") };
    let grant = ChannelGrant::decode_from_slice(opened.grant).expect("a grant");
    assert!(
        grant.worker_owner && grant.user_id.starts_with("usr_") && grant.org_ids.len() == 1,
        "{}",
        grant.user_id
    );
    assert_eq!((grant.token.len(), opened.msg1), (32, &[3; 56][..]));

    worker.send_frame(frame(channel, Body::Accept { msg2: &[4; 56] })).await;
    let accepted = told(&mut socket).await.expect("ACCEPT");
    let expected = Body::Accepted { token: grant.token.try_into().expect("32 bytes"), msg2: &[4; 56] };
    assert_eq!(
        RelayFrame::parse(Direction::HubToClient, &accepted),
        Ok(RelayFrame { channel: 9, body: expected })
    );

    for size in [24, 1_000, 16_400] {
        let record = vec![size as u8; size];
        send_binary(&mut socket, frame(9, Body::Data(&record))).await;
        assert_eq!(worker.frame().await, Some(frame(channel, Body::Data(&record))));
        worker.send_frame(frame(channel, Body::Data(&record))).await;
        assert_eq!(told(&mut socket).await, Some(frame(9, Body::Data(&record))));
    }
    drop(socket);
    let ended = worker.frame().await.expect("CLOSE");
    let ending = Ending { code: Code::GOING_AWAY, reason: "the client disconnected" };
    assert_eq!(ended, frame(channel, Body::Close(ending)));
}

#[tokio::test]
async fn many_records_each_way_arrive_whole_and_in_order() {
    const RECORDS: u32 = 300;
    let hub = TestHub::start().await;
    let id = hub.running.local_worker().expect("a solo Hub has one").id.clone();
    let mut worker = FakeWorker::connect(&hub).await;
    let mut socket = hub.relay_socket().await;
    send_binary(&mut socket, open(1, &id)).await;
    worker.frame().await.expect("OPEN");
    worker.send_frame(frame(1, Body::Accept { msg2: &[4; 56] })).await;
    told(&mut socket).await.expect("ACCEPT");
    let record = |n: u32| {
        let mut record = vec![0; 24 + (n as usize * 97) % 16_000];
        record[..4].copy_from_slice(&n.to_be_bytes());
        frame(1, Body::Data(&record))
    };
    let (mut sink, source) = futures::StreamExt::split(socket);
    let up = async {
        for n in 0..RECORDS {
            sink.send(SocketMessage::Binary(record(n).into())).await.expect("it takes it");
        }
    };
    let at_worker = async {
        for n in 0..RECORDS {
            let next = worker.frame().await.expect("it goes on");
            assert!(next == record(n), "record {n}");
            worker.send_frame(next).await;
        }
    };
    let down = async {
        let mut source = source;
        let mut n = 0;
        while n < RECORDS {
            let message =
                futures::StreamExt::next(&mut source).await.expect("it goes on").expect("well formed");
            if let SocketMessage::Binary(bytes) = message {
                assert!(bytes[..] == record(n)[..], "record {n}");
                n += 1;
            }
        }
    };
    tokio::join!(up, at_worker, down);
}

#[tokio::test]
async fn an_absent_worker_is_a_reject_and_its_coming_is_told() {
    let hub = TestHub::start().await;
    let id = hub.running.local_worker().expect("a solo Hub has one").id.clone();
    let mut socket = hub.relay_socket().await;
    send_binary(&mut socket, open(1, &id)).await;
    let offline = Ending { code: Code::WORKER_OFFLINE, reason: "worker is offline" };
    assert_eq!(told(&mut socket).await, Some(frame(1, Body::Reject(offline))));
    for online in [true, false] {
        let worker = if online { Some(FakeWorker::connect(&hub).await) } else { None };
        let bytes = binary(&mut socket).await.expect("an event");
        let RelayFrame { body: Body::Event(event), .. } =
            RelayFrame::parse(Direction::HubToClient, &bytes).expect("well formed")
        else {
            panic!("no event")
        };
        let Some(relay_event::Event::WorkerStatus(status)) =
            RelayEvent::decode_from_slice(event).expect("an event").event
        else {
            panic!("no status")
        };
        assert_eq!((status.worker_id, status.online), (id.to_string(), online));
        drop(worker);
    }
}

#[tokio::test]
async fn a_newer_stream_of_the_worker_ends_the_older_one() {
    let hub = TestHub::start().await;
    let mut older = FakeWorker::connect(&hub).await;
    let _newer = FakeWorker::connect(&hub).await;
    assert_eq!(older.frame().await, None);
    let org = hub.org().await;
    let listed =
        hub.ask("leapmux.hub.v1.WorkerService/ListWorkers", serde_json::json!({ "orgId": org })).await;
    assert_eq!(listed["workers"][0]["online"], true);
}

#[tokio::test]
async fn text_and_nonsense_end_the_socket() {
    let hub = TestHub::start().await;
    for message in [
        SocketMessage::text("hello"),
        SocketMessage::binary(vec![0xff; 10]),
        SocketMessage::binary(vec![4; 70_000]),
    ] {
        let mut socket = hub.relay_socket().await;
        socket.send(message).await.expect("it takes it");
        assert_eq!(told(&mut socket).await, None);
    }
}

#[tokio::test]
async fn a_user_has_only_so_many_sockets() {
    let hub = TestHub::with(|config| leapmux_hub_server::HubConfig { sockets_per_user: 2, ..config }).await;
    let first = hub.relay_socket().await;
    let _second = hub.relay_socket().await;
    let refused = hub.socket("/ws/channel", Some("leapmux.relay.v1")).await.expect_err("two are open");
    assert!(refused.to_string().contains("429"), "{refused}");
    drop(first);
}
