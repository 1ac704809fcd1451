//! WebSockets of clients: the relay and the organization's events.

mod channel;
mod events;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures::SinkExt;
use futures::stream::SplitSink;
use http::{HeaderMap, StatusCode};

use crate::edge::{Identified, caller};
use crate::services::Shared;

/// A socket that is to be closed is given this long to take its last words.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(1);
/// Close codes of RFC 6455: the Hub stops; a frame broke the rules; the client must come back later.
const GOING_AWAY: u16 = 1001;
const POLICY: u16 = 1008;
const TRY_AGAIN: u16 = 1013;
/// Said when the session a socket came with has ended.
const SIGNED_OUT: &str = "signed out";

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

/// Who opens a socket, or the answer to nobody.
async fn identified(services: &Shared, headers: &HeaderMap) -> Result<Identified, Response> {
    match caller(services, headers).await {
        Ok(Some(who)) => Ok(who),
        Ok(None) => Err(refused(StatusCode::UNAUTHORIZED, "please sign in")),
        Err(error) => {
            tracing::warn!(%error, "a session could not be checked");
            Err(refused(StatusCode::SERVICE_UNAVAILABLE, "the Hub is busy; please try again"))
        }
    }
}

fn refused(status: StatusCode, reason: &'static str) -> Response {
    (status, reason).into_response()
}
