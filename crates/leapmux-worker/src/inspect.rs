//! What the commands beside a Worker look at and change: its fingerprint, and the devices that may talk to it. All of it works while
//! the Worker runs.

use std::path::{Path, PathBuf};

use leapmux_channel::noise::{device_fingerprint, fingerprint};
use leapmux_runtime::wall_clock_ms;
use leapmux_types::UserId;

use crate::identity::{IdentityError, StoredIdentity};
use crate::store::device::{self as rows, KnownDevice};
use crate::store::{Store, StoreError};

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error("there is no Worker in {0}; start it once, or name its directory with --data-dir")]
    NoWorker(PathBuf),
    #[error("no device is called {0}; `leapmux worker devices list` shows them all")]
    NoDevice(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A Worker as people compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerFingerprint {
    /// Four words.
    pub words: String,
    /// The whole hash, in groups.
    pub details: String,
}

/// A device of a user, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDevice {
    pub user: UserId,
    /// Four words, the same as the device shows.
    pub words: String,
    pub approved: bool,
    /// Milliseconds since 1970.
    pub last_seen_ms: i64,
}

/// The fingerprint of the Worker in `data_dir`.
pub fn worker_fingerprint(data_dir: &Path) -> Result<WorkerFingerprint, InspectError> {
    let stored = StoredIdentity::load(&data_dir.join("state.json"))?;
    let identity = stored.identity().ok_or_else(|| InspectError::NoWorker(data_dir.to_owned()))?;
    Ok(WorkerFingerprint { words: fingerprint(&identity).to_string(), details: identity.details() })
}

/// The devices people have come to the Worker in `data_dir` with, those seen last first.
pub async fn list_devices(data_dir: &Path) -> Result<Vec<ListedDevice>, InspectError> {
    let store = open(data_dir).await?;
    let listed = rows::all(store.db()).await;
    store.close().await?;
    Ok(listed?.iter().map(listed_device).collect())
}

/// Lets the device with these four words in from now on.
pub async fn approve_device(data_dir: &Path, words: &str) -> Result<ListedDevice, InspectError> {
    let store = open(data_dir).await?;
    let found = find(&store, words).await;
    let done = match found {
        Ok((user, device)) => rows::approve(store.db(), &user, &device.public, wall_clock_ms())
            .await
            .map(|()| listed_device(&(user, KnownDevice { approved: true, ..device })))
            .map_err(InspectError::from),
        Err(error) => Err(error),
    };
    store.close().await?;
    done
}

/// Forgets the device with these four words: it is a new one when it comes again.
pub async fn remove_device(data_dir: &Path, words: &str) -> Result<ListedDevice, InspectError> {
    let store = open(data_dir).await?;
    let found = find(&store, words).await;
    let done = match found {
        Ok((user, device)) => rows::remove(store.db(), &user, &device.public)
            .await
            .map(|()| listed_device(&(user, device)))
            .map_err(InspectError::from),
        Err(error) => Err(error),
    };
    store.close().await?;
    done
}

async fn open(data_dir: &Path) -> Result<Store, InspectError> {
    let path = data_dir.join("worker.db");
    if !path.exists() {
        return Err(InspectError::NoWorker(data_dir.to_owned()));
    }
    Ok(Store::open(&path, 1).await?)
}

/// The newest device with these words; they cost a moment each, so the first that fits is taken.
async fn find(store: &Store, words: &str) -> Result<(UserId, KnownDevice), InspectError> {
    let all = rows::all(store.db()).await?;
    let named = all.into_iter().find(|(_, device)| device_fingerprint(&device.public).to_string() == words);
    named.ok_or_else(|| InspectError::NoDevice(words.to_owned()))
}

fn listed_device((user, device): &(UserId, KnownDevice)) -> ListedDevice {
    ListedDevice {
        user: user.clone(),
        words: device_fingerprint(&device.public).to_string(),
        approved: device.approved,
        last_seen_ms: device.last_seen_ms,
    }
}

#[cfg(test)]
mod tests {
    use leapmux_channel::noise::DevicePublic;

    use super::*;

    #[tokio::test]
    async fn a_device_is_listed_approved_and_forgotten_by_its_words() {
        let dir = tempfile::tempdir().expect("a directory");
        let nothing = list_devices(dir.path()).await.expect_err("no Worker").to_string();
        assert!(nothing.contains("start it once"), "{nothing}");
        assert!(matches!(worker_fingerprint(dir.path()), Err(InspectError::NoWorker(_))));
        // The Worker has it open all the while.
        let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("opened");
        let (user, device) = (UserId::from_bits(1), DevicePublic::from_bytes([7; 32]));
        rows::seen(store.db(), &user, &device, 10).await.expect("stored");
        let listed = list_devices(dir.path()).await.expect("listed");
        assert!(listed.len() == 1 && !listed[0].approved && listed[0].user == user, "{listed:?}");
        let words = listed[0].words.clone();
        assert!(approve_device(dir.path(), &words).await.expect("known").approved);
        assert!(rows::of_user(store.db(), &user).await.expect("read")[0].approved);
        remove_device(dir.path(), &words).await.expect("known");
        assert!(list_devices(dir.path()).await.expect("listed").is_empty());
        let gone = approve_device(dir.path(), &words).await.expect_err("forgotten");
        assert!(matches!(gone, InspectError::NoDevice(_)), "{gone}");
    }
}
