//! The Hub's storage port: one trait per aggregate, the records they speak in, a backend in memory, and the contract suite every
//! backend passes. Each method is atomic and durable when it answers; there is no transaction to hold open across calls.

#[cfg(feature = "contract")]
#[allow(clippy::unwrap_used)]
pub mod contract;
mod error;
mod layout;
mod memory;
mod org;
mod registration_key;
mod session;
mod sharing;
mod store;
mod user;
mod worker;
mod workspace;

pub use error::{StoreError, Taken};
pub use layout::{LayoutCommit, LayoutStore, LogPage, StoredBatch};
pub use memory::{CommitFailure, MemoryStore};
pub use org::{MemberRecord, Membership, MembershipChange, OrgRecord, OrgStore, Role};
pub use registration_key::{NewWorker, RegistrationKeyRecord, RegistrationKeyStore};
pub use session::{SessionRecord, SessionStore};
pub use sharing::{Sharing, SharingStore};
pub use store::HubStore;
pub use user::{NewUser, UserRecord, UserStore};
pub use worker::{StoredBundle, WorkerRecord, WorkerState, WorkerStore};
pub use workspace::{WorkspaceRecord, WorkspaceStore};
