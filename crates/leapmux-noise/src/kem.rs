//! ML-KEM-1024 behind three functions: the seam where another implementation would go in.

use ml_kem::kem::{Decapsulate, KeyExport};
use ml_kem::ml_kem_1024;
use ml_kem::{B32, Key, Seed};

use crate::secret::{Secret, Secret32};

/// An encapsulation key or a ciphertext, bytes.
pub(crate) const KEM: usize = 1_568;

/// A pair held as the library's expanded key; it wipes itself.
pub(crate) struct KemPair {
    secret: ml_kem_1024::DecapsulationKey,
    public: Box<[u8; KEM]>,
}

/// The peer's key is not a canonical encapsulation key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadKemKey;

impl KemPair {
    /// The pair of a seed (`d` then `z`).
    pub(crate) fn from_seed(seed: &Secret<64>) -> Self {
        let secret = ml_kem_1024::DecapsulationKey::from_seed(Seed::from(*seed.expose()));
        let public = boxed(&secret.encapsulation_key().to_bytes());
        Self { secret, public }
    }
    /// The encapsulation key's bytes.
    pub(crate) fn public(&self) -> &[u8; KEM] {
        &self.public
    }
    /// The secret in a ciphertext. A wrong one gives an unrelated secret (implicit rejection), never an error.
    pub(crate) fn decapsulate(&self, ciphertext: &[u8; KEM]) -> Secret32 {
        let ciphertext = ml_kem_1024::Ciphertext::from(*ciphertext);
        Secret32::new(self.secret.decapsulate(&ciphertext).into())
    }
}

fn parse(public: &[u8; KEM]) -> Result<ml_kem_1024::EncapsulationKey, BadKemKey> {
    let key = Key::<ml_kem_1024::EncapsulationKey>::from(*public);
    ml_kem_1024::EncapsulationKey::new(&key).map_err(|_| BadKemKey)
}

/// Whether the bytes are a canonical encapsulation key.
pub(crate) fn check(public: &[u8; KEM]) -> Result<(), BadKemKey> {
    parse(public).map(|_| ())
}

/// A ciphertext for the peer and the secret in it. `m` must be fresh and uniform.
pub(crate) fn encapsulate(public: &[u8; KEM], m: &Secret32) -> Result<(Box<[u8; KEM]>, Secret32), BadKemKey> {
    let (ciphertext, secret) = parse(public)?.encapsulate_deterministic(&B32::from(*m.expose()));
    Ok((boxed(&ciphertext), Secret32::new(secret.into())))
}

fn boxed(bytes: &[u8]) -> Box<[u8; KEM]> {
    let mut out = Box::new([0; KEM]);
    out.copy_from_slice(bytes);
    out
}
