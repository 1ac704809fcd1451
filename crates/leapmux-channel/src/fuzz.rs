//! What the fuzz targets of `fuzz/` do with their bytes; the corpus test does the same. Nothing here may panic on any input
//! but by an assertion that states a rule.

use leapmux_noise::pin::{PinRecord, PinStore};
use leapmux_noise::{
    BUNDLE, Binding, HANDSHAKE_RANDOM, InitiatorHandshake, KeyBundle, RESPONDER_RANDOM, Secret32,
    ServingKeys, Suite, VerifiedBundle, respond, vectors,
};
use leapmux_types::relay_frame::{Direction, RelayFrame};
use leapmux_types::{ChannelUid, Millis};

use crate::auth::{parse_auth, parse_auth_ok};
use crate::frame::parse_all;
use crate::{Accepting, ChannelOpen, DeviceTrust, Event, Grant, Initiator, OpenParams, Responder, Session};

const CHANNEL: &str = include_str!("../../../tests/vectors/channel.json");
const UID: ChannelUid = ChannelUid([9; 16]);

fn worker() -> (ServingKeys, VerifiedBundle) {
    let (keys, bundle) = vectors::worker(CHANNEL).expect("the vectors are in order");
    (keys, bundle.unverified().expect("its keys are good"))
}

/// A frame that is read is written back the same.
pub fn relay_frame(data: &[u8]) {
    use Direction::{ClientToHub, HubToClient, HubToWorker, WorkerToHub};
    for direction in [ClientToHub, HubToClient, HubToWorker, WorkerToHub] {
        if let Ok(frame) = RelayFrame::parse(direction, data) {
            assert_eq!(frame.encode(), data, "{frame:?}");
        }
    }
}

/// The signed part of a bundle, or the start of a whole one.
pub fn bundle(data: &[u8]) {
    let _ = KeyBundle::parse(data);
    let mut whole = data.to_vec();
    whole.resize(BUNDLE, 0);
    if let Ok(bundle) = KeyBundle::parse(&whole) {
        let _ = bundle.unverified();
        assert_eq!(bundle.as_bytes(), whole);
    }
}

/// A pin file that is read is written so that every pin reads the same. (Members of later versions are kept, but numbers in
/// them beyond 64 bits only as near as a float comes.)
pub fn pins(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(store) = PinStore::parse(text) {
        let again = PinStore::parse(&store.to_json()).expect("just written");
        let known = |store: &PinStore| -> Vec<_> {
            let pins = store.iter().map(|(worker, pin)| (worker.clone(), pin.clone()));
            pins.map(|(worker, pin)| (worker, PinRecord { other: Default::default(), ..pin })).collect()
        };
        assert_eq!(known(&again), known(&store));
    }
}

fn binding(suite: Suite) -> Binding<'static> {
    Binding { suite, channel_uid: UID, epoch: 0, previous: None }
}

/// First messages.
pub fn handshake_msg1(data: &[u8]) {
    let (keys, _) = worker();
    for suite in Suite::STRONGEST_FIRST {
        let _ = respond(&binding(suite), &keys, data, &[4; RESPONDER_RANDOM]);
    }
}

/// Second messages.
pub fn handshake_msg2(data: &[u8]) {
    let (_, bundle) = worker();
    for suite in Suite::STRONGEST_FIRST {
        let _ = InitiatorHandshake::start(&binding(suite), &bundle, &[3; HANDSHAKE_RANDOM]).finish(data);
    }
}

/// AUTH and AUTH_OK payloads.
pub fn auth(data: &[u8]) {
    let _ = parse_auth(data);
    let _ = parse_auth_ok(data);
}

/// The plaintext of a record.
pub fn frame(data: &[u8]) {
    let _ = parse_all(data);
}

/// Two proven sessions of the classic suite.
fn pair() -> (Session, Session) {
    let (keys, bundle) = worker();
    let params =
        OpenParams { channel_uid: UID, user_id: "usr_1".into(), worker_id: "wrk_1".into(), device: None };
    let initiator = Initiator::start(&bundle, Suite::Classic, params, &[3; HANDSHAKE_RANDOM]);
    let open = ChannelOpen {
        suite: Suite::Classic.id(),
        channel_uid: UID,
        key_id: bundle.key_id,
        msg1: initiator.msg1(),
    };
    let grant = Grant { user_id: "usr_1".into(), token: Secret32::new([7; 32]) };
    let accepting = Accepting { worker_id: "wrk_1", trust: DeviceTrust::Hub, wall_clock_ms: 0 };
    let (mut worker, msg2) =
        Responder::accept(&keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0))
            .expect("a good opening");
    let mut client = initiator.accept([7; 32], &msg2, Millis(0)).expect("a good answer");
    let auth = client.poll_transmit(Millis(0)).expect("AUTH");
    worker.handle_record(&auth, Millis(0)).expect("a good proof");
    let auth_ok = worker.poll_transmit(Millis(0)).expect("AUTH_OK");
    client.handle_record(&auth_ok, Millis(0)).expect("a good answer");
    (client, worker)
}

/// Rows of `flags (1) ‖ length (2) ‖ plaintext`: each a record, from the Worker when flag 1 is set, else from the client; the
/// rest of the flags is how many tens of milliseconds pass before it. The receiver answers whatever it sees.
pub fn record(mut data: &[u8]) {
    let (mut client, mut worker) = pair();
    let mut now = Millis(0);
    while let Some(([flags, l1, l2], rest)) = data.split_first_chunk::<3>() {
        let length =
            usize::from(u16::from_be_bytes([*l1, *l2])).min(rest.len()).min(crate::limits::MAX_RECORD);
        let (plaintext, rest) = rest.split_at(length);
        data = rest;
        now.0 += u64::from(flags >> 1) * 10;
        let (sender, receiver) =
            if flags & 1 == 1 { (&mut worker, &mut client) } else { (&mut client, &mut worker) };
        if sender.closed().is_some() || receiver.closed().is_some() {
            return;
        }
        let record = sender.seal_raw(plaintext);
        let _ = receiver.handle_record(&record, now);
        receiver.handle_timeout(now);
        if receiver.needs_random() {
            receiver.provide_random(&[5; HANDSHAKE_RANDOM]);
        }
        while let Some(event) = receiver.poll_event() {
            answer(receiver, &event);
        }
        // What the receiver says is not delivered: the sender is nobody honest.
        while receiver.poll_transmit(now).is_some() {}
    }
}

fn answer(session: &mut Session, event: &Event) {
    match event {
        Event::Opened { id, .. } => {
            let _ = session.send(*id, b"hello", false);
        }
        Event::Message { id, bytes, .. } | Event::Bytes { id, bytes } => {
            session.consumed(*id, bytes.len());
            let _ = session.send(*id, bytes, false);
        }
        Event::Ended { id } => {
            let _ = session.finish(*id);
        }
        _ => {}
    }
}
