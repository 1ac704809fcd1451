//! A claim on a database: its lease, renewed in the background and looked after before anything is changed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use leapmux_runtime::Tasks;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::lease::Lease;

/// A renewal that is under way is given this long.
const RENEWAL: Duration = Duration::from_secs(1);

/// A lease that is kept for as long as the value lives, and known to be kept.
#[derive(Debug)]
pub(crate) struct Hold {
    lease: Lease,
    /// Until when the lease is ours without looking, by this machine's clock; `None` once it is somebody else's.
    sure_until: Arc<Mutex<Option<Instant>>>,
    renewals: Tasks,
}

impl Hold {
    /// Keeps `lease` from now on.
    pub(crate) fn keep(lease: Lease) -> Self {
        let sure_until = Arc::new(Mutex::new(Some(Instant::now() + lease.span)));
        let renewals = Tasks::new();
        renewals.spawn("database lease", renew(lease.clone(), sure_until.clone(), renewals.token()));
        Self { lease, sure_until, renewals }
    }

    /// Refuses when the lease is somebody else's. A Hub that was halted for longer than its lease looks before it goes on.
    pub(crate) async fn check(&self) -> Result<(), DbErr> {
        let sure_until = *self.sure_until.lock().unwrap_or_else(PoisonError::into_inner);
        let asked_at = Instant::now();
        match sure_until {
            Some(until) if asked_at < until => return Ok(()),
            Some(_) if self.lease.renew().await? => {
                set(&self.sure_until, Some(asked_at + self.lease.span));
                return Ok(());
            }
            _ => set(&self.sure_until, None),
        }
        Err(DbErr::Custom("another LeapMux has taken over the database".to_owned()))
    }

    /// Gives the lease back.
    pub(crate) async fn release(&self) {
        // A renewal that comes after it would find nothing, and say that somebody else was there.
        if let Err(error) = self.renewals.shutdown(RENEWAL).await {
            tracing::debug!(%error, "renewing the lease");
        }
        if let Err(error) = self.lease.release().await {
            tracing::debug!(%error, "the lease ends by itself");
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.renewals.cancel();
    }
}

/// Stops between two renewals and never within one: a connection is not left in the middle of a statement.
async fn renew(lease: Lease, sure_until: Arc<Mutex<Option<Instant>>>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(lease.renew_after()) => {}
        }
        let asked_at = Instant::now();
        match lease.renew().await {
            Ok(true) => set(&sure_until, Some(asked_at + lease.span)),
            Ok(false) => {
                set(&sure_until, None);
                tracing::error!(
                    "another LeapMux has taken over the database: this one changes nothing any more"
                );
                return;
            }
            Err(error) => tracing::warn!(%error, "the claim on the database was not renewed"),
        }
    }
}

fn set(sure_until: &Mutex<Option<Instant>>, value: Option<Instant>) {
    *sure_until.lock().unwrap_or_else(PoisonError::into_inner) = value;
}
