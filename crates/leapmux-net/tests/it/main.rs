//! The accept loop and the listeners, over real sockets.

#[cfg(unix)]
mod listeners;
#[cfg(unix)]
mod serving;
