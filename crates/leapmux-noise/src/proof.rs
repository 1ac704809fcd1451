//! The proof that the holder of a handshake is the one the Hub gave the token to (rule 8.1).

use subtle::ConstantTimeEq;

use crate::encoding::short;
use crate::hash::h32_keyed;
use crate::secret::Secret32;

const LABEL: &[u8] = b"LeapMux auth v1";

/// A MAC over one channel, user and Worker. `==` takes constant time.
#[derive(Debug, Clone, Copy)]
pub struct AuthProof(pub [u8; 32]);

impl PartialEq for AuthProof {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
impl Eq for AuthProof {}

/// The proof under a token.
pub fn auth_proof(token: &Secret32, h: &[u8; 64], user_id: &str, worker_id: &str) -> AuthProof {
    AuthProof(h32_keyed(token.expose(), &[LABEL, &[0], h, &short(user_id), &short(worker_id)]))
}
