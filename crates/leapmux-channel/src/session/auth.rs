//! Proving the user (rule 8.1), both roles.

use leapmux_noise::auth_proof;
use leapmux_types::{Code, Millis};

use super::{Fault, Phase, Role, Session, WorkerPart, own_limits};
use crate::auth::{encode_auth_ok, parse_auth, parse_auth_ok};
use crate::event::{Class, Event};
use crate::frame::{self, AUTH_OK};
use crate::limits::STREAM_WINDOW;

impl Session {
    /// Worker: AUTH came.
    pub(super) fn handle_auth(&mut self, payload: &[u8], now: Millis) -> Result<(), Fault> {
        let Role::Worker(part) = &mut self.role else {
            return Err(Fault::protocol("AUTH came from a worker"));
        };
        // One use, whatever comes of it.
        let Some(token) = part.token.take() else {
            return Err(Fault::protocol("second AUTH"));
        };
        let auth = parse_auth(payload)?;
        let failed = |reason: &str| Fault(Code::AUTH_FAILED, reason.to_owned());
        if auth.user_id != self.ids.user_id.as_bytes() {
            return Err(failed("user ID mismatch"));
        }
        let (user_id, worker_id) = (&self.ids.user_id, &self.ids.worker_id);
        if auth.worker_id != worker_id.as_bytes()
            || auth.proof != auth_proof(&token, &self.epoch.h, user_id, worker_id)
        {
            return Err(failed("proof of the user does not hold"));
        }
        let device = match auth.device {
            Some((device, signature))
                if device.signed_channel(&self.epoch.h, user_id, worker_id, &signature) =>
            {
                Some(device)
            }
            Some(_) => return Err(failed("signature of the device does not hold")),
            None => None,
        };
        if !part.trust.accepts(device.as_ref()) {
            // Whoever is asked to approve it must know which one it is.
            if let Some(device) = device {
                self.event(Event::DeviceSeen { device });
            }
            return Err(Fault(Code::DEVICE_UNKNOWN, "this device is not approved on the worker".to_owned()));
        }
        part.device = device;
        let WorkerPart { wall_clock_ms, started, .. } = *part;
        let elapsed = u64::try_from(now.since(started).as_millis()).unwrap_or(u64::MAX);
        let reply = encode_auth_ok(&own_limits(), wall_clock_ms.saturating_add(elapsed));
        self.control.push_back(frame::control(AUTH_OK, 0, &[&reply]));
        self.phase = Phase::Ready;
        let user_id = self.ids.user_id.clone();
        self.event(Event::Authenticated { user_id });
        if let Some(device) = device {
            self.event(Event::DeviceSeen { device });
        }
        Ok(())
    }

    /// Client: AUTH_OK came. A raised window holds for streams that were opened before it, too: the Worker read them after.
    pub(super) fn handle_auth_ok(&mut self, payload: &[u8]) -> Result<(), Fault> {
        if matches!(self.role, Role::Worker(_)) || self.phase == Phase::Ready {
            return Err(Fault::protocol("unexpected AUTH_OK"));
        }
        let (limits, worker_time_ms) = parse_auth_ok(payload)?;
        let raise = limits.stream_window.checked_sub(STREAM_WINDOW);
        let raise = raise.ok_or_else(|| Fault::protocol("AUTH_OK lowers the stream window"))?;
        self.inflight.set_cap(limits.inflight_cap);
        self.limits = limits;
        self.phase = Phase::Ready;
        let mut woken = Vec::new();
        for (id, stream) in self.streams.values_mut().filter(|(_, stream)| stream.class != Class::Interactive)
        {
            stream
                .sending
                .grant(raise)
                .ok_or_else(|| Fault::protocol("AUTH_OK raises the window too far"))?;
            woken.push(id);
        }
        woken.into_iter().for_each(|id| self.schedule(id));
        self.event(Event::Ready { limits, worker_time_ms });
        Ok(())
    }
}
