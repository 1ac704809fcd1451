//! Where a request comes from: the other end of its connection, or what a proxy in front says (CFG-57).

use std::net::IpAddr;

use axum::extract::Request;
use leapmux_net::PeerAddress;

use crate::HubConfig;

/// The client's address as text; empty when there is none, as on a local socket.
pub(crate) fn client_address(config: &HubConfig, request: &Request) -> String {
    let Some(PeerAddress(peer)) = request.extensions().get::<PeerAddress>() else { return String::new() };
    let peer = peer.ip().to_canonical();
    // Anybody can write the header; a proxy of ours is near, and the operator has said that there is one.
    let proxied = config.accounts.public_url.is_some() && is_near(peer);
    let forwarded = request.headers().get_all("x-forwarded-for").into_iter().next_back();
    let client = forwarded
        .filter(|_| proxied)
        .and_then(|line| line.to_str().ok())
        // The right-most one is what the nearest proxy saw.
        .and_then(|line| line.rsplit(',').next())
        .and_then(|address| address.trim().parse::<IpAddr>().ok());
    client.map_or(peer, |client| client.to_canonical()).to_string()
}

/// Loopback or a private network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(public_url: Option<&str>, peer: &str, forwarded: &[&str]) -> String {
        let mut config = HubConfig::hub("/nowhere");
        config.accounts.public_url = public_url.map(str::to_owned);
        let mut request = axum::http::Request::builder().uri("/x");
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(axum::body::Body::empty()).expect("a request");
        request.extensions_mut().insert(PeerAddress(format!("{peer}:1").parse().expect("an address")));
        client_address(&config, &request)
    }

    #[test]
    fn a_proxy_of_ours_is_believed_and_nobody_else() {
        let url = Some("https://hub.example");
        assert_eq!(seen(url, "127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen(url, "10.0.0.2", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9", "the right-most");
        assert_eq!(seen(url, "10.0.0.2", &["1.1.1.1", "2.2.2.2"]), "2.2.2.2", "the last line");
        assert_eq!(seen(None, "127.0.0.1", &["203.0.113.9"]), "127.0.0.1", "no proxy");
        assert_eq!(seen(url, "198.51.100.7", &["203.0.113.9"]), "198.51.100.7", "not near");
        assert_eq!(seen(url, "127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(seen(None, "[::ffff:198.51.100.7]", &[]), "198.51.100.7", "one address, one text");
    }
}
