//! First messages no honest client writes: they need the handshake's own parts.

use super::*;
use crate::vectors;

const CHANNEL: &str = include_str!("../../../../tests/vectors/channel.json");

fn binding(suite: Suite) -> Binding<'static> {
    Binding { suite, channel_uid: ChannelUid([1; 16]), epoch: 0, previous: None }
}

/// A post-quantum first message whose ephemeral key and payload are whatever the test wants.
fn msg1_with(bundle: &VerifiedBundle, ephemeral: &[u8; KEM], payload: &[u8]) -> Vec<u8> {
    let mut state = binding(Suite::PostQuantum).begin(&bundle.bundle_id, &bundle.x25519, &bundle.mlkem);
    let e = Secret32::new([2; 32]);
    let mut msg1 = x25519::public(&e).to_vec();
    state.mix_hash(&msg1);
    state.mix_key(x25519::agree(&e, &bundle.x25519).expect("a good key").expose());
    let (ciphertext, skem) = kem::encapsulate(&bundle.mlkem, &Secret32::new([3; 32])).expect("a good key");
    state.encrypt_and_hash(&ciphertext[..], &mut msg1);
    state.mix_key_and_hash(skem.expose());
    state.encrypt_and_hash(ephemeral, &mut msg1);
    state.encrypt_and_hash(payload, &mut msg1);
    msg1
}

fn answer(msg1: &[u8]) -> Result<(EpochKeys, Vec<u8>), HandshakeError> {
    let (keys, _) = vectors::worker(CHANNEL).expect("the vectors are in order");
    respond(&binding(Suite::PostQuantum), &keys, msg1, &[4; RESPONDER_RANDOM])
}

fn bundle() -> VerifiedBundle {
    vectors::worker(CHANNEL)
        .and_then(|(_, bundle)| bundle.unverified().map_err(|e| e.to_string()))
        .expect("vectors")
}

fn good_key() -> [u8; KEM] {
    *KemPair::from_seed(&Secret64::new([5; 64])).public()
}

#[test]
fn the_hand_made_message_is_good_when_nothing_is_wrong_with_it() {
    assert!(answer(&msg1_with(&bundle(), &good_key(), &PAYLOAD)).is_ok());
}

#[test]
fn rule_7_7_an_ephemeral_key_out_of_range_is_refused() {
    let mut key = good_key();
    // Two coefficients of twelve bits: 4,095 is beyond q = 3,329.
    key[0..3].copy_from_slice(&[0xff; 3]);
    assert_eq!(answer(&msg1_with(&bundle(), &key, &PAYLOAD)).err(), Some(HandshakeError));
}

#[test]
fn rule_7_6_payloads_have_8_to_64_bytes_and_version_1() {
    let grown = [&PAYLOAD[..], &[9; 56]].concat();
    for (payload, good) in [
        (&PAYLOAD[..7], false),
        (&grown[..], true),
        (&[&grown[..], &[0]].concat(), false),
        (&[0, 2, 0, 0, 0, 0, 0, 0], false),
    ] {
        assert_eq!(
            answer(&msg1_with(&bundle(), &good_key(), payload)).is_ok(),
            good,
            "{} bytes",
            payload.len()
        );
    }
}
