//! The Worker's one connection to its Hub: dialled, kept alive, dialled again for as long as the Worker runs.

mod connect;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use leapmux_net::Dialer;
use leapmux_runtime::{Backoff, Secret, random_bytes};
use leapmux_types::WorkerId;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::channels::ChannelHost;
use crate::identity::Identity;

pub(crate) use connect::LinkEnd;
pub(crate) use queue::{LinkQueue, SendSlot};

/// A connection that lasted this long starts the next wait from the beginning.
const STABLE: Duration = Duration::from_secs(30);

/// Where the Hub is and who this Worker is to it.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    pub dialer: Dialer,
    pub worker_id: WorkerId,
    /// Bearer of this Worker's requests.
    pub bearer: Secret<String>,
    /// Shortest and longest wait between attempts.
    pub retry: (Duration, Duration),
}

impl LinkConfig {
    /// A Hub in the same process: its absence is a matter of milliseconds.
    pub fn in_process(dialer: Dialer, worker_id: WorkerId, bearer: Secret<String>) -> Self {
        Self { dialer, worker_id, bearer, retry: (Duration::from_millis(50), Duration::from_secs(180)) }
    }
}

/// Keeps the link up until `stop`, or until the Hub refuses this Worker for good; `up` says whether it is.
pub(crate) async fn run(
    config: LinkConfig,
    identity: Identity,
    host: Arc<ChannelHost>,
    up: watch::Sender<bool>,
    stop: CancellationToken,
) {
    let mut backoff = Backoff::new(config.retry.0, config.retry.1);
    while !stop.is_cancelled() {
        let began = Instant::now();
        let end = connect::run_once(&config, &identity, &host, &up, &stop).await;
        up.send_replace(false);
        if began.elapsed() >= STABLE {
            backoff.reset();
        }
        if stop.is_cancelled() {
            return;
        }
        let wait = match end {
            LinkEnd::Stopped => return,
            LinkEnd::Refused(reason) => {
                tracing::error!(%reason, "the Hub does not accept this Worker");
                return;
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
}

#[cfg(test)]
mod tests;
