//! Time passing: openings that run out, clients that fell silent, budgets nobody needs.

use std::time::Duration;

use leapmux_types::relay_frame::Body;
use leapmux_types::{Code, Millis};

use crate::Limits;
use crate::channel::Stage;
use crate::event::LegFailure;
use crate::relay::{LegId, Relay, Side};

impl Limits {
    /// How often silent legs are looked for: fine enough for the shorter of the two spans.
    pub(crate) fn check_interval(&self) -> Duration {
        (self.ping_after.min(self.dead_after) / 4).max(Duration::from_millis(1))
    }
}

impl Relay {
    /// When [`Relay::handle_timeout`] is due; `None` when nothing waits for time.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let opening = self.deadlines.front().map(|(deadline, _)| *deadline);
        [opening, self.next_check].into_iter().flatten().min()
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        while let Some((deadline, key)) = self.deadlines.front().copied() {
            let waiting = self.channels.get(&key).is_some_and(|c| !matches!(c.stage, Stage::Open { .. }));
            if waiting && deadline > now {
                break;
            }
            self.deadlines.pop_front();
            if waiting {
                self.end(key, Code::TIMEOUT, "the Worker did not answer in time");
            }
        }
        if self.next_check.is_some_and(|due| due <= now) {
            self.check_clients(now);
            self.users.retain(|_, user| !user.is_forgettable(now));
            let quiet = self.users.is_empty();
            self.next_check = (!quiet).then(|| now + self.limits.check_interval());
        }
    }

    fn check_clients(&mut self, now: Millis) {
        for leg in self.client_legs(|_| true) {
            match self.silence(leg, now) {
                Silence::Dead => {
                    self.fail(leg, LegFailure::new(Code::TIMEOUT, "the client fell silent"), now);
                }
                Silence::Long => self.queue_control(leg, &Body::Ping(now.0.to_be_bytes()), now),
                Silence::Short => {}
            }
        }
    }

    fn silence(&mut self, leg: LegId, now: Millis) -> Silence {
        let limits = &self.limits;
        match self.legs.get_mut(&leg).map(|leg| &mut leg.side) {
            Some(Side::Client { heard, pinged, .. }) => {
                let silent = now.since(*heard);
                if silent >= limits.dead_after {
                    Silence::Dead
                } else if silent >= limits.ping_after && !std::mem::replace(pinged, true) {
                    Silence::Long
                } else {
                    Silence::Short
                }
            }
            _ => Silence::Short,
        }
    }
}

enum Silence {
    Short,
    Long,
    Dead,
}
