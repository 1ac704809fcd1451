//! A Hub's client: its API over Connect, and encrypted channels to Workers over the relay WebSocket. Used by tests, benchmarks
//! and the remote commands.

mod channel;
mod driver;
mod error;
mod hub;
mod leg;
mod mailbox;
mod pins;
mod stream;

pub use channel::{Channel, OpenOptions};
pub use error::{CallError, ClientError};
pub use hub::{Hub, HubTarget, Session};
pub use leg::Leg;
pub use pins::PinFile;
pub use stream::{CallStream, Class};
