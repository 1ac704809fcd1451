//! Every bound of a session that is not about one stream's window, on both sides of it.

use leapmux_channel::limits::{CONTROL_QUEUE_MAX, EVENT_QUEUE_MAX, MAX_STREAMS};
use leapmux_channel::{Class, Closed, Code, Event, Kind, Millis, OpenError, Session};

use crate::pair::{Pair, frame, open_frame};

fn hears(session: &mut Session, record: &[u8]) -> Result<(), Closed> {
    session.handle_record(record, Millis(1))
}

#[test]
fn rule_3_a_client_has_256_streams_at_once() {
    let mut pair = Pair::ready();
    let open = |client: &mut Session| client.open(Class::Normal, Kind::Messages, "m", None);
    let ids: Vec<_> = (0..MAX_STREAMS).map(|_| open(&mut pair.client).expect("within the limit")).collect();
    assert_eq!(open(&mut pair.client), Err(OpenError::TooManyStreams));
    pair.settle();
    pair.worker.reset(ids[7], Code::CANCELLED, "");
    pair.settle();
    open(&mut pair.client).expect("one place is free");
    pair.settle();
    assert!(pair.worker.is_ready());
}

#[test]
fn rule_3_a_worker_refuses_the_257th() {
    let mut pair = Pair::ready();
    for n in 0..u32::from(MAX_STREAMS) {
        let record = pair.client.seal_raw(&open_frame(2 * n + 1, 9, b""));
        hears(&mut pair.worker, &record).expect("within the limit");
    }
    let record = pair.client.seal_raw(&open_frame(513, 9, b"x"));
    hears(&mut pair.worker, &record).expect("refused, not an error");
    let reply = pair.worker.poll_transmit(Millis(1)).expect("RESET");
    assert!(pair.client.open_raw(&reply).starts_with(&[0x13, 0, 0, 18, 0, 0, 2, 1, 0, 26]));
    let opened =
        std::iter::from_fn(|| pair.worker.poll_event()).filter(|event| matches!(event, Event::Opened { .. }));
    assert_eq!(opened.count(), usize::from(MAX_STREAMS));
}

#[test]
fn methods_have_1_to_255_bytes() {
    let mut pair = Pair::ready();
    let mut open = |method: &str| {
        pair.client.open(Class::Interactive, Kind::Messages, method, Some((&[0; 4_096], true)))
    };
    assert_eq!(open(""), Err(OpenError::Method));
    assert_eq!(open(&"m".repeat(256)), Err(OpenError::Method));
    assert!(open(&"m".repeat(255)).is_ok());
    pair.settle();
    assert!(pair.worker.is_ready());
    assert!(
        pair.worker_saw
            .iter()
            .any(|event| matches!(event, Event::Message { bytes, .. } if bytes.len() == 4_096))
    );
}

#[test]
fn a_peer_that_makes_us_owe_too_many_answers_is_closed() {
    let mut pair = Pair::ready();
    let pings: Vec<u8> = (0..500).flat_map(|_| frame(4, 0, 0, &[0; 8])).collect();
    let mut heard = Ok(());
    let mut sent = 0;
    while heard.is_ok() {
        let record = pair.client.seal_raw(&pings);
        heard = hears(&mut pair.worker, &record);
        sent += 500;
    }
    assert_eq!(heard.expect_err("closed").code, Code::OVERLOAD);
    assert!((CONTROL_QUEUE_MAX..CONTROL_QUEUE_MAX + 1_000).contains(&sent), "{sent}");
}

#[test]
fn a_driver_that_does_not_listen_is_closed() {
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&open_frame(1, 9, b""));
    hears(&mut pair.worker, &record).expect("good");
    let empty_messages: Vec<u8> = (0..2_000).flat_map(|_| frame(0x11, 1, 1, b"")).collect();
    let mut heard = Ok(());
    let mut sent = 0;
    while heard.is_ok() {
        let record = pair.client.seal_raw(&empty_messages);
        heard = hears(&mut pair.worker, &record);
        sent += 2_000;
    }
    assert_eq!(heard.expect_err("closed").code, Code::OVERLOAD);
    assert!((EVENT_QUEUE_MAX..EVENT_QUEUE_MAX + 4_000).contains(&sent), "{sent}");
}

#[test]
fn rule_10_3_what_rides_in_open_frames_counts_against_the_budget() {
    let mut pair = Pair::ready();
    let open =
        |client: &mut Session| client.open(Class::Normal, Kind::Messages, "m", Some((&[0; 4_000], true)));
    let ids: Vec<_> = (0..100).map(|_| open(&mut pair.client).expect("open")).collect();
    while pair.client.poll_transmit(pair.now).is_some() {}
    let waiting: usize = ids.iter().map(|id| pair.client.queued(*id)).sum();
    assert_eq!(100 * 4_000 - waiting, 64 * 1024, "what left before any ACK");
    let key = pair.client.open(Class::Interactive, Kind::Messages, "k", Some((b"k", true))).expect("open");
    assert!(pair.client.poll_transmit(pair.now).is_some(), "class 1 is exempt");
    assert_eq!(pair.client.queued(key), 0);
}

#[test]
fn rule_12_a_client_that_typed_and_heard_nothing_pings_then_gives_up() {
    let mut pair = Pair::ready();
    let id = pair.client.open(Class::Interactive, Kind::Messages, "terminal.input", None).expect("open");
    pair.settle();
    pair.now = Millis(1_000);
    pair.client.send(id, b"k", false).expect("open");
    assert!(pair.client.poll_transmit(pair.now).is_some(), "the key leaves and is lost");
    assert_eq!(pair.client.poll_timeout(), Some(Millis(6_000)));
    pair.client.handle_timeout(Millis(5_999));
    assert_eq!(pair.client.poll_transmit(Millis(5_999)), None);
    pair.client.handle_timeout(Millis(6_000));
    assert!(pair.client.poll_transmit(Millis(6_000)).is_some(), "PING");
    assert_eq!(pair.client.poll_timeout(), Some(Millis(16_000)));
    pair.client.handle_timeout(Millis(16_000));
    let closed = pair.client.closed().expect("given up");
    assert_eq!((closed.code, closed.by_peer), (Code::CHANNEL_LOST, false));
}

#[test]
fn rule_12_any_record_of_the_worker_calms_a_client_that_typed() {
    let mut pair = Pair::ready();
    let id = pair.client.open(Class::Interactive, Kind::Messages, "terminal.input", None).expect("open");
    pair.settle();
    pair.client.send(id, b"k", false).expect("open");
    pair.settle();
    pair.wait_until(1_000_000);
    assert!(pair.client.is_ready());
}

#[test]
fn rule_11_no_record_is_sealed_or_opened_at_the_last_counter() {
    let mut pair = Pair::ready();
    pair.client.jump(u64::from(u32::MAX) - 1);
    pair.worker.jump(u64::from(u32::MAX) - 1);
    pair.client.ping();
    let last = pair.client.poll_transmit(Millis(1)).expect("one is left");
    hears(&mut pair.worker, &last).expect("the last one");
    pair.client.ping();
    assert_eq!(pair.client.poll_transmit(Millis(1)), None);
    assert_eq!(pair.client.closed().map(|closed| closed.code), Some(Code::REKEY_FAILED));
    assert_eq!(hears(&mut pair.worker, &last).expect_err("exhausted").code, Code::DECRYPT_FAILED);
}
