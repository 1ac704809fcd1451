//! Rule 7.7 and the negatives of the handshake as the Worker and the client meet them.

use leapmux_channel::noise::{RESPONDER_RANDOM, vectors};
use leapmux_channel::{
    Accepting, ChannelOpen, ChannelUid, Code, DeviceTrust, Grant, HANDSHAKE_RANDOM, Initiator, Millis,
    OpenParams, Responder, Secret32, Suite, SuiteSet,
};

use crate::pair::{CHANNEL, Opening, TOKEN, USER, WORKER, worker};

#[test]
fn rule_7_3_both_sides_agree_on_a_hash_nobody_else_has() {
    let pair = Opening::default().pair();
    assert_eq!(pair.client.handshake_hash(), pair.worker.handshake_hash());
    assert_ne!(pair.client.handshake_hash(), &[0; 64]);
    assert_eq!((pair.client.suite(), pair.worker.suite()), (Suite::PostQuantum, Suite::PostQuantum));
}

fn refusal(change: impl FnOnce(&mut ChannelOpen<'_>)) -> Option<Code> {
    let initiator = Opening::default().initiator();
    let (keys, bundle) = worker();
    let mut open = ChannelOpen {
        suite: 1,
        channel_uid: ChannelUid([9; 16]),
        key_id: bundle.key_id,
        msg1: initiator.msg1(),
    };
    change(&mut open);
    let grant = Grant { user_id: USER.into(), token: Secret32::new(TOKEN) };
    let accepting = Accepting { worker_id: WORKER, trust: DeviceTrust::Hub, wall_clock_ms: 0 };
    Responder::accept(&keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0))
        .err()
        .map(|refused| refused.code)
}

#[test]
fn rule_7_7_refusals_come_cheapest_first() {
    assert_eq!(refusal(|_| {}), None);
    assert_eq!(refusal(|open| open.msg1 = &open.msg1[1..]), Some(Code::BAD_REQUEST));
    assert_eq!(refusal(|open| open.suite = 3), Some(Code::UNSUPPORTED_SUITE));
    assert_eq!(refusal(|open| open.key_id = [0; 8]), Some(Code::UNKNOWN_KEY));
    assert_eq!(refusal(|open| open.channel_uid = ChannelUid([8; 16])), Some(Code::HANDSHAKE_FAILED));
    assert_eq!(
        refusal(|open| (open.key_id, open.msg1) = ([0; 8], &open.msg1[1..])),
        Some(Code::BAD_REQUEST),
        "sizes are looked at before keys"
    );
}

#[test]
fn rule_7_7_a_suite_outside_the_bundle_is_refused() {
    for (offered, other) in [(Suite::PostQuantum, Suite::Classic), (Suite::Classic, Suite::PostQuantum)] {
        let (keys, bundle) = vectors::worker_offering(CHANNEL, SuiteSet::only(offered)).expect("the vectors");
        let bundle = bundle.unverified().expect("its keys are good");
        for (suite, expected) in [(offered, None), (other, Some(Code::UNSUPPORTED_SUITE))] {
            let uid = ChannelUid([9; 16]);
            let params =
                OpenParams { channel_uid: uid, user_id: USER.into(), worker_id: WORKER.into(), device: None };
            let initiator = Initiator::start(&bundle, suite, params, &[3; HANDSHAKE_RANDOM]);
            let open = ChannelOpen {
                suite: suite.id(),
                channel_uid: uid,
                key_id: initiator.key_id(),
                msg1: initiator.msg1(),
            };
            let grant = Grant { user_id: USER.into(), token: Secret32::new(TOKEN) };
            let accepting = Accepting { worker_id: WORKER, trust: DeviceTrust::Hub, wall_clock_ms: 0 };
            let answer = Responder::accept(&keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0));
            assert_eq!(answer.err().map(|refused| refused.code), expected, "{offered:?} {suite:?}");
        }
    }
}

#[test]
fn rule_7_7_every_failure_says_the_same() {
    let initiator = Opening::default().initiator();
    for at in [0, 40, 1_700, 3_220] {
        let mut msg1 = initiator.msg1().to_vec();
        msg1[at] ^= 1;
        let refused = Opening::default().respond(&msg1).expect_err("tampered with");
        assert_eq!((refused.code, refused.reason()), (Code::HANDSHAKE_FAILED, "handshake failed"));
    }
}

#[test]
fn an_answer_of_somebody_else_is_refused() {
    let (one, two) =
        (Opening::default().initiator(), Opening { user_id: "usr_2", ..Opening::default() }.initiator());
    let (_, msg2) = Opening::default().respond(one.msg1()).expect("good");
    assert!(two.accept(TOKEN, &msg2[..msg2.len() - 1], Millis(0)).is_err());
    let mut msg2 = msg2;
    msg2[100] ^= 1;
    assert!(one.accept(TOKEN, &msg2, Millis(0)).is_err());
}
