//! A Worker's keys (rule 4): the identity that signs, the statics that answer handshakes, and the seeds both grow from.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use fips205::slh_dsa_sha2_256s as slh;
use fips205::traits::{KeyGen, SerDes};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::bundle::{BundleError, KeyBundle, TbsFields};
use crate::encoding::{base64url, from_base64url};
use crate::identity::Identity;
use crate::kem::KemPair;
use crate::secret::{Secret, Secret32, Secret64};
use crate::suite::SuiteSet;
use crate::x25519;

/// Random bytes a fresh set of keys uses up.
pub const KEY_RANDOM: usize = 32 + 96 + STATICS_RANDOM;
/// Random bytes fresh statics use up.
pub const STATICS_RANDOM: usize = 32 + 64;

/// What `state.json` keeps: seeds, base64url in JSON. Everything else is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerSeeds {
    /// Identity: Ed25519 seed.
    #[serde(with = "text")]
    pub ed25519_seed: Secret32,
    /// Identity: SLH-DSA `SK.seed`, `SK.prf`, `PK.seed`.
    #[serde(with = "text")]
    pub slh_seed: Secret<96>,
    /// Static X25519 secret.
    #[serde(with = "text")]
    pub x25519: Secret32,
    /// Static ML-KEM-1024 seed, `d` then `z`.
    #[serde(with = "text")]
    pub mlkem_seed: Secret64,
}

/// Seeds as base64url; the text on the way is wiped.
mod text {
    use super::{Secret, Zeroizing, base64url, from_base64url};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer, const N: usize>(
        secret: &Secret<N>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(base64url(secret.expose())))
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<Secret<N>, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        from_base64url(&text)
            .map(Secret::new)
            .ok_or_else(|| D::Error::custom(format!("not {N} bytes of base64url")))
    }
}

/// All secret keys of a Worker. Making one derives the SLH-DSA root, which takes some 40 ms.
pub struct WorkerKeys {
    seeds: WorkerSeeds,
    pub(crate) ed25519: SigningKey,
    pub(crate) slh_dsa: slh::PrivateKey,
    identity: Identity,
}

impl WorkerKeys {
    /// Keys of a new Worker.
    pub fn generate(random: &[u8; KEY_RANDOM]) -> Self {
        Self::from_seeds(WorkerSeeds {
            ed25519_seed: Secret::cut(random, 0),
            slh_seed: Secret::cut(random, 32),
            x25519: Secret::cut(random, 128),
            mlkem_seed: Secret::cut(random, 160),
        })
    }
    /// Keys as kept.
    pub fn from_seeds(seeds: WorkerSeeds) -> Self {
        let ed25519 = SigningKey::from_bytes(seeds.ed25519_seed.expose());
        let part = |at| Secret32::cut(seeds.slh_seed.expose(), at);
        let (public, slh_dsa) =
            slh::KG::keygen_from_seed(part(0).expose(), part(32).expose(), part(64).expose());
        let identity = Identity::from_keys(&ed25519.verifying_key().to_bytes(), &public.into_bytes());
        Self { seeds, ed25519, slh_dsa, identity }
    }
    /// What to keep, mode 0600.
    pub fn seeds(&self) -> &WorkerSeeds {
        &self.seeds
    }
    /// What pins remember.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
    /// Replaces the statics; the identity stays. A new bundle must be signed before anybody can use them.
    pub fn rotate_statics(&mut self, random: &[u8; STATICS_RANDOM]) {
        self.seeds.x25519 = Secret::cut(random, 0);
        self.seeds.mlkem_seed = Secret::cut(random, 32);
    }
    /// The statics, ready to answer handshakes under this bundle, which must be theirs.
    pub fn serving(&self, bundle: &KeyBundle) -> Result<ServingKeys, BundleError> {
        let keys = ServingKeys::new(&self.seeds.x25519, &self.seeds.mlkem_seed, bundle)?;
        if bundle.fields().identity == self.identity { Ok(keys) } else { Err(BundleError::ForeignKeys) }
    }
    pub(crate) fn static_publics(&self) -> ([u8; 32], KemPair) {
        (x25519::public(&self.seeds.x25519), KemPair::from_seed(&self.seeds.mlkem_seed))
    }
}

impl std::fmt::Debug for WorkerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WorkerKeys({:?})", self.identity)
    }
}

/// What a Worker answers handshakes with: expanded statics and the bundle they were published in. Clones share.
#[derive(Clone)]
pub struct ServingKeys(Arc<Serving>);

struct Serving {
    x25519: Secret32,
    x25519_public: [u8; 32],
    kem: KemPair,
    bundle_id: [u8; 32],
    suites: SuiteSet,
}

impl ServingKeys {
    /// Statics whose public halves are in `bundle`.
    pub fn new(x25519: &Secret32, mlkem_seed: &Secret64, bundle: &KeyBundle) -> Result<Self, BundleError> {
        let (x25519_public, kem) = (x25519::public(x25519), KemPair::from_seed(mlkem_seed));
        let TbsFields { x25519: listed, mlkem, suites, .. } = bundle.fields();
        if listed != x25519_public || mlkem[..] != kem.public()[..] {
            return Err(BundleError::ForeignKeys);
        }
        let bundle_id = bundle.bundle_id();
        Ok(Self(Arc::new(Serving { x25519: x25519.clone(), x25519_public, kem, bundle_id, suites })))
    }
    /// Hash of the signed part of the bundle.
    pub fn bundle_id(&self) -> &[u8; 32] {
        &self.0.bundle_id
    }
    /// What a client names these keys by.
    pub fn key_id(&self) -> [u8; 8] {
        crate::bundle::key_id(&self.0.bundle_id)
    }
    /// The suites the bundle promises.
    pub fn suites(&self) -> SuiteSet {
        self.0.suites
    }
    pub(crate) fn x25519_secret(&self) -> &Secret32 {
        &self.0.x25519
    }
    pub(crate) fn x25519_public(&self) -> &[u8; 32] {
        &self.0.x25519_public
    }
    pub(crate) fn kem(&self) -> &KemPair {
        &self.0.kem
    }
}

impl std::fmt::Debug for ServingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServingKeys(…)")
    }
}
