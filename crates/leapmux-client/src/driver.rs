//! The task that owns a client's session: records to and from the leg, calls to and from the application.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use leapmux_channel::{Class, Closed, Code, Event, Kind, Millis, Session, StreamId};
use leapmux_runtime::{monotonic_now, random_bytes};
use leapmux_types::relay_frame::{Body, Direction, Ending, RelayFrame};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::sleep;

use crate::CallError;
use crate::leg::Berth;
use crate::mailbox::Received;
use crate::stream::{Incoming, Waiting};

/// Messages a call may have waiting for the application. The stream's window bounds their bytes; this bounds empty ones.
const INCOMING: usize = 64 * 1024;
/// A timer that is not set.
const NEVER: Duration = Duration::from_secs(3600);

/// What the application wants of the channel.
#[derive(Debug)]
pub(crate) enum Command {
    Open {
        method: String,
        class: Class,
        first: Option<Bytes>,
        end: bool,
        opened: oneshot::Sender<Result<Opened, CallError>>,
    },
    Send {
        id: StreamId,
        bytes: Bytes,
        end: bool,
    },
    Finish {
        id: StreamId,
    },
    Consumed {
        id: StreamId,
        bytes: usize,
    },
    Reset {
        id: StreamId,
    },
    Rekey,
    Close,
}

/// The application's ends of a call.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) id: StreamId,
    pub(crate) incoming: mpsc::Receiver<Incoming>,
    pub(crate) waiting: Arc<Waiting>,
}

/// Where a channel stands.
#[derive(Debug, Clone)]
pub(crate) enum State {
    Opening,
    Ready,
    Closed(Closed),
}

struct Call {
    incoming: mpsc::Sender<Incoming>,
    waiting: Arc<Waiting>,
    /// What of `waiting` the session still has.
    in_session: usize,
}

pub(crate) struct Driver {
    pub(crate) session: Session,
    pub(crate) berth: Berth,
    pub(crate) commands: Received,
    pub(crate) state: watch::Sender<State>,
    calls: BTreeMap<StreamId, Call>,
    unsent: bool,
}

impl Driver {
    pub(crate) fn new(
        session: Session,
        berth: Berth,
        commands: Received,
        state: watch::Sender<State>,
    ) -> Self {
        Self { session, berth, commands, state, calls: BTreeMap::new(), unsent: true }
    }

    /// Until the channel is over or nobody holds it any more.
    pub(crate) async fn run(mut self) {
        let (outbox, gone) = (self.berth.outbox.clone(), self.berth.gone().clone());
        while self.settle() {
            let now = monotonic_now();
            let timer = self.session.poll_timeout().map_or(NEVER, |at| at.since(Millis(now)));
            tokio::select! {
                place = outbox.reserve(), if self.unsent => {
                    match (place, self.session.poll_transmit(Millis(monotonic_now()))) {
                        (Ok(place), Some(record)) => {
                            place.send(RelayFrame { channel: self.berth.number, body: Body::Data(&record) }.encode());
                            self.release();
                        }
                        (Ok(_), None) => self.unsent = false,
                        (Err(_), _) => self.session.lost(Code::CHANNEL_LOST, "the connection is gone"),
                    }
                    continue;
                }
                frame = self.berth.inbox.recv() => self.frame(frame),
                command = self.commands.next() => self.command(command),
                () = gone.cancelled() => self.session.lost(Code::CHANNEL_LOST, "the connection is gone"),
                () = sleep(timer) => self.session.handle_timeout(Millis(monotonic_now())),
            }
            self.unsent = true;
        }
        self.farewell().await;
    }

    fn settle(&mut self) -> bool {
        while self.session.needs_random() {
            self.session.provide_random(&random_bytes());
        }
        while let Some(event) = self.session.poll_event() {
            self.event(event);
        }
        self.session.closed().is_none()
    }

    fn frame(&mut self, frame: Option<Vec<u8>>) {
        let Some(frame) = frame else {
            return self.session.lost(Code::CHANNEL_LOST, "the connection is gone");
        };
        match RelayFrame::parse(Direction::HubToClient, &frame).map(|frame| frame.body) {
            Ok(Body::Data(record)) => {
                // Its end comes as an event as well.
                let _ = self.session.handle_record(record, Millis(monotonic_now()));
            }
            Ok(Body::Close(Ending { code, reason }) | Body::Reject(Ending { code, reason })) => {
                self.session.lost(code, reason);
            }
            _ => {}
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Ready { .. } => drop(self.state.send_replace(State::Ready)),
            Event::Message { id, bytes, .. } => self.deliver(id, bytes),
            Event::Ended { id } => self.end(id, Incoming::Ended),
            Event::Reset { id, code, reason } => {
                self.end(id, Incoming::Failed(CallError::from_reset(code, reason)))
            }
            Event::Closed(closed) => {
                self.state.send_replace(State::Closed(closed));
                self.calls.clear();
            }
            _ => {}
        }
    }

    fn deliver(&mut self, id: StreamId, bytes: Vec<u8>) {
        let len = bytes.len();
        match self.calls.get(&id) {
            Some(call) if call.incoming.is_closed() => self.session.consumed(id, len),
            // The last place is for the call's end.
            Some(call) if call.incoming.capacity() > 1 => {
                let _ = call.incoming.try_send(Incoming::Message(Bytes::from(bytes)));
            }
            Some(_) => {
                self.calls.remove(&id);
                self.session.reset(id, Code::OVERLOAD, "too many messages wait to be read");
            }
            // Nobody wants it: credit it, so that the Worker can go on.
            None => self.session.consumed(id, len),
        }
    }

    /// The Worker has ended the call: nothing more is sent on it either.
    fn end(&mut self, id: StreamId, how: Incoming) {
        if let Some(call) = self.calls.remove(&id) {
            let _ = call.incoming.try_send(how);
            call.waiting.bytes.store(0, Ordering::Release);
            call.waiting.room.notify_waiters();
        }
        // Our half may be done already.
        let _ = self.session.finish(id);
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Open { method, class, first, end, opened } => {
                let outcome = self.open(&method, class, first.as_deref().map(|first| (first, end)));
                let _ = opened.send(outcome);
            }
            Command::Send { id, bytes, end } => {
                if self.session.send(id, &bytes, end).is_ok()
                    && let Some(call) = self.calls.get_mut(&id)
                {
                    call.in_session += bytes.len();
                }
            }
            // A call the Worker has ended needs no end of ours.
            Command::Finish { id } => drop(self.session.finish(id)),
            Command::Consumed { id, bytes } => self.session.consumed(id, bytes),
            Command::Reset { id } => {
                self.calls.remove(&id);
                self.session.reset(id, Code::CANCELLED, "");
            }
            Command::Rekey => self.session.rekey(),
            Command::Close => self.session.close(Code::CANCELLED, "the client is done"),
        }
    }

    fn open(
        &mut self,
        method: &str,
        class: Class,
        first: Option<(&[u8], bool)>,
    ) -> Result<Opened, CallError> {
        let opened = self.session.open(class, Kind::Messages, method, first);
        let id = opened.map_err(|error| CallError::NotOpened(error.to_string()))?;
        let (outgoing, incoming) = mpsc::channel(INCOMING);
        let waiting = Arc::new(Waiting::default());
        self.calls.insert(id, Call { incoming: outgoing, waiting: waiting.clone(), in_session: 0 });
        Ok(Opened { id, incoming, waiting })
    }

    /// Calls whose bytes went out may queue more.
    fn release(&mut self) {
        for (id, call) in self.calls.iter_mut().filter(|(_, call)| call.in_session > 0) {
            let left = self.session.queued(*id).min(call.in_session);
            call.waiting.bytes.fetch_sub(call.in_session - left, Ordering::AcqRel);
            call.in_session = left;
            call.waiting.room.notify_waiters();
        }
    }

    /// The last record, and word to the Hub that the channel is over.
    async fn farewell(mut self) {
        while let Some(record) = self.session.poll_transmit(Millis(monotonic_now())) {
            let frame = RelayFrame { channel: self.berth.number, body: Body::Data(&record) }.encode();
            if self.berth.outbox.send(frame).await.is_err() {
                return;
            }
        }
        if let Some(closed) = self.session.closed().filter(|_| !self.berth.gone().is_cancelled()) {
            let body = Body::Close(Ending { code: closed.code, reason: &closed.reason });
            let _ = self.berth.outbox.send(RelayFrame { channel: self.berth.number, body }.encode()).await;
        }
    }
}
