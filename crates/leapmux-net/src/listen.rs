//! Bound listeners of every kind behind one `accept`.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::{ListenAddress, PipeListener};

/// Bytes of one connection that may wait in the kernel or in HTTP/2's buffer.
pub(crate) const UNSENT: u32 = 64 * 1024;

/// Which kind of listener a request came through; every request carries it as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListenerKind {
    Tcp,
    Unix,
    Pipe,
}

/// The other end of a TCP connection; an extension of requests that came through TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// Why an address could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "listen tcp: {address}: address already in use. Another LeapMux or another program listens there; choose a different address with --listen host:port"
    )]
    TcpInUse { address: ListenAddress },
    #[error("listen tcp: {address}: {source}. Choose a different address with --listen host:port")]
    Tcp { address: ListenAddress, source: io::Error },
    #[error("listen local: {address}: {reason}")]
    Unix { address: ListenAddress, reason: String },
}

/// A bound listener.
#[derive(Debug)]
pub enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(crate::unix::BoundUnix),
    Pipe(PipeListener),
}

/// A byte stream of any kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One accepted connection.
pub(crate) struct Accepted {
    pub stream: Box<dyn Stream>,
    pub kind: ListenerKind,
    pub peer: Option<PeerAddress>,
}

impl Listener {
    /// Binds `address`.
    pub async fn bind(address: &ListenAddress) -> Result<Self, BindError> {
        match address {
            ListenAddress::Tcp { host, port } => {
                bind_tcp(host, *port).await.map(Self::Tcp).map_err(|source| {
                    let address = address.clone();
                    match source.kind() {
                        io::ErrorKind::AddrInUse => BindError::TcpInUse { address },
                        _ => BindError::Tcp { address, source },
                    }
                })
            }
            #[cfg(unix)]
            ListenAddress::Unix(path) => crate::unix::bind(path)
                .await
                .map(Self::Unix)
                .map_err(|reason| BindError::Unix { address: address.clone(), reason: reason.to_string() }),
            #[cfg(not(unix))]
            ListenAddress::Unix(_) => {
                let reason = "unix sockets are not available on this system".to_owned();
                Err(BindError::Unix { address: address.clone(), reason })
            }
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> ListenerKind {
        match self {
            Self::Tcp(_) => ListenerKind::Tcp,
            #[cfg(unix)]
            Self::Unix(_) => ListenerKind::Unix,
            Self::Pipe(_) => ListenerKind::Pipe,
        }
    }

    /// The TCP address it is bound to, with the port the system chose for port 0.
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            _ => None,
        }
    }

    /// The next connection; `None` when no more can come.
    pub(crate) async fn accept(&mut self) -> io::Result<Option<Accepted>> {
        let kind = self.kind();
        Ok(match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Small frames both ways: Nagle's delay costs a factor of eight.
                stream.set_nodelay(true)?;
                keep_little_unsent(&stream);
                Some(Accepted { stream: Box::new(stream), kind, peer: Some(PeerAddress(peer)) })
            }
            #[cfg(unix)]
            Self::Unix(bound) => {
                let (stream, _) = bound.listener.accept().await?;
                Some(Accepted { stream: Box::new(stream), kind, peer: None })
            }
            Self::Pipe(listener) => {
                listener.accept().await.map(|stream| Accepted { stream: Box::new(stream), kind, peer: None })
            }
        })
    }
}

/// What the kernel has taken cannot be overtaken: with little of it there, urgent bytes go out soon. A wish, not a need.
fn keep_little_unsent(stream: &tokio::net::TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT) {
        tracing::debug!(%error, "TCP_NOTSENT_LOWAT");
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stream;
}

/// An empty host is every interface: IPv6 with IPv4 inside, or IPv4 alone where there is no IPv6.
async fn bind_tcp(host: &str, port: u16) -> io::Result<TcpListener> {
    if !host.is_empty() {
        return TcpListener::bind((host, port)).await;
    }
    match TcpListener::bind(("::", port)).await {
        Err(error) if error.kind() != io::ErrorKind::AddrInUse => TcpListener::bind(("0.0.0.0", port)).await,
        bound => bound,
    }
}
