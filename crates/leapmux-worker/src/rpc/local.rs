//! A call from inside this process, without a channel: the other end of a `Call` in one hand.

use std::collections::VecDeque;
use std::sync::Arc;

use buffa::Message;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::call::{Gate, cost};
use super::{Call, CallEnd, Outbox, RpcError, StreamCommand};

/// Messages a local caller may have waiting.
const REQUESTS: usize = 256;

/// The caller's end of a local call.
#[derive(Debug)]
pub struct LocalPeer {
    requests: Option<mpsc::Sender<Bytes>>,
    outbox: Arc<Outbox>,
    gate: Arc<Gate>,
    cancelled: CancellationToken,
    seen: VecDeque<(u32, StreamCommand)>,
    ended: bool,
}

/// A call of `method`, and who made it.
pub fn local_call(method: &str) -> (Call, LocalPeer) {
    let (requests, inbox) = mpsc::channel(REQUESTS);
    let (outbox, cancelled) = (Arc::new(Outbox::default()), CancellationToken::new());
    let (call, gate) = Call::new(method.to_owned(), 1, inbox, outbox.clone(), cancelled.clone());
    let peer =
        LocalPeer { requests: Some(requests), outbox, gate, cancelled, seen: VecDeque::new(), ended: false };
    (call, peer)
}

impl LocalPeer {
    /// Sends one message; `false` when the service has stopped listening.
    pub async fn send<M: Message>(&mut self, message: &M) -> bool {
        match &self.requests {
            Some(requests) => requests.send(message.encode_to_bytes()).await.is_ok(),
            None => false,
        }
    }

    /// No more messages will be sent.
    pub fn finish(&mut self) {
        self.requests = None;
    }

    /// The next message of the service, its error, or `None` at the end of the call.
    pub async fn next(&mut self) -> Option<Result<Bytes, RpcError>> {
        while !self.ended {
            match self.seen.pop_front() {
                Some((_, StreamCommand::Consumed(_))) => {}
                Some((_, StreamCommand::Send(bytes))) => {
                    self.outbox.release(Some(&self.gate), cost(bytes.len()));
                    return Some(Ok(bytes));
                }
                Some((_, StreamCommand::End(CallEnd::Finished))) => self.ended = true,
                Some((_, StreamCommand::End(CallEnd::Failed(error)))) => {
                    self.ended = true;
                    return Some(Err(error));
                }
                None => {
                    self.seen = self.outbox.take();
                    if self.seen.is_empty() {
                        self.outbox.filled().await;
                    }
                }
            }
        }
        None
    }

    /// The next message, decoded.
    pub async fn message<M: Message>(&mut self) -> Result<M, RpcError> {
        let bytes = self.next().await.ok_or_else(|| RpcError::unavailable("The call has ended"))??;
        super::call::decode(&bytes)
    }

    /// The caller vanishes.
    pub fn hang_up(&mut self) {
        self.requests = None;
        self.cancelled.cancel();
    }
}

impl Drop for LocalPeer {
    fn drop(&mut self) {
        self.hang_up();
    }
}
