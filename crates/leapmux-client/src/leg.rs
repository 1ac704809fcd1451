//! The client's leg of the relay: one WebSocket, any number of channels on it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use leapmux_net::ByteStream;
use leapmux_runtime::Tasks;
use leapmux_types::relay_frame::{Body, Direction, RelayFrame, peek};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_util::sync::CancellationToken;

use crate::{ClientError, HubTarget, Session};

/// What the relay socket speaks.
const SUBPROTOCOL: &str = "leapmux.relay.v1";
/// Frames handed to the socket and not yet taken by it: a record is sealed when it has its place here.
const UNSENT_FRAMES: usize = 4;
/// Read at once, about a full record. The library clears as much before every read.
const READ_BUFFER: usize = 16 * 1024;
/// Frames a channel may have waiting for its driver.
const INBOX: usize = 64;
/// Silence after which the Hub is asked whether it is there, and after which it is given up (channel rules 12).
const PING_AFTER: Duration = Duration::from_secs(20);
const DEAD_AFTER: Duration = Duration::from_secs(45);

/// A relay connection. Clones share it; it closes when the last of them and the last channel are gone.
#[derive(Debug, Clone)]
pub struct Leg(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    outbox: mpsc::Sender<Vec<u8>>,
    routes: Routes,
    next: AtomicU32,
    /// Cancelled when the socket is gone.
    gone: CancellationToken,
    tasks: Tasks,
}

type Routes = Arc<Mutex<HashMap<u32, mpsc::Sender<Vec<u8>>>>>;

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.cancel();
    }
}

/// One channel's place on the leg.
#[derive(Debug)]
pub(crate) struct Berth {
    pub(crate) number: u32,
    pub(crate) inbox: mpsc::Receiver<Vec<u8>>,
    pub(crate) outbox: mpsc::Sender<Vec<u8>>,
    leg: Leg,
}

impl Berth {
    /// Cancelled when the socket is gone.
    pub(crate) fn gone(&self) -> &CancellationToken {
        &self.leg.0.gone
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        self.leg.routes().remove(&self.number);
    }
}

impl Leg {
    /// Connects to the relay of a Hub.
    pub(crate) async fn connect(target: &HubTarget) -> Result<Self, ClientError> {
        let unreachable = |error: String| ClientError::Unreachable(error);
        let stream = target.dialer.dial_http1().await.map_err(|error| unreachable(error.to_string()))?;
        let url = format!("ws://{}/ws/channel", target.dialer.authority());
        let mut request = url.into_client_request().map_err(|error| unreachable(error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert(http::header::SEC_WEBSOCKET_PROTOCOL, http::HeaderValue::from_static(SUBPROTOCOL));
        if let Some(Session(cookie)) = &target.session {
            let value = cookie.expose().parse();
            request.headers_mut().insert(
                http::header::COOKIE,
                value.map_err(|_| unreachable("the session's cookie is no header".into()))?,
            );
        }
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
        let (socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config))
            .await
            .map_err(|error| unreachable(error.to_string()))?;
        let (outbox, waiting) = mpsc::channel(UNSENT_FRAMES);
        let (routes, gone, tasks) = (Routes::default(), CancellationToken::new(), Tasks::new());
        let pump = pump(socket, waiting, routes.clone());
        let (ended, cancelled, cleared) = (gone.clone(), tasks.token(), routes.clone());
        tasks.spawn("relay leg", async move {
            cancelled.run_until_cancelled(pump).await;
            ended.cancel();
            cleared.lock().unwrap_or_else(PoisonError::into_inner).clear();
        });
        Ok(Self(Arc::new(Inner { outbox, routes, next: AtomicU32::new(1), gone, tasks })))
    }

    /// A place for one more channel.
    pub(crate) fn berth(&self) -> Berth {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (inlet, inbox) = mpsc::channel(INBOX);
        self.routes().insert(number, inlet);
        Berth { number, inbox, outbox: self.0.outbox.clone(), leg: self.clone() }
    }

    /// Drops the connection as it is, as a client that vanishes does.
    pub fn vanish(&self) {
        self.0.tasks.cancel();
    }

    /// The connection is gone.
    pub fn is_gone(&self) -> bool {
        self.0.gone.is_cancelled()
    }

    fn routes(&self) -> std::sync::MutexGuard<'_, HashMap<u32, mpsc::Sender<Vec<u8>>>> {
        self.0.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Moves frames until either side is gone.
async fn pump(
    socket: WebSocketStream<Box<dyn ByteStream>>,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    routes: Routes,
) {
    let (mut sink, mut source) = socket.split();
    let (replies, mut due) = mpsc::channel::<Vec<u8>>(UNSENT_FRAMES);
    let reading = async {
        let mut heard = Instant::now();
        loop {
            let message = tokio::select! {
                message = source.next() => message,
                () = tokio::time::sleep_until(heard + PING_AFTER) => {
                    if heard.elapsed() >= DEAD_AFTER {
                        return;
                    }
                    let ping = RelayFrame::leg(Body::Ping(*b"are you?")).encode();
                    let _ = replies.try_send(ping);
                    match tokio::time::timeout_at(heard + DEAD_AFTER, source.next()).await {
                        Ok(message) => message,
                        Err(_) => return,
                    }
                }
            };
            let Some(Ok(message)) = message else { return };
            heard = Instant::now();
            match message {
                Message::Binary(frame) => deliver(&frame, &routes, &replies).await,
                Message::Close(_) => return,
                _ => {}
            }
        }
    };
    let writing = async {
        loop {
            let frame = tokio::select! {
                frame = waiting.recv() => frame,
                frame = due.recv() => frame,
            };
            let Some(frame) = frame else { return };
            if sink.send(Message::Binary(Bytes::from(frame))).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = reading => {}
        () = writing => {}
    }
}

async fn deliver(frame: &[u8], routes: &Routes, replies: &mpsc::Sender<Vec<u8>>) {
    match peek(frame) {
        Some((_, 0)) => {
            if let Ok(RelayFrame { body: Body::Ping(bytes), .. }) =
                RelayFrame::parse(Direction::HubToClient, frame)
            {
                let _ = replies.try_send(RelayFrame::leg(Body::Pong(bytes)).encode());
            }
        }
        Some((_, channel)) => {
            let route = routes.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned();
            if let Some(route) = route {
                // A channel whose driver is gone wants nothing any more.
                let _ = route.send(frame.to_vec()).await;
            }
        }
        None => {}
    }
}
