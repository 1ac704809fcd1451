//! A Worker's signed key bundle, and its fingerprint.

use leapmux_channel::noise::{self, IDENTITY, Identity};
use leapmux_channel::{KeyBundle, VerifiedBundle};
use wasm_bindgen::prelude::*;

use crate::error::{Thrown, invalid, thrown};

/// A bundle whose signatures hold.
#[wasm_bindgen]
pub struct WorkerBundle(pub(crate) VerifiedBundle);

#[wasm_bindgen]
impl WorkerBundle {
    /// Checks both signatures (some 3 ms). Throws `bad_bundle`.
    pub fn verify(bytes: &[u8]) -> Thrown<WorkerBundle> {
        let bundle = KeyBundle::parse(bytes).and_then(|bundle| bundle.verify());
        bundle.map(WorkerBundle).map_err(|error| thrown("bad_bundle", &error.to_string()))
    }
    /// Hash of the signed part; `GetWorkerBundle` takes it as what the caller has.
    pub fn id(&self) -> Vec<u8> {
        self.0.bundle_id.to_vec()
    }
    /// The identity a pin is about; [`fingerprint`] of it is what people compare.
    pub fn identity(&self) -> Vec<u8> {
        self.0.identity.as_bytes().to_vec()
    }
}

/// The four words of an identity. Takes 32 MiB of memory that is never given back and some 100 ms: call it in an instance that is
/// thrown away afterwards.
#[wasm_bindgen]
pub fn fingerprint(identity: &[u8]) -> Thrown<String> {
    let bytes: [u8; IDENTITY] = identity.try_into().map_err(|_| invalid("an identity has 97 bytes"))?;
    let identity = Identity::from_bytes(bytes).ok_or_else(|| invalid("not an identity"))?;
    Ok(noise::fingerprint(&identity).to_string())
}
