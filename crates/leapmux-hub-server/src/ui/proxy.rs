//! The page from a development server (RUN-11): plain requests and the WebSocket it reloads by.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, HOST, UPGRADE};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use leapmux_runtime::Tasks;
use tokio::net::TcpStream;

/// Why the development server gave no answer.
#[derive(Debug, thiserror::Error)]
enum ProxyError {
    #[error("it cannot be reached ({0})")]
    Unreachable(#[from] std::io::Error),
    #[error("it broke off ({0})")]
    Broken(#[from] hyper::Error),
}

/// Asks the development server; a page that says so when it is down.
pub(crate) async fn forward(target: &Uri, request: Request, tasks: &Tasks) -> Response {
    match exchange(target, request, tasks).await {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(%error, "development server");
            let page = format!(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>LeapMux</title><h1>The development server does \
                 not answer</h1><p>LeapMux runs with <code>--dev-frontend {target}</code>, but {error}. Start it with \
                 <code>npm run dev</code> in <code>frontend/</code>, then reload.</p></html>\n"
            );
            (StatusCode::BAD_GATEWAY, Html(page)).into_response()
        }
    }
}

async fn exchange(target: &Uri, mut request: Request, tasks: &Tasks) -> Result<Response, ProxyError> {
    let authority = target.authority().map(ToString::to_string).unwrap_or_default();
    let address = (target.host().unwrap_or("localhost"), target.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await?;
    let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tasks.spawn_until_cancelled("development server", async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "development server");
        }
    });
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let upgrade = request.headers().contains_key(UPGRADE).then(|| hyper::upgrade::on(&mut request));
    let mut asked = http::Request::builder().method(request.method().clone()).uri(Uri::from(path));
    if let Some(headers) = asked.headers_mut() {
        *headers = request.headers().clone();
        if upgrade.is_none() {
            headers.remove(CONNECTION);
        }
        // It answers to its own name only.
        if let Ok(name) = HeaderValue::from_str(&authority) {
            headers.insert(HOST, name);
        }
    }
    let asked = asked.body(request.into_body()).expect("method, path and headers are those of a request");
    let mut response = send.send_request(asked).await?;
    if let (StatusCode::SWITCHING_PROTOCOLS, Some(ours)) = (response.status(), upgrade) {
        let theirs = hyper::upgrade::on(&mut response);
        tasks.spawn_until_cancelled("development socket", async move {
            if let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) {
                let copied =
                    tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await;
                tracing::debug!(?copied, "development socket ended");
            }
        });
    }
    Ok(response.map(Body::new))
}
