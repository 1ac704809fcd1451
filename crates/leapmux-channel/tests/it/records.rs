//! Rule 9: what a Hub can do to records, and what a peer can put into them.

use leapmux_channel::{Class, Code, Event, Kind, Millis, Session};

use crate::pair::{Pair, frame, open_frame};

/// Two records of the client, not yet delivered.
fn two_records(pair: &mut Pair) -> (Vec<u8>, Vec<u8>) {
    let mut next = || {
        pair.client.open(Class::Normal, Kind::Messages, "m", Some((b"x", true))).expect("open");
        pair.client.poll_transmit(Millis(1)).expect("something to send")
    };
    (next(), next())
}

fn ends_with(worker: &mut Session, record: &[u8], code: Code) {
    let closed = worker.handle_record(record, Millis(1)).expect_err("must be closed");
    assert_eq!((closed.code, closed.by_peer), (code, false));
    assert_eq!(worker.handle_record(record, Millis(1)), Err(closed.clone()), "it stays closed");
    let last: Vec<Event> = std::iter::from_fn(|| worker.poll_event()).collect();
    assert_eq!(last.last(), Some(&Event::Closed(closed)));
}

#[test]
fn rule_9_a_replayed_swapped_or_dropped_record_ends_the_channel() {
    let mut pair = Pair::ready();
    let (first, _) = two_records(&mut pair);
    pair.worker.handle_record(&first, Millis(1)).expect("good");
    ends_with(&mut pair.worker, &first, Code::DECRYPT_FAILED);

    let mut pair = Pair::ready();
    let (_, second) = two_records(&mut pair);
    ends_with(&mut pair.worker, &second, Code::DECRYPT_FAILED);
}

#[test]
fn rule_9_a_truncated_lengthened_or_changed_record_ends_the_channel() {
    type Change = fn(&mut Vec<u8>);
    let changes: [(Change, Code); 5] = [
        (|record| record.truncate(record.len() - 1), Code::DECRYPT_FAILED),
        (|record| record.push(0), Code::DECRYPT_FAILED),
        (|record| record[0] ^= 1, Code::DECRYPT_FAILED),
        (|record| record.truncate(23), Code::PROTOCOL_ERROR),
        (|record| record.resize(16_401, 0), Code::PROTOCOL_ERROR),
    ];
    for (change, code) in changes {
        let mut pair = Pair::ready();
        let (mut record, _) = two_records(&mut pair);
        change(&mut record);
        ends_with(&mut pair.worker, &record, code);
    }
}

#[test]
fn rule_9_a_record_of_our_own_direction_does_not_open() {
    let mut pair = Pair::ready();
    let (record, _) = two_records(&mut pair);
    ends_with(&mut pair.client, &record, Code::DECRYPT_FAILED);
}

#[test]
fn rule_9_a_malformed_frame_ends_the_channel_before_the_good_one_counts() {
    let mut pair = Pair::ready();
    let plaintext = [open_frame(1, 9, b""), frame(0x3f, 0, 0, b"")].concat();
    let record = pair.client.seal_raw(&plaintext);
    let closed = pair.worker.handle_record(&record, Millis(1)).expect_err("unknown type");
    assert_eq!(closed.code, Code::PROTOCOL_ERROR);
    assert!(
        !std::iter::from_fn(|| pair.worker.poll_event()).any(|event| matches!(event, Event::Opened { .. }))
    );
}

#[test]
fn rule_9_types_of_later_versions_are_skipped() {
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&[frame(0x40, 0xff, 7, b"new"), open_frame(1, 9, b"")].concat());
    pair.worker.handle_record(&record, Millis(1)).expect("skipped");
    assert!(matches!(pair.worker.poll_event(), Some(Event::Opened { .. })));
}

#[test]
fn rule_9_key_presses_all_look_alike() {
    let mut pair = Pair::ready();
    let id = pair.client.open(Class::Interactive, Kind::Messages, "terminal.input", None).expect("open");
    pair.settle();
    for length in [1, 2, 5, 17, 40] {
        pair.client.send(id, &vec![b'k'; length], false).expect("open");
        let record = pair.client.poll_transmit(Millis(50)).expect("queued");
        assert_eq!(record.len(), 64 + 16, "{length}");
    }
}

#[test]
fn rule_9_close_is_the_last_record_and_reaches_the_peer() {
    let mut pair = Pair::ready();
    pair.client.open(Class::Bulk, Kind::Bytes, "m", Some((&[0; 100_000], false))).expect("open");
    pair.client.close(Code::GOING_AWAY, "bye");
    let record = pair.client.poll_transmit(Millis(1)).expect("CLOSE");
    assert_eq!(record.len(), 64 + 16, "nothing else is in it");
    assert_eq!(pair.client.poll_transmit(Millis(1)), None);
    let closed = pair.worker.handle_record(&record, Millis(1)).expect_err("closed by the client");
    assert_eq!((closed.code, &closed.reason[..], closed.by_peer), (Code::GOING_AWAY, "bye", true));
    assert_eq!(pair.worker.poll_transmit(Millis(1)), None, "a CLOSE is not answered");
}

#[test]
fn rule_9_the_end_of_the_carrier_sends_nothing() {
    let mut pair = Pair::ready();
    pair.client.lost(Code::CHANNEL_LOST, "connection lost");
    assert_eq!(pair.client.poll_transmit(Millis(1)), None);
    let closed = pair.client.closed().expect("over");
    assert_eq!((closed.code, closed.by_peer), (Code::CHANNEL_LOST, false));
    assert_eq!(pair.client.poll_timeout(), None);
}

#[test]
fn rule_9_a_ping_is_answered() {
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&frame(4, 0, 0, b"12345678"));
    pair.worker.handle_record(&record, Millis(1)).expect("good");
    let reply = pair.worker.poll_transmit(Millis(1)).expect("PONG");
    assert!(pair.client.open_raw(&reply).starts_with(&frame(5, 0, 0, b"12345678")));
}

#[test]
fn rule_10_3_an_ack_of_what_was_not_sent_ends_the_channel() {
    let mut pair = Pair::ready();
    let record = pair.worker.seal_raw(&frame(0x0a, 0, 0, &1_u64.to_be_bytes()));
    ends_with(&mut pair.client, &record, Code::PROTOCOL_ERROR);
}

#[test]
fn rule_10_3_everything_of_streams_is_acknowledged_even_what_is_dropped() {
    let mut pair = Pair::ready();
    let dropped = frame(0x11, 0, 1, &[0; 500]);
    let record = pair.client.seal_raw(&[open_frame(1, 9, b"abc"), dropped.clone()].concat());
    pair.worker.handle_record(&record, pair.now).expect("good");
    let id = leapmux_channel::StreamId(1);
    pair.worker.reset(id, Code::REFUSED, "");
    let reset = pair.worker.poll_transmit(pair.now).expect("RESET");
    assert_eq!(pair.client.open_raw(&reset)[0], 0x13);
    let record = pair.client.seal_raw(&dropped);
    pair.worker.handle_record(&record, pair.now).expect("still on its way when we reset");
    let due = pair.worker.poll_timeout().expect("an ACK is owed");
    assert_eq!(due, Millis(pair.now.0 + 10));
    let ack = pair.worker.poll_transmit(due).expect("ACK");
    assert!(pair.client.open_raw(&ack).starts_with(&frame(0x0a, 0, 0, &1_003_u64.to_be_bytes())));
}
