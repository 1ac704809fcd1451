//! How Workers come to a Hub: a person makes a key, one Worker uses it (spec workers.md §3, channel.md 5.4). Every text here is what
//! people read.

use std::sync::Arc;
use std::time::Duration;

use leapmux_hub_store::{HubStore, NewWorker, RegistrationKeyRecord, StoreError};
use leapmux_runtime::{Secret, fresh_bits, monotonic_now, wall_clock_ms};
use leapmux_types::{Millis, RegistrationKeyId, UserId, WorkerId};
use sha2::{Digest, Sha256};

use crate::account::Attempts;
use crate::token::random_token;
use crate::{Caller, HubError, WorkerRegistry};

/// A key lives this long, and again from each extension.
const LIFETIME_MS: i64 = 5 * 60 * 1000;
/// It is extended only when less than this is left.
const EXTEND_BELOW_MS: i64 = 2 * 60 * 1000;
/// An expired key is kept so long, for the dialog to say what became of it.
const KEPT_MS: i64 = 60 * 60 * 1000;
/// Live keys of one user (SEC-101).
const PER_USER: u64 = 20;
/// Bytes of what a Worker says of itself, and of what an owner's device does: its key and a proof (channel.md 5.4).
const WORKER_PROOF: usize = 32;
const OWNER_PROOF: usize = 64;
/// Registrations that may fail per address before it has to wait.
const TRIES_PER_IP: u32 = 30;
const TRIES_WINDOW: Duration = Duration::from_secs(15 * 60);

/// A key as its maker sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationKey {
    pub id: RegistrationKeyId,
    /// Milliseconds since 1970.
    pub expires_at_ms: i64,
    /// The Worker that registered with it.
    pub used_by: Option<WorkerId>,
    /// What that Worker says of its identity.
    pub worker_proof: Vec<u8>,
}

/// A Worker that has just registered.
#[derive(Debug)]
pub struct Registered {
    pub worker: WorkerId,
    pub owner: UserId,
    /// What it signs on with from now on.
    pub credential: Secret<String>,
    /// What the owner's device says of itself; empty when it said nothing.
    pub owner_proof: Vec<u8>,
}

/// Registration over the store.
pub struct RegistrationService {
    store: Arc<dyn HubStore>,
    workers: Arc<WorkerRegistry>,
    tries: Attempts,
}

impl RegistrationService {
    /// Keys of one Hub; the registry hears of new Workers.
    pub fn new(store: Arc<dyn HubStore>, workers: Arc<WorkerRegistry>) -> Self {
        Self { store, workers, tries: Attempts::new(TRIES_PER_IP, TRIES_WINDOW) }
    }

    /// A new key; its secret is for the person and nobody else.
    pub async fn create(
        &self,
        caller: &Caller,
        owner_proof: &[u8],
    ) -> Result<(RegistrationKey, Secret<String>), HubError> {
        check_proof(owner_proof, OWNER_PROOF)?;
        let now = wall_clock_ms();
        if self.store.live_registration_keys(&caller.user, now).await? >= PER_USER {
            return Err(HubError::FailedPrecondition(
                "you have too many registration keys open; close some of the dialogs".to_owned(),
            ));
        }
        let secret = random_token();
        let key = RegistrationKeyRecord {
            id: RegistrationKeyId::from_bits(fresh_bits()),
            owner: caller.user.clone(),
            key_hash: hash(secret.expose()),
            created_at_ms: now,
            expires_at_ms: now + LIFETIME_MS,
            used_by: None,
            owner_proof: owner_proof.to_vec(),
            worker_proof: Vec::new(),
        };
        self.store.create_registration_key(&key).await?;
        tracing::info!(user = %caller.user, key = %key.id, "registration key made");
        Ok((seen(key), secret))
    }

    /// What became of a key of the caller's.
    pub async fn get(&self, caller: &Caller, id: &RegistrationKeyId) -> Result<RegistrationKey, HubError> {
        Ok(seen(self.find(caller, id).await?))
    }

    /// Five more minutes, when less than two are left: an open dialog asks for them.
    pub async fn extend(&self, caller: &Caller, id: &RegistrationKeyId) -> Result<RegistrationKey, HubError> {
        let refuse = |said: &str| Err(HubError::FailedPrecondition(said.to_owned()));
        let (key, now) = (self.find(caller, id).await?, wall_clock_ms());
        if key.used_by.is_some() {
            return refuse("this registration key has been used");
        }
        if key.expires_at_ms <= now {
            return refuse("registration key has expired");
        }
        if key.expires_at_ms - now >= EXTEND_BELOW_MS {
            return refuse("extension not allowed yet");
        }
        let extended = RegistrationKeyRecord { expires_at_ms: now + LIFETIME_MS, ..key };
        match self.store.extend_registration_key(id, key.expires_at_ms, extended.expires_at_ms).await {
            Ok(()) => Ok(seen(extended)),
            // Another window was faster, or a Worker has used it: the key says which.
            Err(StoreError::Stale) => self.get(caller, id).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Destroys a key; one that is gone already is as good as destroyed.
    pub async fn delete(&self, caller: &Caller, id: &RegistrationKeyId) -> Result<(), HubError> {
        self.store.delete_registration_key(&caller.user, id).await?;
        Ok(())
    }

    /// A Worker with a key: the key is used up and the Worker is there, both or neither (WRK-27).
    pub async fn register(&self, key: &str, worker_proof: &[u8], from: &str) -> Result<Registered, HubError> {
        check_proof(worker_proof, WORKER_PROOF)?;
        let now = Millis(monotonic_now());
        self.tries.check(from, now).map_err(HubError::too_many)?;
        let worker = WorkerId::from_bits(fresh_bits());
        let credential = self.workers.new_credential(&worker);
        let new = NewWorker {
            id: worker,
            credential_hash: hash(credential.expose()),
            created_at_ms: wall_clock_ms(),
            worker_proof: worker_proof.to_vec(),
        };
        match self.store.register_worker(&hash(key), wall_clock_ms(), &new).await? {
            Some((record, key)) => {
                tracing::info!(worker = %record.id, user = %record.owner, ip = from, "worker registered");
                self.workers.announce(&record);
                Ok(Registered {
                    worker: record.id,
                    owner: record.owner,
                    credential,
                    owner_proof: key.owner_proof,
                })
            }
            None => {
                let _ = self.tries.count(from, now);
                tracing::info!(ip = from, "a registration key was refused");
                let said = "registration key invalid or already consumed".to_owned();
                Err(HubError::Unauthenticated(said))
            }
        }
    }

    /// Forgets keys nobody asks about any more.
    pub async fn clean(&self) -> Result<u64, HubError> {
        Ok(self.store.delete_expired_registration_keys(wall_clock_ms() - KEPT_MS).await?)
    }

    async fn find(&self, caller: &Caller, id: &RegistrationKeyId) -> Result<RegistrationKeyRecord, HubError> {
        let found = self.store.registration_key(&caller.user, id).await?;
        found.ok_or_else(|| HubError::NotFound("registration key not found".to_owned()))
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn check_proof(proof: &[u8], bytes: usize) -> Result<(), HubError> {
    match proof.len() {
        0 => Ok(()),
        given if given == bytes => Ok(()),
        other => Err(HubError::InvalidArgument(format!("a proof has {bytes} bytes or none, not {other}"))),
    }
}

fn seen(key: RegistrationKeyRecord) -> RegistrationKey {
    RegistrationKey {
        id: key.id,
        expires_at_ms: key.expires_at_ms,
        used_by: key.used_by,
        worker_proof: key.worker_proof,
    }
}
