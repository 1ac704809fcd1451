//! One connection to the Hub, from dialling to its end.

use std::sync::Arc;
use std::time::Duration;

use connectrpc::client::{
    BidiRecvHalf, BidiSendHalf, ClientConfig, ClientTransport, Http2Connection, SharedHttp2Connection,
};
use connectrpc::{CompressionRegistry, ConnectError, ErrorCode, Protocol};
use hyper_util::rt::TokioIo;
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use leapmux_types::CREDENTIAL_REFUSED;
use pb::{hub_frame, worker_frame};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::{LinkConfig, LinkQueue};
use crate::channels::ChannelHost;
use crate::identity::Identity;

/// The Hub must have answered the hello by then, dialling and all.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(20);
/// The Worker asks this often whether the Hub is there; any answer will do (spec WRK-42).
const PING_EVERY: Duration = Duration::from_secs(5);
/// Silence of the Hub, which asks as often itself, after which the connection is given up (spec WRK-42).
const DEAD_AFTER: Duration = Duration::from_secs(15);
/// A Hub that has told this Worker to forget it hears that it has, and closes the stream, by then.
const PARTING: Duration = Duration::from_secs(5);
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
    /// The Hub has let this Worker go, and the Worker has forgotten its registration.
    Deregistered(String),
    Lost(String),
}

/// What the reading half has the writing half say.
#[derive(Debug)]
enum Answer {
    Pong(u64),
    Deregistered,
}

impl From<ConnectError> for LinkEnd {
    fn from(error: ConnectError) -> Self {
        match error.code {
            // The Hub's own words: a proxy that asks for a password is no reason to forget who we are.
            ErrorCode::Unauthenticated if error.message.as_deref() == Some(CREDENTIAL_REFUSED) => {
                Self::Refused(CREDENTIAL_REFUSED.to_owned())
            }
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
    let opened = stop.run_until_cancelled(timeout(WELCOME_TIMEOUT, open(config, identity))).await;
    let (sender, receiver) = match opened {
        None => return LinkEnd::Stopped,
        Some(Err(_)) => return lost("the Hub does not answer"),
        Some(Ok(Ok(Opened::Welcome(halves)))) => halves,
        Some(Ok(Ok(Opened::Deregister(halves, reason)))) => return part(config, halves, reason).await,
        Some(Ok(Err(end))) => return end,
    };
    tracing::info!("connected to the Hub");
    up.send_replace(true);
    let queue = LinkQueue::new();
    let (answers, asked) = mpsc::channel(4);
    let (heard, hearing) = watch::channel(());
    // Both ends with this function; dropping the connection ends every channel on it.
    let mut connection = host.connect(queue.clone(), identity.serving.clone());
    let reading = read(config, receiver, &mut connection, answers, heard);
    let writing = write(sender, queue, asked, stop);
    tokio::select! {
        end = reading => end,
        end = writing => end,
        // Beside the other two: a Hub that takes nothing more holds the writing half in the middle of a message.
        () = silence(hearing) => LinkEnd::Lost(format!("the Hub has been silent for {} seconds", DEAD_AFTER.as_secs())),
    }
}

/// Ends when nothing was heard for too long.
async fn silence(mut hearing: watch::Receiver<()>) {
    while let Ok(heard) = timeout(DEAD_AFTER, hearing.changed()).await {
        if heard.is_err() {
            // The reading half has ended and says why.
            return std::future::pending().await;
        }
    }
}

/// What the Hub's first word was.
enum Opened {
    Welcome((Sender, Receiver)),
    Deregister((Sender, Receiver), String),
}

/// Forgets the registration, and says so on a stream that was never welcomed.
async fn part(config: &LinkConfig, (mut sender, receiver): (Sender, Receiver), reason: String) -> LinkEnd {
    forget(config);
    let _ = send(&mut sender, pb::Deregistered::default()).await;
    heard_out(receiver).await;
    LinkEnd::Deregistered(reason)
}

/// The Hub ends the stream when it has heard.
async fn heard_out(mut receiver: Receiver) {
    let ended = async { while let Ok(Some(_)) = receiver.message::<pb::HubFrame>().await {} };
    let _ = timeout(PARTING, ended).await;
}

/// This machine is no Worker any more (spec WRK-62); what ran on it stays in its database (WRK-65).
fn forget(config: &LinkConfig) {
    let Some(state) = &config.state else { return };
    match std::fs::remove_file(state) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::error!(%error, path = %state.display(), "the registration cannot be removed");
        }
        _ => {
            tracing::info!(path = %state.display(), "the registration is removed; the database beside it is kept")
        }
    }
}

/// Dials, says hello and waits for the welcome.
async fn open(config: &LinkConfig, identity: &Identity) -> Result<Opened, LinkEnd> {
    let (http, uri) = connection(&config.dialer).await?;
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
    let first = receiver.message::<pb::HubFrame>().await?;
    match first.and_then(|message| message.to_owned_message().body) {
        Some(hub_frame::Body::Welcome(_)) => Ok(Opened::Welcome((sender, receiver))),
        Some(hub_frame::Body::Deregister(end)) => Ok(Opened::Deregister((sender, receiver), end.reason)),
        Some(_) => Err(lost("the Hub did not begin with a welcome")),
        None => Err(lost("the Hub closed the stream")),
    }
}

/// An HTTP/2 connection to the Hub, and the URL of its root.
pub(super) async fn connection(dialer: &Dialer) -> Result<(Http2Connection, http::Uri), ConnectError> {
    let uri: http::Uri = dialer.url().parse().map_err(|error: http::uri::InvalidUri| {
        ConnectError::invalid_argument(format!("the Hub's address is no URL: {error}"))
    })?;
    let dialer = dialer.clone();
    let dial = tower::service_fn(move |_: http::Uri| {
        let dialer = dialer.clone();
        async move { dialer.dial().await.map(TokioIo::new) }
    });
    let http =
        Http2Connection::builder().adaptive_window(true).connect_with_connector(dial, uri.clone()).await?;
    Ok((http, uri))
}

async fn send(sender: &mut Sender, body: impl Into<Option<worker_frame::Body>>) -> Result<(), ConnectError> {
    sender.send(pb::WorkerFrame { body: body.into(), ..Default::default() }).await
}

async fn read(
    config: &LinkConfig,
    mut receiver: Receiver,
    connection: &mut crate::channels::Connection,
    answers: mpsc::Sender<Answer>,
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
            Some(hub_frame::Body::Ping(ping)) => drop(answers.try_send(Answer::Pong(ping.nonce))),
            Some(hub_frame::Body::GoAway(away)) => {
                return LinkEnd::GoAway(Duration::from_millis(away.retry_after_ms.into()));
            }
            Some(hub_frame::Body::Deregister(end)) => {
                forget(config);
                let _ = answers.send(Answer::Deregistered).await;
                heard_out(receiver).await;
                return LinkEnd::Deregistered(end.reason);
            }
            // Newer Hubs may say more.
            Some(hub_frame::Body::Welcome(_) | hub_frame::Body::Pong(_)) | None => {}
        }
    }
}

async fn write(
    mut sender: Sender,
    queue: LinkQueue,
    mut asked: mpsc::Receiver<Answer>,
    stop: &CancellationToken,
) -> LinkEnd {
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    let mut nonce = 0;
    loop {
        let sent = tokio::select! {
            biased;
            () = stop.cancelled() => {
                // Channels have queued their farewells before the link is stopped; the Hub's end of the stream, which
                // `read` sees, says that they have arrived.
                let _ = timeout(FLUSH, flush(&mut sender, &queue)).await;
                return LinkEnd::Stopped;
            }
            Some(answer) = asked.recv() => match answer {
                Answer::Pong(nonce) => send(&mut sender, pb::Pong { nonce, ..Default::default() }).await,
                Answer::Deregistered => send(&mut sender, pb::Deregistered::default()).await,
            },
            _ = pings.tick() => {
                nonce += 1;
                send(&mut sender, pb::Ping { nonce, ..Default::default() }).await
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
