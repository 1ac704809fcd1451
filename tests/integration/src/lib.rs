//! Rigs for tests of LeapMux whole: in this process (`TestSolo`), or as the real program in a home of its own (`Program`).

#[cfg(target_os = "linux")]
pub mod processes;
#[cfg(target_os = "linux")]
mod program;
mod solo;

#[cfg(target_os = "linux")]
pub use program::{Client, Home, LINKED, Program, binary};
pub use solo::{TestSolo, settings};
