//! Reads what processes write, straight from the PTY or the pipes: no task and no queue in between.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut, BytesMut};
use pty_process::OwnedReadPty;
use tokio::io::AsyncRead;
use tokio::process::{ChildStderr, ChildStdout};
use tokio_util::io::poll_read_buf;

use crate::process::{Output, OutputSource, Source};

/// Most bytes of one piece. A PTY gives out about 4 KiB a read, so several reads make one piece of a flood.
const PIECE_MAX: usize = 32 * 1024;
/// What a read is given at least.
const READ_MIN: usize = 4 * 1024;

/// One stream and how far it was read.
struct Stream<R> {
    reader: Option<R>,
    source: Source,
    offset: u64,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Stream<R> {
    fn new(reader: Option<R>, source: Source) -> Self {
        Self { reader, source, offset: 0, buffer: BytesMut::new() }
    }

    /// All that can be read at once, up to a piece. An error ends the stream: a PTY whose processes are gone says EIO.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>> {
        while let Some(reader) = &mut self.reader {
            let room = PIECE_MAX - self.buffer.len();
            if room < READ_MIN {
                break;
            }
            self.buffer.reserve(READ_MIN);
            // The buffer may have more room than was asked for.
            match poll_read_buf(Pin::new(reader), cx, &mut (&mut self.buffer).limit(room)) {
                Poll::Ready(Ok(read)) if read > 0 => {}
                Poll::Ready(_) => self.reader = None,
                Poll::Pending if self.buffer.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        if self.buffer.is_empty() {
            return Poll::Ready(None);
        }
        let bytes = self.buffer.split().freeze();
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        Poll::Ready(Some(Output { source: self.source, offset, bytes }))
    }
}

/// The output side of a PTY.
pub(super) struct PtyOutput(Stream<OwnedReadPty>);

impl PtyOutput {
    pub(super) fn new(pty: OwnedReadPty) -> Self {
        Self(Stream::new(Some(pty), Source::Stdout))
    }
}

impl OutputSource for PtyOutput {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>> {
        self.0.poll_piece(cx)
    }
}

/// Standard output and standard error of a process on pipes, in turns.
pub(super) struct PipeOutput {
    stdout: Stream<ChildStdout>,
    stderr: Stream<ChildStderr>,
    stderr_first: bool,
}

impl PipeOutput {
    pub(super) fn new(stdout: Option<ChildStdout>, stderr: Option<ChildStderr>) -> Self {
        Self {
            stdout: Stream::new(stdout, Source::Stdout),
            stderr: Stream::new(stderr, Source::Stderr),
            stderr_first: false,
        }
    }
}

impl OutputSource for PipeOutput {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>> {
        let mut ended = 0;
        for turn in 0..2 {
            let polled = if self.stderr_first == (turn == 0) {
                self.stderr.poll_piece(cx)
            } else {
                self.stdout.poll_piece(cx)
            };
            match polled {
                Poll::Ready(Some(piece)) => {
                    self.stderr_first = piece.source == Source::Stdout;
                    return Poll::Ready(Some(piece));
                }
                Poll::Ready(None) => ended += 1,
                Poll::Pending => {}
            }
        }
        if ended == 2 { Poll::Ready(None) } else { Poll::Pending }
    }
}
