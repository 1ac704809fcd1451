//! Starting and stopping, in one order each (RUN-6, RUN-9).

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use buffa::Message;
use leapmux_hub::{
    AccountService, HubError, LayoutService, OrganizationService, Presence, RegistrationService,
    RelayService, Sessions, SharingService, WorkerRegistry, WorkspaceObserver, WorkspaceService, bootstrap,
    first_workspace,
};
use leapmux_hub_store::{HubStore, StoreError};
use leapmux_hub_store_sql::{OpenError, SqlStore, SqliteConfig, open_server, open_sqlite};
use leapmux_net::{BindError, HttpServer, ListenAddress, Listener, PipeConnector, pipe};
use leapmux_proto_hub::leapmux::relay::v1::{RelayEvent, WorkerStatus};
use leapmux_runtime::{Secret, Tasks};
use leapmux_types::WorkerId;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::edge::HostRule;
use crate::link::Grants;
use crate::metrics::Metrics;
use crate::services::{Services, Shared};
use crate::sockets::SocketLimit;
use crate::{HubConfig, HubMode, SqliteStorage, StorageConfig, app};

/// Requests and streams under way are given this long when the Hub stops.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what has expired is removed.
const CLEAN_UP_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often a Hub nobody has set up looks for its first administrator.
const ADMIN_POLL: Duration = Duration::from_secs(1);
/// Clients of a Hub that stops try again after this.
const CLIENT_RETRY: Duration = Duration::from_secs(1);

/// Said when a solo Hub can be reached from elsewhere (SEC-90).
const EXPOSED: &str = "solo mode is binding to a non-loopback address — every request is auto-authenticated as the admin, so anyone \
    who can reach this port has full admin access without credentials. Restrict access externally (firewall, Tailscale/WireGuard, \
    SSH tunnel) or run `leapmux hub` for real authentication.";

/// Why a Hub did not start; each is one sentence for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot use the data directory {path}: {source}. Choose another one with --data-dir, or make this one writable"
    )]
    DataDir { path: PathBuf, source: io::Error },
    #[error("dev_frontend: {url:?} is not a URL like http://localhost:5173")]
    DevFrontend { url: String },
    #[error(transparent)]
    Listen(#[from] BindError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error("the Hub's data cannot be read: {0}")]
    Data(#[from] HubError),
}

/// The Hub.
#[derive(Debug)]
pub struct Hub;

/// A Hub that serves.
pub struct RunningHub {
    services: Shared,
    server: HttpServer,
    tcp_addr: Option<SocketAddr>,
    pipe: PipeConnector,
    local_worker: Option<LocalWorker>,
}

/// What the Worker in the same process signs on with.
#[derive(Debug, Clone)]
pub struct LocalWorker {
    pub id: WorkerId,
    /// Bearer credential, valid until the process ends.
    pub credential: Secret<String>,
}

impl Hub {
    /// Binds, opens the database, makes what is missing in it, and serves. A failure releases whatever was taken. Its tasks end
    /// with `tasks` at the latest; end them with [`RunningHub::shutdown`] first.
    pub async fn start(config: HubConfig, tasks: &Tasks) -> Result<RunningHub, StartError> {
        create_data_dir(&config.data_dir)?;
        let (listeners, pipe) = bind(&config).await?;
        let tcp_addr = listeners.iter().find_map(Listener::tcp_addr);
        // Boxed: a Hub that starts is nested deeper than the compiler follows for whoever holds it in a future of theirs.
        let (services, local_worker) = Box::pin(assemble(config, tasks)).await?;
        let server = HttpServer::start(listeners, app::router(services.clone()), tasks);
        Ok(RunningHub { services, server, tcp_addr, pipe, local_worker })
    }
}

impl RunningHub {
    /// The address browsers connect to, with the port the system chose for port 0.
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// A way in without any socket, for the Worker in the same process: HTTP/2 over it is the whole Hub.
    pub fn pipe(&self) -> PipeConnector {
        self.pipe.clone()
    }

    /// The Worker of this process and its credential; in solo mode there is one.
    pub fn local_worker(&self) -> Option<&LocalWorker> {
        self.local_worker.as_ref()
    }

    /// The Worker of this process once somebody has set the Hub up: it is the first administrator's (spec WRK-80, 82).
    pub async fn bundled_worker(&self) -> Result<LocalWorker, HubError> {
        let services = &self.services;
        let mut told = false;
        let owner = loop {
            if let Some(admin) = services.store.oldest_admin().await? {
                break admin;
            }
            if !told {
                tracing::info!(
                    "dev mode: deferring worker auto-registration until first admin signs up via /setup"
                );
                told = true;
            }
            tokio::time::sleep(ADMIN_POLL).await;
        };
        let id = services.workers.bundled(&owner).await?;
        let credential = services.workers.mint_local_credential(&id);
        Ok(LocalWorker { id, credential })
    }

    /// Takes nothing new, tells everybody to come back, finishes what is under way, and closes the database.
    pub async fn shutdown(self) -> Result<(), StoreError> {
        let Self { services, server, .. } = self;
        services.relay.go_away(CLIENT_RETRY);
        services.stopping.cancel();
        if let Err(open) = services.streams.shutdown(DRAIN).await {
            tracing::warn!(%open, "streams are dropped after the drain");
        }
        server.shutdown(DRAIN).await;
        services.relay.shutdown(DRAIN).await;
        services.layouts.shutdown(DRAIN).await;
        services.store.close().await
    }
}

/// Creates the directory; what is above it may exist with any mode.
fn create_data_dir(path: &Path) -> Result<(), StartError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder.create(path).map_err(|source| StartError::DataDir { path: path.to_owned(), source })
}

/// Everything that can be in use by another Hub is claimed before the database is touched (CFG-72).
async fn bind(config: &HubConfig) -> Result<(Vec<Listener>, PipeConnector), StartError> {
    let (connector, pipe_listener) = pipe();
    let mut listeners = vec![Listener::Pipe(pipe_listener)];
    for address in [&config.listen, &config.local_listen].into_iter().flatten() {
        listeners.push(Listener::bind(address).await?);
    }
    if config.mode == HubMode::Solo && config.listen.as_ref().is_some_and(|listen| !listen.is_loopback()) {
        tracing::warn!("{EXPOSED}");
    }
    Ok((listeners, connector))
}

async fn open_store(config: &HubConfig) -> Result<SqlStore, OpenError> {
    match &config.storage {
        StorageConfig::Sqlite(SqliteStorage { path, max_connections, cache_size, mmap_size }) => {
            let path = config.data_dir.join(path.as_deref().unwrap_or(Path::new("hub.db")));
            let (max_connections, cache_size, mmap_size) = (*max_connections, *cache_size, *mmap_size);
            open_sqlite(&SqliteConfig { path, max_connections, cache_size, mmap_size }).await
        }
        StorageConfig::Server(server) => open_server(server).await,
    }
}

/// The one assembly: services over the store, and the tasks between them.
pub(crate) async fn assemble(
    config: HubConfig,
    tasks: &Tasks,
) -> Result<(Shared, Option<LocalWorker>), StartError> {
    let store: Arc<dyn HubStore> = Arc::new(open_store(&config).await?);
    let solo = match config.mode {
        HubMode::Solo => Some(bootstrap(&*store).await?),
        HubMode::Hub | HubMode::Dev => None,
    };
    let layouts = LayoutService::new(store.clone(), tasks);
    let relay = RelayService::new(config.relay.clone(), store.clone(), Arc::new(Grants), tasks);
    let routes: Arc<dyn WorkspaceObserver> = Arc::new(relay.clone());
    layouts.observe(routes.clone());
    let workers = Arc::new(WorkerRegistry::new(store.clone()));
    let local_worker = solo.as_ref().map(|solo| LocalWorker {
        id: solo.worker.clone(),
        credential: workers.mint_local_credential(&solo.worker),
    });
    // A Hub people sign in to stands behind a proxy as often as not, under any name.
    let local_only = solo.is_some() && config.listen.as_ref().is_none_or(ListenAddress::is_loopback);
    let sessions = Arc::new(Sessions::new(store.clone()));
    let accounts = AccountService::new(store.clone(), sessions.clone(), config.accounts.policy);
    let services = Arc::new(Services {
        hosts: if local_only { HostRule::Local } else { HostRule::Any },
        sockets: SocketLimit::new(config.sockets_per_user),
        workspaces: WorkspaceService::new(layouts.clone()),
        organizations: OrganizationService::new(store.clone(), layouts.clone(), routes.clone()),
        sharing: SharingService::new(store.clone(), layouts.clone(), routes.clone()),
        presence: Presence::default(),
        metrics: Metrics::new(),
        streams: tasks.child(),
        stopping: CancellationToken::new(),
        connections: AtomicU64::new(0),
        config,
        solo,
        sessions,
        accounts,
        layouts,
        registration: Arc::new(RegistrationService::new(store.clone(), workers.clone())),
        store,
        workers,
        relay,
    });
    if let Some(solo) = &services.solo {
        first_workspace(solo, &services.layouts, &services.workspaces).await?;
    }
    clean_up(&services);
    tell_clients_of_workers(&services);
    Ok((services, local_worker))
}

/// Every hour, what has expired is forgotten (SEC-110).
fn clean_up(services: &Shared) {
    let (sessions, registration) = (services.sessions.clone(), services.registration.clone());
    let workers = services.workers.clone();
    services.streams.spawn_until_cancelled("clean-up", async move {
        loop {
            for outcome in [sessions.clean().await, registration.clean().await, workers.clean().await] {
                if let Err(error) = outcome {
                    tracing::warn!(%error, "what has expired could not be removed");
                }
            }
            tokio::time::sleep(CLEAN_UP_EVERY).await;
        }
    });
}

/// Comings and goings of Workers, to the sockets of those who may reach them.
fn tell_clients_of_workers(services: &Shared) {
    let (workers, relay) = (services.workers.clone(), services.relay.clone());
    services.streams.spawn_until_cancelled("worker status", async move {
        let mut changes = workers.changes();
        loop {
            match changes.recv().await {
                Ok(change) => {
                    let status = WorkerStatus {
                        worker_id: change.worker.to_string(),
                        online: change.online,
                        ..Default::default()
                    };
                    let event = RelayEvent { event: Some(status.into()), ..Default::default() };
                    relay.tell(&change.owner, &event.encode_to_vec());
                }
                // What was missed is asked for by whoever hears of Workers by the organization's events.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}
