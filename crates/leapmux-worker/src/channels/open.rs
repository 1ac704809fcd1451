//! One channel from its OPEN to the end of its handshake.

use std::sync::Arc;

use leapmux_channel::{
    Accepting, ChannelOpen, ChannelUid, DeviceTrust, Grant, Millis, OpenRefused, Responder, Secret32,
    ServingKeys, Session,
};
use leapmux_runtime::{monotonic_now, random_bytes, wall_clock_ms};
use leapmux_types::Code;
use leapmux_types::relay_frame::{Body, Ending, RelayFrame};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

use super::grant;
use super::host::{Admitted, ChannelHost, Input};
use super::task::ChannelTask;
use crate::hub_link::LinkQueue;

/// What an OPEN said, and where its answer goes.
pub(super) struct Opening {
    pub(super) host: Arc<ChannelHost>,
    pub(super) number: u32,
    pub(super) queue: LinkQueue,
    pub(super) serving: ServingKeys,
    pub(super) suite: u8,
    pub(super) uid: ChannelUid,
    pub(super) key_id: [u8; 8],
    pub(super) grant: Vec<u8>,
    pub(super) msg1: Vec<u8>,
    pub(super) admitted: Admitted,
    pub(super) waiting: OwnedSemaphorePermit,
    pub(super) inbox: mpsc::Receiver<Input>,
    pub(super) gone: CancellationToken,
}

impl Opening {
    /// Answers the OPEN and, when the handshake succeeds, hosts the channel to its end.
    pub(super) async fn run(self) {
        let Some(grant) = grant::parse_open(&self.grant) else {
            return self.refuse(Code::BAD_REQUEST, "the Hub's grant cannot be read");
        };
        let gone = self.gone.clone();
        // The handshake takes half a millisecond of a core: as many at once as there are cores.
        let Some(Ok(core)) = gone.run_until_cancelled(self.host.cores.acquire()).await else { return };
        let trust = match self.host.trust(&grant.user_id).await {
            Ok(trust) => trust,
            Err(error) => {
                tracing::error!(%error, "trusted devices cannot be read");
                return self.refuse(Code::INTERNAL, "internal error");
            }
        };
        let handshake = self.handshake(grant.user_id.to_string(), grant.token.clone(), trust);
        let accepted = tokio::task::spawn_blocking(handshake).await;
        drop(core);
        let (session, msg2) = match accepted {
            Ok(Ok(accepted)) => accepted,
            Ok(Err(refused)) => {
                tracing::info!(user = %grant.user_id, code = %refused.code, "a channel was refused");
                return self.refuse(refused.code, refused.reason());
            }
            Err(error) => {
                tracing::error!(%error, "a handshake failed inside");
                return self.refuse(Code::INTERNAL, "internal error");
            }
        };
        let accept = RelayFrame { channel: self.number, body: Body::Accept { msg2: &msg2 } }.encode();
        self.queue.control(accept);
        let Self { host, number, queue, admitted, waiting, inbox, gone, .. } = self;
        drop(waiting);
        ChannelTask::new(host, number, queue, session, grant, inbox, gone).run().await;
        drop(admitted);
    }

    fn handshake(
        &self,
        user_id: String,
        token: Secret32,
        trust: DeviceTrust,
    ) -> impl FnOnce() -> Result<(Session, Vec<u8>), OpenRefused> + Send + 'static {
        let (serving, worker_id, msg1) =
            (self.serving.clone(), self.host.worker_id.clone(), self.msg1.clone());
        let (suite, channel_uid, key_id) = (self.suite, self.uid, self.key_id);
        move || {
            let open = ChannelOpen { suite, channel_uid, key_id, msg1: &msg1 };
            let accepting = Accepting {
                worker_id: worker_id.as_str(),
                trust,
                wall_clock_ms: wall_clock_ms().unsigned_abs(),
            };
            let vouched = Grant { user_id, token };
            Responder::accept(&serving, &open, vouched, accepting, &random_bytes(), Millis(monotonic_now()))
        }
    }

    fn refuse(&self, code: Code, reason: &str) {
        self.queue.control(
            RelayFrame { channel: self.number, body: Body::Reject(Ending { code, reason }) }.encode(),
        );
    }
}
