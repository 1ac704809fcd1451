//! Processes and screens: the port through which every child process is owned, and the model of a terminal's screen.

pub mod process;

pub use process::{
    ExitStatus, ExitWaiter, Output, OutputReader, OutputSource, Process, ProcessControl, ProcessHandle,
    ProcessHost, Signal, Source, SpawnError, SpawnSpec, Stdio,
};
