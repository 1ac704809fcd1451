//! Who this Worker is: the key seeds and the signed bundle in `state.json`, made at the first run and kept for good; and, once it
//! has joined a Hub, whose it is there and what it signs on with.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use leapmux_channel::noise::{
    BundleError, BundleTerms, Identity as PublicIdentity, KeyBundle, STATICS_RANDOM, ServingKeys, Suite,
    SuiteSet, WorkerKeys, WorkerSeeds,
};
use leapmux_runtime::{Secret, random_bytes, write_atomic};
use leapmux_types::{UserId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::EncryptionMode;

/// Statics are replaced after this long (channel rules, 4.1).
const STATICS_LIFETIME_SECS: u64 = 90 * 24 * 60 * 60;

/// Why the Worker has no identity to start with.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("{path} cannot be read: {reason}", path = path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error(
        "{path} is damaged: {reason}. It holds this Worker's identity; restore it from a backup, or remove it to start with a \
         new identity (every client that knows the old one will warn)",
        path = path.display()
    )]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "{path} has version {found}, written by a newer LeapMux; this is LeapMux {program}, which knows version 1. It holds this \
         Worker's identity: start the newer LeapMux",
        path = path.display()
    )]
    Newer { path: PathBuf, found: u32, program: &'static str },
    #[error("{path} cannot be written: {reason}", path = path.display())]
    Unwritable { path: PathBuf, reason: String },
}

/// Of `state.json`.
const VERSION: u32 = 1;

/// What every version of `state.json` has.
#[derive(Debug, Deserialize)]
struct Versioned {
    v: u32,
}

/// `state.json` as it is read. The last three are there together or not at all (spec WRK-4).
#[derive(Deserialize)]
struct State {
    #[serde(flatten)]
    seeds: WorkerSeeds,
    /// Absent until it has been signed.
    bundle: Option<String>,
    worker_id: Option<WorkerId>,
    auth_token: Option<String>,
    registered_by: Option<UserId>,
}

/// `state.json` as it is written: secrets are borrowed, so that no copy of them stays behind.
#[derive(Serialize)]
struct StateToWrite<'a> {
    v: u32,
    #[serde(flatten)]
    seeds: &'a WorkerSeeds,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker_id: Option<&'a WorkerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_by: Option<&'a UserId>,
}

/// This Worker at the Hub it has joined.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) worker: WorkerId,
    /// Bearer of its requests.
    pub(crate) credential: Secret<String>,
    /// Whose Worker it is.
    pub(crate) owner: UserId,
}

/// The identity as found on the disk, checked for form; signing may still be due.
#[derive(Debug)]
pub(crate) struct StoredIdentity {
    path: PathBuf,
    found: Option<(WorkerSeeds, Option<KeyBundle>)>,
    registration: Option<Registration>,
}

/// An identity that can answer handshakes.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) bundle: KeyBundle,
    pub(crate) serving: ServingKeys,
}

impl StoredIdentity {
    /// Reads `state.json`; a missing file is a first run.
    pub(crate) fn load(path: &Path) -> Result<Self, IdentityError> {
        let path = path.to_owned();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { path, found: None, registration: None });
            }
            Err(error) => return Err(IdentityError::Unreadable { path, reason: error.to_string() }),
        };
        let damaged = |reason: String| IdentityError::Damaged { path: path.clone(), reason };
        // What else a newer one has is its business.
        let Versioned { v } = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if v > VERSION {
            return Err(IdentityError::Newer { path, found: v, program: env!("CARGO_PKG_VERSION") });
        }
        let state: State = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if v != VERSION {
            return Err(damaged(format!("it has version {v}")));
        }
        let bundle = state.bundle.map(|text| parse_bundle(&text).map_err(damaged)).transpose()?;
        if let Some(bundle) = &bundle {
            ServingKeys::new(&state.seeds.x25519, &state.seeds.mlkem_seed, bundle)
                .map_err(|error| damaged(error.to_string()))?;
        }
        let registration = match (state.worker_id, state.auth_token, state.registered_by) {
            (Some(worker), Some(token), Some(owner)) => {
                Some(Registration { worker, credential: Secret::new(token), owner })
            }
            (None, None, None) => None,
            _ => {
                return Err(damaged(
                    "of worker_id, auth_token and registered_by some are missing".to_owned(),
                ));
            }
        };
        Ok(Self { path, found: Some((state.seeds, bundle)), registration })
    }

    /// What it joined a Hub as, if it did.
    pub(crate) fn registration(&self) -> Option<&Registration> {
        self.registration.as_ref()
    }

    /// Joins: kept from now on, beside the keys that are there already.
    pub(crate) fn register(path: &Path, registration: Registration) -> Result<(), IdentityError> {
        let stored = Self::load(path)?;
        let missing = || IdentityError::Damaged {
            path: path.to_owned(),
            reason: "its keys went missing while it was registered".to_owned(),
        };
        let (seeds, bundle) = stored.found.ok_or_else(missing)?;
        save(path, &seeds, bundle.as_ref(), Some(&registration))
    }

    /// The identity, once there is one.
    pub(crate) fn identity(&self) -> Option<PublicIdentity> {
        self.found.as_ref().map(|(seeds, bundle)| match bundle {
            Some(bundle) => bundle.claimed_identity(),
            None => *WorkerKeys::from_seeds(seeds.clone()).identity(),
        })
    }

    /// The keys, with a bundle for `mode`: as stored when that fits, else signed now. Blocking: signing takes about a second.
    pub(crate) fn ready(self, mode: EncryptionMode, now_ms: u64) -> Result<Identity, IdentityError> {
        let suites = SuiteSet::only(match mode {
            EncryptionMode::PostQuantum => Suite::PostQuantum,
            EncryptionMode::Classic => Suite::Classic,
        });
        let (mut keys, previous) = match self.found {
            Some((seeds, Some(bundle))) if is_current(&bundle.terms(), suites, now_ms) => {
                return serving(&seeds, bundle).map_err(|error| damaged(&self.path, error));
            }
            Some((seeds, bundle)) => (WorkerKeys::from_seeds(seeds), bundle.map(|bundle| bundle.terms())),
            None => {
                let keys = WorkerKeys::generate(&random_bytes());
                // The identity is kept before anything is signed with it: dying meanwhile must not make another one.
                save(&self.path, keys.seeds(), None, self.registration.as_ref())?;
                (keys, None)
            }
        };
        if previous.is_some() {
            keys.rotate_statics(&random_bytes::<STATICS_RANDOM>());
        }
        let terms = BundleTerms {
            suites,
            serial: BundleTerms::next_serial(previous.map(|terms| terms.serial), now_ms),
            created: now_ms / 1000,
            expires: 0,
        };
        let bundle = keys.sign_bundle(&terms, &random_bytes());
        save(&self.path, keys.seeds(), Some(&bundle), self.registration.as_ref())?;
        tracing::info!(serial = terms.serial, "signed a key bundle");
        serving(keys.seeds(), bundle).map_err(|error| damaged(&self.path, error))
    }
}

fn is_current(terms: &BundleTerms, suites: SuiteSet, now_ms: u64) -> bool {
    terms.suites == suites && (now_ms / 1000).saturating_sub(terms.created) < STATICS_LIFETIME_SECS
}

fn serving(seeds: &WorkerSeeds, bundle: KeyBundle) -> Result<Identity, BundleError> {
    let serving = ServingKeys::new(&seeds.x25519, &seeds.mlkem_seed, &bundle)?;
    Ok(Identity { bundle, serving })
}

fn damaged(path: &Path, error: BundleError) -> IdentityError {
    IdentityError::Damaged { path: path.to_owned(), reason: error.to_string() }
}

fn parse_bundle(text: &str) -> Result<KeyBundle, String> {
    let bytes = BASE64.decode(text).map_err(|error| format!("its bundle is not base64url: {error}"))?;
    KeyBundle::parse(&bytes).map_err(|error| error.to_string())
}

fn save(
    path: &Path,
    seeds: &WorkerSeeds,
    bundle: Option<&KeyBundle>,
    registration: Option<&Registration>,
) -> Result<(), IdentityError> {
    let state = StateToWrite {
        v: VERSION,
        seeds,
        bundle: bundle.map(|bundle| BASE64.encode(bundle.as_bytes())),
        worker_id: registration.map(|registration| &registration.worker),
        auth_token: registration.map(|registration| registration.credential.expose().as_str()),
        registered_by: registration.map(|registration| &registration.owner),
    };
    let failed = |reason: String| IdentityError::Unwritable { path: path.to_owned(), reason };
    let json = serde_json::to_vec_pretty(&state).map_err(|error| failed(error.to_string()))?;
    let json = Secret::new(json);
    write_atomic(path, json.expose(), 0o600).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;

    fn ready(path: &Path, mode: EncryptionMode, now: u64) -> Identity {
        StoredIdentity::load(path).expect("readable").ready(mode, now).expect("keys")
    }

    #[test]
    fn an_identity_is_made_once_and_its_bundle_signed_when_due() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state.json");
        let first = ready(&path, EncryptionMode::PostQuantum, NOW);
        let verified = first.bundle.verify().expect("signed by both keys");
        let again = ready(&path, EncryptionMode::PostQuantum, NOW + 1);
        assert_eq!(again.bundle.as_bytes(), first.bundle.as_bytes());
        let classic = ready(&path, EncryptionMode::Classic, NOW + 2);
        let other = classic.bundle.verify().expect("signed");
        assert_eq!(other.identity, verified.identity);
        assert!(other.suites.contains(Suite::Classic) && other.serial > verified.serial);
        assert_ne!(other.x25519, verified.x25519);
    }

    #[test]
    fn an_unsigned_identity_is_kept_and_a_damaged_one_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state.json");
        let keys = WorkerKeys::generate(&random_bytes());
        save(&path, keys.seeds(), None, None).expect("saved");
        let made = ready(&path, EncryptionMode::PostQuantum, NOW);
        assert_eq!(&made.bundle.claimed_identity(), keys.identity());
        let whole = std::fs::read_to_string(&path).expect("read");
        std::fs::write(&path, "{\"v\": 9, \"keys\": []}").expect("written");
        let newer = StoredIdentity::load(&path).expect_err("refused").to_string();
        assert!(newer.contains("written by a newer LeapMux") && !newer.contains("remove"), "{newer}");
        for damaged in ["", "{}", &whole[..whole.len() / 2], &whole.replace("\"v\": 1", "\"v\": 0")] {
            std::fs::write(&path, damaged).expect("written");
            let error = StoredIdentity::load(&path).expect_err("refused").to_string();
            assert!(error.contains("state.json is damaged"), "{error}");
            assert!(!error.contains(&BASE64.encode(keys.seeds().x25519.expose())), "no secrets in errors");
        }
    }
    #[test]
    fn a_registration_is_kept_whole_through_every_rewrite() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state.json");
        let made = ready(&path, EncryptionMode::PostQuantum, NOW);
        let stored = StoredIdentity::load(&path).expect("readable");
        assert!(stored.registration().is_none());
        let joined = Registration {
            worker: WorkerId::from_bits(7),
            credential: Secret::new("wrk.secret".to_owned()),
            owner: UserId::from_bits(8),
        };
        StoredIdentity::register(&path, joined).expect("kept");
        // New statics are signed; the registration stays.
        ready(&path, EncryptionMode::Classic, NOW + 2);
        let stored = StoredIdentity::load(&path).expect("readable");
        let known = stored.registration().expect("registered");
        assert_eq!((&known.worker, &known.owner), (&WorkerId::from_bits(7), &UserId::from_bits(8)));
        assert_eq!(known.credential.expose(), "wrk.secret");
        assert_eq!(stored.identity(), Some(made.bundle.claimed_identity()));
        let whole = std::fs::read_to_string(&path).expect("read");
        std::fs::write(&path, whole.replace("auth_token", "auth_tok")).expect("written");
        let error = StoredIdentity::load(&path).expect_err("refused").to_string();
        assert!(error.contains("some are missing") && !error.contains("wrk.secret"), "{error}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            ready(&path_of_new(&dir), EncryptionMode::PostQuantum, NOW);
            let mode = std::fs::metadata(path_of_new(&dir)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    fn path_of_new(dir: &tempfile::TempDir) -> PathBuf {
        dir.path().join("new.json")
    }
}
