//! The Worker's one connection to its Hub: dialled, kept alive, dialled again for as long as the Worker runs.

mod connect;
mod queue;
mod register;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use leapmux_channel::noise::DevicePublic;
use leapmux_net::Dialer;
use leapmux_runtime::{Backoff, Secret, random_bytes};
use leapmux_types::{UserId, WorkerId};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::channels::ChannelHost;
use crate::identity::{Identity, Registration};

pub(crate) use connect::LinkEnd;
use connect::connection;
pub(crate) use queue::{LinkQueue, SendSlot};
pub(crate) use register::register;

/// A connection that lasted this long starts the next wait from the beginning.
const STABLE: Duration = Duration::from_secs(30);

/// Shortest and longest wait between attempts to reach a Hub elsewhere (spec WRK-50).
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(180));

/// Where the Hub is and who this Worker is to it.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    pub dialer: Dialer,
    pub worker_id: WorkerId,
    /// Bearer of this Worker's requests.
    pub bearer: Secret<String>,
    /// Whose Worker this is, when it does not leave that to the Hub: nobody else is given an owner's rights, whatever the Hub says.
    pub owner: Option<UserId>,
    /// A device whose owner proved at registration that it is theirs.
    pub vouched_device: Option<DevicePublic>,
    /// Shortest and longest wait between attempts.
    pub retry: (Duration, Duration),
    /// What goes when the Hub lets this Worker go: `state.json`.
    pub state: Option<PathBuf>,
}

impl LinkConfig {
    /// A Hub in the same process: its absence is a matter of milliseconds.
    pub fn in_process(dialer: Dialer, worker_id: WorkerId, bearer: Secret<String>) -> Self {
        let retry = (Duration::from_millis(50), RETRY.1);
        Self { dialer, worker_id, bearer, owner: None, vouched_device: None, retry, state: None }
    }

    /// A Hub elsewhere, which this Worker has joined.
    pub(crate) fn joined(dialer: Dialer, registration: Registration, state: PathBuf) -> Self {
        let Registration { worker, credential, owner } = registration;
        Self {
            dialer,
            worker_id: worker,
            bearer: credential,
            owner: Some(owner),
            vouched_device: None,
            retry: RETRY,
            state: Some(state),
        }
    }
}

/// Why a Worker has no Hub any more, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dismissal {
    /// Its owner has deregistered it: it has forgotten that it ever was.
    Deregistered { reason: String },
    /// The Hub does not know it. What it knew of itself is in `kept`, if it could be moved there.
    Refused { reason: String, kept: Option<PathBuf> },
}

/// Keeps the link up until `stop`, or until the Hub lets this Worker go for good; `up` says whether it is.
pub(crate) async fn run(
    config: LinkConfig,
    identity: Identity,
    host: Arc<ChannelHost>,
    up: watch::Sender<bool>,
    stop: CancellationToken,
) -> Option<Dismissal> {
    let mut backoff = Backoff::new(config.retry.0, config.retry.1);
    while !stop.is_cancelled() {
        let began = Instant::now();
        let end = connect::run_once(&config, &identity, &host, &up, &stop).await;
        up.send_replace(false);
        if began.elapsed() >= STABLE {
            backoff.reset();
        }
        let wait = match end {
            // Also while it is being stopped: what the Hub has let go of is forgotten already.
            LinkEnd::Deregistered(reason) => {
                tracing::warn!(%reason, "this Worker was deregistered");
                return Some(Dismissal::Deregistered { reason });
            }
            _ if stop.is_cancelled() => return None,
            LinkEnd::Stopped => return None,
            LinkEnd::Refused(reason) => {
                tracing::error!(%reason, "the Hub does not accept this Worker");
                let kept = config.state.as_deref().and_then(set_aside);
                return Some(Dismissal::Refused { reason, kept });
            }
            LinkEnd::GoAway(wait) => {
                backoff.reset();
                tracing::info!(?wait, "the Hub is shutting down");
                wait
            }
            LinkEnd::Lost(reason) => {
                let wait = backoff.next_delay(u32::from_be_bytes(random_bytes()));
                tracing::warn!(%reason, ?wait, "no connection to the Hub");
                wait
            }
        };
        stop.run_until_cancelled(tokio::time::sleep(wait)).await;
    }
    None
}

/// Clears the way for a new registration without destroying an identity: the Hub may be the wrong one, or back from an old backup.
fn set_aside(state: &Path) -> Option<PathBuf> {
    let kept = state.with_extension("json.refused");
    match std::fs::rename(state, &kept) {
        Ok(()) => Some(kept),
        Err(error) => {
            tracing::error!(%error, path = %state.display(), "cannot be moved out of the way");
            None
        }
    }
}

#[cfg(test)]
mod tests;
