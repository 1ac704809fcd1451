//! First contact without blind trust (rule 5.4): a secret the Hub never sees, made where the registration key is made.

use crate::device::DevicePublic;
use crate::encoding::{base64url, from_base64url};
use crate::hash::h32_keyed;
use crate::identity::Identity;
use crate::proof::AuthProof;
use crate::secret::Secret;

const LABEL: &[u8] = b"LeapMux reg v1";
/// Bytes of an owner's statement: the device's public key, then the proof.
pub const OWNER_STATEMENT: usize = 64;

/// S: 16 random bytes after the dot of a registration key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationSecret(Secret<16>);

/// The part after the dot is not 16 bytes of base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the part of the registration key after the dot is damaged")]
pub struct RegistrationKeyError;

impl RegistrationSecret {
    /// Fresh random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(Secret::new(random))
    }
    /// Splits `<hub part>[.<secret>]`. Only the hub part may be sent anywhere.
    pub fn split(key: &str) -> Result<(&str, Option<Self>), RegistrationKeyError> {
        let Some((hub_part, secret)) = key.split_once('.') else {
            return Ok((key, None));
        };
        let secret = from_base64url(secret).ok_or(RegistrationKeyError)?;
        Ok((hub_part, Some(Self::new(secret))))
    }
    /// The whole key, for the person who will type it.
    pub fn join(&self, hub_part: &str) -> String {
        format!("{hub_part}.{}", base64url(self.0.expose()))
    }
    /// What a Worker uploads: that its identity is the one that was given this secret.
    pub fn worker_proof(&self, identity: &Identity) -> AuthProof {
        self.proof(&[b"worker", identity.as_bytes()])
    }
    /// That this device is the owner's.
    pub fn owner_proof(&self, user_id: &str, device: &DevicePublic) -> AuthProof {
        self.proof(&[b"owner", user_id.as_bytes(), device.as_bytes()])
    }
    /// What a browser attaches to the key: which device is the owner's, and the proof of it.
    pub fn owner_statement(&self, user_id: &str, device: &DevicePublic) -> [u8; OWNER_STATEMENT] {
        let mut statement = [0; OWNER_STATEMENT];
        statement[..32].copy_from_slice(device.as_bytes());
        statement[32..].copy_from_slice(&self.owner_proof(user_id, device).0);
        statement
    }
    /// The device such a statement names, when whoever made it had this secret.
    pub fn owner_device(&self, user_id: &str, statement: &[u8]) -> Option<DevicePublic> {
        let statement: &[u8; OWNER_STATEMENT] = statement.try_into().ok()?;
        let (device, proof) = statement.split_first_chunk::<32>()?;
        let device = DevicePublic::from_bytes(*device);
        let proof = AuthProof(proof.try_into().ok()?);
        (proof == self.owner_proof(user_id, &device)).then_some(device)
    }
    fn proof(&self, parts: &[&[u8]]) -> AuthProof {
        let key = Secret::<32>::new(h32_keyed(self.0.expose(), &[LABEL]));
        AuthProof(h32_keyed(key.expose(), parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_5_4_keys_split_where_they_were_joined() {
        let secret = RegistrationSecret::new([9; 16]);
        let key = secret.join("lmreg_abc");
        assert_eq!(RegistrationSecret::split(&key), Ok(("lmreg_abc", Some(secret))));
        assert_eq!(RegistrationSecret::split("lmreg_abc"), Ok(("lmreg_abc", None)));
        assert_eq!(RegistrationSecret::split("lmreg_abc.short"), Err(RegistrationKeyError));
    }

    #[test]
    fn rule_5_4_proofs_bind_secret_role_and_subject() {
        let (one, two) = (RegistrationSecret::new([1; 16]), RegistrationSecret::new([2; 16]));
        let device = DevicePublic::from_bytes([3; 32]);
        assert_eq!(one.owner_proof("usr_1", &device), one.owner_proof("usr_1", &device));
        assert_ne!(one.owner_proof("usr_1", &device), two.owner_proof("usr_1", &device));
        assert_ne!(one.owner_proof("usr_1", &device), one.owner_proof("usr_2", &device));
    }
    #[test]
    fn rule_5_4_a_statement_names_a_device_to_whoever_has_the_secret() {
        let (one, two) = (RegistrationSecret::new([1; 16]), RegistrationSecret::new([2; 16]));
        let device = DevicePublic::from_bytes([3; 32]);
        let mut statement = one.owner_statement("usr_1", &device);
        assert_eq!(one.owner_device("usr_1", &statement), Some(device));
        assert_eq!(two.owner_device("usr_1", &statement), None);
        assert_eq!(one.owner_device("usr_2", &statement), None);
        assert_eq!(one.owner_device("usr_1", &statement[..32]), None);
        statement[0] ^= 1;
        assert_eq!(one.owner_device("usr_1", &statement), None, "another device than the proof's");
    }
}
