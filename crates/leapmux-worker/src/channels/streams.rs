//! Open calls of one channel: where their messages go and how much of their answers waits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use leapmux_channel::{Class, StreamId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::rpc::{Call, Gate, Outbox};

/// Messages a call may have waiting for its service. The window bounds their bytes; this bounds empty ones.
const REQUESTS: usize = 4096;

/// One open call.
#[derive(Debug)]
struct Open {
    interactive: bool,
    /// Gone when the caller has sent its last.
    inlet: Option<mpsc::Sender<Bytes>>,
    gate: Arc<Gate>,
    cancelled: CancellationToken,
    /// Lengths of messages handed to the session and not yet sent, and their sum.
    unsent: VecDeque<usize>,
    unsent_bytes: usize,
    /// The service has ended its half.
    answered: bool,
}

/// What became of a message of the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    Taken,
    /// Nobody wants it any more: credit it, so that the caller can go on.
    Unwanted,
    /// The service does not keep up with a flood of tiny messages.
    Overrun,
}

/// The open calls.
#[derive(Debug, Default)]
pub(super) struct Streams(BTreeMap<StreamId, Open>);

impl Streams {
    /// Adds a call; its token is a child of the channel's.
    pub(super) fn open(
        &mut self,
        id: StreamId,
        class: Class,
        method: String,
        outbox: &Arc<Outbox>,
        channel: &CancellationToken,
    ) -> Call {
        let (inlet, inbox) = mpsc::channel(REQUESTS);
        let cancelled = channel.child_token();
        let (call, gate) = Call::new(method, id.0, inbox, outbox.clone(), cancelled.clone());
        let open = Open {
            interactive: class == Class::Interactive,
            inlet: Some(inlet),
            gate,
            cancelled,
            unsent: VecDeque::new(),
            unsent_bytes: 0,
            answered: false,
        };
        self.0.insert(id, open);
        call
    }

    /// Hands a message of the caller to its service.
    pub(super) fn deliver(&mut self, id: StreamId, bytes: Vec<u8>) -> Delivered {
        use mpsc::error::TrySendError;
        let Some(inlet) = self.0.get(&id).and_then(|open| open.inlet.as_ref()) else {
            return Delivered::Unwanted;
        };
        match inlet.try_send(Bytes::from(bytes)) {
            Ok(()) => Delivered::Taken,
            Err(TrySendError::Closed(_)) => Delivered::Unwanted,
            Err(TrySendError::Full(_)) => Delivered::Overrun,
        }
    }

    /// The caller has sent its last.
    pub(super) fn end_requests(&mut self, id: StreamId) {
        if let Some(open) = self.0.get_mut(&id) {
            open.inlet = None;
        }
    }

    /// A message of the service is with the session now.
    pub(super) fn queued(&mut self, id: StreamId, len: usize) {
        if let Some(open) = self.0.get_mut(&id) {
            open.unsent.push_back(len);
            open.unsent_bytes += len;
        }
    }

    /// The session has `left(id)` bytes of each call still to send: services whose messages went out may go on.
    pub(super) fn sent(&mut self, left: impl Fn(StreamId) -> usize) {
        for (id, open) in self.0.iter_mut().filter(|(_, open)| !open.unsent.is_empty()) {
            let left = left(*id);
            while let Some(len) = open.unsent.front().copied() {
                // The first message is out when what follows it is all that is left.
                if open.unsent_bytes - len < left {
                    break;
                }
                open.unsent.pop_front();
                open.unsent_bytes -= len;
                open.gate.release(Gate::cost(len));
            }
        }
        self.0.retain(|_, open| !(open.answered && open.unsent.is_empty()));
    }

    /// An answer of an interactive call waits: the next record is its.
    pub(super) fn interactive_waits(&self) -> bool {
        self.0.values().any(|open| open.interactive && !open.unsent.is_empty())
    }

    /// The call is over; its service is told when it was not the service that ended it.
    pub(super) fn remove(&mut self, id: StreamId) {
        if let Some(open) = self.0.remove(&id) {
            open.cancelled.cancel();
        }
    }

    /// The service has ended its half: nothing more is delivered, what is queued still goes out.
    pub(super) fn answered(&mut self, id: StreamId) {
        if let Some(open) = self.0.get_mut(&id) {
            open.inlet = None;
            open.answered = true;
        }
        self.0.retain(|_, open| !(open.answered && open.unsent.is_empty()));
    }
}
