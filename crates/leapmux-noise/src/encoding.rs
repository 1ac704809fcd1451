//! Base64url without padding, and the `n x` fields of proofs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes as base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Exactly `N` bytes from base64url without padding.
pub(crate) fn from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// One length byte and the text. Ids have at most 64 bytes; longer text is cut off here and refused by the peer.
pub(crate) fn short(text: &str) -> Vec<u8> {
    let bytes = &text.as_bytes()[..text.len().min(64)];
    let mut out = vec![bytes.len() as u8];
    out.extend_from_slice(bytes);
    out
}
