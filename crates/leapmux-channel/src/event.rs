//! What a session tells its driver, and the words both share.

use std::fmt;

use leapmux_noise::DevicePublic;
use leapmux_types::Code;

/// A stream of one channel. The client's are odd.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u32);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// How urgent a stream is (rule 10.4). Class 0 is the session's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Keys, resizes, approvals, sends: before everything else, in small frames.
    Interactive = 1,
    /// Terminal output, agent events, answers.
    Normal = 2,
    /// Files, history pages, tunnels.
    Bulk = 3,
}

impl Class {
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Interactive, Self::Normal, Self::Bulk].into_iter().find(|class| *class as u8 == byte)
    }
}

/// What a stream carries (rule 10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Messages of at most 16 MiB, delivered whole.
    Messages = 1,
    /// Bytes, delivered as they come.
    Bytes = 2,
}

impl Kind {
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Messages, Self::Bytes].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// What the Worker said it accepts (AUTH_OK).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Credit a stream of class 2 or 3 starts with, bytes.
    pub stream_window: u32,
    /// Most bytes it wants in flight.
    pub inflight_cap: u32,
    /// Streams the client may have open.
    pub max_streams: u16,
    /// Largest message, bytes.
    pub max_message: u32,
    /// Bits of later versions.
    pub features: u32,
}

/// Something the driver or the application must know.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Client: AUTH_OK. Raise the pin now.
    Ready {
        /// What the Worker accepts.
        limits: Limits,
        /// The Worker's wall clock, Unix milliseconds.
        worker_time_ms: u64,
    },
    /// Worker: the user is proven; streams follow.
    Authenticated {
        /// Whose channel it is, as the grant said.
        user_id: String,
    },
    /// Worker: the proof came with this device's key. Remember it; tell the user's other sessions when it is new.
    DeviceSeen {
        /// The device.
        device: DevicePublic,
    },
    /// The peer opened a stream.
    Opened {
        /// Its id.
        id: StreamId,
        /// What is called.
        method: String,
        /// How urgent.
        class: Class,
        /// What it carries.
        kind: Kind,
        /// Bytes we may send before the first credit.
        window: u32,
    },
    /// A whole message came. Call `consumed` with its length when the application has taken it.
    Message {
        /// The stream.
        id: StreamId,
        /// The message.
        bytes: Vec<u8>,
        /// The peer's half ended with it; `Ended` follows all the same.
        end: bool,
    },
    /// Bytes came. Call `consumed` as the application takes them.
    Bytes {
        /// The stream.
        id: StreamId,
        /// The bytes, at least one.
        bytes: Vec<u8>,
    },
    /// The peer's half is done; said once, after everything that was in it. Both halves done without a `Reset` is success.
    Ended {
        /// The stream.
        id: StreamId,
    },
    /// The stream is over in both directions: the peer's word, or ours about the peer's breach of a limit.
    Reset {
        /// The stream.
        id: StreamId,
        /// `0x0100` and up are the application's.
        code: Code,
        /// For people.
        reason: String,
    },
    /// The queue of a stream fell to the low-water mark.
    Writable {
        /// The stream.
        id: StreamId,
    },
    /// New keys are in use in both directions.
    Rekeyed {
        /// How many there have been.
        epoch: u32,
    },
    /// The channel is over and all its streams with it. The last event.
    Closed(Closed),
}

/// How a channel ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("channel closed: {code}: {reason}")]
pub struct Closed {
    /// See [`Code`].
    pub code: Code,
    /// For people.
    pub reason: String,
    /// The peer said so in an authenticated frame; otherwise this side, or the carrier underneath.
    pub by_peer: bool,
}

/// Why a stream was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The channel is over.
    #[error("channel is closed")]
    Closed,
    /// As many streams as allowed are open.
    #[error("too many calls at once")]
    TooManyStreams,
    /// The channel has used all its ids: open a fresh one.
    #[error("channel has used all its stream ids")]
    Exhausted,
    /// The method's name is empty or longer than 255 bytes.
    #[error("method name is empty or too long")]
    Method,
    /// The first message is larger than 16 MiB.
    #[error("message is too large")]
    TooLarge,
    /// Workers of this version open no streams.
    #[error("only the client opens streams")]
    NotTheClient,
}

/// Why something was not queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The stream or the channel is over.
    #[error("stream is closed")]
    Closed,
    /// This half was finished before.
    #[error("stream is already finished")]
    Finished,
    /// The message is larger than the peer accepts.
    #[error("message is too large")]
    TooLarge,
    /// The queue is full: wait for `Writable`.
    #[error("stream has too much waiting to be sent")]
    Full,
}

// What streams carry is nobody's business but the application's: lengths only.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Ready { limits, worker_time_ms } => f
                .debug_struct("Ready")
                .field("limits", limits)
                .field("worker_time_ms", worker_time_ms)
                .finish(),
            Event::Authenticated { user_id } => write!(f, "Authenticated({user_id})"),
            Event::DeviceSeen { device } => write!(f, "DeviceSeen({device:?})"),
            Event::Opened { id, method, class, kind, window } => {
                write!(f, "Opened({id:?}, {method:?}, {class:?}, {kind:?}, {window})")
            }
            Event::Message { id, bytes, end } => {
                write!(f, "Message({id:?}, {} bytes, end {end})", bytes.len())
            }
            Event::Bytes { id, bytes } => write!(f, "Bytes({id:?}, {} bytes)", bytes.len()),
            Event::Ended { id } => write!(f, "Ended({id:?})"),
            Event::Reset { id, code, .. } => write!(f, "Reset({id:?}, {code})"),
            Event::Writable { id } => write!(f, "Writable({id:?})"),
            Event::Rekeyed { epoch } => write!(f, "Rekeyed({epoch})"),
            Event::Closed(closed) => {
                write!(f, "Closed({}, {:?}, by_peer {})", closed.code, closed.reason, closed.by_peer)
            }
        }
    }
}
