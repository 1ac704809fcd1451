//! Encrypted channels as the Worker hosts them: one task owns each session, feeds it and answers its calls.

mod grant;
mod host;
mod open;
mod streams;
mod task;

pub(crate) use host::{ChannelHost, Connection};

#[cfg(test)]
pub(crate) mod tests;
