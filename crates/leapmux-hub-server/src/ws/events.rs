//! The organization's events: layout, comings and goings of Workers, notices. The client reports what it shows.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use buffa::Message as _;
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, StatusCode};
use leapmux_hub::{Caller, ConnectionId, FeedItem, HubError, LayoutFeed, WorkerStatus};
use leapmux_layout::codec;
use leapmux_proto_hub::leapmux::hub::v1::__buffa::oneof::org_event;
use leapmux_proto_hub::leapmux::hub::v1::{
    LayoutBatch, Materialized, OrgEvent, PresenceReport, ServerNotice, WorkersChanged,
};
use leapmux_runtime::monotonic_now;
use leapmux_types::{Millis, OrgId, WorkspaceId};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use super::{GOING_AWAY, POLICY, READ_BUFFER, SIGNED_OUT, TRY_AGAIN, close, refused};
use crate::edge::Identified;
use crate::services::Shared;

/// Largest message of a client: a report is small.
const MAX_REPORT: usize = 4 * 1024;
/// A silent client is pinged, and dropped when it stays silent.
const PING_EVERY: Duration = Duration::from_secs(20);
const DEAD_AFTER: Duration = Duration::from_secs(45);
/// How long clients stay away from a Hub that stops.
const RETRY_AFTER_MS: u32 = 1_000;

#[derive(Deserialize)]
pub(super) struct Wanted {
    org: String,
    /// The revision the client has; absent or 0 for none.
    #[serde(default)]
    since: u64,
}

pub(super) async fn upgrade(
    State(services): State<Shared>,
    Query(wanted): Query<Wanted>,
    ws: WebSocketUpgrade,
    headers: HeaderMap,
) -> Response {
    if services.stopping.is_cancelled() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "hub is shutting down");
    }
    let who = match super::identified(&services, &headers).await {
        Ok(who) => who,
        Err(refused) => return refused,
    };
    let Ok(org) = wanted.org.parse::<OrgId>() else {
        return refused(StatusCode::BAD_REQUEST, "not an organization's id");
    };
    // Listening begins before the feed does, so that no change falls between.
    let changes = services.workers.changes();
    let feed = match services.layouts.watch(&who.caller, &org, Some(wanted.since)).await {
        Ok(feed) => feed,
        Err(HubError::NotFound(_)) => return refused(StatusCode::NOT_FOUND, "no such organization"),
        Err(error) => {
            tracing::warn!(%error, "an event stream could not begin");
            return refused(StatusCode::SERVICE_UNAVAILABLE, "the Hub is busy; please try again");
        }
    };
    let Some(slot) = services.sockets.take(&who.caller.user) else {
        return refused(StatusCode::TOO_MANY_REQUESTS, "too many connections are open");
    };
    let ws = ws.read_buffer_size(READ_BUFFER).max_message_size(MAX_REPORT).max_frame_size(MAX_REPORT);
    ws.on_upgrade(move |socket| async move {
        let running = services.clone();
        services.streams.spawn("event socket", async move {
            running.metrics.sockets.inc();
            let connection = running.connection_id();
            let stream = EventStream { services: &running, who: &who, connection, feed, changes };
            stream.serve(socket).await;
            running.presence.leave(connection);
            running.metrics.sockets.dec();
            drop(slot);
        });
    })
}

struct EventStream<'a> {
    services: &'a Shared,
    who: &'a Identified,
    connection: ConnectionId,
    feed: LayoutFeed,
    changes: Receiver<WorkerStatus>,
}

enum End {
    Gone,
    Wrong(&'static str),
    /// The feed cannot go on; a new one may.
    Ended,
    Stopping,
}

impl EventStream<'_> {
    async fn serve(mut self, socket: WebSocket) {
        let (mut sink, mut source) = socket.split();
        let (received, sent) = self.services.metrics.messages("orgevents");
        let (services, who, connection) = (self.services, self.who, self.connection);
        let reading = async {
            loop {
                match timeout_at(Instant::now() + DEAD_AFTER, source.next()).await {
                    Ok(Some(Ok(Message::Binary(report)))) => {
                        received.inc();
                        if !report_presence(services, &who.caller, connection, &report) {
                            return End::Wrong("not a presence report");
                        }
                    }
                    Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
                    Ok(Some(Ok(Message::Text(_)))) => {
                        return End::Wrong("this socket carries binary messages only");
                    }
                    Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return End::Gone,
                }
            }
        };
        let writing = async {
            let mut pings = tokio::time::interval(PING_EVERY);
            loop {
                let message = tokio::select! {
                    event = self.next() => match event {
                        Ok(event) => Message::Binary(event.encode_to_vec().into()),
                        Err(error) => {
                            tracing::debug!(%error, "event stream ended");
                            return End::Ended;
                        }
                    },
                    _ = pings.tick() => Message::Ping(Default::default()),
                };
                sent.inc();
                if sink.send(message).await.is_err() {
                    return End::Gone;
                }
            }
        };
        let end = tokio::select! {
            end = reading => end,
            () = services.stopping.cancelled() => End::Stopping,
            () = who.ended() => End::Wrong(SIGNED_OUT),
            end = writing => end,
        };
        match end {
            End::Gone => {}
            End::Wrong(reason) => close(&mut sink, POLICY, reason).await,
            End::Ended if !services.stopping.is_cancelled() => {
                close(&mut sink, TRY_AGAIN, "please reconnect").await
            }
            End::Ended | End::Stopping => {
                let notice = ServerNotice {
                    code: "going_away".into(),
                    retry_after_ms: RETRY_AFTER_MS,
                    ..Default::default()
                };
                let last = sink.send(Message::Binary(event(notice).encode_to_vec().into()));
                let _ = tokio::time::timeout(super::FAREWELL, last).await;
                close(&mut sink, GOING_AWAY, "hub is shutting down").await;
            }
        }
    }

    /// The next event for this client. Cancel safe.
    async fn next(&mut self) -> Result<OrgEvent, HubError> {
        loop {
            tokio::select! {
                item = self.feed.next() => return item.map(worded),
                change = self.changes.recv() => match change {
                    Ok(status) if status.owner != self.who.caller.user => {}
                    // Whoever is told to look again need not be told how often.
                    Ok(_) | Err(RecvError::Lagged(_)) => return Ok(event(WorkersChanged::default())),
                    Err(RecvError::Closed) => std::future::pending().await,
                },
            }
        }
    }
}

fn event(event: impl Into<org_event::Event>) -> OrgEvent {
    OrgEvent { event: Some(event.into()), ..Default::default() }
}

fn worded(item: FeedItem) -> OrgEvent {
    match item {
        FeedItem::Materialized(snapshot) => event(Materialized {
            rev: snapshot.rev,
            snapshot: codec::encode_snapshot(&snapshot),
            ..Default::default()
        }),
        FeedItem::Event(step) => {
            event(LayoutBatch { rev: step.rev, event: codec::encode_event(&step), ..Default::default() })
        }
    }
}

/// False for what is no report.
fn report_presence(services: &Shared, caller: &Caller, connection: ConnectionId, report: &[u8]) -> bool {
    let Ok(report) = PresenceReport::decode_from_slice(report) else { return false };
    let Ok(workspace) = report.workspace_id.parse::<WorkspaceId>() else { return false };
    services.presence.report(connection, &caller.user, workspace, Millis(monotonic_now()));
    true
}
