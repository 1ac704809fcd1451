//! Rule 8: the proof of the user, device keys, and what may be said before it.

use std::collections::BTreeSet;

use leapmux_channel::noise::{AuthProof, auth_proof};
use leapmux_channel::{Class, Closed, Code, DeviceKey, DeviceTrust, Event, Kind, Millis, Secret32, Session};

use crate::pair::{Opening, Pair, TOKEN, USER, WORKER, frame, message, open_frame};

fn device(byte: u8) -> DeviceKey {
    DeviceKey::from_seed(Secret32::new([byte; 32]))
}

/// What a worker says to one record whose plaintext is this.
fn worker_hears(
    opening: &Opening,
    plaintext: impl FnOnce(&Session) -> Vec<u8>,
) -> (Pair, Result<(), Closed>) {
    let mut pair = opening.pair();
    let plaintext = plaintext(&pair.client);
    let record = pair.client.seal_raw(&plaintext);
    let heard = pair.worker.handle_record(&record, Millis(1));
    (pair, heard)
}

/// An AUTH payload made by hand from rule 8.1.
fn auth_payload(user: &str, worker: &str, proof: AuthProof) -> Vec<u8> {
    let mut payload = vec![1, 0, user.len() as u8];
    payload.extend_from_slice(user.as_bytes());
    payload.push(worker.len() as u8);
    payload.extend_from_slice(worker.as_bytes());
    payload.extend_from_slice(&proof.0);
    payload
}

fn good_auth(client: &Session) -> Vec<u8> {
    let proof = auth_proof(&Secret32::new(TOKEN), client.handshake_hash(), USER, WORKER);
    frame(1, 0, 0, &auth_payload(USER, WORKER, proof))
}

fn code_and_reason(heard: Result<(), Closed>) -> (Code, String) {
    let closed = heard.expect_err("must be closed");
    (closed.code, closed.reason)
}

#[test]
fn rule_8_1_auth_and_first_calls_ride_in_one_flight() {
    let mut pair = Opening::default().pair();
    let id = pair
        .client
        .open(Class::Normal, Kind::Messages, "workers.info", Some((b"?", true)))
        .expect("pipelined");
    pair.step();
    let worker_saw: Vec<Event> = pair.worker_saw.drain(..).collect();
    assert_eq!(
        worker_saw,
        [
            Event::Authenticated { user_id: USER.into() },
            Event::Opened {
                id,
                method: "workers.info".into(),
                class: Class::Normal,
                kind: Kind::Messages,
                window: 262_144
            },
            message(id, b"?", true),
            Event::Ended { id },
        ]
    );
    let Some(Event::Ready { limits, worker_time_ms }) = pair.client_saw.pop_front() else {
        panic!("AUTH_OK is the first thing a client hears");
    };
    assert_eq!((limits.stream_window, limits.inflight_cap), (262_144, 2 * 1024 * 1024));
    assert_eq!((limits.max_streams, limits.max_message, worker_time_ms), (256, 16 * 1024 * 1024, 1_000_000));
}

#[test]
fn rule_8_1_a_flight_larger_than_one_record_waits_for_nothing() {
    let mut pair = Opening::default().pair();
    let big = vec![7; 60_000];
    let id = pair.client.open(Class::Normal, Kind::Messages, "m", Some((&big, true))).expect("pipelined");
    while let Some(record) = pair.client.poll_transmit(Millis(0)) {
        pair.worker.handle_record(&record, Millis(50)).expect("good");
    }
    let events: Vec<Event> = std::iter::from_fn(|| pair.worker.poll_event()).collect();
    assert!(events.contains(&message(id, &big, true)));
    pair.now = Millis(60);
    pair.settle();
    assert!(pair.client.is_ready(), "an ACK that was due did not overtake AUTH_OK");
}

#[test]
fn rule_8_1_nothing_else_may_come_first() {
    for plaintext in
        [open_frame(1, 0, b""), frame(0, 0, 0, &[0; 56]), frame(4, 0, 0, &[0; 8]), frame(2, 0, 0, &[0; 26])]
    {
        let (_, heard) = worker_hears(&Opening::default(), |_| plaintext);
        assert_eq!(code_and_reason(heard), (Code::AUTH_REQUIRED, "user ID not verified".into()));
    }
}

#[test]
fn rule_8_1_the_wrong_user_worker_token_or_channel_fails() {
    type Change = fn(&Session) -> (&'static str, &'static str, AuthProof);
    let h = |client: &Session| *client.handshake_hash();
    let cases: [(Change, &str); 5] = [
        (
            |client| {
                ("usr_2", WORKER, auth_proof(&Secret32::new(TOKEN), client.handshake_hash(), "usr_2", WORKER))
            },
            "user ID mismatch",
        ),
        (
            |client| {
                (USER, "wrk_2", auth_proof(&Secret32::new(TOKEN), client.handshake_hash(), USER, "wrk_2"))
            },
            "proof",
        ),
        (
            |client| {
                (USER, WORKER, auth_proof(&Secret32::new([0; 32]), client.handshake_hash(), USER, WORKER))
            },
            "proof",
        ),
        (|_| (USER, WORKER, auth_proof(&Secret32::new(TOKEN), &[0; 64], USER, WORKER)), "proof"),
        (
            |client| {
                (USER, WORKER, auth_proof(&Secret32::new(TOKEN), client.handshake_hash(), USER, "wrk_2"))
            },
            "proof",
        ),
    ];
    for (change, reason) in cases {
        let (mut pair, heard) = worker_hears(&Opening::default(), |client| {
            let _ = h(client);
            let (user, worker, proof) = change(client);
            frame(1, 0, 0, &auth_payload(user, worker, proof))
        });
        let (code, said) = code_and_reason(heard);
        assert_eq!(code, Code::AUTH_FAILED);
        assert!(said.starts_with(reason), "{said}");
        pair.settle();
        let closed = pair.client.closed().expect("told by the worker");
        assert_eq!((closed.code, closed.by_peer), (Code::AUTH_FAILED, true));
        assert!(!pair.worker_saw.iter().any(|event| matches!(event, Event::Authenticated { .. })));
    }
}

#[test]
fn rule_8_1_a_token_serves_once() {
    let (_, heard) =
        worker_hears(&Opening::default(), |client| [good_auth(client), good_auth(client)].concat());
    assert_eq!(code_and_reason(heard).0, Code::PROTOCOL_ERROR);
    let mut ready = Pair::ready();
    let again = good_auth(&ready.client);
    let record = ready.client.seal_raw(&again);
    assert_eq!(code_and_reason(ready.worker.handle_record(&record, Millis(1))).0, Code::PROTOCOL_ERROR);
}

#[test]
fn rule_8_1_a_token_of_another_opening_proves_nothing() {
    let mut pair = Opening { token: [0x71; 32], ..Opening::default() }.pair();
    pair.settle();
    assert_eq!(pair.worker.closed().map(|closed| closed.code), Some(Code::AUTH_FAILED));
}

#[test]
fn rule_8_1_the_worker_waits_ten_seconds_and_the_client_fifteen() {
    let mut pair = Opening::default().pair();
    assert_eq!(pair.worker.poll_timeout(), Some(Millis(10_000)));
    pair.worker.handle_timeout(Millis(9_999));
    assert!(pair.worker.closed().is_none());
    pair.worker.handle_timeout(Millis(10_000));
    assert_eq!(pair.worker.closed().map(|closed| closed.code), Some(Code::AUTH_TIMEOUT));
    assert_eq!(pair.client.poll_timeout(), Some(Millis(15_000)));
    pair.client.handle_timeout(Millis(15_000));
    assert_eq!(pair.client.closed().map(|closed| closed.code), Some(Code::AUTH_TIMEOUT));
}

#[test]
fn rule_8_1_a_worker_that_speaks_before_auth_ok_or_twice_is_left() {
    for plaintext in [frame(4, 0, 0, &[0; 8]), open_frame(2, 0, b""), frame(1, 0, 0, &[0; 40])] {
        let mut pair = Opening::default().pair();
        let record = pair.worker.seal_raw(&plaintext);
        let heard = pair.client.handle_record(&record, Millis(1));
        assert_eq!(code_and_reason(heard).0, Code::PROTOCOL_ERROR);
    }
    let mut pair = Pair::ready();
    let record = pair.worker.seal_raw(&frame(2, 0, 0, &[0; 26]));
    assert_eq!(code_and_reason(pair.client.handle_record(&record, Millis(1))).0, Code::PROTOCOL_ERROR);
}

fn auth_ok(stream_window: u32, inflight_cap: u32, max_streams: u16, max_message: u32) -> Vec<u8> {
    let mut payload = Vec::new();
    payload.extend_from_slice(&stream_window.to_be_bytes());
    payload.extend_from_slice(&inflight_cap.to_be_bytes());
    payload.extend_from_slice(&max_streams.to_be_bytes());
    payload.extend_from_slice(&max_message.to_be_bytes());
    payload.extend_from_slice(&[0; 12]);
    frame(2, 0, 0, &payload)
}

#[test]
fn rule_10_2_auth_ok_may_raise_the_window_but_never_lower_it() {
    let mut pair = Opening::default().pair();
    let record = pair.worker.seal_raw(&auth_ok(262_143, 65_536, 256, 1 << 24));
    assert_eq!(code_and_reason(pair.client.handle_record(&record, Millis(1))).0, Code::PROTOCOL_ERROR);

    let mut pair = Opening::default().pair();
    let id =
        pair.client.open(Class::Bulk, Kind::Bytes, "m", Some((&[0; 400_000], false))).expect("pipelined");
    let record = pair.worker.seal_raw(&auth_ok(300_000, 2 << 20, 256, 1 << 24));
    pair.client.handle_record(&record, Millis(1)).expect("raised");
    // Acknowledge as it comes, so that the window alone is the limit.
    let mut sent = 0;
    while let Some(record) = pair.client.poll_transmit(Millis(2)) {
        drop(record);
        sent = 400_000 - pair.client.queued(id);
        let mut ack = [0; 8];
        ack.copy_from_slice(&(sent as u64).to_be_bytes());
        let record = pair.worker.seal_raw(&frame(0x0a, 0, 0, &ack));
        pair.client.handle_record(&record, Millis(2)).expect("an honest ACK");
    }
    assert_eq!(sent, 300_000);
}

#[test]
fn rule_8_1_auth_ok_bounds_streams_and_messages() {
    let mut pair = Opening::default().pair();
    let record = pair.worker.seal_raw(&auth_ok(262_144, 65_536, 1, 10));
    pair.client.handle_record(&record, Millis(1)).expect("good");
    let open = |client: &mut Session, bytes: &[u8]| {
        client.open(Class::Normal, Kind::Messages, "m", Some((bytes, true)))
    };
    assert_eq!(open(&mut pair.client, &[0; 11]), Err(leapmux_channel::OpenError::TooLarge));
    let id = open(&mut pair.client, &[0; 10]).expect("within both");
    assert_eq!(open(&mut pair.client, b""), Err(leapmux_channel::OpenError::TooManyStreams));
    pair.client.reset(id, Code::CANCELLED, "");
    open(&mut pair.client, b"").expect("its place is free again");
}

#[test]
fn rule_8_2_the_hub_policy_accepts_and_reports_devices() {
    let mut pair = Opening { device: Some(device(1)), ..Opening::default() }.pair();
    pair.settle();
    assert!(pair.client.is_ready());
    assert_eq!(pair.worker_saw[1], Event::DeviceSeen { device: *device(1).public() });
}

#[test]
fn rule_8_2_known_devices_lets_nobody_else_in() {
    let known = DeviceTrust::KnownDevices(BTreeSet::from([*device(1).public()]));
    for (device, good) in [(Some(device(1)), true), (Some(device(2)), false), (None, false)] {
        let mut pair = Opening { device, trust: known.clone(), ..Opening::default() }.pair();
        pair.settle();
        assert_eq!(pair.client.is_ready(), good);
        if !good {
            assert_eq!(pair.client.closed().map(|closed| closed.code), Some(Code::DEVICE_UNKNOWN));
        }
    }
}

#[test]
fn rule_8_2_a_borrowed_device_key_is_noticed() {
    let (_, heard) = worker_hears(&Opening::default(), |client| {
        let proof = auth_proof(&Secret32::new(TOKEN), client.handshake_hash(), USER, WORKER);
        let mut payload = auth_payload(USER, WORKER, proof);
        payload[1] = 1;
        payload.extend_from_slice(device(1).public().as_bytes());
        payload.extend_from_slice(&device(2).sign_channel(client.handshake_hash(), USER, WORKER));
        frame(1, 0, 0, &payload)
    });
    let (code, reason) = code_and_reason(heard);
    assert_eq!(code, Code::AUTH_FAILED);
    assert!(reason.contains("device"), "{reason}");
}

/// A pair whose client's key signs outside the session.
fn external(opening: &Opening, key: &DeviceKey) -> Pair {
    let initiator = opening.initiator().with_external_device(*key.public());
    let (worker, msg2) = opening.respond(initiator.msg1()).expect("a good opening");
    let mut pair = opening.pair();
    pair.client = initiator.accept(TOKEN, &msg2, Millis(0)).expect("a good answer");
    pair.worker = worker;
    pair
}

#[test]
fn rule_8_2_a_key_elsewhere_signs_auth_before_anything_is_sent() {
    let known = DeviceTrust::KnownDevices(BTreeSet::from([*device(1).public()]));
    let opening = Opening { trust: known, ..Opening::default() };
    let mut pair = external(&opening, &device(1));
    let id = pair.client.open(Class::Normal, Kind::Messages, "m", Some((b"early", true))).expect("queued");
    assert_eq!(pair.client.poll_transmit(Millis(0)), None);
    let message = pair.client.signature_wanted().expect("for AUTH").to_vec();
    pair.client.provide_signature(device(1).sign_bytes(&message));
    assert_eq!(pair.client.signature_wanted(), None);
    pair.settle();
    assert!(pair.worker_saw.contains(&crate::pair::message(id, b"early", true)));

    // And every rekey, while data goes on under the old key.
    pair.client.rekey();
    pair.settle();
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (0, 0));
    let wanted = pair.client.signature_wanted().expect("for REKEY_DONE").to_vec();
    assert_ne!(wanted, message);
    let during = pair.client.open(Class::Normal, Kind::Messages, "m", Some((b"during", true))).expect("open");
    pair.settle();
    assert!(pair.worker_saw.contains(&crate::pair::message(during, b"during", true)));
    pair.client.provide_signature(device(1).sign_bytes(&wanted));
    pair.settle();
    assert_eq!((pair.client.epoch(), pair.worker.epoch()), (1, 1));
}

#[test]
fn rule_8_2_a_wrong_signature_from_elsewhere_is_noticed() {
    let mut pair = external(&Opening::default(), &device(1));
    pair.client.provide_signature([0; 64]);
    pair.settle();
    assert_eq!(pair.client.closed().map(|closed| closed.code), Some(Code::AUTH_FAILED));
}
