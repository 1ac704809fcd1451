//! Rule 7 from outside: the classic suite against an independent implementation, and everything that must be refused.

use leapmux_noise::{
    Binding, EpochKeys, HANDSHAKE_RANDOM, HandshakeError, InitiatorHandshake, Previous, RESPONDER_RANDOM,
    Secret64, ServingKeys, Suite, VerifiedBundle, respond, vectors,
};
use leapmux_types::ChannelUid;

const CHANNEL: &str = include_str!("../../../tests/vectors/channel.json");
const PAYLOAD: [u8; 8] = [0, 1, 0, 0, 0, 0, 0, 0];

fn worker() -> (ServingKeys, VerifiedBundle) {
    let (keys, bundle) = vectors::worker(CHANNEL).expect("the vectors are in order");
    (keys, bundle.verify().expect("signed"))
}

fn binding(suite: Suite) -> Binding<'static> {
    Binding { suite, channel_uid: ChannelUid([7; 16]), epoch: 0, previous: None }
}

/// A finished handshake with both messages.
fn exchange(binding: &Binding<'_>) -> (EpochKeys, EpochKeys, Vec<u8>, Vec<u8>) {
    let (keys, bundle) = worker();
    let initiator = InitiatorHandshake::start(binding, &bundle, &[1; HANDSHAKE_RANDOM]);
    let msg1 = initiator.msg1().to_vec();
    let (theirs, msg2) = respond(binding, &keys, &msg1, &[2; RESPONDER_RANDOM]).expect("good");
    (initiator.finish(&msg2).expect("good"), theirs, msg1, msg2)
}

#[test]
fn rule_7_6_sizes_are_those_of_the_rules() {
    for (suite, one, two) in [(Suite::PostQuantum, 3_224, 1_640), (Suite::Classic, 56, 56)] {
        let (ours, theirs, msg1, msg2) = exchange(&binding(suite));
        assert_eq!((msg1.len(), msg2.len()), (one, two));
        assert_eq!(
            (ours.h, ours.k_i2r, ours.k_r2i, ours.xk),
            (theirs.h, theirs.k_i2r, theirs.k_r2i, theirs.xk)
        );
    }
}

#[test]
fn rule_7_1_the_classic_suite_is_snow_byte_for_byte() {
    let (ours, theirs, msg1, msg2) = exchange(&binding(Suite::Classic));
    let (_, bundle) = worker();
    let prologue = binding(Suite::Classic).prologue(&bundle.bundle_id);
    let secret: serde_json::Value = serde_json::from_str(CHANNEL).expect("JSON");
    let secret = vectors::hex(secret["worker"]["x25519_sk"].as_str().expect("text")).expect("hex");
    let builder = || {
        snow::Builder::new("Noise_NK_25519_ChaChaPoly_BLAKE2b".parse().expect("known to snow"))
            .prologue(&prologue)
            .expect("once")
    };
    let mut initiator = builder()
        .remote_public_key(&bundle.x25519)
        .expect("once")
        .fixed_ephemeral_key_for_testing_only(&[1; 32])
        .build_initiator()
        .expect("complete");
    let mut responder = builder()
        .local_private_key(&secret)
        .expect("once")
        .fixed_ephemeral_key_for_testing_only(&[2; 32])
        .build_responder()
        .expect("complete");

    let mut buffer = [0; 128];
    let length = initiator.write_message(&PAYLOAD, &mut buffer).expect("fits");
    assert_eq!(buffer[..length], msg1);
    responder.read_message(&msg1, &mut [0; 128]).expect("ours is good to snow");
    let length = responder.write_message(&PAYLOAD, &mut buffer).expect("fits");
    assert_eq!(buffer[..length], msg2);
    initiator.read_message(&msg2, &mut [0; 128]).expect("ours is good to snow");
    for (snow, keys) in [(&mut initiator, ours), (&mut responder, theirs)] {
        assert_eq!(snow.get_handshake_hash(), keys.h);
        assert_eq!(snow.dangerously_get_raw_split(), (*keys.k_i2r.expose(), *keys.k_r2i.expose()));
    }
}

#[test]
fn rule_15_1_a_flipped_bit_anywhere_is_refused() {
    for (suite, step, positions) in [(Suite::PostQuantum, 37, 133), (Suite::Classic, 3, 38)] {
        let binding = binding(suite);
        let (_, _, msg1, msg2) = exchange(&binding);
        let (keys, bundle) = worker();
        let mut tried = 0;
        for at in (0..msg1.len()).step_by(step) {
            let mut changed = msg1.clone();
            changed[at] ^= 1;
            let answer = respond(&binding, &keys, &changed, &[2; RESPONDER_RANDOM]);
            assert_eq!(answer.err(), Some(HandshakeError), "msg1 byte {at}");
            tried += 1;
        }
        for at in (0..msg2.len()).step_by(step) {
            let mut changed = msg2.clone();
            changed[at] ^= 1;
            let initiator = InitiatorHandshake::start(&binding, &bundle, &[1; HANDSHAKE_RANDOM]);
            assert_eq!(initiator.finish(&changed).err(), Some(HandshakeError), "msg2 byte {at}");
            tried += 1;
        }
        assert_eq!(tried, positions, "{suite:?}");
    }
}

#[test]
fn rule_15_1_every_shorter_and_some_longer_messages_are_refused() {
    let binding = binding(Suite::Classic);
    let (_, _, msg1, msg2) = exchange(&binding);
    let (keys, bundle) = worker();
    for length in (0..msg1.len()).chain([57, 113, 4_000]) {
        let mut changed = msg1.clone();
        changed.resize(length, 0);
        assert!(respond(&binding, &keys, &changed, &[2; RESPONDER_RANDOM]).is_err(), "{length}");
        let mut changed = msg2.clone();
        changed.resize(length, 0);
        let initiator = InitiatorHandshake::start(&binding, &bundle, &[1; HANDSHAKE_RANDOM]);
        assert!(initiator.finish(&changed).is_err(), "{length}");
    }
}

#[test]
fn rule_7_7_points_of_low_order_are_refused_from_both_sides() {
    // The seven points of small order on the curve and its twist, little-endian (RFC 7748 section 6.1 asks for the check).
    let order_8 = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800";
    let other_8 = "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157";
    let last = |byte: &str| format!("{byte}{}7f", "ff".repeat(30));
    let points = [
        "00".repeat(32),
        format!("01{}", "00".repeat(31)),
        order_8.into(),
        other_8.into(),
        last("ec"),
        last("ed"),
        last("ee"),
    ];
    for point in points {
        let point: [u8; 32] = vectors::hex_array(&point).expect("hex");
        for suite in [Suite::PostQuantum, Suite::Classic] {
            let binding = binding(suite);
            let (_, _, mut msg1, mut msg2) = exchange(&binding);
            let (keys, bundle) = worker();
            msg1[..32].copy_from_slice(&point);
            assert!(respond(&binding, &keys, &msg1, &[2; RESPONDER_RANDOM]).is_err());
            msg2[..32].copy_from_slice(&point);
            let initiator = InitiatorHandshake::start(&binding, &bundle, &[1; HANDSHAKE_RANDOM]);
            assert!(initiator.finish(&msg2).is_err());
        }
    }
}

#[test]
fn rule_7_2_both_sides_must_mean_the_same_channel_suite_and_epoch() {
    let (keys, bundle) = worker();
    let base = binding(Suite::Classic);
    let (h, xk) = ([1; 64], Secret64::new([2; 64]));
    let previous = Some(Previous { h: &h, xk: &xk });
    let others = [
        Binding { channel_uid: ChannelUid([8; 16]), ..base },
        Binding { epoch: 1, ..base },
        Binding { epoch: 1, previous, ..base },
    ];
    let initiator = InitiatorHandshake::start(&base, &bundle, &[1; HANDSHAKE_RANDOM]);
    for other in others {
        assert!(respond(&other, &keys, initiator.msg1(), &[2; RESPONDER_RANDOM]).is_err(), "{other:?}");
    }
    // In the same epoch a wrong prev_h, and a wrong old secret.
    let (other_h, other_xk) = ([9; 64], Secret64::new([9; 64]));
    let rekey = Binding { epoch: 1, previous, ..base };
    let initiator = InitiatorHandshake::start(&rekey, &bundle, &[1; HANDSHAKE_RANDOM]);
    for (previous, good) in [
        (Previous { h: &h, xk: &xk }, true),
        (Previous { h: &other_h, xk: &xk }, false),
        (Previous { h: &h, xk: &other_xk }, false),
    ] {
        let binding = Binding { epoch: 1, previous: Some(previous), ..base };
        assert_eq!(respond(&binding, &keys, initiator.msg1(), &[2; RESPONDER_RANDOM]).is_ok(), good);
    }
}

#[test]
fn rule_7_3_the_static_keys_of_another_worker_do_not_answer() {
    let (_, bundle) = worker();
    let mut other = bundle.clone();
    other.x25519[0] ^= 8;
    let (keys, _) = worker();
    for suite in [Suite::PostQuantum, Suite::Classic] {
        let initiator = InitiatorHandshake::start(&binding(suite), &other, &[1; HANDSHAKE_RANDOM]);
        assert!(respond(&binding(suite), &keys, initiator.msg1(), &[2; RESPONDER_RANDOM]).is_err());
    }
}
