//! Every number the Hub enforces on ciphertext (channel rules, chapter 12); all of them are configuration.

use std::time::Duration;

/// Limits of one relay. Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Channels of one client socket.
    pub channels_per_socket: usize,
    /// Channels of one user over all sockets.
    pub channels_per_user: usize,
    /// Channels to one Worker.
    pub channels_per_worker: usize,
    /// OPENs one user may send to one Worker in a row.
    pub open_burst: u32,
    /// Time after which one more OPEN is allowed (30 a minute).
    pub open_interval: Duration,
    /// Workers one user's OPEN budgets are kept for at the same time.
    pub open_budgets_per_user: usize,
    /// Bytes a user may send at once.
    pub bytes_burst: u64,
    /// Bytes a second a user may send; beyond it the user's sockets are not read for a while.
    pub bytes_per_second: u64,
    /// Frames queued for one channel on one leg; above it the channel is closed with `overload`.
    pub channel_queue: usize,
    /// Frames queued for all channels of one leg; above it the channel that adds more is closed with `overload`.
    pub leg_queue: usize,
    /// Frames about the leg itself (PONG, EVENT) queued; above it the leg is dropped.
    pub control_queue: usize,
    /// Deficit round robin: bytes a channel may send before the next one has its turn.
    pub quantum: usize,
    /// A driver takes no further frame while its socket has this much unsent.
    pub socket_unsent: usize,
    /// OPEN without ACCEPT.
    pub accept_timeout: Duration,
    /// A silent client leg is asked for a sign of life.
    pub ping_after: Duration,
    /// A client leg silent for this long is dead.
    pub dead_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            channels_per_socket: 64,
            channels_per_user: 256,
            channels_per_worker: 1024,
            open_burst: 20,
            open_interval: Duration::from_secs(2),
            open_budgets_per_user: 256,
            bytes_burst: 8 << 20,
            bytes_per_second: 32 << 20,
            channel_queue: 4 << 20,
            leg_queue: 64 << 20,
            control_queue: 1024,
            quantum: 16 << 10,
            socket_unsent: 64 << 10,
            accept_timeout: Duration::from_secs(15),
            ping_after: Duration::from_secs(20),
            dead_after: Duration::from_secs(45),
        }
    }
}
