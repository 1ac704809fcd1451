//! What the relay asks of its driver.

use leapmux_types::{ChannelUid, Code, Millis, UserId, WorkerId};

use crate::{ChannelKey, LegId};

/// Something the driver has to do, or may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// May this user open this channel? Answer with [`crate::Relay::authorize`] or [`crate::Relay::refuse`].
    Authorize(AuthorizeRequest),
    /// The leg has frames to send: call [`crate::Relay::poll_transmit`] until it has none.
    Transmit(LegId),
    /// The relay has let go of this leg: close its socket with this reason.
    Hangup { leg: LegId, failure: LegFailure },
    /// A channel is open.
    Opened(ChannelKey),
    /// A channel that was asked for is over, opened or not.
    Ended { channel: ChannelKey, code: Code },
}

/// A channel somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// To be named in the answer.
    pub channel: ChannelKey,
    /// The client leg it came through.
    pub leg: LegId,
    /// Who asks.
    pub user: UserId,
    /// The Worker to reach; it may not exist.
    pub worker: WorkerId,
    /// The client's name for the channel.
    pub uid: ChannelUid,
}

/// Whether to go on reading a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    Continue,
    /// The user sent more than their rate: do not read this socket before then.
    PauseUntil(Millis),
}

/// Why a leg was dropped. Its channels have ended and its socket must be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {reason}")]
pub struct LegFailure {
    pub code: Code,
    /// For people; no content.
    pub reason: String,
}

impl LegFailure {
    pub(crate) fn new(code: Code, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}
