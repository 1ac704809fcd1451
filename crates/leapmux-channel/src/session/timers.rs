//! Everything that happens because time passes.

use leapmux_types::{Code, Millis};

use super::{Fault, Phase, Role, Session};
use crate::frame::{self, REKEY_REQ};
use crate::limits::{REKEY_AGE, REKEY_ASK, REKEY_END, TYPED_LOST, TYPED_PING};

/// A client's watch over its keys (rule 12): since when something typed has gone without any sign from the Worker.
#[derive(Debug, Default)]
pub(super) struct Typed {
    since: Option<Millis>,
    pinged: bool,
}

impl Typed {
    pub(super) fn sent(&mut self, now: Millis) {
        self.since.get_or_insert(now);
    }
    pub(super) fn heard(&mut self) {
        *self = Self::default();
    }
    fn deadline(&self) -> Option<Millis> {
        let wait = if self.pinged { TYPED_PING + TYPED_LOST } else { TYPED_PING };
        self.since.map(|since| since + wait)
    }
}

impl Session {
    /// When [`Session::handle_timeout`] wants to be called next, never a moment it was called for already; call
    /// [`Session::poll_transmit`] after it, as soon as the carrier has room.
    pub fn poll_timeout(&self) -> Option<Millis> {
        if self.closed.is_some() {
            return None;
        }
        let proving = match self.phase {
            Phase::Proving { deadline } => Some(deadline),
            Phase::Ready => None,
        };
        let deadlines = [
            proving,
            self.acks.deadline(),
            self.rekey_deadline(),
            self.epoch_deadline(),
            self.typed.deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    fn epoch_deadline(&self) -> Option<Millis> {
        if self.phase != Phase::Ready {
            return None;
        }
        let since = self.epoch.since;
        match &self.role {
            Role::Client(_) => matches!(self.rekey, super::Rekey::Idle).then(|| since + REKEY_AGE),
            Role::Worker(_) if self.epoch.asked => Some(since + REKEY_END),
            Role::Worker(_) => Some(since + REKEY_ASK),
        }
    }

    /// Does what is due. Earlier or later calls do no harm.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.closed.is_some() {
            return;
        }
        if let Err(fault) = self.check_deadlines(now) {
            self.fail(fault);
            return;
        }
        if self.typed.deadline().is_some_and(|at| at <= now) {
            if self.typed.pinged {
                self.lost(Code::CHANNEL_LOST, "the worker does not answer");
                return;
            }
            self.typed.pinged = true;
            self.ping();
        }
        self.acks.expire(now);
        self.check_rekey_due(now);
    }

    fn check_deadlines(&mut self, now: Millis) -> Result<(), Fault> {
        if let Phase::Proving { deadline } = self.phase
            && deadline <= now
        {
            return Err(Fault(Code::AUTH_TIMEOUT, "no proof of the user in time".to_owned()));
        }
        if self.rekey_deadline().is_some_and(|at| at <= now) {
            return Err(Fault(Code::REKEY_FAILED, "rekey took too long".to_owned()));
        }
        if self.phase == Phase::Ready && matches!(self.role, Role::Worker(_)) {
            let age = now.since(self.epoch.since);
            if age >= REKEY_END {
                return Err(Fault(Code::REKEY_FAILED, "keys are too old".to_owned()));
            }
            if age >= REKEY_ASK && !self.epoch.asked {
                self.epoch.asked = true;
                self.control.push_back(frame::control(REKEY_REQ, 0, &[]));
            }
        }
        Ok(())
    }
}
