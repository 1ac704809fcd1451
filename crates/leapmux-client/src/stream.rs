//! One call on a channel: messages out, messages in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use buffa::Message;
use bytes::Bytes;
pub use leapmux_channel::Class;
use leapmux_channel::StreamId;
use tokio::sync::{Notify, mpsc};

use crate::CallError;
use crate::driver::Command;
use crate::mailbox::Mailbox;

/// Bytes a call may have queued before `send` waits.
pub(crate) const SEND_QUEUE: usize = 256 * 1024;

/// What the driver tells a call.
#[derive(Debug)]
pub(crate) enum Incoming {
    Message(Bytes),
    Ended,
    Failed(CallError),
}

/// How much of a call waits to be sent.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) bytes: AtomicUsize,
    pub(crate) room: Notify,
}

/// An open call. Dropping it before its end resets it.
#[derive(Debug)]
pub struct CallStream {
    pub(crate) id: StreamId,
    pub(crate) commands: Mailbox,
    pub(crate) incoming: mpsc::Receiver<Incoming>,
    pub(crate) waiting: Arc<Waiting>,
    pub(crate) ended: bool,
}

impl CallStream {
    /// Sends one more message; waits while too much is queued.
    pub async fn send<M: Message>(&self, message: &M) -> Result<(), CallError> {
        self.send_bytes(message.encode_to_bytes()).await
    }

    /// The same with bytes that are a message already.
    pub async fn send_bytes(&self, bytes: Bytes) -> Result<(), CallError> {
        loop {
            let room = self.waiting.room.notified();
            tokio::pin!(room);
            room.as_mut().enable();
            if self.commands.is_closed() {
                return Err(CallError::ChannelLost);
            }
            if self.waiting.bytes.load(Ordering::Acquire) < SEND_QUEUE {
                break;
            }
            room.await;
        }
        self.waiting.bytes.fetch_add(bytes.len(), Ordering::AcqRel);
        let sent = self.commands.send(Command::Send { id: self.id, bytes, end: false });
        sent.map_err(|_| CallError::ChannelLost)
    }

    /// No more messages will be sent.
    pub fn finish(&self) -> Result<(), CallError> {
        self.commands.send(Command::Finish { id: self.id }).map_err(|_| CallError::ChannelLost)
    }

    /// The next message of the Worker; `None` when the call ended well. Safe to cancel.
    pub async fn next_bytes(&mut self) -> Result<Option<Bytes>, CallError> {
        if self.ended {
            return Ok(None);
        }
        match self.incoming.recv().await {
            Some(Incoming::Message(bytes)) => {
                // Credit goes back as the application takes messages.
                let _ = self.commands.send(Command::Consumed { id: self.id, bytes: bytes.len() });
                Ok(Some(bytes))
            }
            Some(Incoming::Ended) => {
                self.ended = true;
                Ok(None)
            }
            Some(Incoming::Failed(error)) => {
                self.ended = true;
                Err(error)
            }
            None => {
                self.ended = true;
                Err(CallError::ChannelLost)
            }
        }
    }

    /// The next message, decoded.
    pub async fn next<M: Message>(&mut self) -> Result<Option<M>, CallError> {
        let bytes = self.next_bytes().await?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }
}

impl Drop for CallStream {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.commands.send(Command::Reset { id: self.id });
        }
    }
}

pub(crate) fn decode<M: Message>(bytes: &[u8]) -> Result<M, CallError> {
    M::decode_from_slice(bytes).map_err(|error| CallError::Unreadable(error.to_string()))
}
