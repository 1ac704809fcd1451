//! Workers: who they are, whether they are here, and the key bundles they hand out through the Hub.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use leapmux_hub_store::{HubStore, StoreError, StoredBundle, WorkerRecord, WorkerState};
use leapmux_runtime::{Secret, wall_clock_ms};
use leapmux_types::{UserId, WorkerId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::broadcast;

use crate::access::Access;
use crate::token::random_token;
use crate::{Caller, HubError, bundled_worker};

/// Largest key bundle taken, bytes: a signed one has 31,583.
const MAX_BUNDLE: usize = 64 * 1024;
/// Length of a bundle's id, bytes.
const BUNDLE_ID: usize = 32;
/// Status changes a slow listener may be behind; it is then told to look at everything.
const STATUS_QUEUE: usize = 64;
/// A Worker that was let go and never came to hear of it is deleted after this long, and a deleted one forgotten (spec WRK-60, 63).
const SWEEP_AFTER_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What a Worker is told when its owner lets it go.
pub const DEREGISTERED: &str = "worker deregistered by owner";

/// A Worker's stream came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerStatus {
    pub worker: WorkerId,
    pub owner: UserId,
    pub online: bool,
}

/// One Worker as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSummary {
    pub id: WorkerId,
    pub owner: UserId,
    pub online: bool,
    pub local: bool,
    /// Milliseconds since 1970; 0 for never.
    pub last_seen_ms: i64,
}

/// The answer to somebody who may have the bundle already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleAnswer {
    Unchanged { id: Vec<u8> },
    Current(StoredBundle),
}

/// All Workers of the Hub.
pub struct WorkerRegistry {
    store: Arc<dyn HubStore>,
    /// How many streams each Worker has: two for a moment when a newer one replaces an older one.
    live: Mutex<BTreeMap<WorkerId, u32>>,
    /// SHA-256 of credentials that are never stored: those of Workers in this process.
    local: Mutex<BTreeMap<WorkerId, [u8; 32]>>,
    changes: broadcast::Sender<WorkerStatus>,
    /// Workers that are let go, for whoever holds their streams.
    leaving: broadcast::Sender<WorkerId>,
}

impl WorkerRegistry {
    /// A registry in which every Worker is offline.
    pub fn new(store: Arc<dyn HubStore>) -> Self {
        let (changes, _) = broadcast::channel(STATUS_QUEUE);
        let (leaving, _) = broadcast::channel(STATUS_QUEUE);
        Self { store, live: Mutex::default(), local: Mutex::default(), changes, leaving }
    }

    /// A fresh credential for a Worker in this process: valid until the process ends or the next one is made.
    pub fn mint_local_credential(&self, worker: &WorkerId) -> Secret<String> {
        let credential = self.new_credential(worker);
        let mut local = self.local.lock().expect("nobody panics while holding it");
        local.insert(worker.clone(), Sha256::digest(credential.expose().as_bytes()).into());
        credential
    }

    /// The Worker in this process, whose owner hears of it when it is new.
    pub async fn bundled(&self, owner: &UserId) -> Result<WorkerId, HubError> {
        let worker = bundled_worker(&*self.store, owner).await?;
        if worker.last_seen_ms == 0 {
            self.announce(&worker);
        }
        Ok(worker.id)
    }

    /// A credential nobody has yet: it names its Worker, and its secret is random.
    pub(crate) fn new_credential(&self, worker: &WorkerId) -> Secret<String> {
        Secret::new(format!("{worker}.{}", random_token().expose()))
    }

    /// There is a new Worker; it is not online yet.
    pub(crate) fn announce(&self, worker: &WorkerRecord) {
        let status = WorkerStatus { worker: worker.id.clone(), owner: worker.owner.clone(), online: false };
        // Nobody may be listening.
        let _ = self.changes.send(status);
    }

    /// Whose credential this is. Takes the same time for any wrong one.
    pub async fn authenticate(&self, bearer: &str) -> Result<Option<WorkerId>, HubError> {
        let Some(worker) = bearer.split_once('.').and_then(|(worker, _)| worker.parse::<WorkerId>().ok())
        else {
            return Ok(None);
        };
        let local = self.local.lock().expect("nobody panics while holding it").get(&worker).copied();
        let expected = match local {
            Some(hash) => Some(hash),
            // One that is being let go must still be able to hear of it.
            None => {
                let record = self.store.worker(&worker).await?;
                record.filter(|record| record.state != WorkerState::Deleted).and_then(|r| r.credential_hash)
            }
        };
        let given: [u8; 32] = Sha256::digest(bearer.as_bytes()).into();
        let known = bool::from(given.ct_eq(&expected.unwrap_or([0; 32]))) && expected.is_some();
        Ok(known.then_some(worker))
    }

    /// A Worker's stream is open, with the bundle it brought.
    pub async fn connected(&self, worker: &WorkerId, bundle: Option<StoredBundle>) -> Result<(), HubError> {
        let record = self.store.worker(worker).await?.ok_or_else(HubError::no_worker)?;
        if let Some(bundle) = bundle {
            if bundle.bytes.len() > MAX_BUNDLE || bundle.id.len() != BUNDLE_ID {
                return Err(HubError::InvalidArgument(
                    "the key bundle has a size no key bundle has".to_owned(),
                ));
            }
            let known = self.store.bundle(worker).await?;
            if known.as_ref() != Some(&bundle) {
                self.store.save_bundle(worker, &bundle).await?;
            }
        }
        self.store.touch_worker(worker, wall_clock_ms()).await?;
        let streams = {
            let mut live = self.live.lock().expect("nobody panics while holding it");
            let streams = live.entry(worker.clone()).or_insert(0);
            *streams += 1;
            *streams
        };
        if streams == 1 {
            tracing::info!(%worker, "worker is online");
        }
        let _ = self.changes.send(WorkerStatus { worker: worker.clone(), owner: record.owner, online: true });
        Ok(())
    }

    /// A stream that was announced by `connected` is gone.
    pub async fn disconnected(&self, worker: &WorkerId) {
        let gone = {
            let mut live = self.live.lock().expect("nobody panics while holding it");
            let streams = live.get_mut(worker).map_or(0, |streams| {
                *streams -= 1;
                *streams
            });
            if streams == 0 {
                live.remove(worker);
            }
            streams == 0
        };
        if !gone {
            return;
        }
        tracing::info!(%worker, "worker is offline");
        let noted = self.store.touch_worker(worker, wall_clock_ms()).await;
        match (noted, self.store.worker(worker).await) {
            (Ok(()), Ok(Some(record))) => {
                let status = WorkerStatus { worker: worker.clone(), owner: record.owner, online: false };
                let _ = self.changes.send(status);
            }
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%worker, %error, "cannot note a worker's end")
            }
            (Ok(()), Ok(None)) => {}
        }
    }

    /// Whether the Worker has a stream.
    pub fn is_online(&self, worker: &WorkerId) -> bool {
        self.live.lock().expect("nobody panics while holding it").contains_key(worker)
    }

    /// Workers with a stream.
    pub fn online_count(&self) -> usize {
        self.live.lock().expect("nobody panics while holding it").len()
    }

    /// Comings and goings from now on.
    pub fn changes(&self) -> broadcast::Receiver<WorkerStatus> {
        self.changes.subscribe()
    }

    /// The Workers the caller may route to.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<WorkerSummary>, HubError> {
        let own = self.store.workers_of(&caller.user).await?.into_iter();
        let own = own.filter(|record| record.state == WorkerState::Active);
        let summary = |record: WorkerRecord| WorkerSummary {
            online: self.is_online(&record.id),
            id: record.id,
            owner: record.owner,
            local: record.local,
            last_seen_ms: record.last_seen_ms,
        };
        Ok(own.map(summary).collect())
    }

    /// A Worker's key bundle; only its id when the caller has it. The Hub's word about it counts for nothing.
    pub async fn bundle(
        &self,
        caller: &Caller,
        worker: &WorkerId,
        have: &[u8],
    ) -> Result<BundleAnswer, HubError> {
        if !self.may_reach(&caller.user, worker).await? {
            return Err(HubError::no_worker());
        }
        let nothing = || HubError::FailedPrecondition("this worker has not connected yet".to_owned());
        let bundle = self.store.bundle(worker).await?.ok_or_else(nothing)?;
        Ok(if bundle.id == have {
            BundleAnswer::Unchanged { id: bundle.id }
        } else {
            BundleAnswer::Current(bundle)
        })
    }

    /// The bundle id the Hub has, for a Worker that wonders whether to send its bundle again.
    pub async fn known_bundle_id(&self, worker: &WorkerId) -> Result<Option<Vec<u8>>, HubError> {
        Ok(self.store.bundle(worker).await?.map(|bundle| bundle.id))
    }

    /// Whether the user may be routed to the Worker: its owner, and whoever reads a workspace with a tab on it.
    pub async fn may_reach(&self, user: &UserId, worker: &WorkerId) -> Result<bool, HubError> {
        match self.store.worker(worker).await? {
            Some(record) => Ok(Access::new(self.store.clone()).reaches(user, &record).await?),
            None => Ok(false),
        }
    }

    /// The caller lets one of their Workers go (spec WRK-61): from now on nobody reaches it, and it hears of it now or whenever it
    /// comes. Asked twice, it is done once.
    pub async fn deregister(&self, caller: &Caller, worker: &WorkerId) -> Result<(), HubError> {
        let found = self.store.worker(worker).await?;
        let own = found.filter(|record| record.owner == caller.user && record.state != WorkerState::Deleted);
        let record = own.ok_or_else(|| HubError::NotFound("worker not found".to_owned()))?;
        if record.local {
            return Err(HubError::FailedPrecondition(
                "the bundled local worker cannot be deregistered".to_owned(),
            ));
        }
        let (from, to) = (WorkerState::Active, WorkerState::Deregistering);
        match self.store.move_worker(worker, from, to, wall_clock_ms()).await {
            Ok(()) => tracing::info!(%worker, user = %caller.user, "worker is let go"),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
        // Nobody may be listening to either.
        let _ = self.leaving.send(worker.clone());
        let _ =
            self.changes.send(WorkerStatus { worker: worker.clone(), owner: record.owner, online: false });
        Ok(())
    }

    /// Resolves when this Worker is let go: at once when it is already.
    pub async fn let_go(&self, worker: &WorkerId) {
        // Listening before looking, nothing falls between.
        let mut leaving = self.leaving.subscribe();
        loop {
            match self.is_leaving(worker).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(%worker, %error, "cannot tell whether a worker is let go"),
            }
            loop {
                match leaving.recv().await {
                    Ok(other) if other != *worker => {}
                    // It, or somebody among those that were missed: look.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        }
    }

    /// Whether the Worker is to hear that it was let go.
    pub async fn is_leaving(&self, worker: &WorkerId) -> Result<bool, HubError> {
        Ok(self.store.worker(worker).await?.is_some_and(|record| record.state != WorkerState::Active))
    }

    /// It has heard, and forgotten.
    pub async fn has_left(&self, worker: &WorkerId) -> Result<(), HubError> {
        let (from, to) = (WorkerState::Deregistering, WorkerState::Deleted);
        match self.store.move_worker(worker, from, to, wall_clock_ms()).await {
            Ok(()) => tracing::info!(%worker, "worker has left"),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Deletes what was let go long ago.
    pub async fn clean(&self) -> Result<u64, HubError> {
        let now = wall_clock_ms();
        Ok(self.store.sweep_workers(now - SWEEP_AFTER_MS, now).await?)
    }
}
