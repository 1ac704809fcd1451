//! One binary for all integration tests.

mod bytes;
mod channel;
mod lifecycle;
mod terminal;
