//! The Workers' stream as a call: the hello, then frames both ways until either side ends it.

use std::sync::Arc;
use std::time::Duration;

use connectrpc::{
    ConnectError, Encodable, InboundStream, RequestContext, Response, ServiceResult, ServiceStream,
};
use futures::StreamExt;
use leapmux_hub_store::StoredBundle;
use leapmux_proto_hub::leapmux::relay::v1::__buffa::view::oneof::worker_frame;
use leapmux_proto_hub::leapmux::relay::v1::{HubFrame, HubWelcome, WorkerFrame, WorkerLinkService};
use leapmux_types::{CREDENTIAL_REFUSED, WorkerId};
use tokio::sync::mpsc;

use super::pump::{self, CONTROL_QUEUE, PING_INTERVAL};
use crate::edge::AuthenticatedWorker;
use crate::rpc::refuse;
use crate::services::Shared;

/// A Worker says hello within this time.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct LinkRpc(pub Shared);

impl WorkerLinkService for LinkRpc {
    async fn link(
        &self,
        ctx: RequestContext,
        mut inbound: InboundStream<WorkerFrame>,
    ) -> ServiceResult<ServiceStream<impl Encodable<HubFrame> + Send + use<>>> {
        let worker = ctx
            .extensions()
            .get::<AuthenticatedWorker>()
            .map(|worker| worker.0.clone())
            .ok_or_else(|| ConnectError::unauthenticated(CREDENTIAL_REFUSED))?;
        let hello = tokio::time::timeout(HELLO_TIMEOUT, inbound.next())
            .await
            .map_err(|_| ConnectError::deadline_exceeded("a worker must say hello first"))?
            .ok_or_else(|| ConnectError::invalid_argument("the stream ended before it began"))??;
        if self.0.workers.is_leaving(&worker).await.map_err(refuse)? {
            let words = pump::words(self.farewell(worker, inbound));
            return Ok(Response::stream(words).compress(false));
        }
        self.welcome(&worker, &hello).await?;

        let leg = Arc::new(self.0.relay.connect_worker(&worker));
        let (control, queued) = mpsc::channel(CONTROL_QUEUE);
        let welcome = HubWelcome {
            worker_id: worker.to_string(),
            hub_version: self.0.config.version.version.clone(),
            ping_interval_ms: PING_INTERVAL.as_millis() as u32,
            ..Default::default()
        };
        control.send(pump::frame(welcome)).await.expect("the queue is new");
        let (services, reading) = (self.0.clone(), leg.clone());
        self.0.streams.spawn("worker link", async move {
            pump::read(&services, &worker, &reading, inbound, control).await;
            services.workers.disconnected(&worker).await;
        });
        // Ciphertext does not compress.
        Ok(Response::stream(pump::outbound(leg, queued)).compress(false))
    }
}

impl LinkRpc {
    /// Tells a Worker that it was let go, instead of a welcome; when it has heard, or is gone, that is all.
    fn farewell(&self, worker: WorkerId, inbound: InboundStream<WorkerFrame>) -> mpsc::Receiver<HubFrame> {
        let (control, queued) = mpsc::channel(CONTROL_QUEUE);
        let services = self.0.clone();
        self.0.streams.spawn_until_cancelled("worker farewell", async move {
            pump::let_go(&services, &worker, inbound, &control).await;
        });
        queued
    }

    /// Takes the Worker's word for its keys: whoever opens a channel to it verifies them.
    async fn welcome(
        &self,
        worker: &WorkerId,
        hello: &connectrpc::StreamMessage<WorkerFrame>,
    ) -> Result<(), ConnectError> {
        let Some(worker_frame::Body::Hello(hello)) = &hello.view().body else {
            return Err(ConnectError::invalid_argument("a worker must say hello first"));
        };
        let bundle = if hello.bundle.is_empty() {
            let known = self.0.workers.known_bundle_id(worker).await.map_err(refuse)?;
            if known.as_deref() != Some(hello.bundle_id) {
                return Err(ConnectError::failed_precondition(
                    "the Hub does not know this key bundle; send it",
                ));
            }
            None
        } else {
            Some(StoredBundle { id: hello.bundle_id.to_vec(), bytes: hello.bundle.to_vec() })
        };
        self.0.workers.connected(worker, bundle).await.map_err(refuse)
    }
}
