//! Rule 10.1 and 10.2: calls, messages, bytes, windows and resets between two sessions.

use leapmux_channel::limits::{MAX_MESSAGE, SEND_LOW_WATER, SEND_QUEUE_MAX};
use leapmux_channel::{Class, Code, Event, Kind, Millis, OpenError, SendError, Session, StreamId};

use crate::pair::{Pair, frame, message, open_frame};

fn open(pair: &mut Pair, kind: Kind, first: Option<(&[u8], bool)>) -> StreamId {
    pair.client.open(Class::Normal, kind, "agents.send", first).expect("open")
}

fn closed_by(worker: &mut Session, record: &[u8]) -> Option<Code> {
    worker.handle_record(record, Millis(1)).err().map(|closed| closed.code)
}

#[test]
fn rule_10_1_a_call_and_its_answer() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Messages, Some((b"question", true)));
    pair.settle();
    pair.worker.send(id, b"answer", false).expect("open");
    pair.worker.send(id, b"", true).expect("open");
    pair.settle();
    let client_saw: Vec<Event> = pair.client_saw.drain(..).collect();
    assert_eq!(client_saw, [message(id, b"answer", false), message(id, b"", true), Event::Ended { id }]);
    assert_eq!(pair.client.send(id, b"late", false), Err(SendError::Closed), "both halves are done");
    assert_eq!(pair.worker.send(id, b"late", false), Err(SendError::Closed));
}

#[test]
fn rule_10_1_finish_ends_without_a_message() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Messages, None);
    pair.client.finish(id).expect("open");
    assert_eq!(pair.client.finish(id), Err(SendError::Finished));
    assert_eq!(pair.client.send(id, b"late", false), Err(SendError::Finished));
    pair.settle();
    assert!(matches!(pair.worker_saw[0], Event::Opened { .. }));
    assert_eq!(pair.worker_saw[1], Event::Ended { id });
    assert_eq!(pair.worker_saw.len(), 2);
}

#[test]
fn rule_10_1_messages_of_every_size_arrive_whole() {
    for size in [0, 1, 4_090, 4_096, 16_376, 16_377, 262_144, 262_145, 1_000_000, MAX_MESSAGE] {
        let mut pair = Pair::ready();
        let sent: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let id = open(&mut pair, Kind::Messages, Some((&sent, true)));
        let (_, worker_saw) = pair.settle_consuming();
        assert!(worker_saw.contains(&message(id, &sent, true)), "{size}");
        assert!(pair.worker.closed().is_none() && pair.client.closed().is_none(), "{size}");
    }
}

#[test]
fn rule_10_1_bytes_arrive_as_a_stream() {
    let mut pair = Pair::ready();
    let sent: Vec<u8> = (0..700_000_u32).map(|at| (at % 249) as u8).collect();
    let id = open(&mut pair, Kind::Bytes, Some((&sent[..10], false)));
    pair.client.send(id, &sent[10..], true).expect("open");
    let (_, worker_saw) = pair.settle_consuming();
    let mut got = Vec::new();
    for event in &worker_saw {
        if let Event::Bytes { bytes, .. } = event {
            got.extend_from_slice(bytes);
        }
    }
    assert!(got == sent);
    assert_eq!(worker_saw.last(), Some(&Event::Ended { id }));
}

#[test]
fn rule_10_1_a_reset_ends_both_directions_with_its_code() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Messages, Some((b"question", false)));
    pair.settle();
    pair.worker.reset(id, Code::application(5), "no such agent");
    pair.settle();
    let reset = Event::Reset { id, code: Code::application(5), reason: "no such agent".into() };
    assert_eq!(pair.client_saw.pop_back(), Some(reset));
    assert_eq!(pair.client.send(id, b"", true), Err(SendError::Closed));
    assert!(pair.client.is_ready() && pair.worker.is_ready(), "the channel lives on");
}

#[test]
fn rule_10_1_a_stream_reset_before_its_open_left_is_never_spoken_of() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Messages, Some((b"never mind", true)));
    pair.client.reset(id, Code::CANCELLED, "");
    let next = open(&mut pair, Kind::Messages, None);
    pair.settle();
    assert!(matches!(pair.worker_saw.pop_front(), Some(Event::Opened { id, .. }) if id == next));
    assert!(pair.worker_saw.is_empty());
}

#[test]
fn rule_10_1_open_frames_keep_their_order_whatever_their_class() {
    let mut pair = Pair::ready();
    let bulk = pair.client.open(Class::Bulk, Kind::Bytes, "a", Some((&[0; 50_000], false))).expect("open");
    let keys = pair.client.open(Class::Interactive, Kind::Bytes, "b", Some((b"k", false))).expect("open");
    pair.settle();
    let opened: Vec<StreamId> = pair
        .worker_saw
        .iter()
        .filter_map(|event| if let Event::Opened { id, .. } = event { Some(*id) } else { None })
        .collect();
    assert_eq!(opened, [bulk, keys]);
}

#[test]
fn rule_10_1_ids_out_of_turn_end_the_channel() {
    for ids in [&[2][..], &[3, 1], &[1, 1], &[0x8000_0001]] {
        let mut pair = Pair::ready();
        let plaintext: Vec<u8> = ids.iter().flat_map(|id| open_frame(*id, 9, b"")).collect();
        let record = pair.client.seal_raw(&plaintext);
        assert_eq!(closed_by(&mut pair.worker, &record), Some(Code::PROTOCOL_ERROR), "{ids:?}");
    }
}

#[test]
fn rule_10_1_frames_for_streams_that_never_were_end_the_channel() {
    for plaintext in [
        frame(0x11, 0, 1, b"x"),
        frame(0x12, 0, 1, &[0; 4]),
        frame(0x13, 0, 1, &[0, 1]),
        frame(0x11, 0, 2, b"x"),
    ] {
        let mut pair = Pair::ready();
        let record = pair.client.seal_raw(&plaintext);
        assert_eq!(closed_by(&mut pair.worker, &record), Some(Code::PROTOCOL_ERROR));
    }
}

#[test]
fn rule_10_1_data_after_end_and_end_inside_a_message_end_the_channel() {
    for plaintext in [
        [frame(0x10, 3, 1, b"\x02\x01\0\0\0\x09\x01m"), frame(0x11, 0, 1, b"x")].concat(),
        [open_frame(1, 9, b"half of a mess"), frame(0x11, 2, 1, b"")].concat(),
    ] {
        let mut pair = Pair::ready();
        let record = pair.client.seal_raw(&plaintext);
        assert_eq!(closed_by(&mut pair.worker, &record), Some(Code::PROTOCOL_ERROR));
    }
}

#[test]
fn rule_10_1_a_worker_that_opens_a_stream_is_refused() {
    let mut pair = Pair::ready();
    assert_eq!(pair.worker.open(Class::Normal, Kind::Messages, "m", None), Err(OpenError::NotTheClient));
    let record = pair.worker.seal_raw(&[open_frame(2, 9, b"x"), frame(0x11, 0, 2, b"y")].concat());
    pair.client.handle_record(&record, Millis(1)).expect("not an error");
    let reply = pair.client.poll_transmit(Millis(1)).expect("RESET");
    assert!(pair.worker.open_raw(&reply).starts_with(&[0x13, 0, 0, 25, 0, 0, 0, 2, 0, 26]));
    assert_eq!(pair.client.poll_event(), None);
}

#[test]
fn rule_10_1_a_message_beyond_16_mib_resets_its_stream_only() {
    let mut pair = Pair::ready();
    pair.worker.handle_record(&pair.client.seal_raw(&open_frame(1, 9, b"")), Millis(1)).expect("good");
    let chunk = frame(0x11, 0, 1, &[7; 16_000]);
    let mut sent = 0;
    while sent <= MAX_MESSAGE {
        pair.worker.handle_record(&pair.client.seal_raw(&chunk), Millis(1)).expect("the stream only");
        sent += 16_000;
        while pair.worker.poll_transmit(Millis(1)).is_some() {}
    }
    let events: Vec<Event> = std::iter::from_fn(|| pair.worker.poll_event()).collect();
    assert!(matches!(events.last(), Some(Event::Reset { code: Code::MESSAGE_TOO_LARGE, .. })), "{events:?}");
    assert!(pair.worker.is_ready());
}

#[test]
fn rule_10_2_a_peer_beyond_its_window_is_closed() {
    let mut pair = Pair::ready();
    let chunk = frame(0x11, 1, 1, &[7; 16_376]);
    let mut sent = 0;
    pair.worker.handle_record(&pair.client.seal_raw(&open_frame(1, 9, b"")), Millis(1)).expect("good");
    let code = loop {
        match closed_by(&mut pair.worker, &pair.client.seal_raw(&chunk)) {
            None => sent += 16_376,
            Some(code) => break code,
        }
    };
    assert_eq!((code, sent), (Code::FLOW_ERROR, 262_144 / 16_376 * 16_376));
}

#[test]
fn rule_10_2_class_1_has_a_window_of_64_kib() {
    let mut pair = Pair::ready();
    let id =
        pair.client.open(Class::Interactive, Kind::Bytes, "m", Some((&[0; 100_000], false))).expect("open");
    pair.settle();
    assert_eq!(pair.client.queued(id), 100_000 - 65_536);
    let got = pair
        .worker_saw
        .iter()
        .map(|event| if let Event::Bytes { bytes, .. } = event { bytes.len() } else { 0 });
    assert!(
        pair.worker_saw
            .iter()
            .all(|event| !matches!(event, Event::Bytes { bytes, .. } if bytes.len() > 4_096))
    );
    assert_eq!(got.sum::<usize>(), 65_536);
    pair.worker.consumed(id, 32_767);
    pair.settle();
    assert_eq!(pair.client.queued(id), 100_000 - 65_536, "less than half a window");
    pair.worker.consumed(id, 1);
    pair.settle();
    assert_eq!(pair.client.queued(id), 100_000 - 65_536 - 32_768);
}

#[test]
fn rule_10_2_credit_beyond_any_window_is_a_flow_error() {
    let mut pair = Pair::ready();
    let plaintext = [open_frame(1, 2, b""), frame(0x12, 0, 1, &(u32::MAX - 1).to_be_bytes())].concat();
    let record = pair.client.seal_raw(&plaintext);
    assert_eq!(closed_by(&mut pair.worker, &record), Some(Code::FLOW_ERROR));
}

#[test]
fn backpressure_is_seen_in_the_queue_and_told_once() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Bytes, None);
    pair.settle();
    pair.worker_saw.clear();
    pair.worker.send(id, &[0; 500_000], false).expect("open");
    pair.settle();
    assert_eq!(pair.worker.queued(id), 500_000 - 262_144, "the window is full and nobody consumes");
    assert!(pair.worker_saw.is_empty());
    pair.client_saw.clear();
    let (_, worker_saw) = {
        pair.client.consumed(id, 262_144);
        pair.settle_consuming()
    };
    assert_eq!(worker_saw, [Event::Writable { id }]);
    assert!(pair.worker.queued(id) <= SEND_LOW_WATER);
}

#[test]
fn a_queue_refuses_what_would_overfill_it() {
    let mut pair = Pair::ready();
    let id = open(&mut pair, Kind::Messages, None);
    let half = vec![0; SEND_QUEUE_MAX / 2];
    assert_eq!(pair.client.send(id, &half, false), Ok(()));
    assert_eq!(pair.client.send(id, &half, false), Ok(()));
    assert_eq!(pair.client.send(id, b"x", false), Err(SendError::Full));
    assert_eq!(pair.client.send(id, &vec![0; MAX_MESSAGE + 1], false), Err(SendError::TooLarge));
}
