//! The link against a Hub's end of it, over the in-process pipe and real gRPC.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connectrpc::{ConnectError, InboundStream, RequestContext, Response, ServiceResult, ServiceStream};
use futures::StreamExt;
use leapmux_net::{Dialer, HttpServer, Listener, pipe};
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use leapmux_runtime::{Secret, Tasks};
use leapmux_types::CREDENTIAL_REFUSED;
use leapmux_types::relay_frame::{Body, Direction, RelayFrame};
use pb::{hub_frame, worker_frame};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{Dismissal, LinkConfig, run};
use crate::channels::tests::{Rig, identity, worker_id};

/// One Worker's stream as the Hub has it.
struct Session {
    bearer: String,
    requests: InboundStream<pb::WorkerFrame>,
    answers: mpsc::Sender<pb::HubFrame>,
}

impl Session {
    async fn next(&mut self) -> Option<worker_frame::Body> {
        self.requests.next().await?.ok()?.to_owned_message().body
    }
    async fn send(&self, body: impl Into<Option<hub_frame::Body>>) {
        let frame = pb::HubFrame { body: body.into(), ..Default::default() };
        self.answers.send(frame).await.expect("the stream is open");
    }
    async fn welcome(&mut self) -> pb::WorkerHello {
        let Some(worker_frame::Body::Hello(hello)) = self.next().await else { panic!("no hello") };
        self.send(pb::HubWelcome::default()).await;
        *hello
    }
}

struct LinkHub {
    sessions: mpsc::Sender<Session>,
    /// Every stream is refused with this.
    refusal: Option<ConnectError>,
    refused: Arc<Notify>,
}

impl pb::WorkerLinkService for LinkHub {
    async fn link(
        &self,
        context: RequestContext,
        requests: InboundStream<pb::WorkerFrame>,
    ) -> ServiceResult<ServiceStream<impl connectrpc::Encodable<pb::HubFrame> + Send + use<>>> {
        if let Some(refusal) = &self.refusal {
            self.refused.notify_one();
            return Err(refusal.clone());
        }
        let bearer =
            context.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (answers, outgoing) = mpsc::channel(16);
        let session = Session { bearer: bearer.to_owned(), requests, answers };
        self.sessions.send(session).await.expect("the test listens");
        let outgoing = futures::stream::unfold(outgoing, |mut outgoing| async {
            let frame = outgoing.recv().await?;
            Some((Ok::<_, ConnectError>(frame), outgoing))
        });
        Response::ok(outgoing.boxed())
    }
}

struct Linked {
    sessions: mpsc::Receiver<Session>,
    stop: CancellationToken,
    link: Tasks,
    up: watch::Receiver<bool>,
    /// What the link ended with.
    dismissed: oneshot::Receiver<Option<Dismissal>>,
    state: PathBuf,
    /// Somebody was refused.
    refused: Arc<Notify>,
    _hub: HttpServer,
    _rig: Rig,
}

async fn linked() -> Linked {
    linked_to(None).await
}

async fn linked_to(refusal: Option<ConnectError>) -> Linked {
    let (connector, listener) = pipe();
    let (sessions, seen) = mpsc::channel(4);
    let refused = Arc::new(Notify::new());
    let rpc = connectrpc::Router::new().add_service(Arc::new(LinkHub {
        sessions,
        refusal,
        refused: refused.clone(),
    }));
    let app = axum::Router::new().fallback_service(rpc.into_axum_service());
    let tasks = Tasks::new();
    let hub = HttpServer::start(vec![Listener::Pipe(listener)], app, &tasks);
    let rig = Rig::new().await;
    let state = rig.data_dir().join("link-state.json");
    std::fs::write(&state, "who we are").expect("written");
    let config = LinkConfig {
        dialer: Dialer::Pipe(connector),
        worker_id: worker_id(),
        bearer: Secret::new("the-token".to_owned()),
        owner: None,
        vouched_device: None,
        retry: (Duration::from_millis(1), Duration::from_millis(10)),
        state: Some(state.clone()),
    };
    let (stop, link) = (CancellationToken::new(), Tasks::new());
    let (tell, up) = watch::channel(false);
    let running = run(config, identity(), rig.host.clone(), tell, stop.clone());
    let (end, dismissed) = oneshot::channel();
    link.spawn("link", async move {
        let _ = end.send(running.await);
    });
    Linked { sessions: seen, stop, link, up, dismissed, state, refused, _hub: hub, _rig: rig }
}

#[tokio::test]
async fn says_hello_with_its_bundle_and_relays_frames() {
    let mut linked = linked().await;
    let mut session = linked.sessions.recv().await.expect("it dials");
    assert_eq!(session.bearer, "Bearer the-token");
    let hello = session.welcome().await;
    assert_eq!(hello.bundle, identity().bundle.as_bytes());
    assert_eq!(hello.bundle_id, identity().serving.bundle_id());
    session.send(pb::Ping { nonce: 7, ..Default::default() }).await;
    let Some(worker_frame::Body::Pong(pong)) = session.next().await else { panic!("no pong") };
    assert_eq!(pong.nonce, 7);
    let ping = RelayFrame::leg(Body::Ping(*b"12345678")).encode();
    session.send(pb::FrameBatch { frames: vec![ping], ..Default::default() }).await;
    let Some(worker_frame::Body::Frames(batch)) = session.next().await else { panic!("no frames") };
    let answer = RelayFrame::parse(Direction::WorkerToHub, &batch.frames[0]).expect("a frame");
    assert_eq!(answer.body, Body::Pong(*b"12345678"));
}

#[tokio::test]
async fn comes_back_after_a_lost_stream_and_after_a_go_away() {
    let mut linked = linked().await;
    let mut first = linked.sessions.recv().await.expect("it dials");
    first.welcome().await;
    drop(first);
    let mut second = linked.sessions.recv().await.expect("it dials again");
    second.welcome().await;
    second.send(pb::GoAway { retry_after_ms: 1, ..Default::default() }).await;
    let mut third = linked.sessions.recv().await.expect("it dials again");
    third.welcome().await;
}

#[tokio::test]
async fn a_hub_that_does_not_welcome_is_left() {
    let mut linked = linked().await;
    let mut first = linked.sessions.recv().await.expect("it dials");
    let Some(worker_frame::Body::Hello(_)) = first.next().await else { panic!("no hello") };
    first.send(pb::Ping::default()).await;
    linked.sessions.recv().await.expect("it tries anew").welcome().await;
}

#[tokio::test]
async fn stops_when_told() {
    let mut linked = linked().await;
    let mut session = linked.sessions.recv().await.expect("it dials");
    session.welcome().await;
    linked.stop.cancel();
    linked.link.shutdown(Duration::from_secs(5)).await.expect("it ends");
    assert!(session.next().await.is_none());
}

#[tokio::test]
async fn wrk_45_a_hub_that_does_not_know_us_is_final_and_nothing_is_destroyed() {
    let linked = linked_to(Some(ConnectError::unauthenticated(CREDENTIAL_REFUSED))).await;
    let Linked { mut up, link, dismissed, state, _hub, _rig, .. } = linked;
    assert!(up.wait_for(|up| *up).await.is_err(), "nobody tries again");
    link.shutdown(Duration::from_secs(5)).await.expect("it has ended");
    let Some(Dismissal::Refused { kept: Some(kept), .. }) = dismissed.await.expect("told") else {
        panic!("refused");
    };
    assert!(!state.exists(), "the way is clear for a new registration");
    assert_eq!(std::fs::read_to_string(kept).expect("kept"), "who we are");
}

#[tokio::test]
async fn somebody_else_who_asks_for_a_password_is_only_in_the_way() {
    let mut linked = linked_to(Some(ConnectError::unauthenticated("sign in to the proxy"))).await;
    tokio::select! {
        biased;
        end = &mut linked.dismissed => panic!("{end:?}"),
        () = linked.refused.notified() => {}
    }
    // It comes again.
    linked.refused.notified().await;
    assert!(linked.state.exists());
    linked.stop.cancel();
    assert_eq!(linked.dismissed.await.expect("stopped"), None);
}

#[tokio::test]
async fn wrk_62_let_go_it_forgets_then_says_so() {
    for welcomed in [true, false] {
        let mut linked = linked().await;
        let mut session = linked.sessions.recv().await.expect("it dials");
        if welcomed {
            session.welcome().await;
        } else {
            assert!(matches!(session.next().await, Some(worker_frame::Body::Hello(_))));
        }
        session.send(pb::Deregister { reason: "enough".to_owned(), ..Default::default() }).await;
        loop {
            match session.next().await.expect("it answers") {
                worker_frame::Body::Deregistered(_) => break,
                worker_frame::Body::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(!linked.state.exists(), "forgotten before it says so");
        drop(session);
        let dismissed = linked.dismissed.await.expect("told");
        assert_eq!(dismissed, Some(Dismissal::Deregistered { reason: "enough".to_owned() }));
        linked.link.shutdown(Duration::from_secs(5)).await.expect("it has ended");
    }
}
