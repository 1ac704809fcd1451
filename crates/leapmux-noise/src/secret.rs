//! Fixed-size secrets: wiped on drop, compared in constant time, silent in `Debug`.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes. `expose` is the one way to them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>([u8; N]);

/// A key, token or KEM secret.
pub type Secret32 = Secret<32>;
/// A chaining value.
pub type Secret64 = Secret<64>;

impl<const N: usize> Secret<N> {
    /// Takes a copy; wiping the original is the caller's part.
    pub fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
    /// The bytes: never for a log or an error text.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
    /// `N` bytes of `from` starting at `at`.
    ///
    /// # Panics
    /// When `from` is shorter: lengths are the crate's own constants.
    pub(crate) fn cut(from: &[u8], at: usize) -> Self {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&from[at..at + N]);
        Self(bytes)
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
