//! The life of a channel, rule by rule (channel rules, chapters 6 and 12).

use leapmux_relay::{Limits, Scope};
use leapmux_types::Code;
use leapmux_types::relay_frame::{Body, Direction, RelayFrame};

use crate::world::{GRANT, World, accept, close, data, frame, open, user, worker};

#[test]
fn open_carries_the_grant_and_accept_the_token() {
    let mut world = World::new(Limits::default());
    let (client, host) = (world.client(1), world.worker(1));
    world.send(client, &open(40, &worker(1))).expect("fine");
    assert_eq!((&world.asked[0].user, &world.asked[0].worker), (&user(1), &worker(1)));
    assert!(world.relay.poll_transmit(host).is_none(), "nothing before the grant");
    world.allow();
    let sent = world.relay.poll_transmit(host).expect("OPEN");
    let opened = RelayFrame::parse(Direction::HubToWorker, &sent).expect("well formed");
    let Body::WorkerOpen(open) = opened.body else { panic!("{opened:?}") };
    assert_eq!((open.grant, open.msg1, open.key_id, open.suite), (GRANT, &[1; 56][..], [9; 8], 2));
    world.send(host, &accept(opened.channel)).expect("fine");
    let sent = world.relay.poll_transmit(client).expect("ACCEPT");
    let accepted = RelayFrame::parse(Direction::HubToClient, &sent).expect("well formed");
    assert_eq!(accepted.channel, 40);
    assert_eq!(accepted.body, Body::Accepted { token: [5; 32], msg2: &[2; 56] });
}

#[test]
fn data_keeps_its_bytes_and_order_under_the_other_legs_number() {
    let (mut world, client, host) = World::opened(Limits::default());
    world.send(client, &open(7, &worker(1))).expect("fine");
    world.allow();
    world.send(host, &accept(2)).expect("fine");
    world.received(client);
    world.received(host);
    for fill in 1..=3 {
        world.send(client, &data(7, fill, 100)).expect("fine");
        world.send(host, &data(2, fill + 10, 100)).expect("fine");
    }
    assert_eq!(world.received(host), ["data 2 1", "data 2 2", "data 2 3"]);
    assert_eq!(world.received(client), ["data 7 11", "data 7 12", "data 7 13"]);
}

#[test]
fn a_close_follows_the_data_before_it_and_late_frames_vanish() {
    let (mut world, client, host) = World::opened(Limits::default());
    world.send(client, &data(1, 1, 24)).expect("fine");
    world.send(client, &close(1, Code::CANCELLED)).expect("fine");
    assert_eq!(world.received(host), ["data 1 1", "close 1 cancelled"]);
    world.send(host, &data(1, 9, 24)).expect("it was under way");
    world.send(client, &data(1, 9, 24)).expect("so was this");
    assert!(world.received(client).is_empty() && world.received(host).is_empty());
    assert_eq!(world.relay.channel_count(), 0);
}

#[test]
fn a_refused_or_offline_worker_is_a_reject() {
    let mut world = World::new(Limits::default());
    let client = world.client(1);
    world.send(client, &open(1, &worker(1))).expect("fine");
    world.allow();
    world.send(client, &open(2, &worker(1))).expect("fine");
    let asked = world.asked.pop().expect("one question");
    world.relay.refuse(asked.channel, Code::NOT_ALLOWED, "no");
    assert_eq!(world.received(client), ["reject 1 worker_offline", "reject 2 not_allowed"]);
}

#[test]
fn what_a_newer_client_asks_costs_the_channel_not_the_socket() {
    let mut world = World::new(Limits::default());
    let client = world.client(1);
    let mut newer = open(1, &worker(1));
    newer[5] = 9;
    world.send(client, &newer).expect("the socket lives");
    let mut suite = open(2, &worker(1));
    suite[6] = 9;
    world.send(client, &suite).expect("the socket lives");
    world.send(client, &open(3, &worker(1))[..60]).expect("the socket lives");
    let said = world.received(client);
    assert_eq!(said, ["reject 1 unsupported_version", "reject 2 unsupported_suite", "reject 3 bad_request"]);
}

#[test]
fn frames_out_of_turn_end_the_connection() {
    let world = || {
        let mut world = World::new(Limits::default());
        let (client, host) = (world.client(1), world.worker(1));
        (world, client, host)
    };
    let (mut w, client, _) = world();
    w.send(client, &data(1, 1, 24)).expect_err("the first frame is OPEN");
    w.send(client, &open(2, &worker(1))).expect_err("the leg is gone");
    let (mut w, client, _) = world();
    w.send(client, &open(5, &worker(1))).expect("fine");
    w.send(client, &open(5, &worker(1))).expect_err("used twice");
    let (mut w, client, _) = world();
    w.send(client, &frame(0, Body::Event(b"x"))).expect_err("not a client's frame");
    let (mut w, client, _) = world();
    w.send(client, &data(1, 1, 24)[..10]).expect_err("no record is this small");
    let (mut w, _, host) = world();
    w.send(host, &data(1, 1, 24)).expect_err("the Hub opens channels here");
    assert!(!w.relay.is_online(&worker(1)));
}

#[test]
fn data_before_accept_ends_the_channel() {
    let mut world = World::new(Limits::default());
    let (client, host) = (world.client(1), world.worker(1));
    world.send(client, &open(1, &worker(1))).expect("fine");
    world.allow();
    world.received(host);
    world.send(client, &data(1, 1, 24)).expect("the socket lives");
    assert_eq!(world.received(client), ["reject 1 protocol_error"]);
    assert_eq!(world.received(host), ["close 1 protocol_error"]);
}

#[test]
fn a_second_or_misshapen_accept_ends_the_channel() {
    let (mut world, client, host) = World::opened(Limits::default());
    world.send(host, &accept(1)).expect("the stream lives");
    assert_eq!(world.received(client), ["close 1 protocol_error"]);
    world.send(client, &open(2, &worker(1))).expect("fine");
    world.allow();
    world.received(host);
    world.send(host, &frame(2, Body::Accept { msg2: &[0; 1640] })).expect("the stream lives");
    assert_eq!(world.received(client), ["reject 2 handshake_failed"]);
}

#[test]
fn either_side_leaving_tells_the_other() {
    let (mut world, client, host) = World::opened(Limits::default());
    world.send(client, &open(2, &worker(1))).expect("fine");
    world.relay.disconnect(host, world.now);
    world.allow();
    assert_eq!(world.received(client), ["close 1 worker_offline", "reject 2 worker_offline"]);
    let (mut world, client, host) = World::opened(Limits::default());
    world.relay.disconnect(client, world.now);
    assert_eq!(world.received(host), ["close 1 going_away"]);
    assert_eq!(world.relay.channel_count(), 0);
}

#[test]
fn a_newer_stream_of_a_worker_replaces_the_older() {
    let (mut world, client, older) = World::opened(Limits::default());
    let newer = world.worker(1);
    assert_eq!(world.hangups[0].0, older);
    assert_eq!(world.received(client), ["close 1 worker_offline"]);
    world.relay.disconnect(older, world.now);
    assert!(world.relay.is_online(&worker(1)), "the older one's end is not the newer one's");
    world.send(client, &open(2, &worker(1))).expect("fine");
    world.allow();
    assert_eq!(world.received(newer), ["open 1"]);
}

#[test]
fn revoking_and_regranting_reach_the_right_channels() {
    let (mut world, client, host) = World::opened(Limits::default());
    let other = world.client(2);
    world.send(other, &open(1, &worker(1))).expect("fine");
    world.allow();
    world.send(host, &accept(2)).expect("fine");
    world.received(other);
    world.received(host);
    for live in world.relay.live_channels(&Scope::User(user(2))) {
        world.relay.regrant(live.channel, b"more");
    }
    assert_eq!(world.received(host), ["grant 2"]);
    world.relay.close(&Scope::User(user(1)), Code::REVOKED, "your access was withdrawn");
    assert_eq!(world.received(client), ["close 1 revoked"]);
    assert_eq!(world.received(host), ["close 1 revoked"]);
    world.relay.close(&Scope::Worker(worker(1)), Code::REVOKED, "deregistered");
    assert_eq!(world.received(other), ["close 1 revoked"]);
}

#[test]
fn control_frames_go_first_and_reach_whom_they_concern() {
    let (mut world, client, host) = World::opened(Limits::default());
    world.send(host, &data(1, 1, 100)).expect("fine");
    world.send(client, &frame(0, Body::Ping(*b"12345678"))).expect("fine");
    let other = world.client(2);
    let (one, now) = (user(1), world.now);
    world.relay.broadcast_event(|user| *user == one, b"event", now);
    world.relay.go_away(1_000, now);
    assert_eq!(world.received(client), ["pong", "event", "goaway", "data 1 1"]);
    assert_eq!(world.received(other), ["goaway"]);
    assert!(world.received(host).is_empty());
}
