//! The two suites and sets of them.

use serde::{Deserialize, Serialize};

/// What a channel is encrypted with. The discriminant travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Suite {
    /// X25519 and ML-KEM-1024, static and ephemeral.
    PostQuantum = 1,
    /// `Noise_NK_25519_ChaChaPoly_BLAKE2b`, byte for byte.
    Classic = 2,
}

impl Suite {
    /// Every suite this version knows, strongest first.
    pub const STRONGEST_FIRST: [Suite; 2] = [Suite::PostQuantum, Suite::Classic];

    /// The suite of a number on the wire.
    pub fn from_id(id: u8) -> Option<Self> {
        Self::STRONGEST_FIRST.into_iter().find(|suite| suite.id() == id)
    }
    /// The number on the wire.
    pub fn id(self) -> u8 {
        self as u8
    }
    /// The name in flags, settings and pins: `post-quantum` or `classic`.
    pub fn name(self) -> &'static str {
        match self {
            Suite::PostQuantum => "post-quantum",
            Suite::Classic => "classic",
        }
    }
    /// Whether this suite protects at least as well as `other`.
    pub fn at_least(self, other: Suite) -> bool {
        self.id() <= other.id()
    }
    /// The protocol name the handshake hash starts with.
    pub(crate) fn protocol_name(self) -> &'static [u8] {
        match self {
            Suite::PostQuantum => b"Noise_NKhyb1_25519+MLKEM1024_ChaChaPoly_BLAKE2b",
            Suite::Classic => b"Noise_NK_25519_ChaChaPoly_BLAKE2b",
        }
    }
}

/// The suites a Worker accepts, as in its bundle: bit `suite - 1`. May hold bits of suites this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SuiteSet(pub u8);

impl SuiteSet {
    /// Just this suite.
    pub fn only(suite: Suite) -> Self {
        Self(1 << (suite.id() - 1))
    }
    /// Whether the set holds the suite.
    pub fn contains(self, suite: Suite) -> bool {
        self.0 & Self::only(suite).0 != 0
    }
    /// The strongest suite of the set that this version knows.
    pub fn strongest(self) -> Option<Suite> {
        Suite::STRONGEST_FIRST.into_iter().find(|suite| self.contains(*suite))
    }
}
