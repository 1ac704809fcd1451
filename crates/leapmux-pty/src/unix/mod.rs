//! Processes on Linux and macOS: sessions, PTYs by `pty-process`, pipes by tokio.

mod handle;
mod host;
mod launch;
mod output;
pub(crate) mod session;

pub use host::LocalProcessHost;
