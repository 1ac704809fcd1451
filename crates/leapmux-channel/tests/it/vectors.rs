//! The frames of `tests/vectors/frames.json`, both ways.

#[test]
fn frames_read_and_write_as_the_vectors_say() {
    let json = include_str!("../../../../tests/vectors/frames.json");
    assert_eq!(leapmux_channel::vectors::frames(json), Ok(27 + 38));
}
