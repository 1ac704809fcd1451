//! `TestSolo`: a whole LeapMux on a port and in a directory of its own, and native clients of it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use leapmux_client::{Channel, ClientError, Hub, HubTarget, Leg, OpenOptions};
use leapmux_net::{Dialer, ListenAddress};
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_solo::{RunningSolo, Solo, SoloSettings};
use leapmux_types::WorkerId;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A running solo LeapMux; its directory goes with it.
pub struct TestSolo {
    running: RunningSolo,
    hub: Hub,
    worker: WorkerId,
    options: OpenOptions,
    directory: TempDir,
}

impl TestSolo {
    /// A first start in an empty directory, but for the Worker's keys: signing them takes a second of a core, and they are the
    /// same for all tests of one process.
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let worker_dir = directory.path().join("worker");
        std::fs::create_dir_all(&worker_dir).expect("a directory");
        std::fs::write(worker_dir.join("state.json"), worker_state().await).expect("the keys are written");
        Self::start_in(directory, OpenOptions::local()).await
    }

    async fn start_in(directory: TempDir, options: OpenOptions) -> Self {
        let running = Solo::start(settings(directory.path())).await.expect("solo starts");
        assert!(running.worker().linked().await, "the Worker reaches its Hub");
        let hub = Hub::new(HubTarget::anonymous(dialer(&running))).expect("a client");
        let org_id = hub.user().await.expect("the Hub answers").organizations[0].org_id.clone();
        let request = pb::ListWorkersRequest { org_id, ..Default::default() };
        let workers =
            hub.workers.list_workers(request).await.expect("workers are listed").into_owned().workers;
        let worker = workers.first().expect("the Worker of this machine");
        assert!(worker.online && worker.local);
        let worker = worker.worker_id.parse().expect("an id");
        Self { running, hub, worker, options, directory }
    }

    /// Stops gracefully and starts again on the same directory, on another port.
    pub async fn restart(self) -> Self {
        let Self { running, options, directory, .. } = self;
        running.shutdown().await;
        Self::start_in(directory, options).await
    }

    /// Stops gracefully; the directory stays.
    pub async fn stop(self) -> TempDir {
        self.running.shutdown().await;
        self.directory
    }

    /// The Hub's API.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The Worker in the same process.
    pub fn worker(&self) -> &WorkerId {
        &self.worker
    }

    /// Where it keeps its data.
    pub fn data_dir(&self) -> &Path {
        self.directory.path()
    }

    /// Where it is reached.
    pub fn dialer(&self) -> Dialer {
        dialer(&self.running)
    }

    /// Where the page is.
    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// What channels of this rig are opened with: one pin store, as one browser has.
    pub fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// A fresh relay connection, as a browser window has.
    pub async fn leg(&self) -> Leg {
        self.hub.leg().await.expect("the relay answers")
    }

    /// A channel on a leg of its own.
    pub async fn channel(&self) -> Channel {
        self.open(&self.leg().await).await.expect("a channel")
    }

    /// Clients that watch the Worker's tabs.
    pub fn tab_watchers(&self) -> usize {
        self.running.worker().tab_watchers()
    }

    /// Waits until the Worker has let go of every channel and all their calls.
    pub async fn without_channels(&self) {
        self.running.worker().without_channels().await;
    }

    /// A channel on `leg`.
    pub async fn open(&self, leg: &Leg) -> Result<Channel, ClientError> {
        Channel::open_on(&self.hub, leg, &self.worker, &self.options).await
    }
}

/// Settings for a directory, on a port the system chooses.
pub fn settings(data_dir: &Path) -> SoloSettings {
    SoloSettings::new(ListenAddress::Tcp { host: "127.0.0.1".to_owned(), port: 0 }, data_dir.to_owned())
}

fn dialer(running: &RunningSolo) -> Dialer {
    let address = running.tcp_addr().expect("tests listen on TCP");
    Dialer::Tcp { host: address.ip().to_string(), port: address.port() }
}

/// `state.json` of one Worker, made once.
async fn worker_state() -> Vec<u8> {
    static STATE: OnceLock<OnceCell<Vec<u8>>> = OnceLock::new();
    let made = STATE.get_or_init(OnceCell::new).get_or_init(|| async {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let running = Solo::start(settings(directory.path())).await.expect("solo starts");
        assert!(running.worker().linked().await, "the Worker signs its keys");
        running.shutdown().await;
        let path: PathBuf = directory.path().join("worker/state.json");
        std::fs::read(path).expect("the keys are kept")
    });
    made.await.clone()
}
