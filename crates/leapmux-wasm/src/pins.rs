//! The page's pinned Worker keys: text in, text out; keeping the text is JavaScript's.

use leapmux_channel::noise::pin::{
    BROWSER_PIN_LIFETIME, PinDecision, PinRecord, PinRefusal, PinStore, PinStoreError, Trust, decide,
};
use leapmux_channel::noise::{Fingerprint, UtcSeconds};
use leapmux_channel::{KeyBundle, Suite, VerifiedBundle};
use leapmux_types::WorkerId;
use wasm_bindgen::prelude::*;

use crate::bundle::WorkerBundle;
use crate::error::{Thrown, invalid, thrown};
use crate::number::from_number;

/// What the pin of a Worker says about a bundle.
#[wasm_bindgen]
pub struct PinAnswer {
    kind: &'static str,
    suite: u8,
    sentence: String,
}

#[wasm_bindgen]
impl PinAnswer {
    /// `first_contact` and `pinned`: go on. `mismatch` and `downgrade`: a person may accept it. `rollback`, `expired` and
    /// `no_known_suite`: stop.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.kind.to_owned()
    }
    /// The suite to open with; 0 when there is none.
    #[wasm_bindgen(getter)]
    pub fn suite(&self) -> u8 {
        self.suite
    }
    /// Why not, for people.
    #[wasm_bindgen(getter)]
    pub fn sentence(&self) -> String {
        self.sentence.clone()
    }
}

/// All pins of this browser for this Hub.
#[wasm_bindgen]
pub struct PinBook(PinStore);

#[wasm_bindgen]
impl PinBook {
    /// What was kept; nothing kept is an empty book. Throws `pins_unreadable`, never forgets.
    #[wasm_bindgen(constructor)]
    pub fn new(json: Option<String>) -> Thrown<PinBook> {
        let store = json.map_or_else(|| Ok(PinStore::default()), |json| PinStore::parse(&json));
        store.map(Self).map_err(|error: PinStoreError| thrown("pins_unreadable", &error.to_string()))
    }
    /// What to keep.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
    /// The pinned fingerprint of a Worker.
    pub fn fingerprint(&self, worker: &str) -> Option<String> {
        self.get(worker).map(|pin| pin.fingerprint.clone())
    }
    /// Forgets a Worker: its next contact is a first one.
    pub fn remove(&mut self, worker: &str) -> bool {
        worker.parse().is_ok_and(|worker: WorkerId| self.0.remove(&worker).is_some())
    }
    /// Forgets Workers not seen for a year; says how many.
    #[wasm_bindgen(js_name = dropLapsed)]
    pub fn drop_lapsed(&mut self, now_seconds: f64) -> usize {
        self.0.drop_lapsed(seconds(now_seconds), BROWSER_PIN_LIFETIME)
    }

    /// A Worker's bundle, verified: signatures are checked unless it is the very one the pin remembers. Throws `bad_bundle`.
    #[wasm_bindgen(js_name = openBundle)]
    pub fn open_bundle(&self, worker: &str, bytes: &[u8]) -> Thrown<WorkerBundle> {
        let known = self.get(worker).map(|pin| pin.bundle_id);
        let open = |bytes| -> Result<VerifiedBundle, _> {
            let bundle = KeyBundle::parse(bytes)?;
            match known.filter(|known| *known == bundle.bundle_id()) {
                Some(known) => bundle.verified_before(&known),
                None => bundle.verify(),
            }
        };
        open(bytes).map(WorkerBundle).map_err(|error| thrown("bad_bundle", &error.to_string()))
    }
    /// Whether to go on, before any handshake.
    pub fn decide(&self, worker: &str, bundle: &WorkerBundle, now_seconds: f64) -> PinAnswer {
        answer(decide(&bundle.0, self.get(worker), seconds(now_seconds)), &bundle.0)
    }
    /// Pins a Worker's key: after AUTH_OK of a first contact, or when a person accepted another key. `trust`: `tofu`,
    /// `registration`, `manual`, `local`. `words` is the bundle's fingerprint.
    pub fn pin(
        &mut self,
        worker: &str,
        bundle: &WorkerBundle,
        suite: u8,
        trust: &str,
        words: &str,
        now_seconds: f64,
    ) -> Thrown<()> {
        let trust = match trust {
            "tofu" => Trust::Tofu,
            "registration" => Trust::Registration,
            "manual" => Trust::Manual,
            "local" => Trust::Local,
            other => return Err(invalid(format!("{other} is no kind of trust"))),
        };
        let words: Fingerprint = words.parse().map_err(invalid)?;
        let pin =
            PinRecord::with_fingerprint(&bundle.0, suite_of(suite)?, trust, seconds(now_seconds), words);
        self.0.put(worker.parse().map_err(invalid)?, pin);
        Ok(())
    }
    /// Raises a pin after AUTH_OK; nothing in it goes down.
    pub fn raise(&mut self, worker: &str, bundle: &WorkerBundle, suite: u8, now_seconds: f64) -> Thrown<()> {
        let (suite, now) = (suite_of(suite)?, seconds(now_seconds));
        self.change(worker, |pin| pin.raise(&bundle.0, suite, now))
    }
    /// A person accepted weaker encryption.
    #[wasm_bindgen(js_name = acceptDowngrade)]
    pub fn accept_downgrade(&mut self, worker: &str, suite: u8) -> Thrown<()> {
        let suite = suite_of(suite)?;
        self.change(worker, |pin| pin.accept_downgrade(suite))
    }

    fn get(&self, worker: &str) -> Option<&PinRecord> {
        self.0.get(&worker.parse().ok()?)
    }
    fn change(&mut self, worker: &str, change: impl FnOnce(&mut PinRecord)) -> Thrown<()> {
        let worker: WorkerId = worker.parse().map_err(invalid)?;
        let mut pin = self.0.get(&worker).cloned().ok_or_else(|| invalid("this Worker is not pinned"))?;
        change(&mut pin);
        self.0.put(worker, pin);
        Ok(())
    }
}

fn answer(decision: PinDecision, bundle: &VerifiedBundle) -> PinAnswer {
    let strongest = || bundle.suites.strongest().map_or(0, Suite::id);
    match decision {
        PinDecision::FirstContact(suite) => {
            PinAnswer { kind: "first_contact", suite: suite.id(), sentence: String::new() }
        }
        PinDecision::Pinned(suite) => {
            PinAnswer { kind: "pinned", suite: suite.id(), sentence: String::new() }
        }
        PinDecision::Refused(refusal) => {
            let kind = match refusal {
                PinRefusal::Mismatch { .. } => "mismatch",
                PinRefusal::Rollback { .. } => "rollback",
                PinRefusal::Expired(_) => "expired",
                PinRefusal::Downgrade { .. } => "downgrade",
                PinRefusal::NoKnownSuite => "no_known_suite",
            };
            PinAnswer { kind, suite: strongest(), sentence: refusal.to_string() }
        }
    }
}

pub(crate) fn suite_of(id: u8) -> Thrown<Suite> {
    Suite::from_id(id).ok_or_else(|| invalid("not an encryption suite"))
}

fn seconds(value: f64) -> UtcSeconds {
    UtcSeconds(from_number(value))
}
