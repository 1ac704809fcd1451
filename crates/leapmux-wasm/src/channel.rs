//! One encrypted channel for the page. Relay frames in and out, time in milliseconds of a monotonic clock, randomness from
//! `crypto.getRandomValues`: always fresh, wiped by the caller after the call.

use leapmux_channel::{
    ChannelUid, Class, Code, DeviceKey, DevicePublic, Event, HANDSHAKE_RANDOM, Initiator, Kind, Millis,
    OpenError, OpenParams, Secret32, SendError, Session, StreamId,
};
use leapmux_types::relay_frame::{Body, Direction, HEADER, Open, RelayFrame};
use wasm_bindgen::prelude::*;

use crate::bundle::WorkerBundle;
use crate::error::{Thrown, invalid, thrown};
use crate::number::{from_number, to_number};
use crate::pins::suite_of;

/// A channel between OPEN and ACCEPT.
#[wasm_bindgen]
pub struct Opening {
    initiator: Option<Initiator>,
    open: OpenHead,
}

struct OpenHead {
    suite: u8,
    channel_uid: ChannelUid,
    worker: String,
}

#[wasm_bindgen]
impl Opening {
    /// How many random bytes the constructor takes: 16 for the channel's name, the rest for the handshake.
    #[wasm_bindgen(js_name = randomBytes)]
    pub fn random_bytes() -> usize {
        16 + HANDSHAKE_RANDOM
    }
    /// `suite` is what the pin decision said. This browser's device key, when it has one: `device_seed`, the 32 bytes it is made
    /// from, or `device_public` of a key that signs elsewhere (`signatureWanted`).
    #[wasm_bindgen(constructor)]
    pub fn new(
        bundle: &WorkerBundle,
        suite: u8,
        user: &str,
        worker: &str,
        device_seed: Option<Vec<u8>>,
        device_public: Option<Vec<u8>>,
        random: &[u8],
    ) -> Thrown<Opening> {
        let wrong = || invalid("random bytes of the wrong length");
        let (uid, random) = random.split_first_chunk::<16>().ok_or_else(wrong)?;
        let random: &[u8; HANDSHAKE_RANDOM] = random.try_into().map_err(|_| wrong())?;
        let (seed, public) = (key_bytes(device_seed)?, key_bytes(device_public)?);
        let channel_uid = ChannelUid(*uid);
        let params = OpenParams {
            channel_uid,
            user_id: user.to_owned(),
            worker_id: worker.to_owned(),
            device: seed.map(|seed| DeviceKey::from_seed(Secret32::new(seed))),
        };
        let mut initiator = Initiator::start(&bundle.0, suite_of(suite)?, params, random);
        if let Some(public) = public {
            initiator = initiator.with_external_device(DevicePublic::from_bytes(public));
        }
        let open = OpenHead { suite, channel_uid, worker: worker.to_owned() };
        Ok(Self { initiator: Some(initiator), open })
    }
    /// The OPEN frame.
    #[wasm_bindgen(js_name = openFrame)]
    pub fn open_frame(&self, channel: u32) -> Thrown<Vec<u8>> {
        let initiator = self.initiator.as_ref().ok_or_else(|| invalid("the channel was accepted before"))?;
        let OpenHead { suite, channel_uid, worker } = &self.open;
        let open = Open {
            suite: *suite,
            channel_uid: *channel_uid,
            key_id: initiator.key_id(),
            worker_id: worker,
            msg1: initiator.msg1(),
        };
        Ok(RelayFrame { channel, body: Body::Open(open) }.encode())
    }
    /// Reads the ACCEPT frame. Streams may be opened at once; they ride behind the proof of the user. Throws `handshake_failed`.
    pub fn accept(&mut self, frame: &[u8], now: f64) -> Thrown<ChannelSession> {
        let parsed = RelayFrame::parse(Direction::HubToClient, frame);
        let Ok(RelayFrame { body: Body::Accepted { token, msg2 }, .. }) = parsed else {
            return Err(invalid("not an ACCEPT frame"));
        };
        let initiator = self.initiator.take().ok_or_else(|| invalid("the channel was accepted before"))?;
        let session = initiator.accept(token, msg2, millis(now));
        let session =
            session.map_err(|error| thrown(&Code::HANDSHAKE_FAILED.to_string(), &error.to_string()))?;
        Ok(ChannelSession(session))
    }
}

/// A live channel.
#[wasm_bindgen]
pub struct ChannelSession(pub(crate) Session);

#[wasm_bindgen]
impl ChannelSession {
    /// Takes a DATA frame. When it ends the channel, the `closed` event says why.
    #[wasm_bindgen(js_name = handleFrame)]
    pub fn handle_frame(&mut self, frame: &[u8], now: f64) {
        let record = frame.get(HEADER..).unwrap_or_default();
        // The end comes as an event as well.
        let _ = self.0.handle_record(record, millis(now));
    }
    /// When `handleTimeout` wants to be called next.
    #[wasm_bindgen(js_name = pollTimeout)]
    pub fn poll_timeout(&self) -> Option<f64> {
        self.0.poll_timeout().map(|at| to_number(at.0))
    }
    #[wasm_bindgen(js_name = handleTimeout)]
    pub fn handle_timeout(&mut self, now: f64) {
        self.0.handle_timeout(millis(now));
    }
    /// Whether a rekey waits for `provideRandom`.
    #[wasm_bindgen(js_name = needsRandom)]
    pub fn needs_random(&self) -> bool {
        self.0.needs_random()
    }
    /// `ChannelSession.randomBytes()` fresh bytes.
    #[wasm_bindgen(js_name = provideRandom)]
    pub fn provide_random(&mut self, random: &[u8]) -> Thrown<()> {
        let random = random.try_into().map_err(|_| invalid("random bytes of the wrong length"))?;
        self.0.provide_random(random);
        Ok(())
    }
    #[wasm_bindgen(js_name = randomBytes)]
    pub fn random_bytes() -> usize {
        HANDSHAKE_RANDOM
    }
    /// What a device key that signs elsewhere must sign now; nothing goes out before the first signature.
    #[wasm_bindgen(js_name = signatureWanted)]
    pub fn signature_wanted(&self) -> Option<Vec<u8>> {
        self.0.signature_wanted().map(<[u8]>::to_vec)
    }
    /// The 64 bytes of the signature.
    #[wasm_bindgen(js_name = provideSignature)]
    pub fn provide_signature(&mut self, signature: &[u8]) -> Thrown<()> {
        let signature = signature.try_into().map_err(|_| invalid("a signature has 64 bytes"))?;
        self.0.provide_signature(signature);
        Ok(())
    }
    /// The next DATA frame, sealed. Ask only while the socket has less than 64 KiB unsent: what is sealed cannot be overtaken.
    #[wasm_bindgen(js_name = pollFrame)]
    pub fn poll_frame(&mut self, channel: u32, now: f64) -> Option<Vec<u8>> {
        let record = self.0.poll_transmit(millis(now))?;
        Some(RelayFrame { channel, body: Body::Data(&record) }.encode())
    }
    #[wasm_bindgen(js_name = pollEvent)]
    pub fn poll_event(&mut self) -> Option<ChannelEvent> {
        self.0.poll_event().map(ChannelEvent::from)
    }

    /// Opens a stream of messages. `class`: 1 interactive, 2 normal, 3 bulk. With a first message, `end` may finish our half.
    pub fn open(&mut self, class: u8, method: &str, first: Option<Vec<u8>>, end: bool) -> Thrown<u32> {
        let class = match class {
            1 => Class::Interactive,
            2 => Class::Normal,
            3 => Class::Bulk,
            _ => return Err(invalid("not a stream class")),
        };
        let first = first.as_deref().map(|bytes| (bytes, end));
        let opened = self.0.open(class, Kind::Messages, method, first);
        opened.map(|id| id.0).map_err(|error| thrown(open_code(error), &error.to_string()))
    }
    /// Queues a message, and possibly the end of our half.
    pub fn send(&mut self, stream: u32, bytes: &[u8], end: bool) -> Thrown<()> {
        let sent = self.0.send(StreamId(stream), bytes, end);
        sent.map_err(|error| thrown(send_code(error), &error.to_string()))
    }
    /// Ends our half after what is queued.
    pub fn finish(&mut self, stream: u32) {
        // A stream that is over needs no end.
        let _ = self.0.finish(StreamId(stream));
    }
    /// Bytes of a stream that wait to be sent.
    pub fn queued(&self, stream: u32) -> usize {
        self.0.queued(StreamId(stream))
    }
    /// The application has taken this many bytes: the peer may send as many more.
    pub fn consumed(&mut self, stream: u32, bytes: usize) {
        self.0.consumed(StreamId(stream), bytes);
    }
    /// Ends a stream in both directions.
    pub fn reset(&mut self, stream: u32, code: u16, reason: &str) {
        self.0.reset(StreamId(stream), Code(code), reason);
    }
    /// Ends the channel; the CLOSE is the next frame.
    pub fn close(&mut self, code: u16, reason: &str) {
        self.0.close(Code(code), reason);
    }
    /// The socket is gone, or the Hub ended the channel.
    pub fn lost(&mut self, code: u16, reason: &str) {
        self.0.lost(Code(code), reason);
    }
    /// How many rekeys there have been.
    pub fn epoch(&self) -> u32 {
        self.0.epoch()
    }
}

/// Something the page must know about a channel.
#[wasm_bindgen]
#[derive(Default)]
pub struct ChannelEvent {
    kind: &'static str,
    stream: u32,
    bytes: Vec<u8>,
    end: bool,
    code: u16,
    reason: String,
    by_peer: bool,
    number: f64,
}

#[wasm_bindgen]
impl ChannelEvent {
    /// `ready`, `message`, `ended`, `reset`, `writable`, `closed`, `opened` (a Worker's side only), `other`.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.kind.to_owned()
    }
    #[wasm_bindgen(getter)]
    pub fn stream(&self) -> u32 {
        self.stream
    }
    /// The message, once: a second call answers nothing.
    #[wasm_bindgen(js_name = takeBytes)]
    pub fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
    /// Of `message`: the peer's half ended with it.
    #[wasm_bindgen(getter)]
    pub fn end(&self) -> bool {
        self.end
    }
    /// Of `reset` and `closed`.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> u16 {
        self.code
    }
    /// Of `reset` and `closed`, for people; of `opened` the method.
    #[wasm_bindgen(getter)]
    pub fn reason(&self) -> String {
        self.reason.clone()
    }
    /// Of `closed`: the Worker said so, inside the channel.
    #[wasm_bindgen(getter, js_name = byPeer)]
    pub fn by_peer(&self) -> bool {
        self.by_peer
    }
    /// Of `ready`: the Worker's clock, ms since 1970.
    #[wasm_bindgen(getter)]
    pub fn number(&self) -> f64 {
        self.number
    }
}

impl From<Event> for ChannelEvent {
    fn from(event: Event) -> Self {
        let of = |kind, id: StreamId| Self { kind, stream: id.0, ..Self::default() };
        match event {
            Event::Ready { worker_time_ms, .. } => {
                Self { kind: "ready", number: to_number(worker_time_ms), ..Self::default() }
            }
            Event::Message { id, bytes, end } => Self { bytes, end, ..of("message", id) },
            Event::Bytes { id, bytes } => Self { bytes, ..of("message", id) },
            Event::Ended { id } => of("ended", id),
            Event::Reset { id, code, reason } => Self { code: code.0, reason, ..of("reset", id) },
            Event::Writable { id } => of("writable", id),
            Event::Opened { id, method, .. } => Self { reason: method, ..of("opened", id) },
            Event::Closed(closed) => Self {
                kind: "closed",
                code: closed.code.0,
                reason: closed.reason,
                by_peer: closed.by_peer,
                ..Self::default()
            },
            Event::Authenticated { .. } | Event::DeviceSeen { .. } | Event::Rekeyed { .. } => {
                Self { kind: "other", ..Self::default() }
            }
        }
    }
}

pub(crate) fn key_bytes(bytes: Option<Vec<u8>>) -> Thrown<Option<[u8; 32]>> {
    bytes.map(<[u8; 32]>::try_from).transpose().map_err(|_| invalid("a device key has 32 bytes"))
}

fn open_code(error: OpenError) -> &'static str {
    match error {
        OpenError::Closed => "channel_lost",
        OpenError::TooManyStreams => "resource_exhausted",
        OpenError::Exhausted => "exhausted",
        OpenError::TooLarge => "message_too_large",
        OpenError::Method | OpenError::NotTheClient => "invalid_argument",
    }
}

fn send_code(error: SendError) -> &'static str {
    match error {
        SendError::Closed | SendError::Finished => "stream_closed",
        SendError::TooLarge => "message_too_large",
        SendError::Full => "resource_exhausted",
    }
}

pub(crate) fn millis(now: f64) -> Millis {
    Millis(from_number(now))
}
