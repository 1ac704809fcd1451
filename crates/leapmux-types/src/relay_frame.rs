//! The frames the Hub relays (channel rules, chapter 6): bytes to values and back, without any cryptography.
//!
//! `type (1) ‖ channel (4, big-endian) ‖ body`, one frame per WebSocket binary message. What a type's body means can depend
//! on the direction, so parsing names it; a type that may not travel in that direction is refused. On carriers without
//! message borders each frame is preceded by its length: see [`with_length`] and [`Deframer`].

use crate::{ChannelUid, Code};

mod length;
mod parse;
mod write;

pub use length::{Deframer, with_length};
pub use write::cut;

/// The only version of the protocol so far.
pub const VERSION: u8 = 1;
/// Type and channel in front of every body, bytes.
pub const HEADER: usize = 5;
/// Smallest and largest record in a DATA frame: one empty inner frame or 16,384 bytes, and the tag.
pub const RECORD_SIZES: std::ops::RangeInclusive<usize> = 24..=16_400;
/// Largest grant in an OPEN or GRANT towards a Worker, bytes.
pub const MAX_GRANT: usize = 60 * 1024;
/// Longest reason in REJECT and CLOSE, bytes of UTF-8.
pub const MAX_REASON: usize = 200;
/// Longest worker id in an OPEN, bytes of ASCII.
pub const MAX_WORKER_ID: usize = 64;
/// The single-use token of a grant, bytes.
pub const TOKEN: usize = 32;
/// Handshake payloads (P1, P2 of the rules) may have 8 to 64 bytes.
const PAYLOAD_SIZES: (usize, usize) = (8, 64);

/// Who sent the frame and who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A client's leg, upwards.
    ClientToHub,
    /// A client's leg, downwards.
    HubToClient,
    /// A Worker's leg, downwards.
    HubToWorker,
    /// A Worker's leg, upwards.
    WorkerToHub,
}

/// One frame; borrowed bytes point into what was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayFrame<'a> {
    /// The channel on this leg, chosen by whoever opened it; 0 is the leg itself.
    pub channel: u32,
    /// What is said.
    pub body: Body<'a>,
}

/// What a frame says.
#[derive(Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// 01, client to Hub: open a channel to a Worker.
    Open(Open<'a>),
    /// 11, Hub to Worker: the same with the grant instead of the worker id.
    WorkerOpen(WorkerOpen<'a>),
    /// 02, Worker to Hub: the handshake's answer.
    Accept {
        /// Second handshake message.
        msg2: &'a [u8],
    },
    /// 02, Hub to client: the handshake's answer and the token of the grant.
    Accepted {
        /// 32 random bytes the Worker has too; single use.
        token: [u8; TOKEN],
        /// Second handshake message.
        msg2: &'a [u8],
    },
    /// 03, towards the client: the channel was not opened.
    Reject(Ending<'a>),
    /// 04: one sealed record, 24 to 16,400 bytes.
    Data(&'a [u8]),
    /// 05: the channel is over; unauthenticated, the Hub's word when it comes from the Hub.
    Close(Ending<'a>),
    /// 06, channel 0: are you there.
    Ping([u8; 8]),
    /// 07, channel 0: the PING's bytes back.
    Pong([u8; 8]),
    /// 08, Hub to client, channel 0: a control-plane message.
    Event(&'a [u8]),
    /// 09, from the Hub, channel 0: reconnect after this many milliseconds.
    GoAway {
        /// How long to stay away.
        retry_after_ms: u32,
    },
    /// 0A, Hub to Worker: a new grant for a live channel.
    Grant(&'a [u8]),
}

/// Body of an OPEN from a client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Open<'a> {
    /// 1 post-quantum, 2 classic; checked against the size of `msg1`.
    pub suite: u8,
    /// The client's name for the channel, unique for all time.
    pub channel_uid: ChannelUid,
    /// First 8 bytes of the id of the key bundle the client used.
    pub key_id: [u8; 8],
    /// The Worker to reach, 1 to 64 bytes of printable ASCII.
    pub worker_id: &'a str,
    /// First handshake message.
    pub msg1: &'a [u8],
}

/// Body of an OPEN to a Worker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WorkerOpen<'a> {
    /// As in [`Open`].
    pub suite: u8,
    /// As in [`Open`].
    pub channel_uid: ChannelUid,
    /// As in [`Open`].
    pub key_id: [u8; 8],
    /// The control-plane message ChannelGrant, at most [`MAX_GRANT`] bytes. Holds the token: never log it.
    pub grant: &'a [u8],
    /// As in [`Open`].
    pub msg1: &'a [u8],
}

/// Why a channel ended or was never opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending<'a> {
    /// See [`Code`].
    pub code: Code,
    /// For people, at most 200 bytes; longer ones are cut when encoded.
    pub reason: &'a str,
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Shorter or longer than any frame, or than this type's frame may be.
    #[error("relay frame has a size its type does not allow")]
    Size,
    /// A type this version does not know, or one that may not travel in this direction.
    #[error("relay frame type {0:#04x} is not allowed here")]
    Type(u8),
    /// Channel 0 where a channel is needed, or a channel where 0 is needed.
    #[error("relay frame names the wrong channel for its type")]
    Channel,
    /// OPEN of another protocol version.
    #[error("protocol version {0} is not supported")]
    Version(u8),
    /// OPEN of a suite this version does not know.
    #[error("encryption suite {0} is not supported")]
    Suite(u8),
    /// A worker id or reason that is not text.
    #[error("relay frame holds text that is not valid")]
    Text,
}

impl FrameError {
    /// The code to refuse the frame with.
    pub fn code(self) -> Code {
        match self {
            Self::Version(_) => Code::UNSUPPORTED_VERSION,
            Self::Suite(_) => Code::UNSUPPORTED_SUITE,
            Self::Size | Self::Type(_) | Self::Channel | Self::Text => Code::BAD_REQUEST,
        }
    }
}

/// Whether a first handshake message of `len` bytes can belong to `suite`; `None` for an unknown suite.
pub fn msg1_fits(suite: u8, len: usize) -> Option<bool> {
    fits(suite, len, 3_216)
}

/// Whether a second handshake message of `len` bytes can belong to `suite`; `None` for an unknown suite.
pub fn msg2_fits(suite: u8, len: usize) -> Option<bool> {
    fits(suite, len, 1_632)
}

fn fits(suite: u8, len: usize, post_quantum: usize) -> Option<bool> {
    let fixed = match suite {
        1 => post_quantum,
        2 => 48,
        _ => return None,
    };
    Some((fixed + PAYLOAD_SIZES.0..=fixed + PAYLOAD_SIZES.1).contains(&len))
}

/// Type and channel of a frame without looking at the rest; `None` when it is too short to have them.
pub fn peek(frame: &[u8]) -> Option<(u8, u32)> {
    let (kind, rest) = frame.split_first()?;
    Some((*kind, u32::from_be_bytes(*rest.first_chunk()?)))
}

/// Gives a frame the channel number of the other leg, in place; frames too short to have one stay as they are.
pub fn set_channel(frame: &mut [u8], channel: u32) {
    if let Some(field) = frame.get_mut(1..HEADER) {
        field.copy_from_slice(&channel.to_be_bytes());
    }
}

impl<'a> RelayFrame<'a> {
    /// A frame about the leg itself.
    pub fn leg(body: Body<'a>) -> Self {
        Self { channel: 0, body }
    }
}

#[cfg(test)]
mod tests;
