//! What a session is made of: its bindings, its role, one direction's keys, and the fault that ends it.

use leapmux_noise::{AuthProof, DevicePublic, RecordCipher, Secret32, ServingKeys, Suite, VerifiedBundle};
use leapmux_types::{ChannelUid, Code, Millis};

use super::{Device, Signing};
use crate::auth::DeviceTrust;
use crate::frame;

/// Who and what a channel is bound to.
#[derive(Debug, Clone)]
pub(crate) struct Identifiers {
    pub(crate) suite: Suite,
    pub(crate) channel_uid: ChannelUid,
    pub(crate) user_id: String,
    pub(crate) worker_id: String,
}

/// What only the client's side has.
#[derive(Debug)]
pub(crate) struct ClientPart {
    pub(crate) bundle: VerifiedBundle,
    pub(crate) device: Option<Device>,
    /// Until AUTH is queued.
    pub(crate) proof: Option<AuthProof>,
    pub(crate) signing: Signing,
}

/// What only the Worker's side has.
#[derive(Debug)]
pub(crate) struct WorkerPart {
    pub(crate) keys: ServingKeys,
    /// Gone after one use.
    pub(crate) token: Option<Secret32>,
    pub(crate) trust: DeviceTrust,
    /// The device of AUTH; every rekey must be signed by the same.
    pub(crate) device: Option<DevicePublic>,
    pub(crate) wall_clock_ms: u64,
    pub(crate) started: Millis,
}

#[derive(Debug)]
pub(super) enum Role {
    Client(Box<ClientPart>),
    Worker(WorkerPart),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// AUTH, or AUTH_OK, must come before this.
    Proving {
        deadline: Millis,
    },
    Ready,
}

/// One direction of one epoch.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) cipher: RecordCipher,
    pub(super) bytes: u64,
}

impl Half {
    pub(super) fn new(key: &Secret32) -> Self {
        Self { cipher: RecordCipher::new(key), bytes: 0 }
    }
}

/// A fault ends the channel with this code.
#[derive(Debug)]
pub(super) struct Fault(pub(super) Code, pub(super) String);

impl Fault {
    pub(super) fn protocol(what: &str) -> Self {
        Self(Code::PROTOCOL_ERROR, what.to_owned())
    }
}
impl From<frame::Malformed> for Fault {
    fn from(malformed: frame::Malformed) -> Self {
        Self(Code::PROTOCOL_ERROR, malformed.to_string())
    }
}
