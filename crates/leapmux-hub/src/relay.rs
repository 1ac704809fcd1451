//! The relay in motion: legs as handles, one clock, and the answer to "may this user open this channel".

mod grant;
mod leg;
mod service;

pub use grant::{ChannelGrant, GrantEncoder, WorkspaceAccess};
pub use leg::Leg;
pub use service::{RelayService, RelayStats};
