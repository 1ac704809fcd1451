//! Every limit of chapter 12, each at its edge.

use std::time::Duration;

use leapmux_relay::{Intake, Limits};
use leapmux_types::Millis;

use crate::world::{World, accept, data, open, worker};

#[test]
fn channels_are_counted_per_socket_user_and_worker() {
    let limits =
        Limits { channels_per_socket: 2, channels_per_user: 3, channels_per_worker: 4, ..Limits::default() };
    let mut world = World::new(limits);
    let host = world.worker(1);
    let (first, second, stranger) = (world.client(1), world.client(1), world.client(2));
    for number in 1..=3 {
        world.send(first, &open(number, &worker(1))).expect("fine");
    }
    world.allow();
    assert_eq!(world.received(first), ["reject 3 too_many_channels"]);
    world.send(second, &open(1, &worker(1))).expect("fine");
    world.send(second, &open(2, &worker(1))).expect("fine");
    world.allow();
    assert_eq!(world.received(second), ["reject 2 too_many_channels"]);
    world.send(stranger, &open(1, &worker(1))).expect("fine");
    world.send(stranger, &open(2, &worker(1))).expect("fine");
    world.allow();
    assert_eq!(world.received(stranger), ["reject 2 too_many_channels"]);
    assert_eq!(world.received(host).len(), 4);
}

#[test]
fn opens_have_a_burst_and_a_rate_per_worker() {
    let limits = Limits { open_burst: 2, open_interval: Duration::from_secs(2), ..Limits::default() };
    let mut world = World::new(limits);
    let client = world.client(1);
    for number in 1..=3 {
        world.send(client, &open(number, &worker(1))).expect("fine");
    }
    assert_eq!(world.received(client), ["reject 3 rate_limited"]);
    world.send(client, &open(4, &worker(2))).expect("another Worker has its own budget");
    world.pass(2_000);
    world.send(client, &open(5, &worker(1))).expect("fine");
    assert_eq!(world.asked.len(), 4);
}

#[test]
fn a_fast_sender_is_read_later_and_nothing_is_dropped() {
    let limits = Limits { bytes_burst: 1_000, bytes_per_second: 1_000, ..Limits::default() };
    let (mut world, client, host) = World::opened(limits);
    world.pass(10_000);
    let frame = data(1, 1, 495);
    assert_eq!(world.send(client, &frame), Ok(Intake::Continue));
    assert_eq!(world.send(client, &frame), Ok(Intake::Continue));
    let until = Millis(world.now.0 + 500);
    assert_eq!(world.send(client, &frame), Ok(Intake::PauseUntil(until)));
    let sibling = world.client(1);
    let ping = crate::world::frame(0, leapmux_types::relay_frame::Body::Ping([0; 8]));
    assert!(matches!(world.send(sibling, &ping), Ok(Intake::PauseUntil(_))), "the rate is the user's");
    assert_eq!(world.received(host).len(), 3);
}

#[test]
fn a_reader_that_does_not_keep_up_loses_its_channel_on_both_legs() {
    let limits = Limits { channel_queue: 1_000, ..Limits::default() };
    let (mut world, client, host) = World::opened(limits);
    world.send(host, &data(1, 1, 600)).expect("fine");
    world.send(host, &data(1, 2, 600)).expect("fine");
    assert_eq!(world.received(client), ["close 1 overload"]);
    assert_eq!(world.received(host), ["close 1 overload"]);
}

#[test]
fn one_leg_holds_only_so_much_for_all_its_channels() {
    let limits = Limits { leg_queue: 1_500, ..Limits::default() };
    let (mut world, client, host) = World::opened(limits);
    world.send(client, &open(2, &worker(1))).expect("fine");
    world.allow();
    world.received(host);
    world.send(host, &accept(2)).expect("fine");
    world.received(client);
    world.send(host, &data(1, 1, 1_000)).expect("fine");
    world.send(host, &data(2, 2, 1_000)).expect("fine");
    assert_eq!(world.received(client), ["data 1 1", "close 2 overload"]);
}

#[test]
fn an_open_without_accept_times_out_and_an_accepted_one_does_not() {
    let mut world = World::new(Limits::default());
    let (client, host) = (world.client(1), world.worker(1));
    for number in 1..=3 {
        world.send(client, &open(number, &worker(1))).expect("fine");
    }
    let unanswered = world.asked.pop().expect("three questions");
    world.allow();
    world.received(host);
    world.send(host, &accept(1)).expect("fine");
    world.pass(14_999);
    assert_eq!(world.received(client), ["accept 1"]);
    world.pass(1);
    assert_eq!(world.received(client), ["reject 2 timeout", "reject 3 timeout"]);
    assert_eq!(world.received(host), ["close 2 timeout"]);
    world.asked.push(unanswered);
    world.allow();
    assert!(world.received(host).is_empty(), "an answer that comes too late opens nothing");
    world.pass(30_000);
    assert_eq!(world.relay.channel_count(), 0, "the silent client is dropped in the end");
}

#[test]
fn a_silent_client_is_pinged_once_and_then_dropped() {
    let mut world = World::new(Limits::default());
    let client = world.client(1);
    world.pass(19_000);
    assert!(world.received(client).is_empty());
    world.pass(20_000);
    assert_eq!(world.received(client), ["ping"]);
    world
        .send(client, &crate::world::frame(0, leapmux_types::relay_frame::Body::Pong([0; 8])))
        .expect("alive");
    world.pass(40_000);
    assert_eq!(world.received(client), ["ping"]);
    world.pass(11_000);
    assert_eq!(world.hangups.len(), 1);
    world.pass(3_600_000);
    assert_eq!(world.relay.poll_timeout(), None, "an empty relay waits for nothing");
}
