//! What the Hub vouches for when a channel opens.

use std::sync::Arc;

use leapmux_hub_store::{HubStore, StoreError};
use leapmux_types::{Code, OrgId, UserId, WorkerId, WorkspaceId};

use crate::ClientKind;
use crate::access::Access;

/// A workspace a user may read, or owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceAccess {
    pub workspace: WorkspaceId,
    pub owner: bool,
}

/// The content of a grant; its bytes are the edge's business.
#[derive(Clone)]
pub struct ChannelGrant {
    pub user: UserId,
    pub orgs: Vec<OrgId>,
    pub workspaces: Vec<WorkspaceAccess>,
    pub kind: ClientKind,
    /// Milliseconds since 1970.
    pub expires_at_ms: i64,
    /// 32 fresh random bytes in the grant of an OPEN; none in a later one.
    pub token: Option<[u8; 32]>,
    /// The user owns the Worker.
    pub worker_owner: bool,
}

/// Turns a grant into its bytes.
pub trait GrantEncoder: Send + Sync {
    fn encode(&self, grant: &ChannelGrant) -> Vec<u8>;
}

/// A grant is good for this long; the client opens a new channel afterwards.
const GRANT_LIFETIME_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Decides and words grants from what is stored.
pub(super) struct Grants {
    pub store: Arc<dyn HubStore>,
    pub access: Access,
    pub encoder: Arc<dyn GrantEncoder>,
}

/// Why a channel is not opened.
pub(super) type Refused = (Code, &'static str);

impl Grants {
    /// The grant of `user` for a channel to `worker`.
    pub async fn make(
        &self,
        user: &UserId,
        worker: &WorkerId,
        kind: ClientKind,
        token: Option<[u8; 32]>,
    ) -> Result<Vec<u8>, Refused> {
        let stored = async {
            let Some(record) = self.store.worker(worker).await? else { return Ok(None) };
            if !self.access.reaches(user, &record).await? {
                return Ok(None);
            }
            Ok::<_, StoreError>(Some((record.owner == *user, self.access.of_user(user).await?)))
        };
        let decided = stored.await.map_err(|error| {
            tracing::warn!(%user, %worker, %error, "cannot decide on a channel");
            (Code::INTERNAL, "the Hub could not decide; try again")
        })?;
        let Some((worker_owner, (orgs, workspaces))) = decided else {
            return Err((Code::NOT_ALLOWED, "no such Worker, or not yours to reach"));
        };
        Ok(self.encoder.encode(&ChannelGrant {
            user: user.clone(),
            orgs,
            workspaces,
            kind,
            expires_at_ms: leapmux_runtime::wall_clock_ms() + GRANT_LIFETIME_MS,
            token,
            worker_owner,
        }))
    }
}
