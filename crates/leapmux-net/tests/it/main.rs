//! The accept loop and the listeners, over real sockets.

mod listeners;
mod serving;
