//! The client's side of opening a channel.

use leapmux_noise::{
    Binding, DeviceKey, DevicePublic, HANDSHAKE_RANDOM, HandshakeError, InitiatorHandshake, Secret32, Suite,
    VerifiedBundle, auth_proof,
};
use leapmux_types::{ChannelUid, Millis};

use crate::session::{ClientPart, Device, Identifiers, Session, Signing};

/// What a client brings to a channel.
#[derive(Debug, Clone)]
pub struct OpenParams {
    /// 16 fresh random bytes.
    pub channel_uid: ChannelUid,
    /// The signed-in user, at most 64 bytes.
    pub user_id: String,
    /// The Worker, at most 64 bytes.
    pub worker_id: String,
    /// This profile's device key.
    pub device: Option<DeviceKey>,
}

/// A channel between OPEN and ACCEPT.
#[derive(Debug)]
pub struct Initiator {
    handshake: InitiatorHandshake,
    bundle: VerifiedBundle,
    suite: Suite,
    params: OpenParams,
    external: Option<DevicePublic>,
}

impl Initiator {
    /// Writes the first message. `random` must be fresh and is the caller's to wipe; `suite` is what the pin decision said.
    pub fn start(
        bundle: &VerifiedBundle,
        suite: Suite,
        params: OpenParams,
        random: &[u8; HANDSHAKE_RANDOM],
    ) -> Self {
        let binding = Binding { suite, channel_uid: params.channel_uid, epoch: 0, previous: None };
        let handshake = InitiatorHandshake::start(&binding, bundle, random);
        Self { handshake, bundle: bundle.clone(), suite, params, external: None }
    }
    /// Proves this device instead of `params.device`, by signatures made elsewhere: the session asks for them with
    /// [`Session::signature_wanted`], first of all for AUTH.
    pub fn with_external_device(mut self, device: DevicePublic) -> Self {
        self.external = Some(device);
        self
    }
    /// The first message, for the OPEN frame.
    pub fn msg1(&self) -> &[u8] {
        self.handshake.msg1()
    }
    /// What OPEN names the Worker's keys by.
    pub fn key_id(&self) -> [u8; 8] {
        self.bundle.key_id
    }
    /// Reads the ACCEPT frame. AUTH is queued as the first frame; streams may be opened at once and ride behind it, before
    /// `Ready`.
    pub fn accept(self, token: [u8; 32], msg2: &[u8], now: Millis) -> Result<Session, HandshakeError> {
        let Self { handshake, bundle, suite, params, external } = self;
        let keys = handshake.finish(msg2)?;
        let OpenParams { channel_uid, user_id, worker_id, device } = params;
        let proof = auth_proof(&Secret32::new(token), &keys.h, &user_id, &worker_id);
        let device = external.map(Device::Elsewhere).or(device.map(Device::Here));
        let ids = Identifiers { suite, channel_uid, user_id, worker_id };
        let part = ClientPart { bundle, device, proof: Some(proof), signing: Signing::Nothing };
        Ok(Session::client(ids, keys, part, now))
    }
}
