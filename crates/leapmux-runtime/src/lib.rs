//! Owned tasks, shutdown phases, backoff, the clock and fresh ids: what every async crate builds on.

mod backoff;
mod clock;
mod file;
mod fresh;
mod secret;
mod tasks;

pub use backoff::Backoff;
pub use clock::{monotonic_now, wall_clock_ms};
pub use file::write_atomic;
pub use fresh::{fresh_bits, random_bytes};
pub use secret::Secret;
pub use tasks::{DrainTimeout, Tasks};
