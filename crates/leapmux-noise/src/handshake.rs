//! The handshake of rule 7, both sides: NK with X25519, and in suite 1 a static and an ephemeral ML-KEM-1024 as well.
//!
//! ```text
//! <- s, ek_s
//! ...
//! -> e, es, skem, ek      {payload1}
//! <- e, ee, ekem          {payload2}
//! ```

use leapmux_types::ChannelUid;

use crate::bundle::VerifiedBundle;
use crate::cipher::TAG;
use crate::kem::{self, KEM, KemPair};
use crate::keys::ServingKeys;
use crate::secret::{Secret, Secret32, Secret64};
use crate::suite::Suite;
use crate::symmetric::SymmetricState;
use crate::x25519;

/// Random bytes an initiator uses up: X25519 secret, ML-KEM seed, encapsulation input.
pub const HANDSHAKE_RANDOM: usize = 32 + 64 + 32;
/// Random bytes a responder uses up: X25519 secret, encapsulation input.
pub const RESPONDER_RANDOM: usize = 32 + 32;
/// What both payloads hold: version 1, no flags, no features (rule 7.6).
const PAYLOAD: [u8; 8] = [0, 1, 0, 0, 0, 0, 0, 0];
/// Sizes a peer's payload may have.
const PAYLOAD_SIZES: std::ops::RangeInclusive<usize> = 8..=64;

/// The handshake failed. Peers are told no more than this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("handshake failed")]
pub struct HandshakeError;

/// What both sides must agree on before the first byte (rule 7.2).
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// The suite of the channel, the same in every epoch.
    pub suite: Suite,
    /// The channel's name.
    pub channel_uid: ChannelUid,
    /// 0 at open, one more for each rekey.
    pub epoch: u32,
    /// The epoch before, when there is one.
    pub previous: Option<Previous<'a>>,
}

/// What a rekey inherits.
#[derive(Debug, Clone, Copy)]
pub struct Previous<'a> {
    /// Handshake hash of the epoch before.
    pub h: &'a [u8; 64],
    /// Chained secret of the epoch before.
    pub xk: &'a Secret64,
}

/// What a handshake leaves behind; everything else is wiped.
#[derive(Debug, Clone)]
pub struct EpochKeys {
    /// Handshake hash: what proofs and the next prologue name the channel by.
    pub h: [u8; 64],
    /// Key of records from initiator to responder.
    pub k_i2r: Secret32,
    /// Key of records from responder to initiator.
    pub k_r2i: Secret32,
    /// Input of the next rekey.
    pub xk: Secret64,
}

impl EpochKeys {
    fn split(state: SymmetricState) -> Self {
        let (h, k_i2r, k_r2i, xk) = state.split();
        Self { h, k_i2r, k_r2i, xk }
    }
}

impl Binding<'_> {
    /// The 129 bytes of the prologue.
    pub fn prologue(&self, bundle_id: &[u8; 32]) -> Vec<u8> {
        let mut out = Vec::with_capacity(129);
        out.extend_from_slice(b"LeapMuxE2EE");
        out.extend_from_slice(&[1, self.suite.id()]);
        out.extend_from_slice(bundle_id);
        out.extend_from_slice(&self.channel_uid.0);
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(self.previous.map_or(&[0; 64], |previous| previous.h));
        out
    }

    fn begin(&self, bundle_id: &[u8; 32], s: &[u8; 32], ek: &[u8; KEM]) -> SymmetricState {
        let mut state = SymmetricState::new(self.suite.protocol_name());
        state.mix_hash(&self.prologue(bundle_id));
        state.mix_hash(s);
        if self.suite == Suite::PostQuantum {
            state.mix_hash(ek);
        }
        if let Some(previous) = self.previous {
            state.mix_key_and_hash(previous.xk.expose());
        }
        state
    }
}

/// The client's side between its message and the answer.
pub struct InitiatorHandshake {
    state: SymmetricState,
    e: Secret32,
    ephemeral_kem: Option<KemPair>,
    msg1: Vec<u8>,
}

impl InitiatorHandshake {
    /// Writes the first message. `random` must be fresh; wiping it afterwards is the caller's part.
    pub fn start(binding: &Binding<'_>, bundle: &VerifiedBundle, random: &[u8; HANDSHAKE_RANDOM]) -> Self {
        let (e, kem_seed, m) =
            (Secret32::cut(random, 0), Secret::<64>::cut(random, 32), Secret32::cut(random, 96));
        let mut state = binding.begin(&bundle.bundle_id, &bundle.x25519, &bundle.mlkem);
        let mut msg1 = Vec::with_capacity(3_224);

        let e_public = x25519::public(&e);
        msg1.extend_from_slice(&e_public);
        state.mix_hash(&e_public);
        let es = x25519::agree(&e, &bundle.x25519).expect("a verified bundle's point was checked");
        state.mix_key(es.expose());
        let ephemeral_kem = (binding.suite == Suite::PostQuantum).then(|| {
            let (ciphertext, skem) =
                kem::encapsulate(&bundle.mlkem, &m).expect("a verified bundle's key was checked");
            state.encrypt_and_hash(&ciphertext[..], &mut msg1);
            state.mix_key_and_hash(skem.expose());
            let pair = KemPair::from_seed(&kem_seed);
            state.encrypt_and_hash(&pair.public()[..], &mut msg1);
            pair
        });
        state.encrypt_and_hash(&PAYLOAD, &mut msg1);
        Self { state, e, ephemeral_kem, msg1 }
    }

    /// The first message.
    pub fn msg1(&self) -> &[u8] {
        &self.msg1
    }

    /// Reads the answer.
    pub fn finish(mut self, msg2: &[u8]) -> Result<EpochKeys, HandshakeError> {
        let mut input = Input(msg2);
        let re = input.array()?;
        self.state.mix_hash(re);
        let ee = x25519::agree(&self.e, re).map_err(|_| HandshakeError)?;
        self.state.mix_key(ee.expose());
        if let Some(pair) = &self.ephemeral_kem {
            let ciphertext = input.sealed_kem(&mut self.state)?;
            self.state.mix_key(pair.decapsulate(&ciphertext).expose());
        }
        input.payload(&mut self.state)?;
        Ok(EpochKeys::split(self.state))
    }
}

/// The Worker's side: reads the first message, writes the second and is done. `random` must be fresh.
pub fn respond(
    binding: &Binding<'_>,
    keys: &ServingKeys,
    msg1: &[u8],
    random: &[u8; RESPONDER_RANDOM],
) -> Result<(EpochKeys, Vec<u8>), HandshakeError> {
    let (e, m) = (Secret32::cut(random, 0), Secret32::cut(random, 32));
    let mut state = binding.begin(keys.bundle_id(), keys.x25519_public(), keys.kem().public());

    let mut input = Input(msg1);
    let re = input.array()?;
    state.mix_hash(re);
    let es = x25519::agree(keys.x25519_secret(), re).map_err(|_| HandshakeError)?;
    state.mix_key(es.expose());
    let ephemeral_kem = if binding.suite == Suite::PostQuantum {
        let ciphertext = input.sealed_kem(&mut state)?;
        state.mix_key_and_hash(keys.kem().decapsulate(&ciphertext).expose());
        Some(input.sealed_kem(&mut state)?)
    } else {
        None
    };
    input.payload(&mut state)?;

    let mut msg2 = Vec::with_capacity(1_640);
    let e_public = x25519::public(&e);
    msg2.extend_from_slice(&e_public);
    state.mix_hash(&e_public);
    let ee = x25519::agree(&e, re).map_err(|_| HandshakeError)?;
    state.mix_key(ee.expose());
    if let Some(public) = ephemeral_kem {
        let (ciphertext, ekem) = kem::encapsulate(&public, &m).map_err(|_| HandshakeError)?;
        state.encrypt_and_hash(&ciphertext[..], &mut msg2);
        state.mix_key(ekem.expose());
    }
    state.encrypt_and_hash(&PAYLOAD, &mut msg2);
    Ok((EpochKeys::split(state), msg2))
}

/// What is left to read of a message.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], HandshakeError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(HandshakeError)?;
        self.0 = rest;
        Ok(taken)
    }
    /// A sealed ciphertext or encapsulation key.
    fn sealed_kem(&mut self, state: &mut SymmetricState) -> Result<Box<[u8; KEM]>, HandshakeError> {
        let sealed = self.array::<{ KEM + TAG }>()?;
        let plain = state.decrypt_and_hash(sealed).map_err(|_| HandshakeError)?;
        plain.into_boxed_slice().try_into().map_err(|_| HandshakeError)
    }
    /// The payload is the rest of the message; what follows version, flags and features is ignored.
    fn payload(self, state: &mut SymmetricState) -> Result<(), HandshakeError> {
        if !PAYLOAD_SIZES.contains(&self.0.len().saturating_sub(TAG)) {
            return Err(HandshakeError);
        }
        let payload = state.decrypt_and_hash(self.0).map_err(|_| HandshakeError)?;
        if payload.starts_with(&PAYLOAD[..2]) { Ok(()) } else { Err(HandshakeError) }
    }
}

impl std::fmt::Debug for InitiatorHandshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InitiatorHandshake")
    }
}

#[cfg(test)]
mod tests;
