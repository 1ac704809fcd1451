//! Dials what a listener of this crate can be bound to.

use std::io;
#[cfg(unix)]
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::PipeConnector;

/// A connected byte stream of any kind.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> ByteStream for T {}

/// Where a Hub is reached.
#[derive(Debug, Clone)]
pub enum Dialer {
    Tcp {
        host: String,
        port: u16,
    },
    #[cfg(unix)]
    Unix(PathBuf),
    Pipe(PipeConnector),
}

impl Dialer {
    /// A new connection.
    pub async fn dial(&self) -> io::Result<Box<dyn ByteStream>> {
        Ok(match self {
            Self::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                // Small frames both ways: Nagle's delay costs a factor of eight.
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            #[cfg(unix)]
            Self::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
            Self::Pipe(connector) => Box::new(connector.connect().await?),
        })
    }

    /// What an HTTP request over this connection names as its host.
    pub fn authority(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            _ => "localhost".to_owned(),
        }
    }
}
