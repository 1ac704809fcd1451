//! The channel's cryptography: hybrid handshake, record ciphers, key bundle, fingerprint, proofs and pins. Pure: no clock,
//! no randomness, no IO; both are arguments, so that every byte can be replayed from `tests/vectors`.
//!
//! Rules are numbered in `docs/spec/channel.md`; tests cite them.

mod bundle;
mod cipher;
mod device;
mod encoding;
mod fingerprint;
mod handshake;
mod hash;
mod identity;
mod kem;
mod keys;
pub mod pin;
mod proof;
pub mod registration;
mod secret;
mod suite;
mod symmetric;
mod time;
#[cfg(any(test, feature = "hazmat"))]
pub mod vectors;
mod x25519;

pub use bundle::{BUNDLE, BundleError, BundleTerms, KeyBundle, TBS, VerifiedBundle};
pub use cipher::{CipherError, MAX_PLAINTEXT, RecordCipher, TAG};
pub use device::{DeviceKey, DevicePublic, EndorsementError, endorse, endorsement_holds};
pub use fingerprint::{Fingerprint, FingerprintError, device_fingerprint, fingerprint};
pub use handshake::{
    Binding, EpochKeys, HANDSHAKE_RANDOM, HandshakeError, InitiatorHandshake, Previous, RESPONDER_RANDOM,
    respond,
};
pub use identity::{IDENTITY, Identity};
pub use keys::{KEY_RANDOM, STATICS_RANDOM, ServingKeys, WorkerKeys, WorkerSeeds};
pub use proof::{AuthProof, auth_proof};
pub use secret::{Secret, Secret32, Secret64};
pub use suite::{Suite, SuiteSet};
pub use time::{ParseTimeError, UtcSeconds};
