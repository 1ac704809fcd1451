//! A Hub of the test's own, and the plainest clients of it.

use std::net::SocketAddr;

use axum::body::Body;
use bytes::Bytes;
use connectrpc::client::{
    BidiRecvHalf, BidiSendHalf, ClientConfig, ClientTransport, Http2Connection, SharedHttp2Connection,
};
use connectrpc::{CompressionRegistry, Protocol};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use leapmux_hub_server::{Hub, HubConfig, LocalWorker, RunningHub, VersionInfo};
use leapmux_net::PipeConnector;
use leapmux_proto_hub::leapmux::relay::v1 as wire;
use leapmux_runtime::Tasks;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wire::__buffa::oneof::{hub_frame, worker_frame};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct TestHub {
    pub dir: tempfile::TempDir,
    pub running: RunningHub,
    pub addr: SocketAddr,
}

/// A configuration for a directory and a free port.
pub fn config(dir: &std::path::Path) -> HubConfig {
    HubConfig {
        listen: Some("127.0.0.1:0".parse().expect("an address")),
        version: VersionInfo { version: "0.1.0-test".into(), ..VersionInfo::default() },
        ..HubConfig::solo(dir)
    }
}

impl TestHub {
    pub async fn start() -> Self {
        Self::with(|config| config).await
    }
    pub async fn with(change: impl FnOnce(HubConfig) -> HubConfig) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let running = Hub::start(change(config(dir.path())), &Tasks::new()).await.expect("it starts");
        let addr = running.tcp_addr().expect("TCP");
        Self { dir, running, addr }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// One request over a connection of its own. `headers` come after a local `host`, which they may replace.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        let stream = TcpStream::connect(self.addr).await.expect("it listens");
        let (mut send, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body.as_ref().to_vec()))
            .expect("fine");
        request.headers_mut().insert("host", self.addr.to_string().parse().expect("a name"));
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        let (head, body) = send.send_request(request).await.expect("answered").into_parts();
        let body = body.collect().await.expect("whole").to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// A Connect call with JSON both ways, as a script makes it.
    pub async fn call(&self, rpc: &str, request: Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send("POST", &format!("/{rpc}"), &headers, &request.to_string()).await
    }
    /// A call that is expected to work.
    pub async fn ask(&self, rpc: &str, request: Value) -> Value {
        let answer = self.call(rpc, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{rpc}: {}", answer.text());
        answer.json()
    }
    /// The id of the one organization.
    pub async fn org(&self) -> String {
        let info = self.ask("leapmux.hub.v1.SystemService/GetSystemInfo", serde_json::json!({})).await;
        info["organizations"][0]["orgId"].as_str().expect("one organization").to_owned()
    }

    /// A WebSocket of this Hub's own page.
    pub async fn socket(&self, path: &str, protocol: Option<&str>) -> Result<Socket, SocketError> {
        self.socket_from(path, protocol, &format!("http://{}", self.addr)).await
    }
    pub async fn socket_from(
        &self,
        path: &str,
        protocol: Option<&str>,
        origin: &str,
    ) -> Result<Socket, SocketError> {
        let mut request = format!("ws://{}{path}", self.addr).into_client_request().expect("a request");
        request.headers_mut().insert("origin", origin.parse().expect("a value"));
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().expect("a value"));
        }
        connect_async(request).await.map(|(socket, _)| socket)
    }
    /// A WebSocket of this Hub's own page that comes with a cookie; the status of a refusal.
    pub async fn socket_with(&self, path: &str, protocol: &str, cookie: &str) -> Result<Socket, StatusCode> {
        let mut request = format!("ws://{}{path}", self.addr).into_client_request().expect("a request");
        let origin = format!("http://{}", self.addr);
        for (name, value) in
            [("origin", origin.as_str()), ("sec-websocket-protocol", protocol), ("cookie", cookie)]
        {
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(socket),
            Err(SocketError::Http(answer)) => Err(answer.status()),
            Err(error) => panic!("{error}"),
        }
    }
    pub async fn relay_socket(&self) -> Socket {
        self.socket("/ws/channel", Some("leapmux.relay.v1")).await.expect("it opens")
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}
impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// The next binary message of a socket; `None` when it was closed.
pub async fn binary(socket: &mut Socket) -> Option<Vec<u8>> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(bytes.to_vec()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}
pub async fn send_binary(socket: &mut Socket, bytes: Vec<u8>) {
    socket.send(Message::Binary(bytes.into())).await.expect("it takes it");
}

/// A Worker that speaks the link and nothing else.
pub struct FakeWorker {
    sender: BidiSendHalf<wire::WorkerFrame>,
    receiver: BidiRecvHalf<
        <SharedHttp2Connection as ClientTransport>::ResponseBody,
        wire::__buffa::view::HubFrameView<'static>,
    >,
    frames: std::collections::VecDeque<Vec<u8>>,
}

pub const BUNDLE: [u8; 40] = [7; 40];
pub const BUNDLE_ID: [u8; 32] = [8; 32];

impl FakeWorker {
    /// Dials and says hello; what the Hub answered instead of a welcome.
    pub async fn try_connect(pipe: PipeConnector, bearer: &str, bundle: &[u8]) -> Result<Self, String> {
        let mut worker = Self::dial(pipe, bearer, bundle).await?;
        match worker.heard().await? {
            Some(hub_frame::Body::Welcome(_)) => Ok(worker),
            other => Err(format!("no welcome but {other:?}")),
        }
    }

    /// Dials and says hello; the Hub's first word is still to come.
    pub async fn dial(pipe: PipeConnector, bearer: &str, bundle: &[u8]) -> Result<Self, String> {
        let dial = tower_service(pipe);
        let uri: http::Uri = "http://hub".parse().expect("a URI");
        let http =
            Http2Connection::builder().connect_with_connector(dial, uri.clone()).await.expect("it listens");
        let client = ClientConfig::new(uri)
            .with_protocol(Protocol::Grpc)
            .with_compression(CompressionRegistry::new())
            .with_default_header("authorization", format!("Bearer {bearer}"));
        let link = wire::WorkerLinkServiceClient::new(http.shared(1), client);
        let (sender, receiver) = link.link().await.map_err(|error| error.to_string())?.into_split();
        let mut worker = Self { sender, receiver, frames: Default::default() };
        let hello = wire::WorkerHello {
            version: "test".into(),
            bundle: bundle.to_vec(),
            bundle_id: BUNDLE_ID.to_vec(),
            ..Default::default()
        };
        // The Hub may have refused already; its answer says why.
        let _ = worker.say(hello).await;
        Ok(worker)
    }

    /// Waits until the Hub says that this Worker was let go, and why.
    pub async fn told_to_leave(&mut self) -> String {
        loop {
            match self.heard().await.expect("open").expect("more to come") {
                hub_frame::Body::Deregister(end) => return end.reason,
                hub_frame::Body::Ping(_) | hub_frame::Body::Welcome(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    pub async fn connect(hub: &TestHub) -> Self {
        let LocalWorker { credential, .. } = hub.running.local_worker().expect("a solo Hub has one");
        Self::try_connect(hub.running.pipe(), credential.expose(), &BUNDLE).await.expect("welcome")
    }

    pub async fn say(&mut self, body: impl Into<worker_frame::Body>) -> Result<(), String> {
        let frame = wire::WorkerFrame { body: Some(body.into()), ..Default::default() };
        self.sender.send(frame).await.map_err(|error| error.to_string())
    }
    pub async fn heard(&mut self) -> Result<Option<hub_frame::Body>, String> {
        let message = self.receiver.message::<wire::HubFrame>().await.map_err(|error| error.to_string())?;
        Ok(message.and_then(|message| message.to_owned_message().body))
    }
    pub async fn send_frame(&mut self, frame: Vec<u8>) {
        self.say(wire::FrameBatch { frames: vec![frame], ..Default::default() }).await.expect("it takes it");
    }
    /// The next relay frame; pings are answered on the way.
    pub async fn frame(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Some(frame);
            }
            match self.heard().await.ok()?? {
                hub_frame::Body::Frames(batch) => self.frames.extend(batch.frames),
                hub_frame::Body::Ping(ping) => {
                    self.say(wire::Pong { nonce: ping.nonce, ..Default::default() }).await.ok()?;
                }
                _ => {}
            }
        }
    }
    /// Ends the connection.
    pub fn leave(self) {}
}

/// The pipe as the connector an HTTP/2 client dials with.
fn tower_service(
    pipe: PipeConnector,
) -> impl tower::Service<
    http::Uri,
    Response = TokioIo<tokio::io::DuplexStream>,
    Error = std::io::Error,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(move |_: http::Uri| {
        let pipe = pipe.clone();
        async move { pipe.connect().await.map(TokioIo::new) }
    })
}
