//! Random peers: nothing they send may panic. The fuzz targets do the same for longer; this is what every test run affords.

use leapmux_channel::fuzz;
use proptest::prelude::*;

use crate::pair::{frame, open_frame};

/// A frame that is nearly right: known types, few streams, small payloads.
fn near_frame() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![
        4 => prop_oneof![Just(0x11_u8), Just(0x12), Just(0x13)],
        1 => 0x00..0x18_u8,
        1 => any::<u8>(),
    ];
    let flags = prop_oneof![6 => 0..4_u8, 1 => any::<u8>()];
    let payload = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 4),
        2 => proptest::collection::vec(any::<u8>(), 8),
        2 => proptest::collection::vec(any::<u8>(), 0..200),
        1 => Just(vec![7; 16_000]),
    ];
    prop_oneof![
        1 => (1..6_u32, any::<u32>()).prop_map(|(id, window)| open_frame(id, window, b"x")),
        5 => (kind, flags, 0..6_u32, payload).prop_map(|(kind, flags, id, payload)| frame(kind, flags, id, &payload)),
    ]
}

fn script() -> impl Strategy<Value = Vec<u8>> {
    let plaintext = prop_oneof![
        6 => proptest::collection::vec(near_frame(), 1..3).prop_map(|frames| frames.concat()),
        1 => proptest::collection::vec(any::<u8>(), 8..300),
    ];
    proptest::collection::vec((any::<u8>(), plaintext), 1..12).prop_map(|records| {
        let row = |(flags, mut plaintext): (u8, Vec<u8>)| {
            plaintext.truncate(16_384);
            [&[flags][..], &(plaintext.len() as u16).to_be_bytes(), &plaintext].concat()
        };
        records.into_iter().flat_map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_survive_any_peer(script in script()) {
        fuzz::record(&script);
    }

    #[test]
    fn parsers_survive_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        fuzz::frame(&bytes);
        fuzz::auth(&bytes);
        fuzz::relay_frame(&bytes);
        fuzz::bundle(&[b"LMKB\x01\x03", &bytes[..]].concat());
    }
}
