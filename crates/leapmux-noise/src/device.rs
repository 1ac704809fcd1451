//! A client's device key (rule 8.2): one Ed25519 key per browser profile, desktop or CLI.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::encoding::{base64url, from_base64url, short};
use crate::secret::Secret32;

const DEVICE_LABEL: &[u8] = b"LeapMux device v1";
const ENDORSEMENT_LABEL: &[u8] = b"LeapMux endorse v1";

/// The public half: what a Worker remembers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevicePublic([u8; 32]);

impl DevicePublic {
    /// The key in these bytes; whether it is one shows when it is used.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// As it travels.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// As base64url, for files and lists.
    pub fn to_text(&self) -> String {
        base64url(&self.0)
    }
    /// The reverse of [`DevicePublic::to_text`].
    pub fn from_text(text: &str) -> Option<Self> {
        from_base64url(text).map(Self)
    }
    /// What a device signs for a channel, for keys this program cannot reach (a browser's non-extractable ones).
    pub fn channel_message(&self, h: &[u8; 64], user_id: &str, worker_id: &str) -> Vec<u8> {
        [DEVICE_LABEL, &[0], h, &short(user_id), &short(worker_id), &self.0].concat()
    }
    /// Whether this device signed this channel for this user and Worker.
    pub fn signed_channel(&self, h: &[u8; 64], user_id: &str, worker_id: &str, signature: &[u8; 64]) -> bool {
        self.verifies(&self.channel_message(h, user_id, worker_id), signature)
    }
    fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .and_then(|key| key.verify_strict(message, &Signature::from_bytes(signature)))
            .is_ok()
    }
}

impl fmt::Debug for DevicePublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DevicePublic({})", self.to_text())
    }
}

/// The secret half.
#[derive(Clone)]
pub struct DeviceKey {
    seed: Secret32,
    public: DevicePublic,
}

impl DeviceKey {
    /// The key of a seed: fresh random bytes, or what was kept (`device.key`, mode 0600).
    pub fn from_seed(seed: Secret32) -> Self {
        let public = DevicePublic(SigningKey::from_bytes(seed.expose()).verifying_key().to_bytes());
        Self { seed, public }
    }
    /// What to keep.
    pub fn seed(&self) -> &Secret32 {
        &self.seed
    }
    /// What Workers remember.
    pub fn public(&self) -> &DevicePublic {
        &self.public
    }
    /// Signs the handshake hash of a channel for this user and Worker.
    pub fn sign_channel(&self, h: &[u8; 64], user_id: &str, worker_id: &str) -> [u8; 64] {
        self.sign(&self.public.channel_message(h, user_id, worker_id))
    }
    /// Signs any bytes, standing in for a key store that is asked for a signature.
    #[cfg(any(test, feature = "hazmat"))]
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.sign(message)
    }
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(self.seed.expose()).sign(message).to_bytes()
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({:?})", self.public)
    }
}

fn endorsement_message(user_id: &str, worker_id: &str, device: &DevicePublic) -> Vec<u8> {
    [ENDORSEMENT_LABEL, &[0], &short(user_id), &short(worker_id), &device.0].concat()
}

/// The endorsement does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device's endorsement was not signed by a trusted device of this user")]
pub struct EndorsementError;

/// A trusted device of a user vouches for another one towards one Worker.
pub fn endorse(trusted: &DeviceKey, user_id: &str, worker_id: &str, device: &DevicePublic) -> [u8; 64] {
    trusted.sign(&endorsement_message(user_id, worker_id, device))
}

/// Checks an endorsement against the devices the Worker already trusts for that user.
pub fn endorsement_holds(
    trusted: &[DevicePublic],
    user_id: &str,
    worker_id: &str,
    device: &DevicePublic,
    signature: &[u8; 64],
) -> Result<DevicePublic, EndorsementError> {
    let message = endorsement_message(user_id, worker_id, device);
    trusted.iter().find(|key| key.verifies(&message, signature)).copied().ok_or(EndorsementError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_channel_user_worker_and_key_alone() {
        let device = DeviceKey::from_seed(Secret32::new([1; 32]));
        let other = DeviceKey::from_seed(Secret32::new([2; 32]));
        let signature = device.sign_channel(&[3; 64], "usr_1", "wrk_1");
        let public = device.public();
        assert!(public.signed_channel(&[3; 64], "usr_1", "wrk_1", &signature));
        assert!(!public.signed_channel(&[4; 64], "usr_1", "wrk_1", &signature));
        assert!(!public.signed_channel(&[3; 64], "usr_2", "wrk_1", &signature));
        assert!(!public.signed_channel(&[3; 64], "usr_1", "wrk_2", &signature));
        assert!(!other.public().signed_channel(&[3; 64], "usr_1", "wrk_1", &signature));
        assert!(!DevicePublic([0; 32]).signed_channel(&[3; 64], "usr_1", "wrk_1", &[0; 64]));
    }

    #[test]
    fn an_endorsement_needs_a_trusted_device() {
        let trusted = DeviceKey::from_seed(Secret32::new([1; 32]));
        let new = DeviceKey::from_seed(Secret32::new([2; 32]));
        let signature = endorse(&trusted, "usr_1", "wrk_1", new.public());
        let holds =
            |keys: &[DevicePublic], user| endorsement_holds(keys, user, "wrk_1", new.public(), &signature);
        assert_eq!(holds(&[*new.public(), *trusted.public()], "usr_1"), Ok(*trusted.public()));
        assert_eq!(holds(&[*new.public()], "usr_1"), Err(EndorsementError));
        assert_eq!(holds(&[*trusted.public()], "usr_2"), Err(EndorsementError));
    }

    #[test]
    fn text_reads_back_and_debug_is_silent() {
        let device = DeviceKey::from_seed(Secret32::new([1; 32]));
        assert_eq!(DevicePublic::from_text(&device.public().to_text()), Some(*device.public()));
        assert!(!format!("{device:?}").contains("AQEB"), "the seed must not print");
    }
}
