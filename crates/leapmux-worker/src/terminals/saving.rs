//! When a terminal's last screen is stored: when it has come to rest, some seconds after it changed at the latest, one write at a
//! time, and at once when it matters.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use leapmux_types::TabId;
use tokio::time::Instant;

use crate::store::terminal::{self as rows, StoredTerminal};
use crate::store::{Store, StoreError};

/// How old what is stored may get while output goes on.
const AFTER: Duration = Duration::from_secs(5);
/// Output that pauses for this long has come to rest: what people saw last is what a crash leaves.
const QUIET: Duration = Duration::from_millis(500);

/// Stores one terminal.
pub(super) struct Saving {
    store: Store,
    tab: TabId,
    due: Option<Instant>,
    /// When the first change was that is not stored.
    since: Option<Instant>,
    running: Option<BoxFuture<'static, Result<(), StoreError>>>,
}

impl Saving {
    pub(super) fn new(store: Store, tab: TabId) -> Self {
        Self { store, tab, due: None, since: None, running: None }
    }

    /// Something changed.
    pub(super) fn changed(&mut self) {
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        let due = (now + QUIET).min(since + AFTER);
        // What must not wait does not wait for more output either.
        self.due = Some(self.due.filter(|at| *at <= now).unwrap_or(due));
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
        (self.due, self.since) = (None, None);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_screen_is_stored_when_it_rests_and_at_the_latest_after_a_while() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(&dir.path().join("worker.db"), 1).await.expect("opened");
        let mut saving = Saving::new(store, TabId::from_bits(1));
        tokio::time::pause();
        let started = Instant::now();
        saving.changed();
        saving.due().await;
        // Virtual time, in steps of a millisecond.
        assert!((QUIET..QUIET * 2).contains(&started.elapsed()), "{:?}", started.elapsed());
        saving.begin(StoredTerminal::default());
        saving.running = None;
        let started = Instant::now();
        loop {
            saving.changed();
            tokio::select! {
                biased;
                () = saving.due() => break,
                () = tokio::time::sleep(QUIET / 2) => {}
            }
        }
        assert!((AFTER..AFTER + QUIET).contains(&started.elapsed()), "{:?}", started.elapsed());
        saving.changed_much();
        saving.changed();
        let started = Instant::now();
        saving.due().await;
        assert!(started.elapsed() < QUIET, "{:?}", started.elapsed());
    }
}
