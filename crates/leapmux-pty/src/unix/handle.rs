//! The controls of one process on this machine.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use nix::sys::signal::Signal as Native;
use pty_process::OwnedWritePty;
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::sync::Mutex;

use super::session::{self, Session};
use crate::guard::Guard;
use crate::process::{ExitWaiter, ProcessHandle, Signal};

/// End of file, as typed at a terminal.
const END_OF_TRANSMISSION: u8 = 4;

/// Where input goes.
pub(super) enum Input {
    Pty(OwnedWritePty),
    Pipe(ChildStdin),
    Closed,
}

/// One process and what it takes to control it.
pub(super) struct LocalProcess {
    pub(super) pid: u32,
    pub(super) session: Session,
    pub(super) input: Mutex<Input>,
    /// A descriptor of its own for the terminal's size: a resize must not wait behind input that is not read.
    pub(super) terminal: Option<OwnedFd>,
    pub(super) exit: ExitWaiter,
    pub(super) guard: Arc<Guard>,
}

#[async_trait]
impl ProcessHandle for LocalProcess {
    fn pid(&self) -> u32 {
        self.pid
    }

    async fn write(&self, bytes: Bytes) -> io::Result<()> {
        match &mut *self.input.lock().await {
            Input::Pty(pty) => pty.write_all(&bytes).await,
            Input::Pipe(pipe) => pipe.write_all(&bytes).await,
            Input::Closed => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    async fn close_input(&self) -> io::Result<()> {
        let mut input = self.input.lock().await;
        match &mut *input {
            Input::Pty(pty) => pty.write_all(&[END_OF_TRANSMISSION]).await,
            Input::Pipe(_) | Input::Closed => {
                *input = Input::Closed;
                Ok(())
            }
        }
    }

    fn resize(&self, cols: u16, rows: u16) -> io::Result<()> {
        let Some(terminal) = &self.terminal else { return Ok(()) };
        let size = rustix::termios::Winsize { ws_row: rows, ws_col: cols, ws_xpixel: 0, ws_ypixel: 0 };
        Ok(rustix::termios::tcsetwinsize(terminal, size)?)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        // Once the leader was waited for, its number may belong to somebody else.
        if self.exit.status().is_some() {
            return Ok(());
        }
        session::signal_group(self.pid, native(signal))
    }

    async fn kill_tree(&self, grace: Duration) {
        let (session, on_terminal) = (self.session, self.terminal.is_some());
        // A stopped process handles the request only when it continues.
        let ask = [if on_terminal { Native::SIGHUP } else { Native::SIGTERM }, Native::SIGCONT];
        let ended = tokio::task::spawn_blocking(move || session::end(&[session], &ask, grace)).await;
        if ended.is_ok() {
            self.guard.forget(session);
        }
    }
}

fn native(signal: Signal) -> Native {
    match signal {
        Signal::Interrupt => Native::SIGINT,
        Signal::Hangup => Native::SIGHUP,
        Signal::Terminate => Native::SIGTERM,
        Signal::Kill => Native::SIGKILL,
    }
}
