//! One connection to the Hub, from dialling to its end.

use std::sync::Arc;
use std::time::Duration;

use connectrpc::client::{
    BidiRecvHalf, BidiSendHalf, ClientConfig, ClientTransport, Http2Connection, SharedHttp2Connection,
};
use connectrpc::{CompressionRegistry, ConnectError, ErrorCode, Protocol};
use hyper_util::rt::TokioIo;
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use pb::{hub_frame, worker_frame};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::{LinkConfig, LinkQueue};
use crate::channels::ChannelHost;
use crate::identity::Identity;

/// The Hub must answer the hello by then.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(10);
/// The Worker asks this often whether the Hub is there; any answer will do (spec WRK-42).
const PING_EVERY: Duration = Duration::from_secs(5);
/// Unanswered pings before the connection is given up.
const PINGS_LOST: u32 = 2;
/// What is queued when the Worker stops may take this long to leave.
const FLUSH: Duration = Duration::from_secs(1);

/// Why a connection ended.
#[derive(Debug)]
pub(crate) enum LinkEnd {
    /// The Worker stops.
    Stopped,
    /// The Hub asked to come back after this long.
    GoAway(Duration),
    /// The Hub does not know this Worker: trying again changes nothing.
    Refused(String),
    Lost(String),
}

impl From<ConnectError> for LinkEnd {
    fn from(error: ConnectError) -> Self {
        match error.code {
            ErrorCode::Unauthenticated | ErrorCode::PermissionDenied => Self::Refused(error.to_string()),
            _ => Self::Lost(error.to_string()),
        }
    }
}

fn lost(reason: &str) -> LinkEnd {
    LinkEnd::Lost(reason.to_owned())
}

type Sender = BidiSendHalf<pb::WorkerFrame>;
type Receiver = BidiRecvHalf<
    <SharedHttp2Connection as ClientTransport>::ResponseBody,
    pb::__buffa::view::HubFrameView<'static>,
>;

pub(super) async fn run_once(
    config: &LinkConfig,
    identity: &Identity,
    host: &Arc<ChannelHost>,
    up: &watch::Sender<bool>,
    stop: &CancellationToken,
) -> LinkEnd {
    let opened = stop.run_until_cancelled(open(config, identity)).await;
    let (sender, receiver) = match opened {
        None => return LinkEnd::Stopped,
        Some(Err(end)) => return end,
        Some(Ok(halves)) => halves,
    };
    tracing::info!("connected to the Hub");
    up.send_replace(true);
    let queue = LinkQueue::new();
    let (pongs, asked) = mpsc::channel(4);
    let (heard, silence) = watch::channel(());
    // Both ends with this function; dropping the connection ends every channel on it.
    let mut connection = host.connect(queue.clone(), identity.serving.clone());
    let reading = read(receiver, &mut connection, pongs, heard);
    let writing = write(sender, queue, asked, silence, stop);
    tokio::select! {
        end = reading => end,
        end = writing => end,
    }
}

/// Dials, says hello and waits for the welcome.
async fn open(config: &LinkConfig, identity: &Identity) -> Result<(Sender, Receiver), LinkEnd> {
    let dialer = config.dialer.clone();
    let dial = tower::service_fn(move |_: http::Uri| {
        let dialer = dialer.clone();
        async move { dialer.dial().await.map(TokioIo::new) }
    });
    let uri: http::Uri = format!("http://{}", config.dialer.authority())
        .parse()
        .map_err(|error: http::uri::InvalidUri| LinkEnd::Lost(error.to_string()))?;
    let http =
        Http2Connection::builder().adaptive_window(true).connect_with_connector(dial, uri.clone()).await?;
    let client = ClientConfig::new(uri)
        .with_protocol(Protocol::Grpc)
        // Ciphertext does not compress.
        .with_compression(CompressionRegistry::new())
        .with_default_header("authorization", format!("Bearer {}", config.bearer.expose()));
    let link = pb::WorkerLinkServiceClient::new(http.shared(1), client);
    let (mut sender, mut receiver) = link.link().await?.into_split();
    let hello = pb::WorkerHello {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        bundle: identity.bundle.as_bytes().to_vec(),
        bundle_id: identity.serving.bundle_id().to_vec(),
        ..Default::default()
    };
    // A Hub that refused meanwhile says why in its answer.
    let _ = send(&mut sender, hello).await;
    let first = timeout(WELCOME_TIMEOUT, receiver.message::<pb::HubFrame>()).await;
    let first = first.map_err(|_| lost("the Hub does not answer"))??;
    match first.and_then(|message| message.to_owned_message().body) {
        Some(hub_frame::Body::Welcome(_)) => Ok((sender, receiver)),
        Some(_) => Err(lost("the Hub did not begin with a welcome")),
        None => Err(lost("the Hub closed the stream")),
    }
}

async fn send(sender: &mut Sender, body: impl Into<Option<worker_frame::Body>>) -> Result<(), ConnectError> {
    sender.send(pb::WorkerFrame { body: body.into(), ..Default::default() }).await
}

async fn read(
    mut receiver: Receiver,
    connection: &mut crate::channels::Connection,
    pongs: mpsc::Sender<u64>,
    heard: watch::Sender<()>,
) -> LinkEnd {
    loop {
        let message = match receiver.message::<pb::HubFrame>().await {
            Ok(Some(message)) => message.to_owned_message(),
            Ok(None) => return lost("the Hub closed the stream"),
            Err(error) => return error.into(),
        };
        heard.send_replace(());
        match message.body {
            Some(hub_frame::Body::Frames(batch)) => {
                for frame in batch.frames {
                    connection.frame(&frame).await;
                }
            }
            // A Hub that asks faster than it reads answers gets fewer answers.
            Some(hub_frame::Body::Ping(ping)) => drop(pongs.try_send(ping.nonce)),
            Some(hub_frame::Body::GoAway(away)) => {
                return LinkEnd::GoAway(Duration::from_millis(away.retry_after_ms.into()));
            }
            // Newer Hubs may say more.
            Some(hub_frame::Body::Welcome(_) | hub_frame::Body::Pong(_)) | None => {}
        }
    }
}

async fn write(
    mut sender: Sender,
    queue: LinkQueue,
    mut asked: mpsc::Receiver<u64>,
    mut silence: watch::Receiver<()>,
    stop: &CancellationToken,
) -> LinkEnd {
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    let mut unanswered = 0;
    loop {
        let sent = tokio::select! {
            biased;
            () = stop.cancelled() => {
                // Channels have queued their farewells before the link is stopped; the Hub's end of the stream, which
                // `read` sees, says that they have arrived.
                let _ = timeout(FLUSH, flush(&mut sender, &queue)).await;
                return LinkEnd::Stopped;
            }
            Ok(()) = silence.changed() => {
                unanswered = 0;
                continue;
            }
            Some(nonce) = asked.recv() => send(&mut sender, pb::Pong { nonce, ..Default::default() }).await,
            _ = pings.tick() => {
                if unanswered == PINGS_LOST {
                    return lost("the Hub has been silent for 10 seconds");
                }
                unanswered += 1;
                send(&mut sender, pb::Ping { nonce: unanswered.into(), ..Default::default() }).await
            }
            mut batch = queue.take() => {
                let frames = batch.frames();
                send(&mut sender, pb::FrameBatch { frames, ..Default::default() }).await
            }
        };
        if let Err(error) = sent {
            return LinkEnd::Lost(error.to_string());
        }
    }
}

async fn flush(sender: &mut Sender, queue: &LinkQueue) {
    if let Some(mut batch) = queue.take_now() {
        let frames = batch.frames();
        // A link that is down has nobody to say farewell to.
        let _ = send(sender, pb::FrameBatch { frames, ..Default::default() }).await;
    }
    sender.close_send();
    std::future::pending().await
}
