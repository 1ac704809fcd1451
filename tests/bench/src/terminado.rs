//! A peer: Jupyter's terminado (PyPI) over its WebSocket, in a virtual environment of its own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::keyboard::Keyboard;

/// Pinned, so that figures of different days compare.
const PACKAGES: [&str; 2] = ["terminado==0.18.1", "tornado==6.5.2"];

const SERVER: &str = "
import sys, tornado.web, tornado.ioloop
from terminado import TermSocket, UniqueTermManager
manager = UniqueTermManager(shell_command=['sh', '-c', sys.argv[2]])
app = tornado.web.Application([(r'/ws', TermSocket, {'term_manager': manager})])
app.listen(int(sys.argv[1]), '127.0.0.1')
tornado.ioloop.IOLoop.current().start()
";

/// A server whose every connection gets a terminal with the given command.
pub struct Terminado {
    _child: Child,
    port: u16,
}

impl Terminado {
    /// Installs it when missing and starts it, or says why this machine cannot.
    pub async fn start(cache: PathBuf, command: &str) -> Result<Self> {
        let python = cache.join("terminado/bin/python3");
        if !python.exists() {
            let made =
                Command::new("python3").args(["-m", "venv"]).arg(cache.join("terminado")).status().await?;
            anyhow::ensure!(made.success(), "python3 -m venv failed");
            let installed = Command::new(&python)
                .args(["-m", "pip", "install", "--quiet"])
                .args(PACKAGES)
                .status()
                .await?;
            if !installed.success() {
                let _ = std::fs::remove_dir_all(cache.join("terminado"));
                bail!("pip could not install {}", PACKAGES.join(" "));
            }
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(&python)
            .args(["-c", SERVER, &port.to_string(), command])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        for _ in 0..400 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(Self { _child: child, port });
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("terminado did not listen within 10 s")
    }

    /// One terminal.
    pub async fn open(&self) -> Result<TerminadoSession> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://127.0.0.1:{}/ws", self.port);
        let (socket, _) = tokio_tungstenite::client_async(url, MaybeTlsStream::Plain(stream)).await?;
        Ok(TerminadoSession { socket })
    }
}

/// One WebSocket to it.
pub struct TerminadoSession {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Keyboard for TerminadoSession {
    async fn type_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let text = serde_json::json!(["stdin", String::from_utf8_lossy(bytes)]).to_string();
        Ok(self.socket.send(Message::text(text)).await?)
    }

    async fn output(&mut self) -> Result<Bytes> {
        loop {
            let message = self.socket.next().await.context("terminado closed the socket")??;
            let Message::Text(text) = message else { continue };
            let parsed: Vec<serde_json::Value> = serde_json::from_str(&text)?;
            if let [kind, data, ..] = &parsed[..]
                && kind == "stdout"
            {
                return Ok(Bytes::copy_from_slice(data.as_str().unwrap_or_default().as_bytes()));
            }
        }
    }
}
