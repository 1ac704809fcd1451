//! Requests through each kind of listener, and the end of the server.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Extension;
use axum::http::Request;
use axum::{Router, routing::get};
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use leapmux_net::{HttpServer, ListenAddress, Listener, ListenerKind, pipe};
use leapmux_runtime::Tasks;
use tokio::io::{AsyncRead, AsyncWrite};

fn app() -> Router {
    Router::new()
        .route("/kind", get(|Extension(kind): Extension<ListenerKind>| async move { format!("{kind:?}") }))
}

async fn get_over<S>(stream: S, http2: bool) -> String
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = Request::get("http://localhost/kind").body(Body::empty()).expect("a request");
    let io = TokioIo::new(stream);
    let response = if http2 {
        let (mut send, conn) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
        tokio::spawn(conn);
        send.send_request(request).await.expect("answered")
    } else {
        let (mut send, conn) = hyper::client::conn::http1::handshake(io).await.expect("HTTP/1");
        tokio::spawn(conn);
        send.send_request(request).await.expect("answered")
    };
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(body.to_vec()).expect("text")
}

#[tokio::test]
async fn every_listener_speaks_both_protocols_and_says_which_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("hub.sock");
    let tcp = Listener::bind(&"127.0.0.1:0".parse().expect("an address")).await.expect("free");
    let tcp_addr = tcp.tcp_addr().expect("TCP");
    let unix = Listener::bind(&ListenAddress::Unix(path.clone())).await.expect("free");
    let (connector, pipe_listener) = pipe();
    let tasks = Tasks::new();
    let server = HttpServer::start(vec![tcp, unix, Listener::Pipe(pipe_listener)], app(), &tasks);
    for http2 in [false, true] {
        let stream = tokio::net::TcpStream::connect(tcp_addr).await.expect("it listens");
        assert_eq!(get_over(stream, http2).await, "Tcp");
        let stream = tokio::net::UnixStream::connect(&path).await.expect("it listens");
        assert_eq!(get_over(stream, http2).await, "Unix");
        assert_eq!(get_over(connector.connect().await.expect("it listens"), http2).await, "Pipe");
    }
    server.shutdown(Duration::from_secs(10)).await;
    assert!(tokio::net::TcpStream::connect(tcp_addr).await.is_err(), "the port is free again");
    assert!(!path.exists());
    assert!(connector.connect().await.is_err());
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let (entered, mut at_work) = tokio::sync::mpsc::channel::<()>(1);
    let go = std::sync::Arc::new(tokio::sync::Notify::new());
    let wait = go.clone();
    let app = Router::new().route(
        "/kind",
        get(move || async move {
            entered.send(()).await.expect("the test listens");
            wait.notified().await;
            "done"
        }),
    );
    let (connector, listener) = pipe();
    let server = HttpServer::start(vec![Listener::Pipe(listener)], app, &Tasks::new());
    let stream = connector.connect().await.expect("it listens");
    let answer = tokio::spawn(get_over(stream, true));
    at_work.recv().await.expect("the request arrives");
    let ended = tokio::spawn(server.shutdown(Duration::from_secs(30)));
    go.notify_one();
    assert_eq!(answer.await.expect("no panic"), "done");
    ended.await.expect("no panic");
}
