//! The whole port.

use async_trait::async_trait;

use crate::{
    LayoutStore, OrgStore, RegistrationKeyStore, SessionStore, SharingStore, StoreError, UserStore,
    WorkerStore, WorkspaceStore,
};

/// Everything the Hub keeps.
#[async_trait]
pub trait HubStore:
    UserStore
    + SessionStore
    + OrgStore
    + WorkspaceStore
    + LayoutStore
    + WorkerStore
    + RegistrationKeyStore
    + SharingStore
    + Send
    + Sync
    + 'static
{
    /// Answers when the store can be used; for health checks.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Brings everything to rest; nothing may be called afterwards.
    async fn close(&self) -> Result<(), StoreError>;
}
