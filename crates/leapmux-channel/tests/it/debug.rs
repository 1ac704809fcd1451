//! Nothing secret and nothing of what streams carry shows in `Debug`.

use leapmux_channel::{Class, DeviceKey, Grant, Kind, Secret32, StreamId};

use crate::pair::{Opening, Pair, message, worker};

#[test]
fn keys_sessions_and_events_print_nothing_of_their_contents() {
    let device = DeviceKey::from_seed(Secret32::new([0xab; 32]));
    let initiator = Opening { device: Some(device.clone()), ..Opening::default() }.initiator();
    let mut pair = Pair::ready();
    pair.client.open(Class::Normal, Kind::Messages, "m", Some((b"hunter2", true))).expect("open");
    let grant = Grant { user_id: "usr_1".into(), token: Secret32::new([0xab; 32]) };
    let (keys, bundle) = worker();
    let lines = [
        format!("{device:?}"),
        format!("{grant:?}"),
        format!("{keys:?}"),
        format!("{bundle:?}"),
        format!("{:?}", pair.client),
        format!("{:?}", pair.worker),
        format!("{:?}", message(StreamId(1), b"hunter2", true)),
    ];
    let expected = [
        "DeviceKey(DevicePublic(JIrL26-eBQGW3nBL6i1odw5RkVDRA7WH2uLZytU92TA))",
        "Grant { user_id: \"usr_1\", token: Secret(…) }",
        "ServingKeys(…)",
        "VerifiedBundle(Identity(1d6417d1…), serial 7)",
        "Session(09090909090909090909090909090909, Ready, epoch 0)",
        "Session(09090909090909090909090909090909, Ready, epoch 0)",
        "Message(#1, 7 bytes, end true)",
    ];
    assert_eq!(lines, expected);
    let initiator = format!("{initiator:?}");
    assert!(!initiator.contains("171, 171") && !initiator.contains("abab"), "{initiator}");
    assert!(initiator.contains("handshake: InitiatorHandshake, "), "{initiator}");
}
