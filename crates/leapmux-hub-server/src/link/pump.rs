//! Frames between a Worker's stream and its leg, and the signs of life of both sides.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use connectrpc::{ConnectError, InboundStream};
use futures::stream::unfold;
use futures::{Stream, StreamExt};
use leapmux_hub::{DEREGISTERED, Leg};
use leapmux_proto_hub::leapmux::relay::v1::__buffa::oneof::hub_frame;
use leapmux_proto_hub::leapmux::relay::v1::__buffa::view::oneof::worker_frame;
use leapmux_proto_hub::leapmux::relay::v1::{
    Deregister, FrameBatch, GoAway, HubFrame, Ping, Pong, WorkerFrame,
};
use leapmux_types::WorkerId;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout, timeout_at};

use crate::services::Shared;

/// Each side asks the other for a sign of life this often, and takes it for dead after the second span of silence.
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(5);
const DEAD_AFTER: Duration = Duration::from_secs(10);
/// Words about the stream itself waiting to be sent.
pub(super) const CONTROL_QUEUE: usize = 16;
/// Bytes of relay frames in one message.
const BATCH: usize = 64 * 1024;
/// Workers come back this long after a Hub that stops (RUN-9).
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(10);

/// A message to a Worker.
pub(super) fn frame(body: impl Into<hub_frame::Body>) -> HubFrame {
    HubFrame { body: Some(body.into()), ..Default::default() }
}

/// Everything for the Worker: words about the stream first, then what the relay has for it, several frames at once. Ends when the
/// reading side does.
pub(super) fn outbound(
    leg: Arc<Leg>,
    control: mpsc::Receiver<HubFrame>,
) -> impl Stream<Item = Result<HubFrame, ConnectError>> + Send {
    unfold((leg, control), |(leg, mut control)| async move {
        let next = tokio::select! {
            biased;
            word = control.recv() => word?,
            first = leg.next() => batch(&leg, first),
        };
        Some((Ok(next), (leg, control)))
    })
}

fn batch(leg: &Leg, first: Vec<u8>) -> HubFrame {
    let mut bytes = first.len();
    let mut frames = vec![first];
    while bytes < BATCH
        && let Some(next) = leg.try_next()
    {
        bytes += next.len();
        frames.push(next);
    }
    frame(FrameBatch { frames, ..Default::default() })
}

/// Words about the stream alone.
pub(super) fn words(
    control: mpsc::Receiver<HubFrame>,
) -> impl Stream<Item = Result<HubFrame, ConnectError>> + Send {
    unfold(control, |mut control| async move { Some((Ok(control.recv().await?), control)) })
}

/// Tells a Worker that its owner has let it go, and waits until it has forgotten or is gone. One that does not answer hears of it
/// again when it comes back.
pub(super) async fn let_go(
    services: &Shared,
    worker: &WorkerId,
    mut inbound: InboundStream<WorkerFrame>,
    control: &mpsc::Sender<HubFrame>,
) {
    let told = frame(Deregister { reason: DEREGISTERED.to_owned(), ..Default::default() });
    let heard = async {
        if control.send(told).await.is_err() {
            return false;
        }
        while let Some(Ok(message)) = inbound.next().await {
            if let Some(worker_frame::Body::Deregistered(_)) = &message.view().body {
                return true;
            }
        }
        false
    };
    if !timeout(services.config.api_timeout, heard).await.unwrap_or(false) {
        return tracing::info!(%worker, "a worker that was let go has not answered; it is told when it comes back");
    }
    if let Err(error) = services.workers.has_left(worker).await {
        tracing::warn!(%worker, %error, "cannot note that a worker has left");
    }
}

/// Everything from the Worker, until the stream, the relay or the Hub ends it.
pub(super) async fn read(
    services: &Shared,
    worker: &WorkerId,
    leg: &Leg,
    mut inbound: InboundStream<WorkerFrame>,
    control: mpsc::Sender<HubFrame>,
) {
    let mut pings = interval(PING_INTERVAL);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut nonce = 0;
    let mut dead_at = Instant::now() + DEAD_AFTER;
    let mut leaving = pin!(services.workers.let_go(worker));
    loop {
        tokio::select! {
            message = timeout_at(dead_at, inbound.next()) => {
                dead_at = Instant::now() + DEAD_AFTER;
                let heard = match message {
                    Ok(Some(Ok(message))) => take(leg, &message, &control),
                    Ok(Some(Err(error))) => Err(error.to_string()),
                    Ok(None) => Err("the worker ended the stream".to_owned()),
                    Err(_) => Err("the worker fell silent".to_owned()),
                };
                if let Err(reason) = heard {
                    return tracing::debug!(reason, "worker link ended");
                }
            }
            _ = pings.tick() => {
                nonce += 1;
                // A full queue means that nothing gets out; silence will tell.
                let _ = control.try_send(frame(Ping { nonce, ..Default::default() }));
            }
            () = &mut leaving => return let_go(services, worker, inbound, &control).await,
            failure = leg.failed() => return tracing::debug!(%failure, "worker link ended"),
            () = control.closed() => return tracing::debug!("the worker's connection is gone"),
            () = services.stopping.cancelled() => {
                let retry_after_ms = RETRY_AFTER.as_millis() as u32;
                let _ = control.try_send(frame(GoAway { retry_after_ms, ..Default::default() }));
                return;
            }
        }
    }
}

fn take(
    leg: &Leg,
    message: &connectrpc::StreamMessage<WorkerFrame>,
    control: &mpsc::Sender<HubFrame>,
) -> Result<(), String> {
    match &message.view().body {
        Some(worker_frame::Body::Frames(batch)) => {
            for frame in &batch.frames {
                // The relay's pauses are for clients: a Worker's stream carries many users.
                leg.receive(frame).map_err(|failure| failure.to_string())?;
            }
        }
        Some(worker_frame::Body::Ping(ping)) => {
            let _ = control.try_send(frame(Pong { nonce: ping.nonce, ..Default::default() }));
        }
        Some(worker_frame::Body::Hello(_)) => return Err("a second hello".to_owned()),
        Some(worker_frame::Body::Pong(_) | worker_frame::Body::Deregistered(_)) | None => {}
    }
    Ok(())
}
