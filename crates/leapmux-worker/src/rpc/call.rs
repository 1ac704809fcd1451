//! One call: a stream of the channel as a service sees it. Messages in are credited when they are received, messages out
//! wait while the stream's queue is full, so backpressure reaches whatever the service reads from.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use buffa::Message;
use bytes::Bytes;
use leapmux_types::TabId;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::RpcError;

/// Bytes a stream may have queued before `Responder::send` waits.
pub const STREAM_QUEUE: usize = 256 * 1024;
/// The same for all streams of one channel together: many calls with large answers must not add up to gigabytes.
pub const CHANNEL_QUEUE: usize = 32 * 1024 * 1024;
/// What a queued message is counted for beside its bytes, so that empty ones are bounded too.
const MESSAGE_OVERHEAD: usize = 64;

/// The channel is gone or the caller hung up: nobody reads what would be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the caller is gone")]
pub struct Gone;

/// What a service tells the task that owns the channel.
#[derive(Debug)]
pub(crate) enum StreamCommand {
    /// The service took this many message bytes: the peer gets credit for them.
    Consumed(usize),
    Send(Bytes),
    End(CallEnd),
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallEnd {
    Finished,
    Failed(RpcError),
}

/// Commands of all streams of one channel, in order, and how much of their messages waits to be sent. Not bounded by itself:
/// senders wait for room, and credits are as many as messages came.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    commands: Mutex<VecDeque<(u32, StreamCommand)>>,
    wake: Notify,
    queued: AtomicUsize,
    room: Notify,
}

impl Outbox {
    pub(crate) fn push(&self, stream: u32, command: StreamCommand) {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).push_back((stream, command));
        self.wake.notify_one();
    }
    /// Everything queued so far.
    pub(crate) fn take(&self) -> VecDeque<(u32, StreamCommand)> {
        std::mem::take(&mut *self.commands.lock().unwrap_or_else(PoisonError::into_inner))
    }
    /// Returns when something was pushed since the last time.
    pub(crate) async fn filled(&self) {
        self.wake.notified().await;
    }
    /// Messages of this stream were sent, or never will be: `cost` is free again.
    pub(crate) fn release(&self, gate: Option<&Gate>, cost: usize) {
        self.queued.fetch_sub(cost, Ordering::AcqRel);
        if let Some(gate) = gate {
            gate.0.fetch_sub(cost, Ordering::AcqRel);
        }
        self.room.notify_waiters();
    }
}

/// How much of one stream waits to be sent.
#[derive(Debug, Default)]
pub(crate) struct Gate(AtomicUsize);

/// What a message of `bytes` counts for in queues.
pub(crate) fn cost(bytes: usize) -> usize {
    bytes + MESSAGE_OVERHEAD
}

/// One call in the hands of its service.
#[derive(Debug)]
pub struct Call {
    /// `terminal.Open`, `file.ListDirectory`, …
    pub method: String,
    /// The tab the first message names; the dispatcher has checked that the caller may do this with it. `None` for methods
    /// that are not about one tab.
    pub tab: Option<TabId>,
    /// Messages of the caller.
    pub requests: Requests,
    /// The way back.
    pub responder: Responder,
    /// Cancelled when the caller resets the stream, loses the right to it, or the channel is gone.
    pub cancelled: CancellationToken,
}

impl Call {
    /// A call on `stream`; `inbox` is fed by the owner of the channel, commands go to `outbox`.
    pub(crate) fn new(
        method: String,
        stream: u32,
        inbox: mpsc::Receiver<Bytes>,
        outbox: Arc<Outbox>,
        cancelled: CancellationToken,
    ) -> (Self, Arc<Gate>) {
        let gate = Arc::new(Gate::default());
        let requests = Requests { first: None, inbox, stream, outbox: outbox.clone() };
        let responder =
            Responder { stream, outbox, gate: gate.clone(), cancelled: cancelled.clone(), ended: false };
        (Self { method, tab: None, requests, responder, cancelled }, gate)
    }

    /// What ends this call from outside.
    pub(crate) fn revoker(&self) -> Revoker {
        let responder = &self.responder;
        Revoker {
            stream: responder.stream,
            outbox: responder.outbox.clone(),
            cancelled: responder.cancelled.clone(),
        }
    }

    /// The first message, decoded: all there is in a unary call.
    pub async fn request<M: Message>(&mut self) -> Result<M, RpcError> {
        let bytes =
            self.requests.recv().await.ok_or_else(|| RpcError::invalid_argument("The request is missing"))?;
        decode(&bytes)
    }

    /// Answers a unary call: one message in, one out, or the error.
    pub async fn unary<Req, Resp, F>(mut self, answer: impl FnOnce(Req) -> F)
    where
        Req: Message,
        Resp: Message,
        F: Future<Output = Result<Resp, RpcError>>,
    {
        let outcome = match self.request().await {
            Ok(request) => answer(request).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(response) => self.reply(&response).await,
            Err(error) => self.responder.fail(error),
        }
    }

    /// Sends the one response of a unary call and ends it.
    pub async fn reply<M: Message>(self, response: &M) {
        // Gone: nobody is left to tell.
        if self.responder.message(response).await.is_ok() {
            self.responder.finish();
        }
    }
}

/// Ends a call whose service goes on: the caller is told why, the service by its token.
pub(crate) struct Revoker {
    stream: u32,
    outbox: Arc<Outbox>,
    cancelled: CancellationToken,
}

impl Revoker {
    pub(crate) fn revoke(self, error: RpcError) {
        self.cancelled.cancel();
        self.outbox.push(self.stream, StreamCommand::End(CallEnd::Failed(error)));
    }
}

/// A message of the caller; one that does not decode is the caller's mistake.
pub(crate) fn decode<M: Message>(bytes: &[u8]) -> Result<M, RpcError> {
    M::decode_from_slice(bytes)
        .map_err(|error| RpcError::invalid_argument(format!("The request cannot be read: {error}")))
}

/// Messages of the caller, in order.
#[derive(Debug)]
pub struct Requests {
    first: Option<Bytes>,
    inbox: mpsc::Receiver<Bytes>,
    stream: u32,
    outbox: Arc<Outbox>,
}

impl Requests {
    /// The next message; `None` when the caller has sent its last or is gone. Safe to cancel.
    pub async fn recv(&mut self) -> Option<Bytes> {
        let bytes = match self.first.take() {
            Some(bytes) => bytes,
            None => self.inbox.recv().await?,
        };
        self.outbox.push(self.stream, StreamCommand::Consumed(bytes.len()));
        Some(bytes)
    }

    /// The next message without taking it.
    pub(crate) async fn peek(&mut self) -> Option<&Bytes> {
        if self.first.is_none() {
            self.first = Some(self.inbox.recv().await?);
        }
        self.first.as_ref()
    }
}

/// The way back to the caller. Dropped without an end it fails the call.
#[derive(Debug)]
pub struct Responder {
    stream: u32,
    outbox: Arc<Outbox>,
    gate: Arc<Gate>,
    cancelled: CancellationToken,
    ended: bool,
}

impl Responder {
    /// Queues one message; waits while `STREAM_QUEUE` bytes or more are queued for this stream, or `CHANNEL_QUEUE` for its
    /// channel. Safe to cancel.
    pub async fn send(&self, bytes: Bytes) -> Result<(), Gone> {
        self.ready().await?;
        let cost = cost(bytes.len());
        self.gate.0.fetch_add(cost, Ordering::AcqRel);
        self.outbox.queued.fetch_add(cost, Ordering::AcqRel);
        self.outbox.push(self.stream, StreamCommand::Send(bytes));
        Ok(())
    }

    /// Encodes and queues one message.
    pub async fn message<M: Message>(&self, message: &M) -> Result<(), Gone> {
        self.send(message.encode_to_bytes()).await
    }

    /// Waits until there is room, so that a service can build its next message as late as possible. Safe to cancel.
    pub async fn ready(&self) -> Result<(), Gone> {
        loop {
            let room = self.outbox.room.notified();
            tokio::pin!(room);
            room.as_mut().enable();
            if self.cancelled.is_cancelled() {
                return Err(Gone);
            }
            if self.queued() < STREAM_QUEUE && self.outbox.queued.load(Ordering::Acquire) < CHANNEL_QUEUE {
                return Ok(());
            }
            tokio::select! {
                () = room => {}
                () = self.cancelled.cancelled() => return Err(Gone),
            }
        }
    }

    /// Bytes (and a little for each message) that wait to be sent on this stream.
    pub fn queued(&self) -> usize {
        self.gate.0.load(Ordering::Acquire)
    }

    /// The call is done.
    pub fn finish(mut self) {
        self.end(CallEnd::Finished);
    }

    /// The call failed.
    pub fn fail(mut self, error: RpcError) {
        self.end(CallEnd::Failed(error));
    }

    fn end(&mut self, end: CallEnd) {
        if !std::mem::replace(&mut self.ended, true) {
            self.outbox.push(self.stream, StreamCommand::End(end));
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if !self.ended && !self.cancelled.is_cancelled() {
            self.end(CallEnd::Failed(RpcError::internal("a service dropped its call")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::local_call;
    use super::*;

    #[tokio::test]
    async fn send_waits_for_room_and_ends_with_the_caller() {
        let (call, mut peer) = local_call("test.Flood");
        call.responder.send(Bytes::from(vec![0; STREAM_QUEUE])).await.expect("room for the first");
        tokio::select! {
            biased;
            sent = call.responder.send(Bytes::from_static(b"late")) => panic!("sent into a full queue: {sent:?}"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(peer.next().await.expect("open").map(|b| b.len()), Ok(STREAM_QUEUE));
        call.responder.send(Bytes::from_static(b"late")).await.expect("there is room again");
        peer.hang_up();
        assert_eq!(call.responder.send(Bytes::new()).await, Err(Gone));
    }

    #[tokio::test]
    async fn a_dropped_call_fails() {
        let (call, mut peer) = local_call("test.Forgotten");
        drop(call);
        let error = peer.next().await.expect("an end").expect_err("a failure");
        assert_eq!(error.code, super::super::RpcCode::Internal);
        assert_eq!(peer.next().await, None);
    }
}
