//! The signed key bundle of a Worker (rule 4): reading, verifying, signing.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use fips205::slh_dsa_sha2_256s as slh;
use fips205::traits::{SerDes, Signer as _, Verifier as _};
use fips205::{CryptoRng, RngCore};

use crate::hash::h32;
use crate::identity::{IDENTITY, Identity};
use crate::kem::{self, KEM};
use crate::keys::WorkerKeys;
use crate::suite::SuiteSet;
use crate::x25519;

/// Bytes of the signed part.
pub const TBS: usize = 1_727;
/// Bytes of an SLH-DSA-SHA2-256s signature.
const SLH_SIGNATURE: usize = 29_792;
/// Bytes of an Ed25519 signature.
const ED_SIGNATURE: usize = 64;
/// Bytes of a bundle: signed part, Ed25519 signature, SLH-DSA signature.
pub const BUNDLE: usize = TBS + ED_SIGNATURE + SLH_SIGNATURE;
/// Context of both signatures.
const CONTEXT: &[u8] = b"LeapMux key bundle v1";
const MAGIC: &[u8; 4] = b"LMKB";
const FORMAT: u8 = 1;

/// Why a bundle is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not 31,583 bytes.
    #[error("key bundle has {0} bytes, expected 31583")]
    Length(usize),
    /// Not a bundle, or one of a later format.
    #[error("key bundle has a format this version does not know")]
    Format,
    /// The Ed25519 half of the signature is wrong.
    #[error("noise-hybrid: Ed25519 signature verification failed")]
    Ed25519,
    /// The SLH-DSA half of the signature is wrong.
    #[error("noise-hybrid: SLH-DSA signature verification failed")]
    SlhDsa,
    /// A signed key nobody can agree with: a point of low order or a key out of range.
    #[error("key bundle holds a key that cannot be used")]
    UnusableKey,
    /// The bundle is of other keys than the ones at hand.
    #[error("key bundle belongs to other keys")]
    ForeignKeys,
    /// The bundle is not the one that was verified earlier.
    #[error("key bundle is not the one verified before")]
    NotTheSame,
}

/// A bundle whose signatures nobody has checked yet.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyBundle(Box<[u8]>);

/// What a bundle says, once both signatures have been checked.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedBundle {
    /// The Worker's identity.
    pub identity: Identity,
    /// What it accepts.
    pub suites: SuiteSet,
    /// Grows with every bundle of an identity.
    pub serial: u64,
    /// Unix seconds.
    pub created: u64,
    /// Unix seconds; 0 for never.
    pub expires: u64,
    /// Static X25519 key.
    pub x25519: [u8; 32],
    /// Static ML-KEM-1024 encapsulation key.
    pub mlkem: Box<[u8; KEM]>,
    /// Hash of the signed part.
    pub bundle_id: [u8; 32],
    /// First eight bytes of it: what OPEN names the keys by.
    pub key_id: [u8; 8],
}

/// What a Worker decides when it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleTerms {
    /// Exactly one suite, from `--encryption-mode`.
    pub suites: SuiteSet,
    /// See [`BundleTerms::next_serial`].
    pub serial: u64,
    /// Unix seconds.
    pub created: u64,
    /// Unix seconds; 0 for never.
    pub expires: u64,
}

impl BundleTerms {
    /// The serial after `previous`: the time, unless the clock went back.
    pub fn next_serial(previous: Option<u64>, unix_ms: u64) -> u64 {
        previous.map_or(unix_ms, |previous| unix_ms.max(previous.saturating_add(1)))
    }
}

/// The signed part, field by field.
#[derive(Clone)]
pub(crate) struct TbsFields {
    pub(crate) suites: SuiteSet,
    pub(crate) serial: u64,
    pub(crate) created: u64,
    pub(crate) expires: u64,
    pub(crate) identity: Identity,
    pub(crate) x25519: [u8; 32],
    pub(crate) mlkem: Box<[u8; KEM]>,
}

impl TbsFields {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(BUNDLE);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[FORMAT, self.suites.0]);
        for number in [self.serial, self.created, self.expires] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.identity.as_bytes());
        out.extend_from_slice(&self.x25519);
        out.extend_from_slice(&self.mlkem[..]);
        out
    }

    fn parse(tbs: &[u8]) -> Option<Self> {
        let (magic, rest) = tbs.split_first_chunk::<4>()?;
        let ([format, suites], rest) = rest.split_first_chunk::<2>()?;
        let (serial, rest) = rest.split_first_chunk::<8>()?;
        let (created, rest) = rest.split_first_chunk::<8>()?;
        let (expires, rest) = rest.split_first_chunk::<8>()?;
        let (identity, rest) = rest.split_first_chunk::<IDENTITY>()?;
        let (x25519, mlkem) = rest.split_first_chunk::<32>()?;
        if magic != MAGIC || *format != FORMAT || *suites == 0 {
            return None;
        }
        Some(Self {
            suites: SuiteSet(*suites),
            serial: u64::from_be_bytes(*serial),
            created: u64::from_be_bytes(*created),
            expires: u64::from_be_bytes(*expires),
            identity: Identity::from_bytes(*identity)?,
            x25519: *x25519,
            mlkem: Box::<[u8]>::from(mlkem).try_into().ok()?,
        })
    }
}

/// What OPEN names a bundle by.
pub(crate) fn key_id(bundle_id: &[u8; 32]) -> [u8; 8] {
    let mut id = [0; 8];
    id.copy_from_slice(&bundle_id[..8]);
    id
}

impl KeyBundle {
    /// Reads a bundle; says nothing about its signatures.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() != BUNDLE {
            return Err(BundleError::Length(bytes.len()));
        }
        TbsFields::parse(&bytes[..TBS]).ok_or(BundleError::Format)?;
        Ok(Self(bytes.into()))
    }
    /// The bundle as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// Hash of the signed part.
    pub fn bundle_id(&self) -> [u8; 32] {
        h32(&[self.tbs()])
    }
    /// What the bundle allows itself to be used for: the Worker's own view of its own bundle.
    pub fn terms(&self) -> BundleTerms {
        let TbsFields { suites, serial, created, expires, .. } = self.fields();
        BundleTerms { suites, serial, created, expires }
    }
    /// Whose bundle it claims to be. Not checked.
    pub fn claimed_identity(&self) -> Identity {
        self.fields().identity
    }
    fn tbs(&self) -> &[u8] {
        &self.0[..TBS]
    }
    pub(crate) fn fields(&self) -> TbsFields {
        TbsFields::parse(self.tbs()).expect("parsed before")
    }

    /// Checks both signatures and the keys. Some 1 ms natively, 3 ms in a browser.
    pub fn verify(&self) -> Result<VerifiedBundle, BundleError> {
        let fields = self.fields();
        let (ed_signature, slh_signature) = self.0[TBS..].split_at(ED_SIGNATURE);
        let message = [CONTEXT, &[0], self.tbs()].concat();
        VerifyingKey::from_bytes(&fields.identity.ed25519())
            .and_then(|key| key.verify_strict(&message, &Signature::from_slice(ed_signature)?))
            .map_err(|_| BundleError::Ed25519)?;
        let slh_signature = slh_signature.try_into().map_err(|_| BundleError::SlhDsa)?;
        let key =
            slh::PublicKey::try_from_bytes(fields.identity.slh_dsa()).map_err(|_| BundleError::SlhDsa)?;
        if !key.verify(self.tbs(), slh_signature, CONTEXT) {
            return Err(BundleError::SlhDsa);
        }
        self.checked(fields)
    }

    /// The same without checking signatures, for a bundle that was verified before: `known` is the bundle id remembered then.
    pub fn verified_before(&self, known: &[u8; 32]) -> Result<VerifiedBundle, BundleError> {
        if self.bundle_id() == *known { self.checked(self.fields()) } else { Err(BundleError::NotTheSame) }
    }

    /// A bundle nobody signed, for vectors and tests.
    #[cfg(any(test, feature = "hazmat"))]
    pub fn unverified(&self) -> Result<VerifiedBundle, BundleError> {
        self.checked(self.fields())
    }

    fn checked(&self, fields: TbsFields) -> Result<VerifiedBundle, BundleError> {
        x25519::check(&fields.x25519).map_err(|_| BundleError::UnusableKey)?;
        kem::check(&fields.mlkem).map_err(|_| BundleError::UnusableKey)?;
        let bundle_id = self.bundle_id();
        let TbsFields { suites, serial, created, expires, identity, x25519, mlkem } = fields;
        let key_id = key_id(&bundle_id);
        Ok(VerifiedBundle { identity, suites, serial, created, expires, x25519, mlkem, bundle_id, key_id })
    }
}

impl WorkerKeys {
    /// Signs a bundle of the present statics with both keys. Takes some 0.7 s: once per set of statics, in the background.
    /// `hedge` must be fresh; it protects SLH-DSA signing against faults.
    pub fn sign_bundle(&self, terms: &BundleTerms, hedge: &[u8; 32]) -> KeyBundle {
        let (x25519, kem) = self.static_publics();
        let fields = TbsFields {
            suites: terms.suites,
            serial: terms.serial,
            created: terms.created,
            expires: terms.expires,
            identity: *self.identity(),
            x25519,
            mlkem: Box::new(*kem.public()),
        };
        let mut bytes = fields.encode();
        let ed_signature = self.ed25519.sign(&[CONTEXT, &[0], &bytes].concat());
        let slh_signature = self
            .slh_dsa
            .try_sign_with_rng(&mut Hedge(hedge), &bytes, CONTEXT, true)
            .expect("the context is short and the hedge never runs dry");
        bytes.extend_from_slice(&ed_signature.to_bytes());
        bytes.extend_from_slice(&slh_signature);
        KeyBundle(bytes.into())
    }
}

/// Hands the caller's 32 bytes to the one draw SLH-DSA signing makes.
struct Hedge<'a>(&'a [u8; 32]);

impl RngCore for Hedge<'_> {
    fn next_u32(&mut self) -> u32 {
        unreachable!("SLH-DSA draws bytes only")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("SLH-DSA draws bytes only")
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.copy_from_slice(self.0);
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), fips205::RngError> {
        self.fill_bytes(dest);
        Ok(())
    }
}
impl CryptoRng for Hedge<'_> {}

impl fmt::Debug for KeyBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyBundle({:?}, serial {})", self.claimed_identity(), self.terms().serial)
    }
}
impl fmt::Debug for VerifiedBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifiedBundle({:?}, serial {})", self.identity, self.serial)
    }
}
