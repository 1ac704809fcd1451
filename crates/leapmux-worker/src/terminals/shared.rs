//! What the streams of a terminal's typists share with its actor: where input goes, and who answers programs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use leapmux_pty::ProcessControl;
use tokio::sync::{mpsc, oneshot};

use super::actor::Command;
use super::report::is_report;
use crate::rpc::RpcError;

/// Columns and rows, both positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) cols: u16,
    pub(crate) rows: u16,
}

impl Size {
    /// Until a view has measured itself (TRM-17).
    pub(crate) const DEFAULT: Self = Self { cols: 80, rows: 25 };

    /// A size off the wire; larger ones than a screen takes are clamped by it.
    pub(crate) fn new(cols: u32, rows: u32) -> Result<Self, RpcError> {
        let number = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        match (number(cols), number(rows)) {
            (0, _) | (_, 0) => Err(RpcError::invalid_argument("Columns and rows must be positive")),
            (cols, rows) => Ok(Self {
                cols: cols.clamp(2, leapmux_pty::screen::COLS_MAX),
                rows: rows.min(leapmux_pty::screen::ROWS_MAX),
            }),
        }
    }
}

/// Shared by a terminal's actor and its input streams.
#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    streams: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Takes input while the terminal is ready; otherwise input is dropped (TRM-72).
    process: Option<ProcessControl>,
    /// The input stream that typed last: its view's answers are the program's.
    typist: Option<u64>,
}

impl Shared {
    /// Input goes to this process from now on, or nowhere.
    pub(super) fn set_process(&self, process: Option<ProcessControl>) {
        self.state().process = process;
    }

    /// Where `bytes` of an input stream go. An answer by a view whose person did not type last goes nowhere.
    fn route(&self, stream: u64, bytes: &[u8]) -> Option<ProcessControl> {
        let mut state = self.state();
        let other = state.typist.is_some_and(|typist| typist != stream);
        if other && is_report(bytes) {
            return None;
        }
        state.typist = Some(stream);
        state.process.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client's keyboard. Bytes go to the process directly, so that a busy screen does not delay them.
pub(crate) struct InputStream {
    id: u64,
    shared: Arc<Shared>,
    actor: mpsc::Sender<Command>,
}

impl InputStream {
    pub(super) fn new(shared: Arc<Shared>, actor: mpsc::Sender<Command>) -> Self {
        Self { id: shared.streams.fetch_add(1, Ordering::Relaxed), shared, actor }
    }

    /// Types; waits while the program reads nothing. Safe to cancel between messages only.
    pub(crate) async fn data(&self, bytes: Bytes) {
        let Some(process) = self.shared.route(self.id, &bytes) else { return };
        if let Err(error) = process.write(bytes).await {
            tracing::debug!(%error, "input came too late");
        }
    }

    /// Sets the size: the last one wins. What is typed after it finds it done.
    pub(crate) async fn resize(&self, size: Size) {
        self.shared.state().typist = Some(self.id);
        let (done, resized) = oneshot::channel();
        if self.actor.send(Command::Resize { size, done }).await.is_ok() {
            let _ = resized.await;
        }
    }
}

impl Drop for InputStream {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if state.typist == Some(self.id) {
            state.typist = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_positive_and_bounded() {
        assert!(Size::new(0, 24).is_err() && Size::new(80, 0).is_err());
        assert_eq!(Size::new(80, 24).ok(), Some(Size { cols: 80, rows: 24 }));
        assert_eq!(Size::new(1, u32::MAX).ok(), Some(Size { cols: 2, rows: 500 }));
    }

    #[test]
    fn only_the_typists_view_answers() {
        let shared = Shared::default();
        let answers = |stream, bytes: &[u8]| {
            shared.route(stream, bytes);
            shared.state().typist == Some(stream)
        };
        assert!(answers(1, b"\x1b[?1;2c"), "nobody has typed: the first answer counts");
        assert!(!answers(2, b"\x1b[?1;2c"));
        assert!(answers(2, b"x"));
        assert!(!answers(1, b"\x1b[5;5R"));
        assert!(answers(2, b"\x1b[5;5R"));
    }
}
