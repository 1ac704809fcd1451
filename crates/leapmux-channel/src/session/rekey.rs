//! New keys inside the channel (rule 11): the client starts, the Worker may ask, data flows throughout.

use leapmux_noise::{Binding, EpochKeys, HANDSHAKE_RANDOM, InitiatorHandshake, Previous, Secret64, respond};
use leapmux_types::{Code, Millis};

use super::{Fault, Half, Role, Session};
use crate::event::Event;
use crate::frame::{REKEY_DONE, REKEY1, REKEY2, Record};
use crate::limits::{REKEY_AGE, REKEY_BYTES, REKEY_RECORDS, REKEY_TIMEOUT};

/// The keys in force, as far as a rekey needs them.
pub(super) struct Epoch {
    pub(super) number: u32,
    pub(super) h: [u8; 64],
    pub(super) xk: Secret64,
    pub(super) since: Millis,
    /// Worker: REKEY_REQ was sent.
    pub(super) asked: bool,
}

impl Epoch {
    pub(super) fn first(keys: EpochKeys, now: Millis) -> Self {
        Self { number: 0, h: keys.h, xk: keys.xk, since: now, asked: false }
    }
    fn next(&self, keys: &EpochKeys, now: Millis) -> Self {
        Self { number: self.number + 1, h: keys.h, xk: keys.xk.clone(), since: now, asked: false }
    }
}

/// How far a rekey is. The client goes Idle, Due, Asked, Finishing, Idle; the Worker Idle, Received, Answered, Idle.
pub(super) enum Rekey {
    Idle,
    /// Client: wants randomness for REKEY1.
    Due,
    /// Client: REKEY1 is on its way or waits to be.
    Asked {
        handshake: Box<InitiatorHandshake>,
        sent: Option<Millis>,
    },
    /// Client: receives with the new keys, owes REKEY_DONE under the old.
    Finishing {
        keys: Box<EpochKeys>,
    },
    /// Worker: wants randomness for REKEY2.
    Received {
        msg1: Vec<u8>,
        since: Millis,
    },
    /// Worker: owes REKEY2 under the old keys, then waits for REKEY_DONE.
    Answered {
        msg2: Option<Vec<u8>>,
        keys: Box<EpochKeys>,
        since: Millis,
    },
}

impl Session {
    /// Whether a rekey waits for [`Session::provide_random`].
    pub fn needs_random(&self) -> bool {
        matches!(self.rekey, Rekey::Due | Rekey::Received { .. })
    }

    /// Starts a rekey now instead of when it is due. Client only; nothing happens while one is under way.
    pub fn rekey(&mut self) {
        if self.is_ready() && matches!((&self.role, &self.rekey), (Role::Client(_), Rekey::Idle)) {
            self.rekey = Rekey::Due;
        }
    }

    /// Fresh random bytes for a rekey; ignored when none is wanted.
    pub fn provide_random(&mut self, random: &[u8; HANDSHAKE_RANDOM]) {
        let previous = Previous { h: &self.epoch.h, xk: &self.epoch.xk };
        let binding = Binding {
            suite: self.ids.suite,
            channel_uid: self.ids.channel_uid,
            epoch: self.epoch.number + 1,
            previous: Some(previous),
        };
        match (&self.role, &self.rekey) {
            (Role::Client(part), Rekey::Due) => {
                let handshake = Box::new(InitiatorHandshake::start(&binding, &part.bundle, random));
                self.rekey = Rekey::Asked { handshake, sent: None };
            }
            (Role::Worker(part), Rekey::Received { msg1, since }) => {
                let random = random.first_chunk().expect("an initiator needs more than a responder");
                match respond(&binding, &part.keys, msg1, random) {
                    Ok((keys, msg2)) => {
                        self.rekey =
                            Rekey::Answered { msg2: Some(msg2), keys: Box::new(keys), since: *since };
                    }
                    Err(error) => {
                        self.fail(Fault(Code::REKEY_FAILED, error.to_string()));
                    }
                }
            }
            _ => {}
        }
    }

    /// Client: whether the epoch has done enough.
    pub(super) fn check_rekey_due(&mut self, now: Millis) {
        if !self.is_ready() || !matches!((&self.role, &self.rekey), (Role::Client(_), Rekey::Idle)) {
            return;
        }
        let worn = |half: &Option<Half>| {
            half.as_ref()
                .is_some_and(|half| half.cipher.count() >= REKEY_RECORDS || half.bytes >= REKEY_BYTES)
        };
        if worn(&self.sending) || worn(&self.receiving) || now.since(self.epoch.since) >= REKEY_AGE {
            self.rekey = Rekey::Due;
        }
    }

    /// When an unfinished rekey fails.
    pub(super) fn rekey_deadline(&self) -> Option<Millis> {
        match &self.rekey {
            Rekey::Asked { sent, .. } => sent.map(|at| at + REKEY_TIMEOUT),
            Rekey::Received { since, .. } | Rekey::Answered { since, .. } => Some(*since + REKEY_TIMEOUT),
            Rekey::Idle | Rekey::Due | Rekey::Finishing { .. } => None,
        }
    }

    pub(super) fn handle_rekey_req(&mut self) -> Result<(), Fault> {
        if matches!(self.role, Role::Worker(_)) {
            return Err(Fault::protocol("REKEY_REQ came from a client"));
        }
        self.rekey();
        Ok(())
    }

    pub(super) fn handle_rekey1(&mut self, msg1: &[u8], now: Millis) -> Result<(), Fault> {
        if !matches!((&self.role, &self.rekey), (Role::Worker(_), Rekey::Idle)) {
            return Err(Fault::protocol("REKEY1 out of turn"));
        }
        self.rekey = Rekey::Received { msg1: msg1.to_vec(), since: now };
        Ok(())
    }

    pub(super) fn handle_rekey2(&mut self, msg2: &[u8]) -> Result<(), Fault> {
        match std::mem::replace(&mut self.rekey, Rekey::Idle) {
            Rekey::Asked { handshake, sent: Some(_) } => {
                let keys = handshake.finish(msg2);
                let keys = keys.map_err(|error| Fault(Code::REKEY_FAILED, error.to_string()))?;
                self.receiving = Some(Half::new(&keys.k_r2i));
                self.want_rekey_signature(&keys.h);
                self.rekey = Rekey::Finishing { keys: Box::new(keys) };
                Ok(())
            }
            _ => Err(Fault::protocol("REKEY2 out of turn")),
        }
    }

    pub(super) fn handle_rekey_done(&mut self, signature: &[u8], now: Millis) -> Result<(), Fault> {
        let (Role::Worker(part), Rekey::Answered { msg2: None, keys, .. }) =
            (&self.role, std::mem::replace(&mut self.rekey, Rekey::Idle))
        else {
            return Err(Fault::protocol("REKEY_DONE out of turn"));
        };
        match &part.device {
            None if signature.is_empty() => {}
            None => return Err(Fault::protocol("REKEY_DONE is signed by nobody known")),
            Some(device) => {
                let holds = signature.try_into().is_ok_and(|signature| {
                    device.signed_channel(&keys.h, &self.ids.user_id, &self.ids.worker_id, signature)
                });
                if !holds {
                    return Err(Fault(Code::AUTH_FAILED, "signature of the device does not hold".to_owned()));
                }
            }
        }
        self.receiving = Some(Half::new(&keys.k_i2r));
        self.epoch = self.epoch.next(&keys, now);
        self.event(Event::Rekeyed { epoch: self.epoch.number });
        Ok(())
    }

    /// Adds the rekey frame that is owed, and says whether it did: such a frame is the last of its record.
    pub(super) fn fill_rekey(&mut self, record: &mut Record, now: Millis) -> bool {
        let Some(room) = record.room() else {
            return false;
        };
        match &mut self.rekey {
            Rekey::Asked { handshake, sent: sent @ None } if handshake.msg1().len() <= room => {
                record.push(REKEY1, 0, 0, &[handshake.msg1()]);
                *sent = Some(now);
                true
            }
            Rekey::Answered { msg2, .. } if msg2.as_ref().is_some_and(|msg2| msg2.len() <= room) => {
                let msg2 = msg2.take().unwrap_or_default();
                record.push(REKEY2, 0, 0, &[&msg2]);
                true
            }
            Rekey::Finishing { keys } if room >= 64 => {
                let Role::Client(part) = &mut self.role else {
                    return false;
                };
                match part.sign(&keys.h, &self.ids) {
                    Some(signature) => {
                        record.push(REKEY_DONE, 0, 0, &[&signature]);
                        true
                    }
                    None => false,
                }
            }
            _ => false,
        }
    }

    /// After a record with a rekey frame was sealed: REKEY2 and REKEY_DONE were the last under the old sending key.
    pub(super) fn switch_sending(&mut self, now: Millis) {
        match &self.rekey {
            Rekey::Answered { keys, .. } => self.sending = Some(Half::new(&keys.k_r2i)),
            Rekey::Finishing { keys } => {
                self.sending = Some(Half::new(&keys.k_i2r));
                self.epoch = self.epoch.next(keys, now);
                self.rekey = Rekey::Idle;
                self.event(Event::Rekeyed { epoch: self.epoch.number });
            }
            _ => {}
        }
    }
}

impl std::fmt::Debug for Rekey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Rekey::Idle => "Idle",
            Rekey::Due => "Due",
            Rekey::Asked { .. } => "Asked",
            Rekey::Finishing { .. } => "Finishing",
            Rekey::Received { .. } => "Received",
            Rekey::Answered { .. } => "Answered",
        })
    }
}
