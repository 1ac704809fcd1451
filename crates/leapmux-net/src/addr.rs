//! Where a server listens, as written in configuration: `host:port`, `:port` or `unix:<path>`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// A place to listen. TCP hosts are kept as written and resolved when bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// An empty host means every interface.
    Tcp { host: String, port: u16 },
    /// A unix domain socket; its file is made with mode 0600.
    Unix(PathBuf),
}

/// Why a text is not an address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAddressError {
    #[error("\"{0}\" is not an address: expected host:port, :port or unix:<path>")]
    Malformed(String),
    #[error("\"{0}\" names no socket file: expected unix:<path>")]
    MissingPath(String),
    #[error("\"{0}\": named pipes exist on Windows only")]
    NamedPipe(String),
}

impl ListenAddress {
    /// Only programs on this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Unix(_) => true,
            Self::Tcp { host, .. } => {
                host.eq_ignore_ascii_case("localhost")
                    || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

impl ListenAddress {
    /// What a browser on this machine is pointed at; every interface is reached as localhost. `bound` has the port the system
    /// chose for port 0.
    pub fn browser_url(&self, bound: Option<SocketAddr>) -> String {
        match (self, bound) {
            (Self::Tcp { host, .. }, Some(bound)) => {
                let everywhere = host.is_empty() || bound.ip().is_unspecified();
                let host = if everywhere { "localhost".to_owned() } else { host.clone() };
                format!("http://{}", Self::Tcp { host, port: bound.port() })
            }
            (address, _) => address.to_string(),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, ParseAddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            if path.is_empty() {
                return Err(ParseAddressError::MissingPath(text.to_owned()));
            }
            return Ok(Self::Unix(path.into()));
        }
        if text.starts_with("npipe:") {
            return Err(ParseAddressError::NamedPipe(text.to_owned()));
        }
        let malformed = || ParseAddressError::Malformed(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(malformed)?;
        let port = port.parse().map_err(|_| malformed())?;
        let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let host = match bracketed {
            Some(inner) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
            None if !host.contains([':', '/', '[', ']', ' ']) => host,
            _ => return Err(malformed()),
        };
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ListenAddress {
        text.parse().expect(text)
    }

    #[test]
    fn reads_what_it_prints() {
        for text in ["127.0.0.1:4327", ":4327", "[::1]:4327", "localhost:1", "unix:/tmp/x.sock", "unix:rel"] {
            assert_eq!(parse(text).to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in
            ["", "4327", "host", "host:", "host:70000", "::1:80", "http://x:80", "[x]:80", "unix:", "npipe:x"]
        {
            assert!(text.parse::<ListenAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_url_names_what_a_browser_can_open() {
        let url = |listen: &str, bound: &str| parse(listen).browser_url(bound.parse().ok());
        assert_eq!(url("127.0.0.1:0", "127.0.0.1:4000"), "http://127.0.0.1:4000");
        assert_eq!(url(":4327", "[::]:4327"), "http://localhost:4327");
        assert_eq!(url("0.0.0.0:80", "0.0.0.0:80"), "http://localhost:80");
        assert_eq!(url("[::1]:0", "[::1]:9"), "http://[::1]:9");
        assert_eq!(url("unix:/tmp/x", ""), "unix:/tmp/x");
    }

    #[test]
    fn knows_loopback() {
        for text in ["127.0.0.1:1", "127.8.0.1:1", "[::1]:1", "LocalHost:1", "unix:/x"] {
            assert!(parse(text).is_loopback(), "{text}");
        }
        for text in [":1", "0.0.0.0:1", "[::]:1", "example.org:1", "192.168.0.1:1"] {
            assert!(!parse(text).is_loopback(), "{text}");
        }
    }
}
