//! When a terminal's last screen is stored: some seconds after it changed, one write at a time, and at once when it matters.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use leapmux_types::TabId;
use tokio::time::Instant;

use crate::store::terminal::{self as rows, StoredTerminal};
use crate::store::{Store, StoreError};

/// How old what is stored may get while output goes on.
const AFTER: Duration = Duration::from_secs(5);

/// Stores one terminal.
pub(super) struct Saving {
    store: Store,
    tab: TabId,
    due: Option<Instant>,
    running: Option<BoxFuture<'static, Result<(), StoreError>>>,
}

impl Saving {
    pub(super) fn new(store: Store, tab: TabId) -> Self {
        Self { store, tab, due: None, running: None }
    }

    /// Something changed.
    pub(super) fn changed(&mut self) {
        self.due.get_or_insert_with(|| Instant::now() + AFTER);
    }

    /// Something changed that must not wait.
    pub(super) fn changed_much(&mut self) {
        self.due = Some(Instant::now());
    }

    /// Resolves when `begin` is to be called. Safe to cancel.
    pub(super) async fn due(&mut self) {
        if let Some(running) = &mut self.running {
            if let Err(error) = running.await {
                tracing::error!(%error, tab = %self.tab, "a terminal's screen cannot be stored");
            }
            self.running = None;
        }
        match self.due {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Starts storing `now`; `due` drives it.
    pub(super) fn begin(&mut self, now: StoredTerminal) {
        self.due = None;
        let (store, tab) = (self.store.clone(), self.tab.clone());
        self.running = Some(async move { rows::save(store.db(), &tab, &now).await }.boxed());
    }

    /// Stores `now` and waits for it.
    pub(super) async fn finish(&mut self, now: StoredTerminal) {
        if let Some(running) = self.running.take() {
            // The write that follows holds all that this one does.
            let _ = running.await;
        }
        self.begin(now);
        if let Some(running) = self.running.take()
            && let Err(error) = running.await
        {
            tracing::error!(%error, tab = %self.tab, "a terminal's last screen is not stored");
        }
    }
}
