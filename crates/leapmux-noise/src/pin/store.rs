//! All pins of one Hub as the JSON of rule 5.1. Reading and writing the file is the caller's part: temp file, fsync, rename.

use std::collections::BTreeMap;

use leapmux_types::WorkerId;
use serde::{Deserialize, Serialize};

use crate::pin::record::PinRecord;
use crate::time::UtcSeconds;

/// How long a browser keeps a pin it does not use, seconds: one year.
pub const BROWSER_PIN_LIFETIME: u64 = 365 * 86_400;
const VERSION: u32 = 1;

/// A store that cannot be read. It is never treated as an empty one: that would forget every pin.
#[derive(Debug, thiserror::Error)]
pub enum PinStoreError {
    /// Not the JSON of a pin store.
    #[error("pinned worker keys cannot be read")]
    Parse(#[source] serde_json::Error),
    /// Written by a later version.
    #[error("pinned worker keys have version {0}, this program knows version 1")]
    Version(u32),
}

/// Pins by Worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinStore {
    v: u32,
    pins: BTreeMap<WorkerId, PinRecord>,
    #[serde(flatten)]
    other: BTreeMap<String, serde_json::Value>,
}

impl Default for PinStore {
    fn default() -> Self {
        Self { v: VERSION, pins: BTreeMap::new(), other: BTreeMap::new() }
    }
}

impl PinStore {
    /// A store as kept. For a file that does not exist use `default`.
    pub fn parse(json: &str) -> Result<Self, PinStoreError> {
        let store: Self = serde_json::from_str(json).map_err(PinStoreError::Parse)?;
        if store.v == VERSION { Ok(store) } else { Err(PinStoreError::Version(store.v)) }
    }
    /// What to keep.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a store of strings and numbers is JSON")
    }
    /// The pin of a Worker.
    pub fn get(&self, worker: &WorkerId) -> Option<&PinRecord> {
        self.pins.get(worker)
    }
    /// Writes or replaces a pin.
    pub fn put(&mut self, worker: WorkerId, pin: PinRecord) {
        self.pins.insert(worker, pin);
    }
    /// Forgets a Worker.
    pub fn remove(&mut self, worker: &WorkerId) -> Option<PinRecord> {
        self.pins.remove(worker)
    }
    /// Forgets pins not seen for `lifetime` seconds; says how many.
    pub fn drop_lapsed(&mut self, now: UtcSeconds, lifetime: u64) -> usize {
        let before = self.pins.len();
        self.pins.retain(|_, pin| pin.last_seen.0.saturating_add(lifetime) > now.0);
        before - self.pins.len()
    }
    /// Every pin, by Worker id.
    pub fn iter(&self) -> impl Iterator<Item = (&WorkerId, &PinRecord)> {
        self.pins.iter()
    }
}
