//! Noise's symmetric state (rule 7.1): the running hash, the chaining key and the handshake cipher.

use crate::cipher::{self, CipherError};
use crate::hash::{h64, hkdf};
use crate::secret::{Secret32, Secret64};

pub(crate) struct SymmetricState {
    h: [u8; 64],
    ck: Secret64,
    key: Option<(Secret32, u64)>,
}

impl SymmetricState {
    /// Starts from a protocol name of at most 64 bytes.
    pub(crate) fn new(protocol_name: &[u8]) -> Self {
        let mut h = [0; 64];
        h[..protocol_name.len()].copy_from_slice(protocol_name);
        Self { h, ck: Secret64::new(h), key: None }
    }

    pub(crate) fn mix_hash(&mut self, data: &[u8]) {
        self.h = h64(&[&self.h, data]);
    }

    pub(crate) fn mix_key(&mut self, input: &[u8]) {
        let [ck, k, _] = hkdf(&self.ck, input);
        self.ck = ck;
        self.key = Some((Secret32::cut(k.expose(), 0), 0));
    }

    pub(crate) fn mix_key_and_hash(&mut self, input: &[u8]) {
        let [ck, hash, k] = hkdf(&self.ck, input);
        self.ck = ck;
        self.mix_hash(hash.expose());
        self.key = Some((Secret32::cut(k.expose(), 0), 0));
    }

    /// Appends the (encrypted) bytes to a message.
    pub(crate) fn encrypt_and_hash(&mut self, plaintext: &[u8], message: &mut Vec<u8>) {
        let start = message.len();
        message.extend_from_slice(plaintext);
        if let Some((key, n)) = &mut self.key {
            let tag = cipher::encrypt(key, *n, &self.h, &mut message[start..]);
            message.extend_from_slice(&tag);
            *n += 1;
        }
        self.h = h64(&[&self.h, &message[start..]]);
    }

    pub(crate) fn decrypt_and_hash(&mut self, ciphertext: &[u8]) -> Result<Vec<u8>, CipherError> {
        let plaintext = match &mut self.key {
            Some((key, n)) => {
                let plaintext = cipher::decrypt(key, *n, &self.h, ciphertext)?;
                *n += 1;
                plaintext
            }
            None => ciphertext.to_vec(),
        };
        self.mix_hash(ciphertext);
        Ok(plaintext)
    }

    /// The handshake hash and Split's outputs: initiator's key, responder's key, next epoch's secret.
    pub(crate) fn split(self) -> ([u8; 64], Secret32, Secret32, Secret64) {
        let [one, two, three] = hkdf(&self.ck, &[]);
        (self.h, Secret32::cut(one.expose(), 0), Secret32::cut(two.expose(), 0), three)
    }
}
