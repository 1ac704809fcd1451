//! A Worker's identity: the two public signing keys a pin remembers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::encoding::{base64url, from_base64url};

/// Bytes of an identity: a version byte, an Ed25519 and an SLH-DSA-SHA2-256s public key.
pub const IDENTITY: usize = 97;
/// The only version so far.
const VERSION: u8 = 1;

/// `01 ‖ Ed25519 public key (32) ‖ SLH-DSA-SHA2-256s public key (64)`. Survives rotation of the statics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity([u8; IDENTITY]);

impl Identity {
    pub(crate) fn from_keys(ed25519: &[u8; 32], slh_dsa: &[u8; 64]) -> Self {
        let mut bytes = [VERSION; IDENTITY];
        bytes[1..33].copy_from_slice(ed25519);
        bytes[33..].copy_from_slice(slh_dsa);
        Self(bytes)
    }
    /// The identity in these bytes; `None` for another version.
    pub fn from_bytes(bytes: [u8; IDENTITY]) -> Option<Self> {
        (bytes[0] == VERSION).then_some(Self(bytes))
    }
    /// As it travels.
    pub fn as_bytes(&self) -> &[u8; IDENTITY] {
        &self.0
    }
    pub(crate) fn ed25519(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(&self.0[1..33]);
        key
    }
    pub(crate) fn slh_dsa(&self) -> [u8; 64] {
        let mut key = [0; 64];
        key.copy_from_slice(&self.0[33..]);
        key
    }
    /// The whole SHA-256 as eight groups of eight hexadecimal digits, for the "details" of a dialog.
    pub fn details(&self) -> String {
        let hash: [u8; 32] = Sha256::digest(self.0).into();
        let groups: Vec<String> =
            hash.chunks(4).map(|group| group.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
        groups.join(" ")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}…)", &self.details()[..8])
    }
}
impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64url(&self.0))
    }
}
impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_base64url(&text)
            .and_then(Self::from_bytes)
            .ok_or_else(|| serde::de::Error::custom("not an identity of 97 bytes in base64url"))
    }
}
