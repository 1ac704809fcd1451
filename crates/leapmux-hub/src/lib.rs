//! Hub services over ports: who may do what, the layout of every organization, the Workers and the blind relay between them and
//! clients. Knows no HTTP, no SQL and no protobuf.

mod access;
mod account;
mod authorization;
mod caller;
mod error;
mod layout;
mod organization;
mod presence;
mod registration;
mod relay;
mod sharing;
mod solo;
mod token;
mod worker;
mod workspace;

pub use account::{
    AccountPolicy, AccountService, NewAccount, Origin, Profile, SessionInfo, Sessions, SignedIn,
    SignedInSession,
};
pub use authorization::{AUTHORIZATION, Rule, Who, rule};
pub use caller::{Caller, ClientKind};
pub use error::HubError;
pub use layout::{FeedItem, LayoutFeed, LayoutService, Submitted, WorkspaceObserver};
pub use organization::{MAX_MEMBERS, MAX_ORGANIZATIONS, OrganizationService};
pub use presence::{ConnectionId, Presence};
pub use registration::{Registered, RegistrationKey, RegistrationService};
pub use relay::{ChannelGrant, GrantEncoder, Leg, RelayService, RelayStats, WorkspaceAccess};
pub use sharing::SharingService;
pub use solo::{FIRST_WORKSPACE, SOLO_SLUG, SoloIdentity, bootstrap, bundled_worker, first_workspace};
pub use worker::{BundleAnswer, DEREGISTERED, WorkerRegistry, WorkerStatus, WorkerSummary};
pub use workspace::{CreatedWorkspace, WorkspaceService, WorkspaceSummary};
