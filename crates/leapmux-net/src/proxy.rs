//! The proxy this machine reaches others through (`HTTPS_PROXY`, `NO_PROXY`), asked for a tunnel to a Hub beyond it (spec WRK-12).

use std::io;

use axum::body::Body;
use http::header::{HOST, PROXY_AUTHORIZATION};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::ByteStream;

/// Port of a proxy that is named without one.
const PORT: u16 = 80;

/// A tunnel to `authority`. What goes through it is TLS from end to end.
pub(crate) async fn tunnel(proxy: &Intercept, authority: &str) -> io::Result<Box<dyn ByteStream>> {
    let uri = proxy.uri();
    if uri.scheme_str() != Some("http") {
        let said = format!("the proxy {uri} is none this program can use: expected http://host:port");
        return Err(io::Error::new(io::ErrorKind::Unsupported, said));
    }
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(PORT))).await?;
    stream.set_nodelay(true)?;
    let (mut requests, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let mut request = http::Request::connect(authority).header(HOST, authority);
    if let Some(authorization) = proxy.basic_auth() {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request.body(Body::empty()).map_err(io::Error::other)?;
    let asked = async {
        let answer = requests.send_request(request).await.map_err(io::Error::other)?;
        if !answer.status().is_success() {
            let said = format!("the proxy {uri} refuses a tunnel to {authority}: {}", answer.status());
            return Err(io::Error::other(said));
        }
        hyper::upgrade::on(answer).await.map_err(io::Error::other)
    };
    let driven = async { connection.with_upgrades().await.map_err(io::Error::other) };
    let (upgraded, ()) = tokio::try_join!(asked, driven)?;
    Ok(Box::new(TokioIo::new(upgraded)))
}
