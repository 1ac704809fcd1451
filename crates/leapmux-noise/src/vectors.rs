//! Replays `tests/vectors`: functions over JSON text, so that the wasm build runs the very same checks as the native one.
//! Each returns how many things it compared, or a sentence about the first that differs.

mod bundle;
mod channel;
mod pins;

pub use bundle::bundles;
pub use channel::{channel, worker, worker_offering};
pub use pins::pins;

/// Bytes of a hexadecimal text.
pub fn hex(text: &str) -> Result<Vec<u8>, String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(format!("not hexadecimal: {text:.20}"));
    }
    let byte =
        |at| u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| format!("not hexadecimal: {text:.20}"));
    (0..text.len()).step_by(2).map(byte).collect()
}

/// Exactly `N` bytes of a hexadecimal text.
pub fn hex_array<const N: usize>(text: &str) -> Result<[u8; N], String> {
    hex(text)?.try_into().map_err(|bytes: Vec<u8>| format!("expected {N} bytes, found {}", bytes.len()))
}

/// A hexadecimal text of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn parse<'a, T: serde::Deserialize<'a>>(json: &'a str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| format!("the vectors cannot be read: {error}"))
}

/// `Err` with both sides named when they differ.
pub(crate) fn same(what: &str, expected: &[u8], found: &[u8]) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let at = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    Err(format!("{what} differs at byte {at} ({} bytes expected, {} found)", expected.len(), found.len()))
}
