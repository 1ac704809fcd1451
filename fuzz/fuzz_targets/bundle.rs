//! `leapmux_channel::fuzz::bundle`; `cargo test -p leapmux-channel` replays its corpus.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| leapmux_channel::fuzz::bundle(data));
