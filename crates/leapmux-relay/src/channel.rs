//! One channel: its two legs and how far its opening has come.

use leapmux_types::relay_frame::TOKEN;
use leapmux_types::{ChannelUid, UserId, WorkerId};

use crate::LegId;

/// Names a channel between relay and driver; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelKey(pub(crate) u64);

pub(crate) struct Channel {
    pub uid: ChannelUid,
    pub user: UserId,
    pub worker: WorkerId,
    pub suite: u8,
    /// The client's leg and its number for the channel.
    pub client: (LegId, u32),
    pub stage: Stage,
}

pub(crate) enum Stage {
    /// The driver was asked; the handshake message waits.
    Authorizing { key_id: [u8; 8], msg1: Box<[u8]> },
    /// OPEN is on its way; the token is told to the client with ACCEPT.
    Opening { worker: (LegId, u32), token: Box<[u8; TOKEN]> },
    /// DATA flows.
    Open { worker: (LegId, u32) },
}

impl Stage {
    /// The Worker's leg and its number for the channel, once there is one.
    pub fn worker(&self) -> Option<(LegId, u32)> {
        match self {
            Self::Authorizing { .. } => None,
            Self::Opening { worker, .. } | Self::Open { worker } => Some(*worker),
        }
    }
}
