//! The real program and clients of it, when things go wrong: nothing that was acknowledged is lost, everybody who looks is told.

mod conversation;
mod long_lines;
mod restarts;
mod two_windows;
mod vanishing;
