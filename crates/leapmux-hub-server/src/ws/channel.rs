//! The relay socket: one binary message is one frame.

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, StatusCode};
use leapmux_hub::Leg;
use leapmux_relay::LegFailure;
use leapmux_types::Code;
use leapmux_types::limits::MAX_RELAY_FRAME;

use super::{GOING_AWAY, POLICY, READ_BUFFER, SIGNED_OUT, close, refused};
use crate::edge::Identified;
use crate::services::Shared;

/// What a client must ask for.
const SUBPROTOCOL: &str = "leapmux.relay.v1";
/// Frames a stopping Hub still sends to each client: the word of its going away among them.
const LAST_FRAMES: usize = 64;

pub(super) async fn upgrade(
    State(services): State<Shared>,
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
    let ws = ws
        .protocols([SUBPROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .max_message_size(MAX_RELAY_FRAME)
        .max_frame_size(MAX_RELAY_FRAME);
    if ws.selected_protocol().is_none() {
        return refused(StatusCode::BAD_REQUEST, "this socket speaks the subprotocol leapmux.relay.v1");
    }
    let Some(slot) = services.sockets.take(&who.caller.user) else {
        return refused(StatusCode::TOO_MANY_REQUESTS, "too many connections are open");
    };
    ws.on_upgrade(move |socket| async move {
        let leg = services.relay.connect_client(&who.caller);
        let running = services.clone();
        services.streams.spawn("relay socket", async move {
            running.metrics.sockets.inc();
            serve(socket, &leg, &who, &running).await;
            running.metrics.sockets.dec();
            drop(slot);
        });
    })
}

enum End {
    Gone,
    Broken(LegFailure),
    SignedOut,
    Stopping,
}

async fn serve(socket: WebSocket, leg: &Leg, who: &Identified, services: &Shared) {
    let (mut sink, mut source) = socket.split();
    let (received, sent) = services.metrics.messages("channel");
    let unsent = services.relay.socket_unsent();
    let reading = async {
        loop {
            match source.next().await {
                Some(Ok(Message::Binary(frame))) => {
                    received.inc();
                    match leg.receive(&frame) {
                        Ok(None) => {}
                        // Not reading is what slows a client down; nothing is ever dropped.
                        Ok(Some(pause)) => tokio::time::sleep(pause).await,
                        Err(failure) => return End::Broken(failure),
                    }
                }
                Some(Ok(Message::Text(_))) => {
                    let reason = "this socket carries binary messages only".to_owned();
                    return End::Broken(LegFailure { code: Code::PROTOCOL_ERROR, reason });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
            }
        }
    };
    let writing = async {
        loop {
            let mut next = Some(leg.next().await);
            let mut bytes = 0;
            while let Some(frame) = next {
                bytes += frame.len();
                sent.inc();
                if sink.feed(Message::Binary(frame.into())).await.is_err() {
                    return;
                }
                next = if bytes < unsent { leg.try_next() } else { None };
            }
            if sink.flush().await.is_err() {
                return;
            }
        }
    };
    let end = tokio::select! {
        end = reading => end,
        () = writing => End::Gone,
        failure = leg.failed() => End::Broken(failure),
        () = who.ended() => End::SignedOut,
        () = services.stopping.cancelled() => End::Stopping,
    };
    match end {
        End::Gone => {}
        End::Broken(failure) => {
            tracing::debug!(%failure, "relay socket closed");
            close(&mut sink, POLICY, &failure.to_string()).await;
        }
        End::SignedOut => close(&mut sink, POLICY, SIGNED_OUT).await,
        End::Stopping => {
            let last = async {
                for frame in std::iter::from_fn(|| leg.try_next()).take(LAST_FRAMES) {
                    sink.feed(Message::Binary(frame.into())).await?;
                }
                sink.flush().await
            };
            let _ = tokio::time::timeout(super::FAREWELL, last).await;
            close(&mut sink, GOING_AWAY, "hub is shutting down").await;
        }
    }
}
