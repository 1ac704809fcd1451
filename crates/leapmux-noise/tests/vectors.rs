//! The crate reproduces every byte and every decision of `tests/vectors`. Rules 4, 5, 7, 8 of docs/spec/channel.md.
#![cfg(feature = "hazmat")]

use leapmux_noise::vectors;

const CHANNEL: &str = include_str!("../../../tests/vectors/channel.json");
const BUNDLE: &str = include_str!("../../../tests/vectors/bundle.json");
const PINS: &str = include_str!("../../../tests/vectors/pins.json");

#[test]
fn handshakes_keys_and_records() {
    // 2 suites of 2 epochs: 3 messages, 4 keys on each side, 3 records sealed and opened; and 4 facts about the Worker.
    assert_eq!(vectors::channel(CHANNEL), Ok(4 + 2 * 2 * (3 + 8 + 6)));
}

#[test]
fn bundles() {
    assert_eq!(vectors::bundles(BUNDLE, CHANNEL), Ok(21));
}

#[test]
fn pins() {
    assert_eq!(vectors::pins(PINS), Ok(18 + 16 + 1));
}

#[test]
fn a_changed_vector_is_noticed() {
    let wrong = CHANNEL.replacen("\"msg2\": \"2", "\"msg2\": \"3", 1);
    let sentence = vectors::channel(&wrong).expect_err("msg2 was changed");
    assert!(sentence.starts_with("suite 1 epoch 0 msg2 differs at byte 0"), "{sentence}");
}
