//! Dials what a Hub listens on, in the clear or over TLS.

use std::io;
#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{Alpn, PipeConnector, Tls, proxy};

/// A connection stands by then, TLS and all; a network that swallows packets must not hold the caller for minutes.
const DIAL_TIMEOUT: Duration = Duration::from_secs(10);

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
    Tls {
        host: String,
        port: u16,
        tls: Tls,
    },
    #[cfg(unix)]
    Unix(PathBuf),
    Pipe(PipeConnector),
}

impl Dialer {
    /// A new connection that will speak HTTP/2.
    pub async fn dial(&self) -> io::Result<Box<dyn ByteStream>> {
        self.dial_for(Alpn::Http2).await
    }

    /// A new connection that will speak HTTP/1.1, as WebSockets do.
    pub async fn dial_http1(&self) -> io::Result<Box<dyn ByteStream>> {
        self.dial_for(Alpn::Http1).await
    }

    async fn dial_for(&self, alpn: Alpn) -> io::Result<Box<dyn ByteStream>> {
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "nobody answers");
        timeout(DIAL_TIMEOUT, self.connect(alpn)).await.map_err(late)?
    }

    async fn connect(&self, alpn: Alpn) -> io::Result<Box<dyn ByteStream>> {
        Ok(match self {
            Self::Tcp { host, port } => Box::new(tcp(host, *port).await?),
            Self::Tls { host, port, tls } => {
                let stream: Box<dyn ByteStream> = match tls.proxy(&self.url()) {
                    Some(proxy) => proxy::tunnel(&proxy, &self.authority()).await?,
                    None => Box::new(tcp(host, *port).await?),
                };
                Box::new(tls.handshake(stream, host, alpn).await?)
            }
            #[cfg(unix)]
            Self::Unix(path) => Box::new(tokio::net::UnixStream::connect(path).await?),
            Self::Pipe(connector) => Box::new(connector.connect().await?),
        })
    }

    /// What an HTTP request over this connection names as its host.
    pub fn authority(&self) -> String {
        match self {
            Self::Tcp { host, port } | Self::Tls { host, port, .. } if host.contains(':') => {
                format!("[{host}]:{port}")
            }
            Self::Tcp { host, port } | Self::Tls { host, port, .. } => format!("{host}:{port}"),
            _ => "localhost".to_owned(),
        }
    }

    /// The URL of the Hub's root, as requests over this connection name it.
    pub fn url(&self) -> String {
        let scheme = if matches!(self, Self::Tls { .. }) { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    // Small frames both ways: Nagle's delay costs a factor of eight.
    stream.set_nodelay(true)?;
    Ok(stream)
}
