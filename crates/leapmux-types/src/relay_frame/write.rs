//! Writing a frame, and what of it may be printed.

use super::{Body, HEADER, MAX_REASON, RelayFrame, VERSION};
use crate::ChannelUid;

impl RelayFrame<'_> {
    /// The frame's bytes. Fields over their limit are the caller's bug and are refused by whoever parses them.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + 64);
        out.push(self.body.kind());
        out.extend_from_slice(&self.channel.to_be_bytes());
        self.body.write(&mut out);
        out
    }
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
