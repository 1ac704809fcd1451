//! What the Hub vouches for when it opens a channel, checked for form.

use std::collections::BTreeMap;
use std::time::Duration;

use buffa::Message;
use leapmux_channel::Secret32;
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use leapmux_types::UserId;

use crate::rpc::{Grant, Role};

/// A grant of an OPEN: the single-use token and who may use it.
#[derive(Debug)]
pub(super) struct ChannelGrant {
    pub(super) user_id: UserId,
    pub(super) token: Secret32,
    pub(super) rights: Grant,
    /// Wall clock, Unix milliseconds; 0: never.
    pub(super) expires_at_ms: i64,
}

/// The grant of an OPEN.
pub(super) fn parse_open(bytes: &[u8]) -> Option<ChannelGrant> {
    let grant = pb::ChannelGrant::decode_from_slice(bytes).ok()?;
    let token: [u8; 32] = grant.token.as_slice().try_into().ok()?;
    Some(ChannelGrant {
        user_id: grant.user_id.parse().ok()?,
        token: Secret32::new(token),
        expires_at_ms: grant.expires_at_ms,
        rights: rights(grant),
    })
}

/// The grant of a live channel: new rights, and until when.
pub(super) fn parse_update(bytes: &[u8]) -> Option<(Grant, i64)> {
    let grant = pb::ChannelGrant::decode_from_slice(bytes).ok()?;
    let expires_at_ms = grant.expires_at_ms;
    Some((rights(grant), expires_at_ms))
}

/// A workspace whose id or role this version does not know gives no rights.
fn rights(grant: pb::ChannelGrant) -> Grant {
    let role = |access: &pb::WorkspaceAccess| match access.role.as_known() {
        Some(pb::WorkspaceRole::Owner) => Some(Role::Owner),
        Some(pb::WorkspaceRole::Reader) => Some(Role::Reader),
        _ => None,
    };
    let workspaces: BTreeMap<_, _> = grant
        .workspaces
        .iter()
        .filter_map(|access| Some((access.workspace_id.parse().ok()?, role(access)?)))
        .collect();
    Grant { worker_owner: grant.worker_owner, workspaces }
}

/// How long a grant still holds at `now_ms`; `None` when it does not end.
pub(super) fn remaining(expires_at_ms: i64, now_ms: i64) -> Option<Duration> {
    (expires_at_ms > 0).then(|| Duration::from_millis(u64::try_from(expires_at_ms - now_ms).unwrap_or(0)))
}
