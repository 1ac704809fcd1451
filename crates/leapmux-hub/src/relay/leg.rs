//! One leg as its socket's task holds it: bytes in, bytes out, and the end of both when dropped.

use std::sync::{Arc, Mutex};

use leapmux_relay::{Intake, LegFailure, LegId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::service::RelayService;

/// Between a socket and the relay. Dropping it ends the leg.
pub struct Leg {
    service: RelayService,
    id: LegId,
    signal: Arc<Signal>,
}

/// What the relay tells a leg's task.
#[derive(Default)]
pub(super) struct Signal {
    pub wake: Notify,
    /// Set once, before `gone` is cancelled.
    pub failure: Mutex<Option<LegFailure>>,
    pub gone: CancellationToken,
}

impl Leg {
    pub(super) fn new(service: RelayService, id: LegId, signal: Arc<Signal>) -> Self {
        Self { service, id, signal }
    }

    /// Names the leg, in events and logs.
    pub fn id(&self) -> LegId {
        self.id
    }

    /// A frame the socket read. With a pause, nothing more may be read before it is over. On an error close the socket.
    pub fn receive(&self, frame: &[u8]) -> Result<Option<std::time::Duration>, LegFailure> {
        match self.service.handle_frame(self.id, frame)? {
            Intake::Continue => Ok(None),
            Intake::PauseUntil(until) => Ok(Some(until.since(super::service::now()))),
        }
    }

    /// The next frame for the socket, when one waits already.
    pub fn try_next(&self) -> Option<Vec<u8>> {
        self.service.poll_transmit(self.id)
    }

    /// The next frame for the socket; waits for ever once the relay let go of the leg. Cancel safe; for one task at a time.
    pub async fn next(&self) -> Vec<u8> {
        loop {
            if let Some(frame) = self.try_next() {
                return frame;
            }
            self.signal.wake.notified().await;
        }
    }

    /// Ends when the relay lets go of the leg, even while its socket takes nothing: close it then.
    pub async fn failed(&self) -> LegFailure {
        self.signal.gone.cancelled().await;
        let failure = self.signal.failure.lock().expect("nobody panics while holding it");
        failure.clone().expect("set before the leg is gone")
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        self.service.disconnect(self.id);
    }
}
