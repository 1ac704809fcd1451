//! What a Hub in solo mode needs before it serves: its one user, their organization and the Worker of this machine.

use leapmux_hub_store::{HubStore, NewUser, OrgRecord, UserRecord, WorkerRecord, WorkerState};
use leapmux_runtime::{fresh_bits, wall_clock_ms};
use leapmux_types::{OrgId, UserId, WorkerId, WorkspaceId};

use crate::{Caller, ClientKind, HubError, LayoutService, WorkspaceService};

/// Title of the workspace a new user finds.
pub const FIRST_WORKSPACE: &str = "My workspace";

/// Name of the one user and slug of the one organization (WSP-24).
pub const SOLO_SLUG: &str = "solo";

/// The ids a solo Hub works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoloIdentity {
    pub user: UserId,
    pub org: OrgId,
    /// The Worker in the same process.
    pub worker: WorkerId,
}

/// Finds them, or makes them in an empty database. Can be cut short and run again.
pub async fn bootstrap(store: &dyn HubStore) -> Result<SoloIdentity, HubError> {
    let user = match store.user_named(SOLO_SLUG).await? {
        Some(user) => user.id,
        None => create_user(store).await?,
    };
    let memberships = store.memberships(&user).await?;
    let personal = memberships.into_iter().find(|membership| membership.org.personal);
    let org = personal.ok_or_else(HubError::no_organization)?.org.id;
    let worker = bundled_worker(store, &user).await?.id;
    Ok(SoloIdentity { user, org, worker })
}

/// The Worker in the Hub's own process, found or made (spec WRK-80).
pub async fn bundled_worker(store: &dyn HubStore, owner: &UserId) -> Result<WorkerRecord, HubError> {
    let local = store.workers_of(owner).await?.into_iter().find(|worker| worker.local);
    match local {
        Some(worker) => Ok(worker),
        None => create_worker(store, owner).await,
    }
}

/// Gives a layout nobody ever touched its first workspace, so that the page opens into one. Who deleted all theirs keeps none.
pub async fn first_workspace(
    solo: &SoloIdentity,
    layouts: &LayoutService,
    workspaces: &WorkspaceService,
) -> Result<(), HubError> {
    let caller = Caller { user: solo.user.clone(), admin: true, kind: ClientKind::default() };
    if layouts.snapshot(&caller, &solo.org).await?.rev == 0 {
        let id = WorkspaceId::from_bits(fresh_bits());
        workspaces.create(&caller, &solo.org, &id, FIRST_WORKSPACE).await?;
    }
    Ok(())
}

async fn create_user(store: &dyn HubStore) -> Result<UserId, HubError> {
    let now = wall_clock_ms();
    let user = UserRecord {
        id: UserId::from_bits(fresh_bits()),
        username: SOLO_SLUG.to_owned(),
        display_name: "Solo".to_owned(),
        admin: true,
        email: None,
        email_verified: false,
        created_at_ms: now,
    };
    let org = OrgRecord {
        id: OrgId::from_bits(fresh_bits()),
        slug: SOLO_SLUG.to_owned(),
        personal: true,
        created_at_ms: now,
    };
    store
        .create_user(&NewUser { user: user.clone(), personal: org, password_hash: None, first: false })
        .await?;
    Ok(user.id)
}

async fn create_worker(store: &dyn HubStore, owner: &UserId) -> Result<WorkerRecord, HubError> {
    let worker = WorkerRecord {
        id: WorkerId::from_bits(fresh_bits()),
        owner: owner.clone(),
        local: true,
        credential_hash: None,
        created_at_ms: wall_clock_ms(),
        last_seen_ms: 0,
        state: WorkerState::Active,
    };
    store.create_worker(&worker).await?;
    Ok(worker)
}
