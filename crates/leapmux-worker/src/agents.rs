//! Agents of this Worker: which there are, their actors, and what tabs show of them.

mod manager;
mod report;
#[cfg(all(test, unix))]
mod tests;

pub(crate) use manager::{Agents, NewAgent, wire_error};
