//! The process port: spawn, bytes in and out with offsets, resize, signal, exit. Nothing outside of its implementations
//! holds a PTY or a child's pipe, so that a host process of its own can take over from the Worker one day.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

/// Starts processes and owns them.
#[async_trait]
pub trait ProcessHost: Send + Sync {
    /// Starts `spec` as the leader of a session (and process group) of its own.
    async fn spawn(&self, spec: SpawnSpec) -> Result<Process, SpawnError>;
}

/// What to run.
#[derive(Debug, Clone)]
pub struct SpawnSpec {
    /// A path, or a bare name that is looked up in the `PATH` of `env`.
    pub program: PathBuf,
    /// Arguments after the program's own name.
    pub args: Vec<OsString>,
    /// Must exist; the caller decides where to fall back to.
    pub cwd: PathBuf,
    /// The complete environment: nothing is inherited.
    pub env: BTreeMap<OsString, OsString>,
    /// What the process reads from and writes to.
    pub stdio: Stdio,
}

/// What a process has as its standard streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdio {
    /// A terminal of this size, both positive.
    Pty { cols: u16, rows: u16 },
    /// Three pipes.
    Pipes,
}

/// A process that was started. Dropping it does not end the process: `control.kill_tree` does.
pub struct Process {
    /// Input, size, signals and the end of it.
    pub control: ProcessControl,
    /// What it writes. Not reading it holds the process back.
    pub output: OutputReader,
    /// How it ended.
    pub exit: ExitWaiter,
}

/// What an implementation of the port offers for one process.
#[async_trait]
pub trait ProcessHandle: Send + Sync {
    /// The operating system's number of the process.
    fn pid(&self) -> u32;
    /// Writes all of `bytes`, waiting while the process does not read. Writes of several callers do not mix.
    async fn write(&self, bytes: Bytes) -> io::Result<()>;
    /// Ends the input: closes the pipe, or types the terminal's end-of-file character.
    async fn close_input(&self) -> io::Result<()>;
    /// Sets the terminal's size; nothing for pipes.
    fn resize(&self, cols: u16, rows: u16) -> io::Result<()>;
    /// Signals the process group the process leads. A group that is gone is not an error.
    fn signal(&self, signal: Signal) -> io::Result<()>;
    /// Ends the process, its descendants and everything left in its session: asks first, kills after `grace`, returns
    /// when none of them is left.
    async fn kill_tree(&self, grace: Duration);
}

/// The controls of one process; clones control the same one.
#[derive(Clone)]
pub struct ProcessControl(Arc<dyn ProcessHandle>);

impl ProcessControl {
    /// Wraps what an implementation of the port made.
    pub fn new(handle: Arc<dyn ProcessHandle>) -> Self {
        Self(handle)
    }
}

impl std::ops::Deref for ProcessControl {
    type Target = dyn ProcessHandle;
    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// The signals a person's actions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// As Ctrl-C does.
    Interrupt,
    /// The terminal is gone.
    Hangup,
    /// Please end.
    Terminate,
    /// End at once; cannot be caught.
    Kill,
}

/// Which stream bytes came from. A terminal has only `Stdout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Stdout,
    Stderr,
}

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The stream it came from.
    pub source: Source,
    /// Bytes of that stream before this piece.
    pub offset: u64,
    /// At least one byte, at most 32 KiB.
    pub bytes: Bytes,
}

/// Where an implementation's output comes from.
pub trait OutputSource: Send {
    /// The next piece; `None` when every stream has ended. Reading errors end a stream.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>>;
}

/// The output of one process.
pub struct OutputReader(Box<dyn OutputSource>);

impl OutputReader {
    /// Wraps what an implementation of the port made.
    pub fn new(source: Box<dyn OutputSource>) -> Self {
        Self(source)
    }

    /// The next piece, `None` when all streams have ended. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Output> {
        std::future::poll_fn(|cx| self.0.poll_next(cx)).await
    }

    /// As `next`, for hand-written futures.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>> {
        self.0.poll_next(cx)
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitStatus {
    /// What it returned; none if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

impl ExitStatus {
    /// How a process ended that nobody could wait for.
    pub const UNKNOWN: Self = Self { code: None, signal: None };

    /// Whether it returned 0.
    pub fn success(self) -> bool {
        self.code == Some(0)
    }
}

/// Waits for the end of a process; clones wait for the same one.
#[derive(Debug, Clone)]
pub struct ExitWaiter(watch::Receiver<Option<ExitStatus>>);

impl ExitWaiter {
    /// Resolves when `status` holds a value.
    pub fn new(status: watch::Receiver<Option<ExitStatus>>) -> Self {
        Self(status)
    }

    /// How the process ended, once it has. Cancelling loses nothing; asking again gives the same answer.
    pub async fn wait(&mut self) -> ExitStatus {
        self.0.wait_for(Option::is_some).await.ok().and_then(|status| *status).unwrap_or(ExitStatus::UNKNOWN)
    }

    /// How the process ended, if it has.
    pub fn status(&self) -> Option<ExitStatus> {
        *self.0.borrow()
    }
}

/// Why a process did not start; the texts are what the user reads.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    #[error("{} was not found", program.display())]
    ProgramNotFound { program: PathBuf },
    #[error("{} may not be executed: permission denied", program.display())]
    NotExecutable { program: PathBuf },
    #[error("the directory {} does not exist", cwd.display())]
    NoSuchDirectory { cwd: PathBuf },
    #[error("the directory {} may not be entered: permission denied", cwd.display())]
    DirectoryForbidden { cwd: PathBuf },
    #[error("a terminal must have at least one column and one row")]
    EmptySize,
    #[error("no terminal could be opened")]
    NoTerminal {
        #[source]
        source: io::Error,
    },
    #[error("{} could not be started", program.display())]
    Failed {
        program: PathBuf,
        #[source]
        source: io::Error,
    },
}
