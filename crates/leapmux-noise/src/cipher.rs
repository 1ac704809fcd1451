//! ChaCha20-Poly1305 with implicit counters (rules 3 and 9): one cipher per direction and epoch.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce, Tag};

use crate::secret::Secret32;

/// Bytes a sealed record is longer than what it holds.
pub const TAG: usize = 16;
/// Most bytes one record may hold.
pub const MAX_PLAINTEXT: usize = 16_384;
/// No seal and no open at this counter (rule 11): the hard stop no rekey should ever let a channel reach.
const COUNTER_END: u64 = u32::MAX as u64;

/// Why a record was not sealed or opened. The channel is over either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// Tampered with, out of order, or sealed with another key.
    #[error("record did not decrypt")]
    Tag,
    /// Shorter than a tag or longer than a record may be.
    #[error("record has an impossible length")]
    Size,
    /// The keys are used up.
    #[error("the keys of this epoch are used up")]
    Exhausted,
}

fn nonce(n: u64) -> Nonce {
    let mut nonce = Nonce::default();
    nonce[4..].copy_from_slice(&n.to_le_bytes());
    nonce
}

/// Encrypts in place and returns the tag.
pub(crate) fn encrypt(key: &Secret32, n: u64, ad: &[u8], buffer: &mut [u8]) -> [u8; TAG] {
    seal_with(&ChaCha20Poly1305::new(&Key::from(*key.expose())), n, ad, buffer)
}

fn seal_with(cipher: &ChaCha20Poly1305, n: u64, ad: &[u8], buffer: &mut [u8]) -> [u8; TAG] {
    cipher
        .encrypt_inout_detached(&nonce(n), ad, buffer.into())
        .expect("messages stay far below the cipher's limit")
        .into()
}

/// Decrypts what [`encrypt`] made, tag at the end.
pub(crate) fn decrypt(key: &Secret32, n: u64, ad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
    open_with(&ChaCha20Poly1305::new(&Key::from(*key.expose())), n, ad, sealed)
}

fn open_with(cipher: &ChaCha20Poly1305, n: u64, ad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
    let (body, tag) = sealed.split_last_chunk::<TAG>().ok_or(CipherError::Size)?;
    let mut plaintext = body.to_vec();
    cipher
        .decrypt_inout_detached(&nonce(n), ad, plaintext.as_mut_slice().into(), &Tag::from(*tag))
        .map_err(|_| CipherError::Tag)?;
    Ok(plaintext)
}

/// Seals or opens the records of one direction in one epoch, counting from zero.
pub struct RecordCipher {
    cipher: ChaCha20Poly1305,
    n: u64,
}

impl RecordCipher {
    /// A cipher that has sealed or opened nothing.
    pub fn new(key: &Secret32) -> Self {
        Self { cipher: ChaCha20Poly1305::new(&Key::from(*key.expose())), n: 0 }
    }
    /// Records so far.
    pub fn count(&self) -> u64 {
        self.n
    }
    /// Turns a plaintext into a record, in the same buffer.
    pub fn seal(&mut self, mut plaintext: Vec<u8>) -> Result<Vec<u8>, CipherError> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(CipherError::Size);
        }
        let n = self.next()?;
        let tag = seal_with(&self.cipher, n, &[], &mut plaintext);
        plaintext.extend_from_slice(&tag);
        Ok(plaintext)
    }
    /// Opens the next record. After an error the cipher is of no further use.
    pub fn open(&mut self, record: &[u8]) -> Result<Vec<u8>, CipherError> {
        if !(TAG..=MAX_PLAINTEXT + TAG).contains(&record.len()) {
            return Err(CipherError::Size);
        }
        let n = self.next()?;
        open_with(&self.cipher, n, &[], record)
    }
    fn next(&mut self) -> Result<u64, CipherError> {
        if self.n >= COUNTER_END {
            return Err(CipherError::Exhausted);
        }
        self.n += 1;
        Ok(self.n - 1)
    }
    /// Jumps to a counter, for tests of the hard stop.
    #[cfg(any(test, feature = "hazmat"))]
    pub fn jump(&mut self, n: u64) {
        self.n = n;
    }
}

impl std::fmt::Debug for RecordCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordCipher({} records)", self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (RecordCipher, RecordCipher) {
        let key = Secret32::new([7; 32]);
        (RecordCipher::new(&key), RecordCipher::new(&key))
    }

    #[test]
    fn records_open_once_and_in_order_only() {
        let (mut sender, mut receiver) = pair();
        let (first, second) =
            (sender.seal(b"one".into()).expect("fits"), sender.seal(b"two".into()).expect("fits"));
        assert_eq!(receiver.open(&first).as_deref(), Ok(&b"one"[..]));
        assert_eq!(receiver.open(&first), Err(CipherError::Tag));
        let (_, mut receiver) = pair();
        assert_eq!(receiver.open(&second), Err(CipherError::Tag));
    }

    #[test]
    fn sizes_are_bounded_on_both_sides() {
        let (mut sender, mut receiver) = pair();
        assert_eq!(sender.seal(vec![0; MAX_PLAINTEXT + 1]), Err(CipherError::Size));
        let largest = sender.seal(vec![0; MAX_PLAINTEXT]).expect("fits");
        assert_eq!(receiver.open(&largest).map(|p| p.len()), Ok(MAX_PLAINTEXT));
        assert_eq!(receiver.open(&[0; TAG - 1]), Err(CipherError::Size));
        assert_eq!(receiver.open(&[0; MAX_PLAINTEXT + TAG + 1]), Err(CipherError::Size));
    }

    #[test]
    fn stops_hard_at_the_last_counter() {
        let (mut sender, mut receiver) = pair();
        sender.jump(COUNTER_END - 1);
        receiver.jump(COUNTER_END - 1);
        let last = sender.seal(b"last".into()).expect("one is left");
        assert_eq!(receiver.open(&last).as_deref(), Ok(&b"last"[..]));
        assert_eq!(sender.seal(Vec::new()), Err(CipherError::Exhausted));
        assert_eq!(receiver.open(&last), Err(CipherError::Exhausted));
    }
}
