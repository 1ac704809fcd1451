//! Terminals: a shell on a PTY in each tab, its screen kept here, clients redrawn or caught up from it.
//!
//! `Terminals` knows all of them; an actor owns each one that runs or is looked at; `LiveScreen` is what it shows, with no IO.

mod actor;
mod launch;
mod live_screen;
mod manager;
mod notice;
mod report;
mod ring;
mod saving;
mod shared;
#[cfg(all(test, target_os = "linux"))]
mod tests;
mod title;
mod watchers;

pub(crate) use manager::{OpenTerminal, Terminals};
pub(crate) use shared::{InputStream, Size};
