//! Where a Hub is, as people write it: `https://hub.example.com`, `http://127.0.0.1:4327`, `unix:/run/hub.sock`.

use crate::{Dialer, RootsError, Tls};

/// What is accepted, for every sentence that refuses something.
const FORMS: &str = "expected http://host[:port], https://host[:port] or unix:<socket-path>";

/// Why a text is not where a Hub is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubUrlError {
    #[error("hub URL is required")]
    Missing,
    #[error("invalid hub URL {url:?}: {reason}; {FORMS}")]
    Invalid { url: String, reason: &'static str },
    #[error(transparent)]
    Roots(#[from] RootsError),
}

impl Dialer {
    /// The way to the Hub at `url` (spec WRK-10).
    pub fn to_hub(url: &str) -> Result<Self, HubUrlError> {
        let url = url.trim();
        let invalid = |reason| HubUrlError::Invalid { url: url.to_owned(), reason };
        if url.is_empty() {
            return Err(HubUrlError::Missing);
        }
        if let Some(path) = url.strip_prefix("unix:") {
            return unix(path).map_err(invalid);
        }
        if url.starts_with("npipe:") {
            return Err(invalid("named pipes exist on Windows only"));
        }
        let parsed: http::Uri = url.parse().map_err(|_| invalid("it is not a URL"))?;
        let secure = match parsed.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid("its scheme is none of these")),
        };
        let authority = parsed.authority().map_or("", |authority| authority.as_str());
        if authority.contains('@') {
            return Err(invalid("it must not name a user"));
        }
        if parsed.path() != "/" || parsed.query().is_some() || url.contains('#') {
            return Err(invalid("a Hub is at the root of its host, without a path"));
        }
        let host = parsed.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(invalid("it names no host"));
        }
        // What is no port is left out by the parser; the host alone is then not all there is.
        if parsed.port_u16().is_none() && authority.len() != parsed.host().map_or(0, str::len) {
            return Err(invalid("it has no port after the colon"));
        }
        let port = parsed.port_u16().unwrap_or(if secure { 443 } else { 80 });
        Ok(match secure {
            true => Self::Tls { host, port, tls: Tls::system()? },
            false => Self::Tcp { host, port },
        })
    }
}

#[cfg(unix)]
fn unix(path: &str) -> Result<Dialer, &'static str> {
    if path.is_empty() {
        return Err("it names no socket");
    }
    Ok(Dialer::Unix(path.into()))
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<Dialer, &'static str> {
    Err("unix sockets do not exist on this system")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrk_10_hubs_are_found_at_urls_and_sockets() {
        for (url, root) in [
            ("http://127.0.0.1:4327", "http://127.0.0.1:4327"),
            ("http://hub.example/", "http://hub.example:80"),
            (" http://[::1]:9 ", "http://[::1]:9"),
            #[cfg(unix)]
            ("unix:/run/hub.sock", "http://localhost"),
        ] {
            assert_eq!(Dialer::to_hub(url).expect(url).url(), root);
        }
        match Dialer::to_hub("https://hub.example") {
            Ok(dialer) => assert_eq!(dialer.url(), "https://hub.example:443"),
            // A machine without certificate authorities says so.
            Err(error) => assert!(matches!(error, HubUrlError::Roots(_)), "{error}"),
        }
    }

    #[test]
    fn wrk_10_what_is_no_hub_is_refused_with_the_forms() {
        assert_eq!(Dialer::to_hub(" ").expect_err("empty").to_string(), "hub URL is required");
        for url in [
            "hub.example",
            "localhost:4327",
            "ftp://x",
            "http://",
            "http://x/path",
            "http://x?q",
            "http://u@x",
            "http://x:99999",
            "unix:",
            "npipe:x",
        ] {
            let said = Dialer::to_hub(url).expect_err(url).to_string();
            assert!(said.starts_with("invalid hub URL") && said.ends_with(FORMS), "{url}: {said}");
        }
    }
}
