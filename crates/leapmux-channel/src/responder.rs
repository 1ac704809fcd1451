//! The Worker's side of opening a channel.

use leapmux_noise::{Binding, RESPONDER_RANDOM, Secret32, ServingKeys, Suite, respond};
use leapmux_types::relay_frame::{WorkerOpen, msg1_fits};
use leapmux_types::{ChannelUid, Code, Millis};

use crate::auth::DeviceTrust;
use crate::session::{Identifiers, Session, WorkerPart};

/// The part of an OPEN frame the handshake needs.
#[derive(Debug, Clone, Copy)]
pub struct ChannelOpen<'a> {
    /// As in the frame; may be a suite nobody knows.
    pub suite: u8,
    /// The channel's name.
    pub channel_uid: ChannelUid,
    /// What the client calls our keys.
    pub key_id: [u8; 8],
    /// First handshake message.
    pub msg1: &'a [u8],
}

impl<'a> From<&WorkerOpen<'a>> for ChannelOpen<'a> {
    fn from(open: &WorkerOpen<'a>) -> Self {
        let WorkerOpen { suite, channel_uid, key_id, msg1, .. } = *open;
        Self { suite, channel_uid, key_id, msg1 }
    }
}

/// What the Hub says about the opener, from the grant.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Who the Hub says it is; AUTH must agree.
    pub user_id: String,
    /// Fresh for this OPEN; only the true client has it too.
    pub token: Secret32,
}

/// The Worker's own part of a channel.
#[derive(Debug, Clone)]
pub struct Accepting<'a> {
    /// This Worker's id, at most 64 bytes; AUTH must agree.
    pub worker_id: &'a str,
    /// Which devices are accepted.
    pub trust: DeviceTrust,
    /// Wall clock, Unix milliseconds; AUTH_OK carries it.
    pub wall_clock_ms: u64,
}

/// Answer with REJECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("channel refused: {code}")]
pub struct OpenRefused {
    /// What to say; never why a handshake failed.
    pub code: Code,
}

impl OpenRefused {
    /// The text beside the code.
    pub fn reason(&self) -> &'static str {
        match self.code {
            Code::UNSUPPORTED_SUITE => "worker does not accept this encryption mode",
            Code::UNKNOWN_KEY => "worker has new keys",
            Code::BAD_REQUEST => "malformed request",
            _ => "handshake failed",
        }
    }
}

/// Answers handshakes.
#[derive(Debug)]
pub struct Responder;

impl Responder {
    /// Checks in the order of rule 7.7, cheapest first; the channel id ([`crate::ReplayGuard`]) and the user's rate are checked
    /// before. Gives the session and the message for the ACCEPT frame. Takes some 0.5 ms. `random` must be fresh.
    pub fn accept(
        keys: &ServingKeys,
        open: &ChannelOpen<'_>,
        grant: Grant,
        accepting: Accepting<'_>,
        random: &[u8; RESPONDER_RANDOM],
        now: Millis,
    ) -> Result<(Session, Vec<u8>), OpenRefused> {
        let refused = |code| OpenRefused { code };
        if msg1_fits(open.suite, open.msg1.len()) == Some(false) {
            return Err(refused(Code::BAD_REQUEST));
        }
        let suite = Suite::from_id(open.suite).filter(|suite| keys.suites().contains(*suite));
        let suite = suite.ok_or(refused(Code::UNSUPPORTED_SUITE))?;
        if open.key_id != keys.key_id() {
            return Err(refused(Code::UNKNOWN_KEY));
        }
        let binding = Binding { suite, channel_uid: open.channel_uid, epoch: 0, previous: None };
        let (epoch_keys, msg2) =
            respond(&binding, keys, open.msg1, random).map_err(|_| refused(Code::HANDSHAKE_FAILED))?;
        let ids = Identifiers {
            suite,
            channel_uid: open.channel_uid,
            user_id: grant.user_id,
            worker_id: accepting.worker_id.to_owned(),
        };
        let part = WorkerPart {
            keys: keys.clone(),
            token: Some(grant.token),
            trust: accepting.trust,
            device: None,
            wall_clock_ms: accepting.wall_clock_ms,
            started: now,
        };
        Ok((Session::worker(ids, epoch_keys, part, now), msg2))
    }
}
