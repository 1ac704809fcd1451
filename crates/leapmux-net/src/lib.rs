//! Listen and dial: TCP, TLS, unix sockets and the in-process pipe, and the one accept loop that serves HTTP on all of them.

mod addr;
mod dial;
mod hub_url;
mod listen;
mod pipe;
mod proxy;
mod serve;
mod tls;
#[cfg(unix)]
mod unix;

pub use addr::{ListenAddress, ParseAddressError};
pub use dial::{ByteStream, Dialer};
pub use hub_url::HubUrlError;
pub use listen::{BindError, Listener, ListenerKind, PeerAddress};
pub use pipe::{PIPE_BUFFER, PipeConnector, PipeListener, pipe};
pub use serve::{HttpServer, MAX_HEADER_BYTES};
pub(crate) use tls::Alpn;
pub use tls::{RootsError, Tls};
