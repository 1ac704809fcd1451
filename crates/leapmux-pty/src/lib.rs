//! Processes and screens: the port through which every child process is owned, and the model of a terminal's screen.

pub mod environment;
#[cfg(unix)]
pub mod guard;
pub mod process;
pub mod screen;
pub mod shell;
#[cfg(unix)]
mod unix;

pub use environment::Environment;
pub use process::{
    ExitStatus, ExitWaiter, Output, OutputReader, OutputSource, Process, ProcessControl, ProcessHandle,
    ProcessHost, Signal, Source, SpawnError, SpawnSpec, Stdio,
};
#[cfg(unix)]
pub use unix::LocalProcessHost;
