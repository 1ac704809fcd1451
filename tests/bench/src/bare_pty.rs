//! The physical limit: a PTY of this process, with nothing between.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::keyboard::Keyboard;

/// A shell command on a PTY of our own.
pub struct BarePty {
    pty: pty_process::Pty,
    _child: tokio::process::Child,
    buffer: Vec<u8>,
}

impl BarePty {
    /// Runs `sh -c command` on an 80×25 PTY.
    pub fn start(command: &str) -> Result<Self> {
        let (pty, pts) = pty_process::open().context("opening a PTY")?;
        pty.resize(pty_process::Size::new(25, 80))?;
        let child = pty_process::Command::new("sh").args(["-c", command]).kill_on_drop(true).spawn(pts)?;
        Ok(Self { pty, _child: child, buffer: vec![0; 64 * 1024] })
    }
}

impl Keyboard for BarePty {
    async fn type_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.pty.write_all(bytes).await?)
    }

    async fn output(&mut self) -> Result<Bytes> {
        match self.pty.read(&mut self.buffer).await {
            Ok(0) => bail!("the PTY is closed"),
            Ok(read) => Ok(Bytes::copy_from_slice(&self.buffer[..read])),
            Err(error) => Err(error).context("reading the PTY"),
        }
    }
}
