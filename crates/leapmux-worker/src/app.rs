//! The Worker put together, and taken apart in the order that loses nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use leapmux_runtime::{Tasks, wall_clock_ms};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::WorkerConfig;
use crate::channels::ChannelHost;
use crate::hub_link::{self, Dismissal, LinkConfig};
use crate::identity::{IdentityError, StoredIdentity};
use crate::services::Services;
use crate::store::{Store, StoreError};
use crate::tabs::Tabs;

/// How long channels and the link may take to say farewell.
const FAREWELL: Duration = Duration::from_secs(2);
/// How often what lives in memory only is stored.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// Why a Worker does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the data directory {path} cannot be used: {reason}", path = path.display())]
    DataDir { path: PathBuf, reason: String },
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one way to a running Worker.
#[derive(Debug)]
pub struct Worker;

impl Worker {
    /// Opens the store, starts everything and dials the Hub in the background: a first run has keys to sign before it can.
    pub async fn start(config: WorkerConfig, link: LinkConfig) -> Result<RunningWorker, StartError> {
        make_private_dir(&config.data_dir).map_err(|error| StartError::DataDir {
            path: config.data_dir.clone(),
            reason: error.to_string(),
        })?;
        let identity = StoredIdentity::load(&config.data_dir.join("state.json"))?;
        let store = Store::open_with(&config.data_dir.join("worker.db"), &config.database()).await?;
        let tabs = Tabs::load(store.clone()).await?;
        let tasks = Tasks::new();
        let mode = config.encryption_mode;
        let services = Arc::new(Services::new(Arc::new(config), store, tabs, &tasks));
        let settled = services.clone();
        tasks.spawn_until_cancelled("settle agents", async move {
            if let Err(error) = settled.agents.settle().await {
                tracing::error!(%error, "agents that were cut short cannot be read");
            }
        });
        let (channels, linking) = (tasks.child(), tasks.child());
        let stopping = CancellationToken::new();
        if let (Some(owner), Some(device)) = (&link.owner, link.vouched_device) {
            services.devices.vouched(owner, device).await?;
        }
        let host = ChannelHost::new(
            services.clone(),
            (link.worker_id.clone(), link.owner.clone()),
            channels.clone(),
            stopping.clone(),
        );
        let open_channels = host.open_channels();
        let (stop, host) = (linking.token(), Arc::new(host));
        let (up, linked) = watch::channel(false);
        let (dismiss, dismissed) = watch::channel(None);
        linking.spawn("hub link", async move {
            let now = wall_clock_ms().unsigned_abs();
            match tokio::task::spawn_blocking(move || identity.ready(mode, now)).await {
                Ok(Ok(identity)) => {
                    if let Some(dismissal) = hub_link::run(link, identity, host, up, stop).await {
                        dismiss.send_replace(Some(dismissal));
                    }
                }
                Ok(Err(error)) => {
                    tracing::error!(%error, "the Worker has no keys and stays away from the Hub")
                }
                Err(error) => tracing::error!(%error, "making the Worker's keys failed"),
            }
        });
        let saved = services.clone();
        tasks.spawn_until_cancelled("save", async move {
            loop {
                tokio::time::sleep(SAVE_EVERY).await;
                save(&saved).await;
            }
        });
        Ok(RunningWorker { services, tasks, channels, linking, stopping, linked, dismissed, open_channels })
    }
}

/// A Worker that runs until `shutdown`.
pub struct RunningWorker {
    services: Arc<Services>,
    tasks: Tasks,
    channels: Tasks,
    linking: Tasks,
    stopping: CancellationToken,
    linked: watch::Receiver<bool>,
    dismissed: watch::Receiver<Option<Dismissal>>,
    open_channels: watch::Receiver<usize>,
}

impl RunningWorker {
    /// Waits until the Hub has welcomed this Worker; `false` when it never will (its keys could not be made).
    pub async fn linked(&self) -> bool {
        self.linked.clone().wait_for(|up| *up).await.is_ok()
    }

    /// Waits until the Hub has let this Worker go for good; for ever, when it never does. Everything it runs goes on until
    /// [`RunningWorker::shutdown`].
    pub async fn dismissed(&self) -> Dismissal {
        let mut dismissed = self.dismissed.clone();
        let told = dismissed.wait_for(Option::is_some).await.ok().and_then(|told| told.clone());
        match told {
            Some(dismissal) => dismissal,
            // The link has ended without one.
            None => std::future::pending().await,
        }
    }

    /// Waits until no channel is open and every call of those that were is over.
    pub async fn without_channels(&self) {
        // It cannot end before us.
        let _ = self.open_channels.clone().wait_for(|open| *open == 0).await;
    }

    /// How many clients watch tabs.
    pub fn tab_watchers(&self) -> usize {
        self.services.tabs.watchers()
    }

    /// Ends what tabs run, says farewell on every channel, closes the link and folds the database together.
    pub async fn shutdown(self) {
        let Self { services, tasks, channels, linking, stopping, .. } = self;
        // Tabs first: whoever watches them is told how they ended while there still is a channel.
        tokio::join!(services.terminals.shutdown(), services.agents.shutdown());
        stopping.cancel();
        if let Err(stuck) = channels.shutdown(FAREWELL).await {
            tracing::warn!(%stuck, "channels");
        }
        for (name, group) in [("link", linking), ("worker", tasks)] {
            if let Err(stuck) = group.shutdown(FAREWELL).await {
                tracing::warn!(%stuck, "{name}");
            }
        }
        save(&services).await;
        if let Err(error) = services.store.clone().close().await {
            tracing::error!(%error, "the database was not closed properly");
        }
    }
}

async fn save(services: &Services) {
    if let Err(error) = services.tabs.save().await {
        tracing::error!(%error, "tabs cannot be stored");
    }
}

/// Made for its owner and group alone when it is missing (spec CFG-12).
pub(crate) fn make_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder.create(path)
}
