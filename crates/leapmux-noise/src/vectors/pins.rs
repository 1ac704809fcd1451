//! `pins.json`: pin and bundle in, decision out.

use leapmux_types::WorkerId;
use serde::Deserialize;

use super::parse;
use crate::bundle::{KeyBundle, TbsFields, VerifiedBundle};
use crate::identity::{IDENTITY, Identity};
use crate::kem::KemPair;
use crate::pin::{PinDecision, PinRefusal, PinStore, decide};
use crate::secret::{Secret32, Secret64};
use crate::suite::SuiteSet;
use crate::time::UtcSeconds;

#[derive(Deserialize)]
struct Vectors {
    /// The store every case starts from; `wrk_pinned` is pinned in it.
    store: serde_json::Value,
    cases: Vec<Case>,
    unreadable: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    worker: String,
    bundle: Bundle,
    now: UtcSeconds,
    expect: String,
}

#[derive(Deserialize)]
struct Bundle {
    /// Every byte of the two public keys in the identity.
    identity: u8,
    suites: u8,
    serial: u64,
    expires: u64,
}

/// A bundle of these terms that nobody signed: the decision looks at terms only.
fn unsigned(bundle: &Bundle) -> Result<VerifiedBundle, String> {
    let mut identity = [bundle.identity; IDENTITY];
    identity[0] = 1;
    let fields = TbsFields {
        suites: SuiteSet(bundle.suites),
        serial: bundle.serial,
        created: 0,
        expires: bundle.expires,
        identity: Identity::from_bytes(identity).ok_or("identity")?,
        x25519: crate::x25519::public(&Secret32::new([1; 32])),
        mlkem: Box::new(*KemPair::from_seed(&Secret64::new([1; 64])).public()),
    };
    let mut bytes = fields.encode();
    bytes.resize(crate::bundle::BUNDLE, 0);
    KeyBundle::parse(&bytes).and_then(|bundle| bundle.unverified()).map_err(|error| error.to_string())
}

fn word(decision: PinDecision) -> String {
    match decision {
        PinDecision::FirstContact(suite) => format!("first-contact {}", suite.name()),
        PinDecision::Pinned(suite) => format!("pinned {}", suite.name()),
        PinDecision::Refused(PinRefusal::Mismatch { .. }) => "mismatch".into(),
        PinDecision::Refused(PinRefusal::Rollback { .. }) => "rollback".into(),
        PinDecision::Refused(PinRefusal::Expired(_)) => "expired".into(),
        PinDecision::Refused(PinRefusal::Downgrade { .. }) => "downgrade".into(),
        PinDecision::Refused(PinRefusal::NoKnownSuite) => "no-known-suite".into(),
    }
}

/// Replays the whole file.
pub fn pins(json: &str) -> Result<usize, String> {
    let vectors: Vectors = parse(json)?;
    let store = PinStore::parse(&vectors.store.to_string()).map_err(|error| error.to_string())?;
    let written: serde_json::Value = parse(&store.to_json())?;
    if written != vectors.store {
        return Err("a store that is read and written back differs".into());
    }
    for case in &vectors.cases {
        let worker: WorkerId = case.worker.parse().map_err(|_| format!("{}: worker id", case.name))?;
        let found = word(decide(&unsigned(&case.bundle)?, store.get(&worker), case.now));
        if found != case.expect {
            return Err(format!("{}: expected {}, found {found}", case.name, case.expect));
        }
    }
    for text in &vectors.unreadable {
        let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
        if PinStore::parse(&text).is_ok() {
            return Err(format!("a store that must not be readable was read: {text}"));
        }
    }
    Ok(vectors.cases.len() + vectors.unreadable.len() + 1)
}
