//! The in-process pipe: a listener whose connections are pairs of memory streams. What runs over it is what runs over a socket.

use std::io;

use tokio::io::DuplexStream;
use tokio::sync::mpsc;

/// Bytes one direction of a pipe holds before its writer waits.
pub const PIPE_BUFFER: usize = 64 * 1024;
/// Connections made but not yet accepted, before `connect` waits.
const BACKLOG: usize = 16;

/// The dialling end: every `connect` gives a fresh stream to the listener.
#[derive(Debug, Clone)]
pub struct PipeConnector {
    backlog: mpsc::Sender<DuplexStream>,
}

/// The accepting end.
#[derive(Debug)]
pub struct PipeListener {
    backlog: mpsc::Receiver<DuplexStream>,
}

/// A connector and the listener it reaches.
pub fn pipe() -> (PipeConnector, PipeListener) {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    (PipeConnector { backlog: sender }, PipeListener { backlog: receiver })
}

impl PipeConnector {
    /// A new connection; `ConnectionRefused` once the listener is gone.
    pub async fn connect(&self) -> io::Result<DuplexStream> {
        let (near, far) = tokio::io::duplex(PIPE_BUFFER);
        let refused =
            |_| io::Error::new(io::ErrorKind::ConnectionRefused, "nothing listens on the in-process pipe");
        self.backlog.send(far).await.map_err(refused)?;
        Ok(near)
    }
}

impl PipeListener {
    /// The next connection; `None` when every connector is gone.
    pub async fn accept(&mut self) -> Option<DuplexStream> {
        self.backlog.recv().await
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn carries_bytes_and_refuses_once_closed() {
        let (connector, mut listener) = pipe();
        let mut near = connector.connect().await.expect("it listens");
        let mut far = listener.accept().await.expect("one waits");
        near.write_all(b"hello").await.expect("room");
        let mut heard = [0; 5];
        far.read_exact(&mut heard).await.expect("five bytes");
        assert_eq!(&heard, b"hello");
        drop(listener);
        let refused = connector.connect().await.expect_err("nobody listens");
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }
}
