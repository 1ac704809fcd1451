//! Grants as protobuf.

use buffa::Message;
use leapmux_hub::{ChannelGrant, ClientKind, GrantEncoder, WorkspaceAccess};
use leapmux_proto_hub::leapmux::relay::v1 as wire;

/// Words grants for Workers.
pub(crate) struct Grants;

impl GrantEncoder for Grants {
    fn encode(&self, grant: &ChannelGrant) -> Vec<u8> {
        let access = |access: &WorkspaceAccess| wire::WorkspaceAccess {
            workspace_id: access.workspace.to_string(),
            role: if access.owner {
                wire::WorkspaceRole::Owner.into()
            } else {
                wire::WorkspaceRole::Reader.into()
            },
            ..Default::default()
        };
        let kind = match grant.kind {
            ClientKind::Browser => wire::ClientKind::Browser,
            ClientKind::Cli => wire::ClientKind::Cli,
            ClientKind::Worker => wire::ClientKind::Worker,
        };
        let message = wire::ChannelGrant {
            user_id: grant.user.to_string(),
            org_ids: grant.orgs.iter().map(ToString::to_string).collect(),
            workspaces: grant.workspaces.iter().map(access).collect(),
            client_kind: kind.into(),
            expires_at_ms: grant.expires_at_ms,
            token: grant.token.map(Vec::from).unwrap_or_default(),
            worker_owner: grant.worker_owner,
            ..Default::default()
        };
        message.encode_to_vec()
    }
}
