//! A Worker's link to a Hub without a Worker behind it: it accepts every channel and says nothing on it. To a Hub, which cannot
//! look into channels, it is one like any other.

use anyhow::{Context, Result, bail};
use connectrpc::client::{
    BidiRecvHalf, BidiSendHalf, ClientConfig, ClientTransport, Http2Connection, SharedHttp2Connection,
};
use connectrpc::{CompressionRegistry, Protocol};
use hyper_util::rt::TokioIo;
use leapmux_channel::Suite;
use leapmux_channel::noise::{BundleTerms, SuiteSet, WorkerKeys};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use leapmux_runtime::random_bytes;
use leapmux_types::relay_frame::{Body, Direction, RelayFrame};
use pb::{hub_frame, worker_frame};
use tokio::task::JoinHandle;

use crate::relay::MSG2;

type Sender = BidiSendHalf<pb::WorkerFrame>;
type Receiver = BidiRecvHalf<
    <SharedHttp2Connection as ClientTransport>::ResponseBody,
    pb::__buffa::view::HubFrameView<'static>,
>;

/// The link; it ends when this is dropped.
pub struct BlindWorker(JoinHandle<Result<()>>);

impl Drop for BlindWorker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl BlindWorker {
    /// Signs on.
    pub async fn connect(dialer: Dialer, credential: &str) -> Result<Self> {
        let uri: http::Uri = format!("http://{}", dialer.authority()).parse()?;
        let dial = tower::service_fn(move |_: http::Uri| {
            let dialer = dialer.clone();
            async move { dialer.dial().await.map(TokioIo::new) }
        });
        let http = Http2Connection::builder()
            .adaptive_window(true)
            .connect_with_connector(dial, uri.clone())
            .await?;
        let client = ClientConfig::new(uri)
            .with_protocol(Protocol::Grpc)
            .with_compression(CompressionRegistry::new())
            .with_default_header("authorization", format!("Bearer {credential}"));
        let link = pb::WorkerLinkServiceClient::new(http.shared(1), client);
        let (mut sender, mut receiver) = link.link().await?.into_split();
        let keys = WorkerKeys::generate(&random_bytes());
        let terms =
            BundleTerms { suites: SuiteSet::only(Suite::PostQuantum), serial: 1, created: 0, expires: 0 };
        let bundle = keys.sign_bundle(&terms, &random_bytes());
        let hello = pb::WorkerHello {
            version: env!("CARGO_PKG_VERSION").into(),
            bundle: bundle.as_bytes().to_vec(),
            bundle_id: keys.serving(&bundle)?.bundle_id().to_vec(),
            ..Default::default()
        };
        send(&mut sender, hello).await?;
        match next(&mut receiver).await? {
            hub_frame::Body::Welcome(_) => Ok(Self(tokio::spawn(serve(sender, receiver)))),
            _ => bail!("the Hub did not begin with a welcome"),
        }
    }
}

async fn serve(mut sender: Sender, mut receiver: Receiver) -> Result<()> {
    loop {
        match next(&mut receiver).await? {
            hub_frame::Body::Frames(batch) => {
                let frames: Vec<Vec<u8>> = batch.frames.iter().filter_map(|frame| accept(frame)).collect();
                if !frames.is_empty() {
                    send(&mut sender, pb::FrameBatch { frames, ..Default::default() }).await?;
                }
            }
            hub_frame::Body::Ping(ping) => {
                send(&mut sender, pb::Pong { nonce: ping.nonce, ..Default::default() }).await?;
            }
            _ => {}
        }
    }
}

/// The answer to an OPEN.
fn accept(frame: &[u8]) -> Option<Vec<u8>> {
    let parsed = RelayFrame::parse(Direction::HubToWorker, frame).ok()?;
    let Body::WorkerOpen(_) = parsed.body else { return None };
    Some(RelayFrame { channel: parsed.channel, body: Body::Accept { msg2: &[2; MSG2] } }.encode())
}

async fn next(receiver: &mut Receiver) -> Result<hub_frame::Body> {
    loop {
        let message = receiver.message::<pb::HubFrame>().await?.context("the Hub closed the stream")?;
        if let Some(body) = message.to_owned_message().body {
            return Ok(body);
        }
    }
}

async fn send(sender: &mut Sender, body: impl Into<Option<worker_frame::Body>>) -> Result<()> {
    Ok(sender.send(pb::WorkerFrame { body: body.into(), ..Default::default() }).await?)
}
