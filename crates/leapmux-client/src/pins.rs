//! The pin file: which identity each Worker had, kept whole on the disk.

use std::path::{Path, PathBuf};

use leapmux_channel::noise::pin::{PinRecord, PinStore};
use leapmux_runtime::write_atomic;
use leapmux_types::WorkerId;

use crate::ClientError;

/// Pins in memory, and their file when there is one.
#[derive(Debug)]
pub struct PinFile {
    path: Option<PathBuf>,
    store: PinStore,
}

impl PinFile {
    /// Pins that are forgotten with the process.
    pub fn in_memory() -> Self {
        Self { path: None, store: PinStore::default() }
    }

    /// Pins of a file; a missing one is empty, one that does not parse is an error.
    pub fn open(path: &Path) -> Result<Self, ClientError> {
        let failed = |reason: String| ClientError::PinFile { path: path.display().to_string(), reason };
        let store = match std::fs::read_to_string(path) {
            Ok(text) => PinStore::parse(&text).map_err(|error| failed(error.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => PinStore::default(),
            Err(error) => return Err(failed(error.to_string())),
        };
        Ok(Self { path: Some(path.to_owned()), store })
    }

    /// The pin of a Worker.
    pub fn get(&self, worker: &WorkerId) -> Option<&PinRecord> {
        self.store.get(worker)
    }

    /// Stores a pin.
    pub fn put(&mut self, worker: WorkerId, pin: PinRecord) -> Result<(), ClientError> {
        self.store.put(worker, pin);
        self.save()
    }

    /// Forgets a pin; `false` when there was none.
    pub fn remove(&mut self, worker: &WorkerId) -> Result<bool, ClientError> {
        let known = self.store.remove(worker).is_some();
        if known {
            self.save()?;
        }
        Ok(known)
    }

    fn save(&self) -> Result<(), ClientError> {
        let Some(path) = &self.path else { return Ok(()) };
        write_atomic(path, self.store.to_json().as_bytes(), 0o644).map_err(|error| ClientError::PinFile {
            path: path.display().to_string(),
            reason: error.to_string(),
        })
    }
}
