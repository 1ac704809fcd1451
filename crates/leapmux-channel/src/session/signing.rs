//! The client's device signatures (rule 8.2): made here, or asked for when the key lives where this program cannot reach.

use leapmux_noise::{DeviceKey, DevicePublic};

use super::{ClientPart, Identifiers, Role, Session};
use crate::auth::encode_auth;
use crate::frame::{self, AUTH};

/// The device a client proves.
#[derive(Debug)]
pub(crate) enum Device {
    Here(DeviceKey),
    Elsewhere(DevicePublic),
}

/// A signature of a key elsewhere.
#[derive(Debug)]
pub(crate) enum Signing {
    Nothing,
    /// Over these bytes.
    Wanted(Vec<u8>),
    /// For the REKEY_DONE that is owed.
    Given([u8; 64]),
}

impl Signing {
    fn wanted(&self) -> Option<&[u8]> {
        if let Signing::Wanted(message) = self { Some(message) } else { None }
    }
}

impl ClientPart {
    /// The payload of REKEY_DONE: a signature over the new `h`, nothing for a client without a device, `None` while the
    /// signature is still being made elsewhere.
    pub(super) fn sign(&mut self, h: &[u8; 64], ids: &Identifiers) -> Option<Vec<u8>> {
        match &self.device {
            None => Some(Vec::new()),
            Some(Device::Here(key)) => Some(key.sign_channel(h, &ids.user_id, &ids.worker_id).to_vec()),
            Some(Device::Elsewhere(_)) => match std::mem::replace(&mut self.signing, Signing::Nothing) {
                Signing::Given(signature) => Some(signature.to_vec()),
                waiting => {
                    self.signing = waiting;
                    None
                }
            },
        }
    }
}

impl Session {
    /// The bytes an external device key must sign now: hand the signature to [`Session::provide_signature`]. Until the first
    /// one is there nothing is sent.
    pub fn signature_wanted(&self) -> Option<&[u8]> {
        match &self.role {
            Role::Client(part) => part.signing.wanted(),
            Role::Worker(_) => None,
        }
    }

    /// The signature asked for; ignored when none is wanted. A wrong one makes the Worker close with `auth_failed`.
    pub fn provide_signature(&mut self, signature: [u8; 64]) {
        let Role::Client(part) = &mut self.role else {
            return;
        };
        if part.signing.wanted().is_none() {
            return;
        }
        part.signing = if part.proof.is_some() { Signing::Nothing } else { Signing::Given(signature) };
        self.queue_auth(Some(signature));
    }

    /// Queues AUTH, unless its device must sign elsewhere first.
    pub(super) fn start_auth(&mut self) {
        let (h, ids) = (&self.epoch.h, &self.ids);
        let Role::Client(part) = &mut self.role else {
            return;
        };
        let signature = match &part.device {
            None => None,
            Some(Device::Here(key)) => Some(key.sign_channel(h, &ids.user_id, &ids.worker_id)),
            Some(Device::Elsewhere(public)) => {
                part.signing = Signing::Wanted(public.channel_message(h, &ids.user_id, &ids.worker_id));
                return;
            }
        };
        self.queue_auth(signature);
    }

    /// AUTH is the first frame of all, once.
    fn queue_auth(&mut self, signature: Option<[u8; 64]>) {
        let Role::Client(part) = &mut self.role else {
            return;
        };
        let Some(proof) = part.proof.take() else {
            return;
        };
        let public = part.device.as_ref().map(|device| match device {
            Device::Here(key) => key.public(),
            Device::Elsewhere(public) => public,
        });
        let auth = encode_auth(&self.ids.user_id, &self.ids.worker_id, &proof, public.zip(signature));
        self.control.push_front(frame::control(AUTH, 0, &[&auth]));
    }

    /// Whether AUTH still waits for its signature: nothing may overtake it.
    pub(super) fn awaits_auth(&self) -> bool {
        matches!(&self.role, Role::Client(part) if part.proof.is_some())
    }

    pub(super) fn want_rekey_signature(&mut self, h: &[u8; 64]) {
        if let Role::Client(part) = &mut self.role
            && let Some(Device::Elsewhere(public)) = &part.device
        {
            part.signing = Signing::Wanted(public.channel_message(h, &self.ids.user_id, &self.ids.worker_id));
        }
    }
}
