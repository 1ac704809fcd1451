//! `public_url`: scheme, host and port, nothing else (CFG-50).

use crate::ConfigError;

/// The URL without its trailing slash.
pub(crate) fn check_public_url(url: &str) -> Result<String, ConfigError> {
    let refuse = |reason: String| Err(ConfigError::PublicUrl(reason));
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return refuse(format!("scheme must be http or https, got {scheme:?}"));
    }
    if rest.contains('#') {
        return refuse("fragment is not allowed".to_owned());
    }
    if rest.contains('?') {
        return refuse("query is not allowed".to_owned());
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return refuse("userinfo is not allowed".to_owned());
    }
    if !path.is_empty() {
        return refuse("path is not allowed (sub-path deployments are not supported)".to_owned());
    }
    let (host, port) = match authority.rsplit_once(':') {
        // A colon inside brackets is part of an IPv6 address.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.is_empty()
        || host.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c))
    {
        return refuse("host is required".to_owned());
    }
    if let Some(port) = port
        && !port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return refuse(format!("{port:?} is not a port"));
    }
    Ok(format!("{}://{authority}", scheme.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_and_port_and_one_slash() {
        for (given, kept) in [
            ("https://hub.example", "https://hub.example"),
            ("HTTPS://hub.example/", "https://hub.example"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[::1]:4327/", "http://[::1]:4327"),
            ("http://[::1]", "http://[::1]"),
        ] {
            assert_eq!(check_public_url(given), Ok(kept.to_owned()), "{given}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for (given, reason) in [
            ("ftp://x", "scheme must be http or https, got \"ftp\""),
            ("hub.example", "scheme must be http or https, got \"\""),
            ("https://", "host is required"),
            ("https://:80", "host is required"),
            ("https://a b", "host is required"),
            ("https://me@x", "userinfo is not allowed"),
            ("https://x/mux", "path is not allowed (sub-path deployments are not supported)"),
            ("https://x/?a", "query is not allowed"),
            ("https://x#a", "fragment is not allowed"),
            ("https://x:0", "\"0\" is not a port"),
        ] {
            let said = check_public_url(given).expect_err(given).to_string();
            assert_eq!(said, format!("invalid public_url: {reason}"), "{given}");
        }
    }
}
