//! Every number of the channel, with the rule it comes from.

use std::time::Duration;

pub use leapmux_noise::MAX_PLAINTEXT as MAX_RECORD;
pub use leapmux_types::limits::MAX_MESSAGE;

/// Type, flags, length and stream in front of a frame's payload (rule 9).
pub const FRAME_HEADER: usize = 8;
/// Most payload one frame can hold (rule 3).
pub const MAX_FRAME_PAYLOAD: usize = MAX_RECORD - FRAME_HEADER;
/// Most payload of a frame of class 1, so that keys never queue behind keys for long (rule 10.4).
pub const INTERACTIVE_FRAME: usize = 4 * 1024;
/// Most payload that rides inside an OPEN: OPEN frames go out in order, before all streams' data.
pub const OPEN_INLINE: usize = 4 * 1024;
/// A chunk is not split for less room than this at the end of a record.
pub const MIN_FRAGMENT: usize = 256;
/// Longest method name, bytes (one length byte).
pub const MAX_METHOD: usize = 255;
/// Longest reason of a RESET, bytes; longer ones are cut.
pub const MAX_RESET_REASON: usize = 1024;

/// What a receiver accepts per stream before it gives credit (rule 10.2).
pub const STREAM_WINDOW: u32 = 256 * 1024;
/// The same for class 1.
pub const INTERACTIVE_WINDOW: u32 = 64 * 1024;
/// Bytes held for messages not yet whole or not yet consumed; beyond it only the oldest unfinished one gets credit.
pub const MAX_REASSEMBLY: usize = 32 * 1024 * 1024;
/// Streams one side may have open (rule 3).
pub const MAX_STREAMS: u16 = 256;
/// Stream ids end here; a fresh channel starts over (rule 10.1).
pub const STREAM_ID_END: u32 = 1 << 31;

/// Bytes queued on one stream before `send` refuses.
pub const SEND_QUEUE_MAX: usize = 2 * MAX_MESSAGE;
/// `Writable` is said when a queue that was above this falls to it.
pub const SEND_LOW_WATER: usize = 64 * 1024;
/// Control frames waiting to be sent; a peer that makes us owe more is closed with `overload`.
pub const CONTROL_QUEUE_MAX: usize = 1024;
/// Events waiting to be polled; a driver that lets more pile up is closed with `overload`.
pub const EVENT_QUEUE_MAX: usize = 16 * 1024;

/// Unacknowledged payload that makes an ACK due at once (rule 10.3).
pub const ACK_BYTES: u64 = 32_000;
/// Age of unacknowledged payload that makes an ACK due.
pub const ACK_DELAY: Duration = Duration::from_millis(10);

/// In-flight budget of classes 2 and 3: where it starts, and its bounds (rule 10.3).
pub const INFLIGHT_START: u64 = 64 * 1024;
/// See [`INFLIGHT_START`].
pub const INFLIGHT_FLOOR: u64 = 32 * 1024;
/// See [`INFLIGHT_START`].
pub const INFLIGHT_CAP: u32 = 2 * 1024 * 1024;
/// Queueing delay the budget allows for: what the path takes for so many bytes, within these bounds. On a slow path a few records
/// are more time than a fast one should ever let a key wait.
pub const QUEUE_BYTES: u64 = 64 * 1024;
/// See [`QUEUE_BYTES`].
pub const QUEUE_LEAST: Duration = Duration::from_millis(10);
/// See [`QUEUE_BYTES`].
pub const QUEUE_MOST: Duration = Duration::from_millis(40);
/// The budget is looked at once a round trip, and not more often than this: a shorter time tells no rate.
pub const ROUND_LEAST: Duration = Duration::from_millis(10);
/// How long a path's greatest rate is believed.
pub const RATE_MEMORY: Duration = Duration::from_millis(500);
/// How long a least round trip is believed.
pub const BASE_RTT_MEMORY: Duration = Duration::from_secs(60);

/// Deficit round robin of classes 2 and 3: bytes per turn, times the weight (rule 10.4).
pub const DRR_QUANTUM: i64 = 16 * 1024;
/// Turns of class 2 for each of class 3.
pub const NORMAL_WEIGHT: i64 = 4;

/// The Worker waits this long for AUTH (rule 8.1).
pub const AUTH_TIMEOUT: Duration = Duration::from_secs(10);
/// The client waits this long for AUTH_OK.
pub const AUTH_REPLY_TIMEOUT: Duration = Duration::from_secs(15);

/// Records of one epoch in either direction after which the client rekeys (rule 11).
pub const REKEY_RECORDS: u64 = 1 << 20;
/// Bytes of one epoch in either direction after which the client rekeys.
pub const REKEY_BYTES: u64 = 16 << 30;
/// Age of an epoch at which the client rekeys.
pub const REKEY_AGE: Duration = Duration::from_secs(60 * 60);
/// Age at which the Worker asks for it.
pub const REKEY_ASK: Duration = Duration::from_secs(90 * 60);
/// Age at which the Worker closes.
pub const REKEY_END: Duration = Duration::from_secs(120 * 60);
/// A rekey that takes longer has failed.
pub const REKEY_TIMEOUT: Duration = Duration::from_secs(30);

/// A client that typed and saw no record for this long sends a PING (rule 12).
pub const TYPED_PING: Duration = Duration::from_secs(5);
/// And gives the channel up this long after.
pub const TYPED_LOST: Duration = Duration::from_secs(10);

/// Channel ids a Worker remembers (rule 7.7).
pub const REPLAY_COUNT: usize = 4096;
/// For how long.
pub const REPLAY_MEMORY: Duration = Duration::from_secs(10 * 60);
