//! Limits more than one crate must agree on. Limits of one crate live in that crate, beside what they bound.

/// Largest message of one encrypted stream after reassembly, bytes (channel.md 3).
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;
/// Largest relay frame, bytes: type, channel and the largest OPEN body towards a Worker (60 KiB of grant and a handshake).
pub const MAX_RELAY_FRAME: usize = 66 * 1024;
/// All attachments of one message together, bytes (spec AGT-126).
pub const MAX_ATTACHMENTS: usize = 10 * 1024 * 1024;
/// Port of a Hub unless told otherwise (spec RUN-1).
pub const DEFAULT_PORT: u16 = 4327;
