//! Rule 11: new keys while data flows, and every way that can go wrong.

use leapmux_channel::limits::{REKEY_BYTES, REKEY_RECORDS};
use leapmux_channel::{
    Class, Code, DeviceKey, Event, HANDSHAKE_RANDOM, Kind, Millis, Secret32, Session, Suite,
};

use crate::pair::{Opening, Pair, frame, message};

const MINUTE: u64 = 60_000;

fn closed(session: &Session) -> Option<Code> {
    session.closed().map(|closed| closed.code)
}

#[test]
fn rule_11_three_rekeys_under_load_lose_nothing() {
    for suite in [Suite::PostQuantum, Suite::Classic] {
        let opening = Opening { suite, ..Opening::default() };
        let mut pair = opening.pair();
        pair.settle();
        let sent: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 253) as u8).collect();
        let id = pair.client.open(Class::Bulk, Kind::Messages, "up", Some((&sent, true))).expect("open");
        pair.settle();
        let mut events = Vec::new();
        let mut hashes = vec![*pair.client.handshake_hash()];
        pair.worker.send(id, &sent, true).expect("open");
        for _ in 0..3 {
            pair.client.rekey();
            for _ in 0..20 {
                pair.step();
            }
            hashes.push(*pair.client.handshake_hash());
        }
        let (client_saw, worker_saw) = pair.settle_consuming();
        events.extend(worker_saw);
        assert!(client_saw.contains(&message(id, &sent, true)), "down");
        assert!(events.contains(&message(id, &sent, true)), "up");
        assert_eq!((pair.client.epoch(), pair.worker.epoch()), (3, 3));
        assert_eq!(pair.client.handshake_hash(), pair.worker.handshake_hash());
        hashes.dedup();
        assert_eq!(hashes.len(), 4, "every epoch has a hash of its own");
    }
}

/// A pair whose client asked for new keys, with the record that says so.
fn asked(opening: &Opening) -> (Pair, Vec<u8>) {
    let mut pair = opening.pair();
    pair.settle();
    pair.client.rekey();
    assert!(pair.client.needs_random());
    assert_eq!(pair.client.poll_transmit(pair.now), None, "nothing to say without randomness");
    pair.client.provide_random(&[1; HANDSHAKE_RANDOM]);
    let record = pair.client.poll_transmit(pair.now).expect("REKEY1");
    (pair, record)
}

/// The same, answered: with the worker's REKEY2 as plaintext, not delivered.
fn answered(opening: &Opening) -> (Pair, Vec<u8>) {
    let (mut pair, record) = asked(opening);
    pair.worker.handle_record(&record, pair.now).expect("good");
    assert!(pair.worker.needs_random());
    pair.worker.provide_random(&[2; HANDSHAKE_RANDOM]);
    let record = pair.worker.poll_transmit(pair.now).expect("REKEY2");
    (pair, record)
}

#[test]
fn rule_11_each_side_switches_where_the_rule_says() {
    let (mut pair, rekey2) = answered(&Opening::default());
    let id = pair
        .client
        .open(Class::Normal, Kind::Messages, "m", Some((b"under the old key", false)))
        .expect("open");
    let old = pair.client.poll_transmit(pair.now).expect("data flows throughout");
    pair.worker.handle_record(&old, pair.now).expect("the worker still receives with the old key");
    pair.worker.send(id, b"under the new key", false).expect("open");
    let new = pair.worker.poll_transmit(pair.now).expect("the worker already sends with the new key");
    pair.client.handle_record(&rekey2, pair.now).expect("good");
    pair.client.handle_record(&new, pair.now).expect("the client has switched receiving");
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (0, 0));
    let done = pair.client.poll_transmit(pair.now).expect("REKEY_DONE");
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (1, 0));
    pair.worker.handle_record(&done, pair.now).expect("good");
    assert_eq!(pair.worker.epoch(), 1);
    pair.settle();
    assert!(pair.client.is_ready() && pair.worker.is_ready());
}

#[test]
fn rule_11_the_client_starts_after_an_hour_or_when_its_keys_are_worn() {
    let mut pair = Pair::ready();
    assert_eq!(pair.client.poll_timeout(), Some(Millis(60 * MINUTE)));
    pair.client.handle_timeout(Millis(60 * MINUTE - 1));
    assert!(!pair.client.needs_random());
    pair.client.handle_timeout(Millis(60 * MINUTE));
    assert!(pair.client.needs_random());

    for (wear, due) in [(REKEY_RECORDS - 1, false), (REKEY_RECORDS, true)] {
        let mut pair = Pair::ready();
        pair.client.jump(wear);
        pair.client.handle_timeout(pair.now);
        assert_eq!(pair.client.needs_random(), due, "{wear}");
    }
    for (wear, due) in [(REKEY_BYTES - 1, false), (REKEY_BYTES, true)] {
        let mut pair = Pair::ready();
        pair.client.pretend_bytes(wear);
        pair.client.handle_timeout(pair.now);
        assert_eq!(pair.client.needs_random(), due, "{wear}");
    }
}

#[test]
fn rule_11_the_worker_asks_at_90_minutes_and_closes_at_120() {
    let mut pair = Pair::ready();
    assert_eq!(pair.worker.poll_timeout(), Some(Millis(90 * MINUTE)));
    pair.worker.handle_timeout(Millis(90 * MINUTE));
    let request = pair.worker.poll_transmit(Millis(90 * MINUTE)).expect("REKEY_REQ");
    pair.client.handle_record(&request, pair.now).expect("good");
    assert!(pair.client.needs_random());
    assert_eq!(pair.worker.poll_timeout(), Some(Millis(120 * MINUTE)));
    pair.worker.handle_timeout(Millis(120 * MINUTE - 1));
    assert_eq!(closed(&pair.worker), None);
    pair.worker.handle_timeout(Millis(120 * MINUTE));
    assert_eq!(closed(&pair.worker), Some(Code::REKEY_FAILED));
}

#[test]
fn rule_11_a_rekey_makes_the_clock_start_again() {
    let mut pair = Pair::ready();
    pair.wait_until(60 * MINUTE);
    pair.settle();
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (1, 1));
    let due = pair.worker.poll_timeout().expect("the next one");
    assert!(due >= Millis(150 * MINUTE), "{due:?}");
}

#[test]
fn rule_11_thirty_seconds_are_enough_for_both_sides() {
    let (mut pair, _) = asked(&Opening::default());
    let start = pair.now.0;
    pair.client.handle_timeout(Millis(start + 29_999));
    assert_eq!(closed(&pair.client), None);
    pair.client.handle_timeout(Millis(start + 30_000));
    assert_eq!(closed(&pair.client), Some(Code::REKEY_FAILED));

    let (mut pair, _) = answered(&Opening::default());
    pair.worker.handle_timeout(Millis(pair.now.0 + 30_000));
    assert_eq!(closed(&pair.worker), Some(Code::REKEY_FAILED));
}

#[test]
fn rule_11_messages_out_of_turn_end_the_channel() {
    for kind in [6, 7, 8] {
        let mut pair = Pair::ready();
        let record = pair.worker.seal_raw(&frame(kind, 0, 0, b""));
        assert_eq!(
            pair.client.handle_record(&record, pair.now).expect_err("out of turn").code,
            Code::PROTOCOL_ERROR
        );
    }
    for kind in [7, 8, 9] {
        let mut pair = Pair::ready();
        let record = pair.client.seal_raw(&frame(kind, 0, 0, b""));
        assert_eq!(
            pair.worker.handle_record(&record, pair.now).expect_err("out of turn").code,
            Code::PROTOCOL_ERROR
        );
    }
    let (mut pair, record) = asked(&Opening::default());
    pair.worker.handle_record(&record, pair.now).expect("good");
    let again = pair.client.seal_raw(&frame(6, 0, 0, &[0; 3_224]));
    assert_eq!(
        pair.worker.handle_record(&again, pair.now).expect_err("one at a time").code,
        Code::PROTOCOL_ERROR
    );
}

#[test]
fn rule_11_a_rekey_frame_is_the_last_of_its_record() {
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&[frame(6, 0, 0, &[0; 3_224]), frame(4, 0, 0, &[0; 8])].concat());
    assert_eq!(
        pair.worker.handle_record(&record, pair.now).expect_err("not the last").code,
        Code::PROTOCOL_ERROR
    );
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&[frame(6, 0, 0, &[0; 3_224]), frame(0, 0, 0, &[0; 8])].concat());
    pair.worker.handle_record(&record, pair.now).expect("padding may follow");
}

#[test]
fn rule_11_a_rekey_is_bound_to_the_epoch_before() {
    // The very REKEY1 that is good after epoch 0 carries the wrong prev_h and old secret after epoch 1.
    let (mut pair, record) = asked(&Opening::default());
    let rekey1 = pair.worker.open_raw(&record);
    let mut pair = Pair::ready();
    pair.client.rekey();
    pair.settle();
    assert_eq!(pair.worker.epoch(), 1);
    let record = pair.client.seal_raw(&rekey1);
    pair.worker.handle_record(&record, pair.now).expect("well formed");
    pair.worker.provide_random(&[2; HANDSHAKE_RANDOM]);
    assert_eq!(closed(&pair.worker), Some(Code::REKEY_FAILED));
}

#[test]
fn rule_11_a_changed_rekey_message_fails_on_either_side() {
    let (mut pair, record) = asked(&Opening::default());
    let mut plaintext = pair.worker.open_raw(&record);
    plaintext[100] ^= 1;
    let mut pair = Pair::ready();
    let record = pair.client.seal_raw(&plaintext);
    pair.worker.handle_record(&record, pair.now).expect("well formed");
    pair.worker.provide_random(&[2; HANDSHAKE_RANDOM]);
    assert_eq!(closed(&pair.worker), Some(Code::REKEY_FAILED));

    let (mut pair, _) = asked(&Opening::default());
    let record = pair.worker.seal_raw(&frame(7, 0, 0, &[0; 1_640]));
    assert_eq!(pair.client.handle_record(&record, pair.now).expect_err("nonsense").code, Code::REKEY_FAILED);
}

fn device(byte: u8) -> DeviceKey {
    DeviceKey::from_seed(Secret32::new([byte; 32]))
}

#[test]
fn rule_11_with_a_device_key_every_rekey_is_signed_by_it() {
    let opening = Opening { device: Some(device(1)), ..Opening::default() };
    let mut pair = opening.pair();
    pair.settle();
    pair.client.rekey();
    pair.settle();
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (1, 1));
    assert!(pair.worker_saw.contains(&Event::Rekeyed { epoch: 1 }));

    // Whoever holds the session's keys but not the device cannot finish: no signature, and a wrong one.
    for signature in [&[][..], &[0; 64], &[0; 63]] {
        let (mut pair, _) = answered(&opening);
        let record = pair.client.seal_raw(&frame(8, 0, 0, signature));
        assert_eq!(
            pair.worker.handle_record(&record, pair.now).expect_err("unsigned").code,
            Code::AUTH_FAILED
        );
    }
    let (mut pair, _) = answered(&Opening::default());
    let record = pair.client.seal_raw(&frame(8, 0, 0, &[0; 64]));
    assert_eq!(
        pair.worker.handle_record(&record, pair.now).expect_err("by whom?").code,
        Code::PROTOCOL_ERROR
    );
}
