//! What every request handler has at hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leapmux_hub::{
    AccountService, ConnectionId, LayoutService, OrganizationService, Presence, RegistrationService,
    RelayService, Sessions, SharingService, SoloIdentity, WorkerRegistry, WorkspaceService,
};
use leapmux_hub_store::HubStore;
use leapmux_runtime::Tasks;
use tokio_util::sync::CancellationToken;

use crate::HubConfig;
use crate::edge::HostRule;
use crate::metrics::Metrics;
use crate::sockets::SocketLimit;

/// The running Hub, as its edges see it.
pub(crate) struct Services {
    pub config: HubConfig,
    pub hosts: HostRule,
    pub store: Arc<dyn HubStore>,
    /// In solo mode the one user there is.
    pub solo: Option<SoloIdentity>,
    pub sessions: Arc<Sessions>,
    pub accounts: AccountService,
    pub layouts: LayoutService,
    pub workspaces: WorkspaceService,
    pub organizations: OrganizationService,
    pub sharing: SharingService,
    pub workers: Arc<WorkerRegistry>,
    pub registration: Arc<RegistrationService>,
    pub relay: RelayService,
    pub presence: Presence,
    pub metrics: Metrics,
    pub sockets: SocketLimit,
    /// Long-lived streams: they end when `stopping` is cancelled.
    pub streams: Tasks,
    /// No new work is taken; streams say goodbye.
    pub stopping: CancellationToken,
    pub connections: AtomicU64,
}

/// Shared by all handlers.
pub(crate) type Shared = Arc<Services>;

impl Services {
    /// A name for a new client connection.
    pub fn connection_id(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }
}
