//! The frames the Hub relays (channel rules, chapter 6): bytes to values and back, without any cryptography.
//!
//! `type (1) ‖ channel (4, big-endian) ‖ body`, one frame per WebSocket binary message. What a type's body means can depend
//! on the direction, so parsing names it; a type that may not travel in that direction is refused. On carriers without
//! message borders each frame is preceded by its length: see [`with_length`] and [`Deframer`].

use crate::limits::MAX_RELAY_FRAME;
use crate::{ChannelUid, Code};

mod length;

pub use length::{Deframer, with_length};

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

    /// Reads one frame that travels in `direction`.
    pub fn parse(direction: Direction, frame: &'a [u8]) -> Result<Self, FrameError> {
        let (kind, channel) = peek(frame).ok_or(FrameError::Size)?;
        if frame.len() > MAX_RELAY_FRAME {
            return Err(FrameError::Size);
        }
        if !allowed(kind, direction) {
            return Err(FrameError::Type(kind));
        }
        let of_the_leg = matches!(kind, 0x06..=0x09);
        if of_the_leg != (channel == 0) {
            return Err(FrameError::Channel);
        }
        let body = parse_body(kind, direction, Input(&frame[HEADER..]))?;
        Ok(Self { channel, body })
    }

    /// The frame's bytes. Fields over their limit are the caller's bug and are refused by whoever parses them.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + 64);
        out.push(self.body.kind());
        out.extend_from_slice(&self.channel.to_be_bytes());
        self.body.write(&mut out);
        out
    }
}

fn allowed(kind: u8, direction: Direction) -> bool {
    use Direction::{ClientToHub, HubToClient, HubToWorker, WorkerToHub};
    match kind {
        0x01 => direction == ClientToHub,
        0x11 | 0x0a => direction == HubToWorker,
        0x02 | 0x03 => matches!(direction, WorkerToHub | HubToClient),
        0x04..=0x07 => true,
        0x08 => direction == HubToClient,
        0x09 => matches!(direction, HubToClient | HubToWorker),
        _ => false,
    }
}

fn parse_body(kind: u8, direction: Direction, mut input: Input<'_>) -> Result<Body<'_>, FrameError> {
    Ok(match kind {
        0x01 => {
            let (suite, channel_uid, key_id) = input.open_head()?;
            let [len] = input.array()?;
            let worker_id = input.take(usize::from(len))?;
            if !(1..=MAX_WORKER_ID).contains(&worker_id.len()) || !worker_id.iter().all(u8::is_ascii_graphic)
            {
                return Err(FrameError::Text);
            }
            let worker_id = std::str::from_utf8(worker_id).map_err(|_| FrameError::Text)?;
            Body::Open(Open { suite, channel_uid, key_id, worker_id, msg1: input.msg1(suite)? })
        }
        0x11 => {
            let (suite, channel_uid, key_id) = input.open_head()?;
            let len = usize::from(u16::from_be_bytes(input.array()?));
            if len > MAX_GRANT {
                return Err(FrameError::Size);
            }
            let grant = input.take(len)?;
            Body::WorkerOpen(WorkerOpen { suite, channel_uid, key_id, grant, msg1: input.msg1(suite)? })
        }
        0x02 if direction == Direction::HubToClient => {
            Body::Accepted { token: input.array()?, msg2: input.msg2()? }
        }
        0x02 => Body::Accept { msg2: input.msg2()? },
        0x03 => Body::Reject(input.ending()?),
        0x04 if RECORD_SIZES.contains(&input.0.len()) => Body::Data(input.0),
        0x05 => Body::Close(input.ending()?),
        0x06 => Body::Ping(input.whole()?),
        0x07 => Body::Pong(input.whole()?),
        0x08 => Body::Event(input.0),
        0x09 => Body::GoAway { retry_after_ms: u32::from_be_bytes(input.whole()?) },
        0x0a if input.0.len() <= MAX_GRANT => Body::Grant(input.0),
        _ => return Err(FrameError::Size),
    })
}

impl Body<'_> {
    fn kind(&self) -> u8 {
        match self {
            Body::Open(_) => 0x01,
            Body::WorkerOpen(_) => 0x11,
            Body::Accept { .. } | Body::Accepted { .. } => 0x02,
            Body::Reject(_) => 0x03,
            Body::Data(_) => 0x04,
            Body::Close(_) => 0x05,
            Body::Ping(_) => 0x06,
            Body::Pong(_) => 0x07,
            Body::Event(_) => 0x08,
            Body::GoAway { .. } => 0x09,
            Body::Grant(_) => 0x0a,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Body::Open(open) => {
                write_open_head(out, open.suite, open.channel_uid, open.key_id);
                out.push(u8::try_from(open.worker_id.len()).unwrap_or(u8::MAX));
                out.extend_from_slice(open.worker_id.as_bytes());
                out.extend_from_slice(open.msg1);
            }
            Body::WorkerOpen(open) => {
                write_open_head(out, open.suite, open.channel_uid, open.key_id);
                out.extend_from_slice(&u16::try_from(open.grant.len()).unwrap_or(u16::MAX).to_be_bytes());
                out.extend_from_slice(open.grant);
                out.extend_from_slice(open.msg1);
            }
            Body::Accepted { token, msg2 } => {
                out.extend_from_slice(token);
                out.extend_from_slice(msg2);
            }
            Body::Reject(ending) | Body::Close(ending) => {
                out.extend_from_slice(&ending.code.0.to_be_bytes());
                out.extend_from_slice(cut(ending.reason).as_bytes());
            }
            Body::Ping(bytes) | Body::Pong(bytes) => out.extend_from_slice(bytes),
            Body::GoAway { retry_after_ms } => out.extend_from_slice(&retry_after_ms.to_be_bytes()),
            Body::Accept { msg2: bytes } | Body::Data(bytes) | Body::Event(bytes) | Body::Grant(bytes) => {
                out.extend_from_slice(bytes);
            }
        }
    }
}

fn write_open_head(out: &mut Vec<u8>, suite: u8, uid: ChannelUid, key_id: [u8; 8]) {
    out.extend_from_slice(&[VERSION, suite]);
    out.extend_from_slice(&uid.0);
    out.extend_from_slice(&key_id);
}

/// A reason cut to [`MAX_REASON`] bytes, between characters.
pub fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(MAX_REASON)]
}

// Grants and tokens are secrets, records and messages are noise: none of them belongs in a log.
impl std::fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Body::Open(open) => {
                write!(f, "Open({} to {}, suite {})", open.channel_uid, open.worker_id, open.suite)
            }
            Body::WorkerOpen(open) => write!(f, "WorkerOpen({}, suite {})", open.channel_uid, open.suite),
            Body::Accept { .. } | Body::Accepted { .. } => f.write_str("Accept"),
            Body::Reject(ending) => write!(f, "Reject({}, {:?})", ending.code, ending.reason),
            Body::Data(record) => write!(f, "Data({} bytes)", record.len()),
            Body::Close(ending) => write!(f, "Close({}, {:?})", ending.code, ending.reason),
            Body::Ping(_) => f.write_str("Ping"),
            Body::Pong(_) => f.write_str("Pong"),
            Body::Event(event) => write!(f, "Event({} bytes)", event.len()),
            Body::GoAway { retry_after_ms } => write!(f, "GoAway({retry_after_ms} ms)"),
            Body::Grant(grant) => write!(f, "Grant({} bytes)", grant.len()),
        }
    }
}

/// What is left to read of a body.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], FrameError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(FrameError::Size)?;
        self.0 = rest;
        Ok(taken)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(FrameError::Size)?;
        self.0 = rest;
        Ok(*taken)
    }
    fn whole<const N: usize>(&self) -> Result<[u8; N], FrameError> {
        self.0.try_into().map_err(|_| FrameError::Size)
    }
    fn open_head(&mut self) -> Result<(u8, ChannelUid, [u8; 8]), FrameError> {
        let [version, suite] = self.array()?;
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        Ok((suite, ChannelUid(self.array()?), self.array()?))
    }
    fn msg1(&self, suite: u8) -> Result<&'a [u8], FrameError> {
        match msg1_fits(suite, self.0.len()) {
            None => Err(FrameError::Suite(suite)),
            Some(false) => Err(FrameError::Size),
            Some(true) => Ok(self.0),
        }
    }
    /// The suite is known to whoever keeps the channel; here either size will do.
    fn msg2(&self) -> Result<&'a [u8], FrameError> {
        let fits = [1, 2].into_iter().any(|suite| msg2_fits(suite, self.0.len()) == Some(true));
        if fits { Ok(self.0) } else { Err(FrameError::Size) }
    }
    fn ending(&mut self) -> Result<Ending<'a>, FrameError> {
        let code = Code(u16::from_be_bytes(self.array()?));
        if self.0.len() > MAX_REASON {
            return Err(FrameError::Size);
        }
        Ok(Ending { code, reason: std::str::from_utf8(self.0).map_err(|_| FrameError::Text)? })
    }
}

#[cfg(test)]
mod tests;
