//! `bundle.json`: what becomes of the bundle of `channel.json` when parts of it change.

use serde::Deserialize;

use super::{parse, worker};
use crate::bundle::{BundleError, KeyBundle};

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(default)]
    flip: Vec<(usize, u8)>,
    length: Option<usize>,
    expect: String,
}

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

fn outcome(bytes: &[u8]) -> &'static str {
    match KeyBundle::parse(bytes).and_then(|bundle| bundle.verify()) {
        Ok(_) => "valid",
        Err(BundleError::Length(_)) => "length",
        Err(BundleError::Format) => "format",
        Err(BundleError::Ed25519) => "ed25519",
        Err(BundleError::SlhDsa) => "slh-dsa",
        Err(BundleError::UnusableKey) => "unusable-key",
        Err(BundleError::ForeignKeys) => "foreign-keys",
        Err(BundleError::NotTheSame) => "not-the-same",
    }
}

/// Replays the whole file over the bundle of `channel.json`.
pub fn bundles(bundle_json: &str, channel_json: &str) -> Result<usize, String> {
    let vectors: Vectors = parse(bundle_json)?;
    let (_, bundle) = worker(channel_json)?;
    for case in &vectors.cases {
        let mut bytes = bundle.as_bytes().to_vec();
        for (at, bits) in &case.flip {
            *bytes.get_mut(*at).ok_or_else(|| format!("{}: no byte {at}", case.name))? ^= bits;
        }
        bytes.resize(case.length.unwrap_or(bytes.len()), 0);
        let found = outcome(&bytes);
        if found != case.expect {
            return Err(format!("{}: expected {}, found {found}", case.name, case.expect));
        }
    }
    Ok(vectors.cases.len())
}
