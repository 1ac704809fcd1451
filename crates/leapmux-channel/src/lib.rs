//! One encrypted channel, both roles: handshake, proof of the user, records, streams with credits and classes, rekey.
//!
//! Sans-IO: records in, records and events out, time and randomness are arguments. A driver does, in any order it likes:
//!
//! - each record from the peer: [`Session::handle_record`];
//! - when [`Session::poll_timeout`] is reached: [`Session::handle_timeout`];
//! - while [`Session::needs_random`]: [`Session::provide_random`] with fresh bytes;
//! - while the socket has room ("seal late"): [`Session::poll_transmit`];
//! - always: [`Session::poll_event`] until it is empty, and [`Session::consumed`] once the application has taken a payload.
//!
//! Rules are numbered in `docs/spec/channel.md`; tests cite them. The frames the Hub sees around the records are
//! `leapmux_types::relay_frame`. This crate is the one door to `leapmux-noise`.

mod ack;
mod auth;
mod event;
mod frame;
#[cfg(any(test, feature = "hazmat"))]
pub mod fuzz;
mod inflight;
mod initiator;
pub mod limits;
mod replay;
mod responder;
mod schedule;
mod session;
mod stream;
mod streams;
#[cfg(any(test, feature = "hazmat"))]
pub mod vectors;

pub use auth::DeviceTrust;
pub use event::{Class, Closed, Event, Kind, Limits, OpenError, SendError, StreamId};
pub use initiator::{Initiator, OpenParams};
pub use leapmux_noise as noise;
pub use leapmux_noise::{
    BundleError, DeviceKey, DevicePublic, HANDSHAKE_RANDOM, HandshakeError, KeyBundle, Secret32, ServingKeys,
    Suite, SuiteSet, VerifiedBundle, WorkerKeys,
};
pub use leapmux_types::{ChannelUid, Code, Millis};
pub use replay::{DuplicateChannel, ReplayGuard};
pub use responder::{Accepting, ChannelOpen, Grant, OpenRefused, Responder};
pub use session::Session;
