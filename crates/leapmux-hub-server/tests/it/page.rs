//! The page, with or without one in the program, and the development server in its place.

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::{any, get};
use futures::{SinkExt, StreamExt};
use http::StatusCode;

use crate::hub::TestHub;

#[tokio::test]
async fn every_route_of_the_application_gets_its_shell_and_nothing_else_does() {
    let hub = TestHub::start().await;
    for path in ["/", "/o/solo", "/o/solo/workspace/ws_1?x=1"] {
        let page = hub.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.header("cache-control").starts_with("no-"), "{path}");
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self' ws: wss:",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        if leapmux_web_assets::get("index.html").is_none() {
            assert!(page.text().contains("built without its web page"), "{}", page.text());
        }
    }
    for path in ["/missing.js", "/assets/missing", "/ws/other", "/leapmux.hub.v1.Other/X"] {
        assert_eq!(hub.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(hub.send("DELETE", "/o/solo", &[], "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn embedded_files_are_compressed_and_cached_by_their_content() {
    let hub = TestHub::start().await;
    for asset in leapmux_web_assets::assets() {
        let path = format!("/{}", asset.path);
        let plain = hub.get(&path).await;
        assert_eq!(plain.body, asset.identity, "{path}");
        assert_eq!(plain.header("content-type"), asset.mime);
        let again = hub.send("GET", &path, &[("if-none-match", plain.header("etag"))], "").await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        if let Some(brotli) = asset.brotli {
            let small = hub.send("GET", &path, &[("accept-encoding", "gzip, br")], "").await;
            assert_eq!((small.header("content-encoding"), &small.body[..]), ("br", brotli), "{path}");
        }
        if asset.path.ends_with(".wasm") {
            assert_eq!(plain.header("content-type"), "application/wasm");
        }
        assert_eq!(
            plain.header("cache-control").contains("immutable"),
            asset.path.starts_with("assets/"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let hub = TestHub::start().await;
    for path in ["/", "/version", "/missing.js", "/leapmux.hub.v1.SystemService/GetSystemInfo"] {
        let answer = hub.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path} {name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

/// A development server with a page and a socket that echoes.
async fn vite() -> std::net::SocketAddr {
    let echo = |ws: WebSocketUpgrade| async {
        ws.protocols(["vite-hmr"]).on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                if matches!(message, Message::Text(_)) && socket.send(message).await.is_err() {
                    return;
                }
            }
        })
    };
    let app = Router::new().route("/hmr", any(echo)).route("/src/{*path}", get(|| async { "module" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("free");
    let addr = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, app).await });
    addr
}

#[tokio::test]
async fn a_development_server_takes_the_place_of_the_page_sockets_included() {
    let vite = vite().await;
    let target = format!("http://{vite}").parse().expect("an address");
    let hub =
        TestHub::with(|config| leapmux_hub_server::HubConfig { dev_frontend: Some(target), ..config }).await;
    assert_eq!(hub.get("/src/main.tsx").await.text(), "module");
    assert_eq!(hub.get("/version").await.json()["version"], "0.1.0-test", "the Hub's own routes stay");
    let mut socket = hub.socket("/hmr", Some("vite-hmr")).await.expect("it opens");
    socket.send("update".into()).await.expect("it takes it");
    let echoed = socket.next().await.expect("it answers").expect("well formed");
    assert_eq!(echoed.to_text().expect("text"), "update");
}

#[tokio::test]
async fn a_development_server_that_is_down_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("free").local_addr().expect("bound");
    let target = format!("http://{free}").parse().expect("an address");
    let hub =
        TestHub::with(|config| leapmux_hub_server::HubConfig { dev_frontend: Some(target), ..config }).await;
    let page = hub.get("/").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(
        page.text().contains(&free.to_string()) && page.text().contains("npm run dev"),
        "{}",
        page.text()
    );
}
