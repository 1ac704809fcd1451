//! The one accept loop: HTTP/1.1 with upgrades and HTTP/2 without TLS, on any listener, ended without cutting answers short.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use leapmux_runtime::Tasks;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::listen::{Accepted, Listener, UNSENT};

/// Largest head of a request, bytes (SEC-102).
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// A client must have sent its request's head by then.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// HTTP/2 streams of one connection (CFG-46).
const MAX_CONCURRENT_STREAMS: u32 = 1000;
/// HTTP/2 connections are pinged this often, and dropped when no answer comes within the second number.
const KEEP_ALIVE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));
/// Connections served at once; further ones wait in the kernel's backlog.
const MAX_CONNECTIONS: usize = 8192;
/// Pause after an accept that failed for want of file handles or memory.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);

/// HTTP on a set of listeners.
#[derive(Debug)]
pub struct HttpServer {
    accepting: Tasks,
    /// Its token asks connections to finish what they do and close.
    connections: Tasks,
    /// Drops connections as they are.
    abort: CancellationToken,
}

struct Shared {
    app: Router,
    http: Builder<TokioExecutor>,
    slots: Arc<Semaphore>,
    connections: Tasks,
    abort: CancellationToken,
}

impl HttpServer {
    /// Serves `app` on every listener until `shutdown`. Requests carry a [`crate::ListenerKind`] and, from TCP, a
    /// [`crate::PeerAddress`] as extensions. Its tasks end with `tasks` at the latest.
    pub fn start(listeners: Vec<Listener>, app: Router, tasks: &Tasks) -> Self {
        let abort = CancellationToken::new();
        let server = Self { accepting: tasks.child(), connections: tasks.child(), abort };
        let shared = Arc::new(Shared {
            app,
            http: protocol(),
            slots: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            connections: server.connections.clone(),
            abort: server.abort.clone(),
        });
        for listener in listeners {
            let loop_ = accept_loop(listener, shared.clone());
            server.accepting.spawn_until_cancelled("accept", loop_);
        }
        server
    }

    /// Accepts no more, lets requests under way finish for at most `drain`, then drops what is left.
    pub async fn shutdown(self, drain: Duration) {
        // The loops hold the listeners: when they have ended, ports and socket files are free.
        if let Err(stuck) = self.accepting.shutdown(drain).await {
            tracing::warn!(%stuck, "accept loops");
        }
        if let Err(open) = self.connections.shutdown(drain).await {
            tracing::debug!(%open, "connections are dropped after the drain");
            self.abort.cancel();
            if let Err(stuck) = self.connections.shutdown(drain).await {
                tracing::warn!(%stuck, "connections");
            }
        }
    }
}

fn protocol() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MAX_HEADER_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE.0)
        .keep_alive_timeout(KEEP_ALIVE.1)
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .max_send_buf_size(UNSENT as usize)
        .adaptive_window(true);
    http
}

async fn accept_loop(mut listener: Listener, shared: Arc<Shared>) {
    loop {
        let slot = shared.slots.clone().acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok(Some(accepted)) => {
                let shared = shared.clone();
                shared.connections.clone().spawn("connection", async move {
                    let _slot = slot;
                    shared.abort.run_until_cancelled(serve_connection(accepted, &shared)).await;
                });
            }
            Ok(None) => return,
            Err(error) if is_of_one_connection(&error) => tracing::debug!(%error, "accept"),
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections for the moment");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected,
    };
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected
    )
}

async fn serve_connection(accepted: Accepted, shared: &Shared) {
    let Accepted { stream, kind, peer } = accepted;
    let app = shared.app.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(kind);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        app.clone().oneshot(request)
    });
    let mut connection = pin!(shared.http.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let closing = shared.connections.token();
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}
