//! Files of the embedded page, in the form the browser takes best (RUN-12, RUN-13).

use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leapmux_web_assets::Asset;

/// What the page may load and talk to. Inline styles are xterm.js's and CodeMirror's; `wasm-unsafe-eval` lets WebAssembly compile
/// and nothing else; WebSockets are named because older Safari does not count them as `'self'`.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws: wss:; \
    img-src 'self' blob: data:; font-src 'self'; worker-src 'self'; manifest-src 'self'; style-src 'self' 'unsafe-inline'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Shown by a program built without the page.
const NO_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>LeapMux</title>\
    <h1>This LeapMux was built without its web page</h1>\
    <p>The Hub runs, but the front end is not part of this program. Build it with <code>cargo xtask run</code>, or start with \
    <code>--dev-frontend http://localhost:5173</code> beside a running development server.</p></html>\n";

/// The file at the request's path; the application's shell for every path that could be one of its routes.
pub(crate) async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")], "this is a page").into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if let Some(asset) = leapmux_web_assets::get(path) {
        return send(asset, request.headers());
    }
    if !is_route(path) {
        return (StatusCode::NOT_FOUND, "there is no such file").into_response();
    }
    match leapmux_web_assets::get("index.html") {
        Some(shell) => send(shell, request.headers()),
        None => {
            let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            (headers, [(CONTENT_SECURITY_POLICY, POLICY)], NO_PAGE).into_response()
        }
    }
}

/// Routes of the application have no file extension and no place among the Hub's own.
fn is_route(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') && !first.starts_with("leapmux.") && !matches!(first, "ws" | "assets")
}

fn send(asset: &'static Asset, request: &HeaderMap) -> Response {
    let (encoding, body) = form(asset, request);
    // Each form is another sequence of bytes, so each has a tag of its own.
    let tag = match encoding {
        Some(encoding) => format!("{}-{encoding}\"", asset.etag.trim_end_matches('"')),
        None => asset.etag.to_owned(),
    };
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let unchanged =
        known.flat_map(|value| value.split(',')).any(|value| value.trim().trim_start_matches("W/") == tag);
    let common = [(ETAG, tag), (CACHE_CONTROL, cache.to_owned()), (VARY, "accept-encoding".to_owned())];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let mut response = (common, [(CONTENT_TYPE, asset.mime)], body).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, encoding.parse().expect("a plain word"));
    }
    if asset.mime.starts_with("text/html") {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY.parse().expect("plain text"));
    }
    response
}

/// The smallest form the client takes.
fn form(asset: &'static Asset, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    if let Some(brotli) = asset.brotli.filter(|_| takes(request, "br")) {
        return (Some("br"), brotli);
    }
    match asset.gzip.filter(|_| takes(request, "gzip")) {
        Some(gzip) => (Some("gzip"), gzip),
        None => (None, asset.identity),
    }
}

fn takes(request: &HeaderMap, coding: &str) -> bool {
    let offers = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0)));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    static SAMPLE: Asset = Asset {
        path: "assets/app-1234.js",
        mime: "text/javascript; charset=utf-8",
        etag: "\"0011\"",
        immutable: true,
        identity: b"identity",
        brotli: Some(b"br"),
        gzip: Some(b"gzip"),
    };

    fn asked(name: axum::http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a value"))])
    }

    #[test]
    fn the_smallest_form_the_client_takes_is_sent_with_its_own_tag() {
        for (accepts, coding, tag) in [
            ("gzip, deflate, br", Some("br"), "\"0011-br\""),
            ("gzip;q=0.8, br;q=0", Some("gzip"), "\"0011-gzip\""),
            ("identity", None, "\"0011\""),
        ] {
            let response = send(&SAMPLE, &asked(ACCEPT_ENCODING, accepts));
            let header = |name| response.headers().get(name).map(|value| value.to_str().expect("text"));
            assert_eq!(header(CONTENT_ENCODING), coding, "{accepts}");
            assert_eq!(header(ETAG), Some(tag));
            assert_eq!(header(CACHE_CONTROL), Some("public, max-age=31536000, immutable"));
            assert_eq!(header(VARY), Some("accept-encoding"));
        }
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        assert_eq!(
            send(&SAMPLE, &asked(IF_NONE_MATCH, "\"x\", W/\"0011\"")).status(),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(send(&SAMPLE, &asked(IF_NONE_MATCH, "\"0012\"")).status(), StatusCode::OK);
    }

    #[test]
    fn only_paths_of_the_application_get_its_shell() {
        for route in ["", "o/solo", "o/solo/workspace/ws_1", "login"] {
            assert!(is_route(route), "{route}");
        }
        for other in ["favicon.ico", "assets/x", "leapmux.hub.v1.X/Y", "ws/other", "o/solo/x.js"] {
            assert!(!is_route(other), "{other}");
        }
    }
}
