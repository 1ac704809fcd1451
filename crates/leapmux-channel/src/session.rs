//! A channel after its handshake: the state both roles share and the face the application sees.

mod auth;
#[cfg(any(test, feature = "hazmat"))]
mod hazmat;
mod parts;
mod receive;
mod rekey;
mod signing;
mod timers;
mod transmit;

use std::collections::VecDeque;

use leapmux_noise::{EpochKeys, Secret64, Suite};
use leapmux_types::{ChannelUid, Code, Millis};

use crate::ack::Acks;
use crate::event::{Class, Closed, Event, Kind, Limits, OpenError, SendError, StreamId};
use crate::frame::{self, CLOSE, CREDIT, RESET};
use crate::inflight::InFlight;
use crate::limits::{
    AUTH_REPLY_TIMEOUT, AUTH_TIMEOUT, CONTROL_QUEUE_MAX, EVENT_QUEUE_MAX, INFLIGHT_CAP, MAX_MESSAGE,
    MAX_METHOD, MAX_RESET_REASON, MAX_STREAMS, SEND_QUEUE_MAX, STREAM_WINDOW,
};
use crate::schedule::Schedule;
pub(crate) use crate::session::parts::{ClientPart, Identifiers, WorkerPart};
use crate::session::parts::{Fault, Half, Phase, Role};
use crate::session::rekey::{Epoch, Rekey};
pub(crate) use crate::session::signing::{Device, Signing};
use crate::stream::{Stream, window_of};
use crate::streams::Streams;

/// One encrypted channel. See the crate's first page for how to drive it.
pub struct Session {
    ids: Identifiers,
    role: Role,
    phase: Phase,
    epoch: Epoch,
    sending: Option<Half>,
    receiving: Option<Half>,
    rekey: Rekey,
    /// What the peer accepts from us.
    limits: Limits,
    /// Encoded frames of class 0.
    control: VecDeque<Vec<u8>>,
    streams: Streams,
    schedule: Schedule,
    inflight: InFlight,
    acks: Acks,
    typed: timers::Typed,
    events: VecDeque<Event>,
    /// The CLOSE still to be sent.
    last_word: Option<Vec<u8>>,
    closed: Option<Closed>,
}

impl Session {
    pub(crate) fn client(ids: Identifiers, keys: EpochKeys, part: ClientPart, now: Millis) -> Self {
        let (sending, receiving) = (Half::new(&keys.k_i2r), Half::new(&keys.k_r2i));
        let deadline = now + AUTH_REPLY_TIMEOUT;
        let mut session =
            Self::new(ids, Role::Client(Box::new(part)), keys, sending, receiving, deadline, now);
        session.start_auth();
        session
    }

    pub(crate) fn worker(ids: Identifiers, keys: EpochKeys, part: WorkerPart, now: Millis) -> Self {
        let (sending, receiving) = (Half::new(&keys.k_r2i), Half::new(&keys.k_i2r));
        Self::new(ids, Role::Worker(part), keys, sending, receiving, now + AUTH_TIMEOUT, now)
    }

    fn new(
        ids: Identifiers,
        role: Role,
        keys: EpochKeys,
        sending: Half,
        receiving: Half,
        deadline: Millis,
        now: Millis,
    ) -> Self {
        let streams = Streams::new(matches!(role, Role::Client(_)));
        Self {
            ids,
            role,
            phase: Phase::Proving { deadline },
            epoch: Epoch::first(keys, now),
            sending: Some(sending),
            receiving: Some(receiving),
            rekey: Rekey::Idle,
            limits: own_limits(),
            control: VecDeque::new(),
            streams,
            schedule: Schedule::new(),
            inflight: InFlight::new(),
            acks: Acks::default(),
            typed: timers::Typed::default(),
            events: VecDeque::new(),
            last_word: None,
            closed: None,
        }
    }

    /// Opens a stream, with its first message (or bytes) and possibly its end. Client only.
    pub fn open(
        &mut self,
        class: Class,
        kind: Kind,
        method: &str,
        first: Option<(&[u8], bool)>,
    ) -> Result<StreamId, OpenError> {
        if self.closed.is_some() {
            return Err(OpenError::Closed);
        }
        if matches!(self.role, Role::Worker(_)) {
            return Err(OpenError::NotTheClient);
        }
        if method.is_empty() || method.len() > MAX_METHOD {
            return Err(OpenError::Method);
        }
        if first.is_some_and(|(bytes, _)| self.too_large(kind, bytes)) {
            return Err(OpenError::TooLarge);
        }
        if self.streams.own_open() >= usize::from(self.limits.max_streams.min(MAX_STREAMS)) {
            return Err(OpenError::TooManyStreams);
        }
        let credit = if class == Class::Interactive { window_of(class) } else { self.limits.stream_window };
        let mut stream = Stream::new(class, kind, credit);
        stream.method = method.to_owned();
        if let Some((bytes, end)) = first {
            stream.sending.push(kind, bytes, end);
        }
        let id = self.streams.insert_own(stream).ok_or(OpenError::Exhausted)?;
        self.schedule.opens.push_back(id);
        Ok(StreamId(id))
    }

    /// Queues a whole message (kind 1) or bytes (kind 2), and possibly the end of our half. Ask [`Session::queued`] before:
    /// the queue refuses only at 32 MiB.
    pub fn send(&mut self, id: StreamId, bytes: &[u8], end: bool) -> Result<(), SendError> {
        let stream = self.streams.get(id.0).ok_or(SendError::Closed)?;
        if self.too_large(stream.kind, bytes) {
            return Err(SendError::TooLarge);
        }
        let stream = self.streams.get_mut(id.0).ok_or(SendError::Closed)?;
        if stream.sending.is_finished() {
            return Err(SendError::Finished);
        }
        if stream.sending.queued() + bytes.len() > SEND_QUEUE_MAX {
            return Err(SendError::Full);
        }
        stream.sending.push(stream.kind, bytes, end);
        self.schedule(id.0);
        Ok(())
    }

    /// Ends our half of a stream after what is queued, without another message.
    pub fn finish(&mut self, id: StreamId) -> Result<(), SendError> {
        let stream = self.streams.get_mut(id.0).ok_or(SendError::Closed)?;
        if stream.sending.is_finished() {
            return Err(SendError::Finished);
        }
        stream.sending.finish();
        self.schedule(id.0);
        Ok(())
    }

    fn too_large(&self, kind: Kind, bytes: &[u8]) -> bool {
        let max = match kind {
            Kind::Messages => MAX_MESSAGE.min(self.limits.max_message as usize),
            Kind::Bytes => SEND_QUEUE_MAX,
        };
        bytes.len() > max
    }

    /// Bytes of a stream waiting to be sent; 0 for one that is over.
    pub fn queued(&self, id: StreamId) -> usize {
        self.streams.get(id.0).map_or(0, |stream| stream.sending.queued())
    }

    /// The application has taken this many bytes of a stream's messages or bytes: the peer may send as many more.
    pub fn consumed(&mut self, id: StreamId, bytes: usize) {
        let Some(stream) = self.streams.get_mut(id.0) else {
            return;
        };
        let taken = stream.receiving.consume(bytes);
        self.streams.unhold(taken);
        self.give_credit(id.0);
        self.feed_starved();
    }

    /// Ends a stream in both directions, dropping what is queued.
    pub fn reset(&mut self, id: StreamId, code: Code, reason: &str) {
        let Some(stream) = self.remove(id.0) else {
            return;
        };
        // A stream whose OPEN never left needs no word: its id is skipped.
        if stream.sending.announced {
            self.control.push_back(frame::ending(RESET, id.0, code, reason, MAX_RESET_REASON));
        }
        self.feed_starved();
    }

    /// Ends the channel: CLOSE is the next and last record. What is queued is dropped.
    pub fn close(&mut self, code: Code, reason: &str) {
        if self.closed.is_none() {
            self.end(code, reason, Some(false));
        }
    }

    /// The carrier is gone, or the Hub ended the channel: nothing can be sent any more.
    pub fn lost(&mut self, code: Code, reason: &str) {
        if self.closed.is_none() {
            self.end(code, reason, None);
        }
    }

    /// Sends a PING; its answer shows as received traffic.
    pub fn ping(&mut self) {
        if self.closed.is_none() {
            self.control.push_back(frame::control(frame::PING, 0, &[&[0; 8]]));
        }
    }

    /// The next thing to know. Streams that end with the channel say nothing of their own: `Closed` is for all of them.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// How the channel ended, once it has.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }
    /// Whether the user is proven: streams flow both ways.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready && self.closed.is_none()
    }
    /// The suite of all epochs.
    pub fn suite(&self) -> Suite {
        self.ids.suite
    }
    /// The channel's name.
    pub fn channel_uid(&self) -> ChannelUid {
        self.ids.channel_uid
    }
    /// The user both sides agree on (once ready).
    pub fn user_id(&self) -> &str {
        &self.ids.user_id
    }
    /// How many rekeys there have been.
    pub fn epoch(&self) -> u32 {
        self.epoch.number
    }
    /// The handshake hash of the epoch: equal on both sides, different for every channel.
    pub fn handshake_hash(&self) -> &[u8; 64] {
        &self.epoch.h
    }

    fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Puts a stream in its class's queue if it can send and is not there yet.
    fn schedule(&mut self, id: u32) {
        if let Some(stream) = self.streams.get_mut(id)
            && stream.sending.announced
            && !stream.sending.scheduled
            && stream.sending.is_ready()
        {
            stream.sending.scheduled = true;
            self.schedule.push(stream.class, id);
        }
    }

    fn give_credit(&mut self, id: u32) {
        if let Some(bytes) = self.streams.take_credit(id) {
            self.control.push_back(frame::control(CREDIT, id, &[&bytes.to_be_bytes()]));
        }
    }

    fn feed_starved(&mut self) {
        for id in self.streams.take_starved() {
            self.give_credit(id);
        }
    }

    fn remove(&mut self, id: u32) -> Option<Stream> {
        let stream = self.streams.remove(id)?;
        self.schedule.remove(stream.class, id);
        Some(stream)
    }

    /// Bounded queues: a peer that makes us owe too much, or a driver that does not listen, ends the channel.
    fn check_queues(&self) -> Result<(), Fault> {
        if self.control.len() > CONTROL_QUEUE_MAX || self.events.len() > EVENT_QUEUE_MAX {
            return Err(Fault(Code::OVERLOAD, "too much is waiting".to_owned()));
        }
        Ok(())
    }

    fn fail(&mut self, Fault(code, reason): Fault) -> Closed {
        self.end(code, &reason, Some(false));
        self.closed.clone().expect("just closed")
    }

    /// The one way a channel ends. `by_peer`: `Some(true)` the peer said CLOSE, `Some(false)` we do, `None` nobody can.
    fn end(&mut self, code: Code, reason: &str, by_peer: Option<bool>) {
        let closed = Closed { code, reason: reason.to_owned(), by_peer: by_peer == Some(true) };
        self.last_word = (by_peer == Some(false))
            .then(|| frame::ending(CLOSE, 0, code, reason, leapmux_types::relay_frame::MAX_REASON));
        if self.last_word.is_none() {
            self.sending = None;
        }
        self.receiving = None;
        self.rekey = Rekey::Idle;
        self.epoch.xk = Secret64::new([0; 64]);
        self.control.clear();
        self.streams.clear();
        self.schedule = Schedule::new();
        self.event(Event::Closed(closed.clone()));
        self.closed = Some(closed);
    }
}

/// What this version accepts from a peer.
fn own_limits() -> Limits {
    Limits {
        stream_window: STREAM_WINDOW,
        inflight_cap: INFLIGHT_CAP,
        max_streams: MAX_STREAMS,
        max_message: MAX_MESSAGE as u32,
        features: 0,
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}, {:?}, epoch {})", self.ids.channel_uid, self.phase, self.epoch.number)
    }
}
