//! Against pages of other sites that reach for this Hub: host names that only look local, requests from foreign origins
//! (SEC-93, SEC-94).

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN, UPGRADE};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leapmux_net::ListenerKind;

use crate::services::Shared;

/// Which names the Hub answers to on TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostRule {
    /// Bound to loopback: local names only, so that no foreign name can be pointed at it.
    Local,
    /// Reachable from elsewhere: any name.
    Any,
}

/// Refuses with 403 what a foreign page could have caused.
pub(crate) async fn check_host_and_origin(
    State(services): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    // Local sockets and the pipe are out of any page's reach.
    let tcp = request.extensions().get::<ListenerKind>().is_none_or(|kind| *kind == ListenerKind::Tcp);
    if tcp && let Err(reason) = check(services.hosts, &request) {
        tracing::debug!(reason, "request refused");
        return (StatusCode::FORBIDDEN, reason).into_response();
    }
    next.run(request).await
}

fn check(rule: HostRule, request: &Request) -> Result<(), &'static str> {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(|authority| authority.as_str()).or(header).unwrap_or_default();
    if rule == HostRule::Local && !is_local(host) {
        return Err("this Hub answers to 127.0.0.1, localhost and [::1] only");
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !changes && !is_upgrade(request) {
        return Ok(());
    }
    match request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
        // Browsers always name the origin of such requests: this one is no browser.
        None => Ok(()),
        Some(origin) if is_same(origin, host) => Ok(()),
        Some(_) => Err("this request comes from another site"),
    }
}

fn is_upgrade(request: &Request) -> bool {
    request.headers().contains_key(UPGRADE) || *request.method() == Method::CONNECT
}

/// A local name, with any port.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => {
            rest.split_once(']').filter(|(_, port)| port.is_empty() || is_port(port)).map(|(name, _)| name)
        }
        None => match host.split_once(':') {
            Some((name, _)) if is_port(&host[name.len()..]) => Some(name),
            Some(_) => None,
            None => Some(host),
        },
    };
    name.is_some_and(|name| matches!(name, "127.0.0.1" | "::1") || name.eq_ignore_ascii_case("localhost"))
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|digits| digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_same(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, host: &str, origin: Option<&str>) -> Request {
        let mut builder = axum::http::Request::builder().method(method).uri("/x").header(HOST, host);
        if let Some(origin) = origin {
            builder = builder.header(ORIGIN, origin);
        }
        builder.body(axum::body::Body::empty()).expect("a request")
    }

    #[test]
    fn only_local_names_are_local() {
        for host in ["127.0.0.1", "127.0.0.1:4327", "localhost:1", "LOCALHOST", "[::1]", "[::1]:80"] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:4327",
            "[::1]evil",
            "127.0.0.2",
            "localhost:80evil",
            "0.0.0.0",
            "[::2]",
            "127.0.0.1:4327:1",
            "user@localhost",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn a_foreign_origin_may_look_but_not_touch() {
        let judge = |method, host, origin| check(HostRule::Local, &request(method, host, origin)).is_ok();
        assert!(judge("GET", "localhost:1", Some("http://evil.example")));
        assert!(judge("POST", "localhost:1", Some("http://localhost:1")));
        assert!(judge("POST", "localhost:1", None));
        assert!(!judge("POST", "localhost:1", Some("http://localhost:2")));
        assert!(!judge("POST", "localhost:1", Some("http://evil.example")));
        assert!(!judge("POST", "localhost:1", Some("null")));
        assert!(!judge("DELETE", "localhost:1", Some("http://127.0.0.1:1")));
        assert!(!judge("GET", "evil.example:1", None));
        let mut upgrade = request("GET", "localhost:1", Some("http://evil.example"));
        upgrade.headers_mut().insert(UPGRADE, "websocket".parse().expect("a value"));
        assert!(check(HostRule::Local, &upgrade).is_err());
    }

    #[test]
    fn an_open_hub_has_any_name_but_one_origin() {
        let judge = |host, origin| check(HostRule::Any, &request("POST", host, origin)).is_ok();
        assert!(judge("hub.example:4327", Some("http://hub.example:4327")));
        assert!(judge("hub.example", Some("https://hub.example")));
        assert!(!judge("hub.example:4327", Some("http://evil.example")));
    }
}
