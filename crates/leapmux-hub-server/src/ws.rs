//! WebSockets of clients: the relay and the organization's events.

mod channel;
mod events;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures::SinkExt;
use futures::stream::SplitSink;
use http::StatusCode;

use crate::services::Shared;

/// A socket that is to be closed is given this long to take its last words.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(1);
/// Close codes of RFC 6455: the Hub stops; a frame broke the rules; the client must come back later.
const GOING_AWAY: u16 = 1001;
const POLICY: u16 = 1008;
const TRY_AGAIN: u16 = 1013;

/// Read at once from a client. The library clears and keeps as much for every socket, and most of them say a keystroke at a time.
const READ_BUFFER: usize = 4 * 1024;

/// Both sockets.
pub(crate) fn routes() -> axum::Router<Shared> {
    axum::Router::new()
        .route("/ws/channel", any(channel::upgrade))
        .route("/ws/orgevents", any(events::upgrade))
}

/// Says why and closes. The reason is cut to what a close frame holds.
async fn close(sink: &mut SplitSink<WebSocket, Message>, code: u16, reason: &str) {
    let reason = reason[..reason.floor_char_boundary(120)].into();
    let goodbye = sink.send(Message::Close(Some(CloseFrame { code, reason })));
    if tokio::time::timeout(FAREWELL, goodbye).await.is_err() {
        tracing::debug!("the client took no goodbye");
    }
}

fn refused(status: StatusCode, reason: &'static str) -> Response {
    (status, reason).into_response()
}
