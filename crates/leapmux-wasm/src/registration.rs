//! The half of a registration key that is made in the page and never reaches the Hub (channel.md 5.4).

use leapmux_channel::noise::AuthProof;
use leapmux_channel::noise::registration;
use leapmux_channel::{DeviceKey, DevicePublic, Secret32};
use wasm_bindgen::prelude::*;

use crate::bundle::WorkerBundle;
use crate::channel::key_bytes;
use crate::error::{Thrown, invalid};

/// Wiped when it is freed.
#[wasm_bindgen]
pub struct RegistrationSecret(registration::RegistrationSecret);

#[wasm_bindgen]
impl RegistrationSecret {
    /// How many random bytes the constructor takes.
    #[wasm_bindgen(js_name = randomBytes)]
    pub fn random_bytes() -> usize {
        16
    }
    #[wasm_bindgen(constructor)]
    pub fn new(random: &[u8]) -> Thrown<RegistrationSecret> {
        let random = random.try_into().map_err(|_| invalid("random bytes of the wrong length"))?;
        Ok(Self(registration::RegistrationSecret::new(random)))
    }
    /// The whole key, for the person who types it on the Worker's machine.
    pub fn join(&self, hub_part: &str) -> String {
        self.0.join(hub_part)
    }
    /// What is attached to the key: that this browser's device is the owner's. The device as for `Opening`.
    #[wasm_bindgen(js_name = ownerStatement)]
    pub fn owner_statement(
        &self,
        user: &str,
        device_seed: Option<Vec<u8>>,
        device_public: Option<Vec<u8>>,
    ) -> Thrown<Vec<u8>> {
        let device = match (key_bytes(device_seed)?, key_bytes(device_public)?) {
            (Some(seed), _) => *DeviceKey::from_seed(Secret32::new(seed)).public(),
            (None, Some(public)) => DevicePublic::from_bytes(public),
            (None, None) => return Err(invalid("a device has a key")),
        };
        Ok(self.0.owner_statement(user, &device).to_vec())
    }
    /// Whether the Worker with these keys is the one that was given this secret. In constant time.
    #[wasm_bindgen(js_name = provesWorker)]
    pub fn proves_worker(&self, bundle: &WorkerBundle, proof: &[u8]) -> bool {
        proof.try_into().is_ok_and(|proof| AuthProof(proof) == self.0.worker_proof(&bundle.0.identity))
    }
}
