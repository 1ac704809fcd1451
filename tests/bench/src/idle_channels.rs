//! What idle channels cost a whole Hub: a Hub in a process of its own, real WebSockets to it, a Worker's link that accepts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use leapmux_net::{ByteStream, Dialer};
use leapmux_runtime::random_bytes;
use leapmux_types::ChannelUid;
use leapmux_types::relay_frame::{Body, Direction, Open, RelayFrame};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::blind_worker::BlindWorker;
use crate::hub_process::{HubProcess, raise_file_limit};
use crate::relay::{IDLE_CHANNELS, MSG1};
use crate::report::Table;

/// Open files of ours beside the sockets.
const OTHER_FILES: u32 = 200;
const AIM: u64 = 16 * 1024;
/// The Hub has worked off what it queued.
const SETTLE: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<Box<dyn ByteStream>>;

/// Measures: channels that share sockets as much as the limits allow, then each on a socket of its own.
pub async fn run() -> Result<()> {
    let files = u32::try_from(raise_file_limit()?).unwrap_or(u32::MAX);
    let mut table = Table::new(
        "Idle channels at the whole Hub",
        &["channels", "sockets", "resident, each", "opened a second"],
    );
    let mut worst = 0;
    for per_socket in [64, 1] {
        let sockets = (IDLE_CHANNELS / per_socket).min(files.saturating_sub(OTHER_FILES));
        let found = measure(sockets, per_socket).await?;
        worst = worst.max(found.each);
        table.row([
            (sockets * per_socket).to_string(),
            sockets.to_string(),
            format!("{} B", found.each),
            format!("{:.0}", found.rate),
        ]);
    }
    table.aim("at most 16 KiB for an idle channel", worst <= AIM, format!("{worst} B"));
    table.note(
        "The limits of one person (256 channels, 30 opens a minute) are lifted; the Worker's end accepts without a \
         handshake, so opens a second are the Hub's own.",
    );
    table.print();
    Ok(())
}

struct Found {
    each: u64,
    rate: f64,
}

async fn measure(sockets: u32, per_socket: u32) -> Result<Found> {
    let hub = HubProcess::start().await?;
    let (worker, credential) = hub.worker();
    let link = BlindWorker::connect(hub.dialer(), credential).await?;
    // What a Hub has once it has served at all is not the channels'.
    let first = open(&hub.dialer(), worker, per_socket).await?;
    tokio::time::sleep(SETTLE).await;
    let before = hub.resident()?;
    let started = Instant::now();
    let mut held = Vec::new();
    for _ in 0..sockets {
        held.push(open(&hub.dialer(), worker, per_socket).await?);
    }
    let rate = f64::from(sockets * per_socket) / started.elapsed().as_secs_f64();
    tokio::time::sleep(SETTLE).await;
    let each = hub.resident()?.saturating_sub(before) / u64::from(sockets * per_socket);
    drop((held, first, link));
    Ok(Found { each, rate })
}

/// A socket with channels on it, all accepted.
async fn open(dialer: &Dialer, worker: &str, channels: u32) -> Result<Socket> {
    let stream = dialer.dial().await?;
    let mut request = format!("ws://{}/ws/channel", dialer.authority()).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("leapmux.relay.v1"));
    let small = WebSocketConfig::default().read_buffer_size(4096);
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(small)).await?;
    for channel in 1..=channels {
        let open = Open {
            suite: 1,
            channel_uid: ChannelUid(random_bytes()),
            key_id: [0; 8],
            worker_id: worker,
            msg1: &[1; MSG1],
        };
        let frame = RelayFrame { channel, body: Body::Open(open) }.encode();
        socket.send(Message::Binary(Bytes::from(frame))).await?;
    }
    let mut accepted = 0;
    while accepted < channels {
        let message = socket.next().await.context("the Hub closed the socket")??;
        let Message::Binary(frame) = message else { continue };
        match RelayFrame::parse(Direction::HubToClient, &frame)?.body {
            Body::Accepted { .. } => accepted += 1,
            Body::Reject(end) | Body::Close(end) => bail!("refused: {}", end.reason),
            _ => {}
        }
    }
    ensure!(accepted == channels, "accepted too often");
    Ok(socket)
}
