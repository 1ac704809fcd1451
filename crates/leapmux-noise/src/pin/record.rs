//! One pin and how it changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bundle::VerifiedBundle;
use crate::encoding::{base64url, from_base64url};
use crate::fingerprint::{Fingerprint, fingerprint};
use crate::identity::Identity;
use crate::suite::Suite;
use crate::time::UtcSeconds;

/// How a pin came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// On first use.
    Tofu,
    /// By the secret of the registration key.
    Registration,
    /// A person said so.
    Manual,
    /// The Worker runs in the same process or on the same machine.
    Local,
}

/// What is remembered of one Worker (rule 5.1). Members this version does not know are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinRecord {
    /// The identity everything hangs on.
    pub identity: Identity,
    /// Its words, so that lists need not stretch it again.
    pub fingerprint: String,
    /// The strongest suite ever seen.
    pub floor: Suite,
    /// The highest bundle serial ever seen.
    pub serial: u64,
    /// The bundle of that serial.
    #[serde(serialize_with = "write_id", deserialize_with = "read_id")]
    pub bundle_id: [u8; 32],
    /// How the pin came to be.
    pub trust: Trust,
    /// When it was made.
    pub first_seen: UtcSeconds,
    /// When a channel to this Worker was last proven.
    pub last_seen: UtcSeconds,
    /// Members of later versions.
    #[serde(flatten)]
    pub other: BTreeMap<String, serde_json::Value>,
}

fn write_id<S: Serializer>(id: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&base64url(id))
}
fn read_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    from_base64url(&text).ok_or_else(|| serde::de::Error::custom("not 32 bytes of base64url"))
}

impl PinRecord {
    /// The pin of a first contact, and what replaces a pin when a person accepts a mismatch. Write it after AUTH_OK only.
    /// Stretches the identity, which takes some 80 ms.
    pub fn new(bundle: &VerifiedBundle, suite: Suite, trust: Trust, now: UtcSeconds) -> Self {
        Self::with_fingerprint(bundle, suite, trust, now, fingerprint(&bundle.identity))
    }
    /// The same for a caller that has the fingerprint already.
    pub fn with_fingerprint(
        bundle: &VerifiedBundle,
        suite: Suite,
        trust: Trust,
        now: UtcSeconds,
        words: Fingerprint,
    ) -> Self {
        Self {
            identity: bundle.identity,
            fingerprint: words.to_string(),
            floor: suite,
            serial: bundle.serial,
            bundle_id: bundle.bundle_id,
            trust,
            first_seen: now,
            last_seen: now,
            other: BTreeMap::new(),
        }
    }
    /// Raises the pin after AUTH_OK on a channel of `suite` under `bundle`: nothing in it ever goes down here.
    pub fn raise(&mut self, bundle: &VerifiedBundle, suite: Suite, now: UtcSeconds) {
        if suite.at_least(self.floor) {
            self.floor = suite;
        }
        if bundle.serial >= self.serial {
            self.serial = bundle.serial;
            self.bundle_id = bundle.bundle_id;
        }
        self.last_seen = self.last_seen.max(now);
    }
    /// A person accepted a weaker suite: lowers the floor and nothing else.
    pub fn accept_downgrade(&mut self, suite: Suite) {
        self.floor = suite;
    }
}
