//! Open calls of one channel: where their messages go and how much of their answers waits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use leapmux_channel::{Class, StreamId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::rpc::{Call, Gate, Outbox, cost};

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
pub(super) struct Streams {
    open: BTreeMap<StreamId, Open>,
    outbox: Arc<Outbox>,
}

impl Streams {
    /// Calls that speak through `outbox`.
    pub(super) fn new(outbox: Arc<Outbox>) -> Self {
        Self { open: BTreeMap::new(), outbox }
    }

    /// Adds a call; its token is a child of the channel's.
    pub(super) fn open(
        &mut self,
        id: StreamId,
        class: Class,
        method: String,
        channel: &CancellationToken,
    ) -> Call {
        let (inlet, inbox) = mpsc::channel(REQUESTS);
        let cancelled = channel.child_token();
        let (call, gate) = Call::new(method, id.0, inbox, self.outbox.clone(), cancelled.clone());
        let open = Open {
            interactive: class == Class::Interactive,
            inlet: Some(inlet),
            gate,
            cancelled,
            unsent: VecDeque::new(),
            unsent_bytes: 0,
            answered: false,
        };
        self.open.insert(id, open);
        call
    }

    /// Hands a message of the caller to its service.
    pub(super) fn deliver(&mut self, id: StreamId, bytes: Vec<u8>) -> Delivered {
        use mpsc::error::TrySendError;
        let Some(inlet) = self.open.get(&id).and_then(|open| open.inlet.as_ref()) else {
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
        if let Some(open) = self.open.get_mut(&id) {
            open.inlet = None;
        }
    }

    /// A message of the service is with the session now.
    pub(super) fn queued(&mut self, id: StreamId, len: usize) {
        match self.open.get_mut(&id) {
            Some(open) => {
                open.unsent.push_back(len);
                open.unsent_bytes += len;
            }
            None => self.outbox.release(None, cost(len)),
        }
    }

    /// A message of the service will not be sent: its call is over.
    pub(super) fn dropped(&self, len: usize) {
        self.outbox.release(None, cost(len));
    }

    /// The session has `left(id)` bytes of each call still to send: services whose messages went out may go on.
    pub(super) fn sent(&mut self, left: impl Fn(StreamId) -> usize) {
        for (id, open) in self.open.iter_mut().filter(|(_, open)| !open.unsent.is_empty()) {
            let left = left(*id);
            while let Some(len) = open.unsent.front().copied() {
                // The first message is out when what follows it is all that is left.
                if open.unsent_bytes - len < left {
                    break;
                }
                open.unsent.pop_front();
                open.unsent_bytes -= len;
                self.outbox.release(Some(&open.gate), cost(len));
            }
        }
        self.open.retain(|_, open| !(open.answered && open.unsent.is_empty()));
    }

    /// An answer of an interactive call waits: the next record is its.
    pub(super) fn interactive_waits(&self) -> bool {
        self.open.values().any(|open| open.interactive && !open.unsent.is_empty())
    }

    /// The call is over; its service is told when it was not the service that ended it.
    pub(super) fn remove(&mut self, id: StreamId) {
        if let Some(open) = self.open.remove(&id) {
            self.outbox.release(None, open.unsent.iter().map(|len| cost(*len)).sum());
            open.cancelled.cancel();
        }
    }

    /// The service has ended its half: nothing more is delivered, what is queued still goes out.
    pub(super) fn answered(&mut self, id: StreamId) {
        if let Some(open) = self.open.get_mut(&id) {
            open.inlet = None;
            open.answered = true;
        }
        self.open.retain(|_, open| !(open.answered && open.unsent.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::StreamCommand;

    const ID: StreamId = StreamId(1);

    fn opened(outbox: &Arc<Outbox>) -> (Streams, Call) {
        let mut streams = Streams::new(outbox.clone());
        let call = streams.open(ID, Class::Interactive, "test.Call".to_owned(), &CancellationToken::new());
        (streams, call)
    }

    /// Moves what the service sent to the session's side.
    fn hand_over(streams: &mut Streams, outbox: &Outbox) {
        for (stream, command) in outbox.take() {
            if let StreamCommand::Send(bytes) = command {
                streams.queued(StreamId(stream), bytes.len());
            }
        }
    }

    #[tokio::test]
    async fn room_comes_back_as_messages_leave() {
        let outbox = Arc::new(Outbox::default());
        let (mut streams, call) = opened(&outbox);
        for size in [100, 0, 50] {
            call.responder.send(Bytes::from(vec![0; size])).await.expect("room");
        }
        let full = call.responder.queued();
        hand_over(&mut streams, &outbox);
        assert!(streams.interactive_waits());
        streams.sent(|_| 120);
        assert_eq!(call.responder.queued(), full, "the first is not out yet");
        streams.sent(|_| 50);
        assert_eq!(call.responder.queued(), cost(50), "the first and the empty one are");
        streams.sent(|_| 0);
        assert_eq!(call.responder.queued(), 0);
        assert!(!streams.interactive_waits());
    }

    #[tokio::test]
    async fn an_answered_call_keeps_its_class_until_it_is_out_and_a_removed_one_frees_its_room() {
        let outbox = Arc::new(Outbox::default());
        let (mut streams, call) = opened(&outbox);
        call.responder.send(Bytes::from_static(b"answer")).await.expect("room");
        hand_over(&mut streams, &outbox);
        streams.answered(ID);
        assert_eq!(streams.deliver(ID, vec![1]), Delivered::Unwanted);
        assert!(streams.interactive_waits());
        streams.sent(|_| 0);
        assert!(!streams.interactive_waits());
        let other =
            streams.open(StreamId(3), Class::Normal, "test.Call".to_owned(), &CancellationToken::new());
        // As much as one channel may have waiting: the next sender waits, until its neighbour is gone.
        other
            .responder
            .send(Bytes::from(vec![0; crate::rpc::CHANNEL_QUEUE]))
            .await
            .expect("one message is always taken");
        hand_over(&mut streams, &outbox);
        let third =
            streams.open(StreamId(5), Class::Normal, "test.Call".to_owned(), &CancellationToken::new());
        tokio::select! {
            biased;
            _ = third.responder.ready() => panic!("there is no room"),
            () = tokio::task::yield_now() => {}
        }
        streams.remove(StreamId(3));
        assert!(other.cancelled.is_cancelled());
        third.responder.ready().await.expect("there is room");
    }

    #[test]
    fn a_flood_of_empty_messages_ends_somewhere() {
        let outbox = Arc::new(Outbox::default());
        let (mut streams, _call) = opened(&outbox);
        let taken =
            (0..=REQUESTS).take_while(|_| streams.deliver(ID, Vec::new()) == Delivered::Taken).count();
        assert_eq!(taken, REQUESTS);
        assert_eq!(streams.deliver(ID, Vec::new()), Delivered::Overrun);
    }
}
