//! X25519 that refuses points of low order.

use x25519_dalek::{PublicKey, StaticSecret};

use crate::secret::Secret32;

/// The peer's point gives an all-zero secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LowOrder;

/// The public key of a secret.
pub(crate) fn public(secret: &Secret32) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(*secret.expose())).to_bytes()
}

/// The shared secret.
pub(crate) fn agree(secret: &Secret32, public: &[u8; 32]) -> Result<Secret32, LowOrder> {
    let shared = StaticSecret::from(*secret.expose()).diffie_hellman(&PublicKey::from(*public));
    if shared.was_contributory() { Ok(Secret32::new(shared.to_bytes())) } else { Err(LowOrder) }
}

/// Whether a public key can be agreed with at all. Every clamped scalar is a multiple of 8 and none is one of the group's
/// order, so one trial answers for all of them.
pub(crate) fn check(public: &[u8; 32]) -> Result<(), LowOrder> {
    agree(&Secret32::new([1; 32]), public).map(|_| ())
}
