//! BLAKE2b in the three shapes the channel uses (rule 3): 64 bytes, 32 bytes, 32 bytes keyed; HMAC and Noise's HKDF over it.

use blake2::digest::consts::U32;
use blake2::digest::{KeyInit, Mac};
use blake2::{Blake2b256, Blake2b512, Blake2bMac, Digest};
use hmac::SimpleHmac;

use crate::secret::Secret64;

/// H: BLAKE2b-512 over the parts, one after the other.
pub(crate) fn h64(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = Blake2b512::new();
    parts.iter().for_each(|part| Digest::update(&mut hash, part));
    hash.finalize().into()
}

/// H32: BLAKE2b with 32 bytes of output.
pub(crate) fn h32(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Blake2b256::new();
    parts.iter().for_each(|part| Digest::update(&mut hash, part));
    hash.finalize().into()
}

/// H32 keyed. `key` has 1 to 64 bytes.
pub(crate) fn h32_keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Blake2bMac::<U32>::new_with_salt_and_personal(Some(key), &[], &[])
        .expect("keys of the channel have 1 to 64 bytes");
    parts.iter().for_each(|part| Mac::update(&mut mac, part));
    mac.finalize().into_bytes().into()
}

fn hmac(key: &[u8; 64], parts: &[&[u8]]) -> Secret64 {
    let mut mac =
        <SimpleHmac<Blake2b512> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| Mac::update(&mut mac, part));
    Secret64::new(mac.finalize().into_bytes().into())
}

/// HKDF of Noise with three outputs; callers drop what they do not need.
pub(crate) fn hkdf(chaining: &Secret64, input: &[u8]) -> [Secret64; 3] {
    let t = hmac(chaining.expose(), &[input]);
    let one = hmac(t.expose(), &[&[1]]);
    let two = hmac(t.expose(), &[one.expose(), &[2]]);
    let three = hmac(t.expose(), &[two.expose(), &[3]]);
    [one, two, three]
}
