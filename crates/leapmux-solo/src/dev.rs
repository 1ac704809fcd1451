//! A Hub people sign in to and a Worker, in one process: the Worker is the first administrator's, as soon as there is one.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leapmux_hub_server::{Hub, HubConfig, RunningHub};
use leapmux_net::Dialer;
use leapmux_runtime::Tasks;
use leapmux_worker::{Build, EncryptionMode, LinkConfig, RunningWorker, Worker, WorkerConfig};
use tokio::sync::Mutex;

use crate::{BuildInfo, LEFTOVER, StartError, stop_hub};

/// What the Worker in the Hub's process must be told.
#[derive(Debug, Clone)]
pub struct BundledWorker {
    /// What people call this machine.
    pub name: String,
    pub data_dir: PathBuf,
    pub classic_encryption: bool,
    pub use_login_shell: bool,
    pub api_timeout: Duration,
    pub agent_startup_timeout: Duration,
    pub sqlite_max_conns: u32,
    pub build: BuildInfo,
}

impl BundledWorker {
    pub(crate) fn config(self) -> WorkerConfig {
        let mode =
            if self.classic_encryption { EncryptionMode::Classic } else { EncryptionMode::PostQuantum };
        WorkerConfig {
            name: self.name,
            encryption_mode: mode,
            use_login_shell: self.use_login_shell,
            agent_startup_timeout: self.agent_startup_timeout,
            api_timeout: self.api_timeout,
            db_max_conns: self.sqlite_max_conns,
            build: Build { commit: self.build.commit, time: self.build.time },
            ..WorkerConfig::new(self.data_dir)
        }
    }
}

/// The one way to a running dev LeapMux.
#[derive(Debug)]
pub struct Dev;

impl Dev {
    /// Starts the Hub; the Worker follows when the Hub has an administrator. A Worker that cannot start leaves the Hub alone (WRK-83).
    pub async fn start(hub: HubConfig, worker: BundledWorker) -> Result<RunningDev, StartError> {
        let tasks = Tasks::new();
        let hub = Arc::new(Hub::start(hub, &tasks).await?);
        let (started, joining) = (Arc::new(Mutex::new(None)), Tasks::new());
        let (place, its_hub) = (started.clone(), hub.clone());
        joining.spawn_until_cancelled("bundled worker", async move {
            match join(&its_hub, worker).await {
                Ok(running) => *place.lock().await = Some(running),
                Err(error) => tracing::error!(%error, "the built-in Worker does not run; the Hub goes on"),
            }
        });
        Ok(RunningDev { tasks, hub, joining, worker: started })
    }
}

/// Why the bundled Worker does not run.
#[derive(Debug, thiserror::Error)]
enum JoinError {
    #[error("the Hub has no place for it: {0}")]
    Hub(String),
    #[error(transparent)]
    Worker(#[from] leapmux_worker::StartError),
}

async fn join(hub: &RunningHub, worker: BundledWorker) -> Result<RunningWorker, JoinError> {
    let local = hub.bundled_worker().await.map_err(|error| JoinError::Hub(error.to_string()))?;
    let link = LinkConfig::in_process(Dialer::Pipe(hub.pipe()), local.id, local.credential);
    Ok(Worker::start(worker.config(), link).await?)
}

/// Hub and Worker, running.
pub struct RunningDev {
    tasks: Tasks,
    hub: Arc<RunningHub>,
    joining: Tasks,
    worker: Arc<Mutex<Option<RunningWorker>>>,
}

impl RunningDev {
    /// The TCP address, with the port the system chose for port 0; `None` on a unix socket.
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.hub.tcp_addr()
    }

    /// Stops the Worker (its tabs first), then the Hub (spec RUN-10).
    pub async fn shutdown(self) {
        let Self { tasks, hub, joining, worker } = self;
        if let Err(stuck) = joining.shutdown(LEFTOVER).await {
            tracing::warn!(%stuck, "built-in worker");
        }
        if let Some(worker) = worker.lock().await.take() {
            worker.shutdown().await;
        }
        match Arc::try_unwrap(hub) {
            Ok(hub) => stop_hub(hub, &tasks).await,
            // A Worker that is still being started has it; everything ends with the process.
            Err(_) => tracing::warn!("the Hub is still in use"),
        }
    }
}
