//! Calls on the encrypted channel: what a call is, who makes it, and which service answers it.

mod call;
mod caller;
mod dispatch;
mod error;
mod local;

pub use call::{CHANNEL_QUEUE, Call, Gone, Requests, Responder, STREAM_QUEUE};
pub(crate) use call::{CallEnd, Gate, Outbox, StreamCommand, cost, decode};
pub use caller::{Caller, Grant, Role};
pub(crate) use dispatch::{dispatch, find_method};
pub use error::{RpcCode, RpcError};
pub use local::{LocalPeer, local_call};
