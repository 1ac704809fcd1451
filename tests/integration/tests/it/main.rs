//! One binary for all integration tests.

mod channel;
mod lifecycle;
mod terminal;
