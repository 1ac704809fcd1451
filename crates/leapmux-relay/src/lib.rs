//! The blind switch: it joins a client's leg and a Worker's leg per channel and passes opaque frames between them, within limits
//! and fairly. A state machine: frames, time and decisions are handed in, frames and events are taken out; no IO, no clock.
//!
//! The driver calls [`Relay::handle_frame`] for what a socket read, [`Relay::poll_transmit`] while a socket has less than
//! [`Limits::socket_unsent`] unsent, [`Relay::handle_timeout`] at [`Relay::poll_timeout`], and after each call drains
//! [`Relay::poll_event`].

mod bucket;
mod channel;
mod channels;
mod egress;
mod event;
mod from_client;
mod from_worker;
mod limits;
mod relay;
mod timers;
mod user;

pub use channel::ChannelKey;
pub use event::{AuthorizeRequest, Event, Intake, LegFailure};
pub use limits::Limits;
pub use relay::{Authorization, LegId, LiveChannel, Relay, Scope};
