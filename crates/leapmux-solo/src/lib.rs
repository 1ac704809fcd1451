//! Hub and Worker in one process, without accounts (`Solo`) or with them (`Dev`). They speak as they would over a network, through a pipe in memory: one protocol, one code path.

mod dev;
mod settings;

use std::net::SocketAddr;
use std::time::Duration;

use leapmux_hub_server::{
    Hub, HubConfig, RunningHub, SqliteStorage, StorageConfig, VersionInfo, default_socket, dev_frontend,
};
use leapmux_net::Dialer;
use leapmux_runtime::Tasks;
use leapmux_worker::{LinkConfig, RunningWorker, Worker, WorkerConfig};

pub use dev::{BundledWorker, Dev, RunningDev};
pub use settings::{BuildInfo, SoloSettings};

/// The Hub's tasks that are left after its shutdown are dropped after this.
const LEFTOVER: Duration = Duration::from_secs(1);

/// Why LeapMux does not start; each is one sentence for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Hub(#[from] leapmux_hub_server::StartError),
    #[error(transparent)]
    Worker(#[from] leapmux_worker::StartError),
}

/// The one way to a running solo LeapMux.
#[derive(Debug)]
pub struct Solo;

impl Solo {
    /// Starts the Hub, then the Worker on it. When this returns the page is served; the Worker's link follows in the background.
    pub async fn start(settings: SoloSettings) -> Result<RunningSolo, StartError> {
        let tasks = Tasks::new();
        // Boxed, both: what starts is nested deeper than the compiler follows for whoever holds it in a future of theirs.
        let hub = Box::pin(Hub::start(hub_config(&settings)?, &tasks)).await?;
        let url = settings.listen.browser_url(hub.tcp_addr());
        let local = hub.local_worker().expect("a solo Hub has one").clone();
        let link = LinkConfig::in_process(Dialer::Pipe(hub.pipe()), local.id, local.credential);
        match Box::pin(Worker::start(worker_config(&settings), link)).await {
            Ok(worker) => Ok(RunningSolo { tasks, hub, worker, url }),
            Err(error) => {
                // Listeners and database must be free again when the caller hears of it.
                stop_hub(hub, &tasks).await;
                Err(error.into())
            }
        }
    }
}

/// Hub and Worker, running.
pub struct RunningSolo {
    tasks: Tasks,
    hub: RunningHub,
    worker: RunningWorker,
    url: String,
}

impl RunningSolo {
    /// Where people open it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The TCP address, with the port the system chose for port 0; `None` on a unix socket.
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.hub.tcp_addr()
    }

    /// The Worker.
    pub fn worker(&self) -> &RunningWorker {
        &self.worker
    }

    /// Stops the Worker (its tabs first), then the Hub (spec RUN-10).
    pub async fn shutdown(self) {
        self.worker.shutdown().await;
        stop_hub(self.hub, &self.tasks).await;
    }
}

async fn stop_hub(hub: RunningHub, tasks: &Tasks) {
    if let Err(error) = hub.shutdown().await {
        tracing::error!(%error, "the Hub's database was not closed properly");
    }
    if let Err(stuck) = tasks.shutdown(LEFTOVER).await {
        tracing::warn!(%stuck, "hub");
    }
}

fn hub_config(settings: &SoloSettings) -> Result<HubConfig, StartError> {
    let dev_frontend = settings.dev_frontend.as_deref().map(dev_frontend).transpose()?;
    let data_dir = settings.data_dir.join("hub");
    Ok(HubConfig {
        listen: Some(settings.listen.clone()),
        local_listen: settings.local_listen.clone().or_else(|| default_socket(&data_dir)),
        dev_frontend,
        storage: StorageConfig::Sqlite(SqliteStorage {
            max_connections: settings.sqlite_max_conns,
            ..SqliteStorage::default()
        }),
        version: VersionInfo {
            version: settings.build.version.to_owned(),
            commit: settings.build.commit.to_owned(),
            branch: settings.build.branch.to_owned(),
            build_time: settings.build.time.to_owned(),
            formatted: settings.build.formatted.clone(),
        },
        api_timeout: settings.api_timeout,
        agent_startup_timeout: settings.agent_startup_timeout,
        ..HubConfig::solo(data_dir)
    })
}

fn worker_config(settings: &SoloSettings) -> WorkerConfig {
    let bundled = BundledWorker {
        name: settings.name.clone(),
        data_dir: settings.data_dir.join("worker"),
        classic_encryption: settings.classic_encryption,
        use_login_shell: settings.use_login_shell,
        agent_startup_timeout: settings.agent_startup_timeout,
        api_timeout: settings.api_timeout,
        sqlite_max_conns: settings.sqlite_max_conns,
        build: settings.build.clone(),
    };
    bundled.config()
}
