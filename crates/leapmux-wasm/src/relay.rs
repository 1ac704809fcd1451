//! Relay frames: what the socket carries around a channel's records.

use leapmux_types::Code;
use leapmux_types::relay_frame::{Body, Direction, Ending, RelayFrame};
use wasm_bindgen::prelude::*;

use crate::error::{Thrown, thrown};

/// A frame from the Hub that is not DATA.
#[wasm_bindgen]
pub struct HubFrame {
    kind: &'static str,
    channel: u32,
    code: u16,
    reason: String,
    bytes: Vec<u8>,
    retry_after_ms: u32,
}

#[wasm_bindgen]
impl HubFrame {
    /// `accept`, `reject`, `data`, `close`, `ping`, `pong`, `event`, `goaway`.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.kind.to_owned()
    }
    /// The channel; 0 is the socket itself.
    #[wasm_bindgen(getter)]
    pub fn channel(&self) -> u32 {
        self.channel
    }
    /// Of `reject` and `close`.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> u16 {
        self.code
    }
    /// Of `reject` and `close`, for people.
    #[wasm_bindgen(getter)]
    pub fn reason(&self) -> String {
        self.reason.clone()
    }
    /// Of `ping`, `pong` and `event`.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
    /// Of `goaway`.
    #[wasm_bindgen(getter, js_name = retryAfterMs)]
    pub fn retry_after_ms(&self) -> u32 {
        self.retry_after_ms
    }
}

/// Reads any frame from the Hub. Throws `bad_frame`.
#[wasm_bindgen(js_name = readHubFrame)]
pub fn read_hub_frame(frame: &[u8]) -> Thrown<HubFrame> {
    let RelayFrame { channel, body } = RelayFrame::parse(Direction::HubToClient, frame)
        .map_err(|error| thrown("bad_frame", &error.to_string()))?;
    let empty =
        HubFrame { kind: "", channel, code: 0, reason: String::new(), bytes: Vec::new(), retry_after_ms: 0 };
    let ending = |kind, ending: Ending<'_>| {
        let (code, reason) = (ending.code.0, ending.reason.to_owned());
        HubFrame { kind, channel, code, reason, bytes: Vec::new(), retry_after_ms: 0 }
    };
    Ok(match body {
        Body::Accepted { .. } => HubFrame { kind: "accept", ..empty },
        Body::Data(_) => HubFrame { kind: "data", ..empty },
        Body::Reject(end) => ending("reject", end),
        Body::Close(end) => ending("close", end),
        Body::Ping(bytes) => HubFrame { kind: "ping", bytes: bytes.to_vec(), ..empty },
        Body::Pong(bytes) => HubFrame { kind: "pong", bytes: bytes.to_vec(), ..empty },
        Body::Event(bytes) => HubFrame { kind: "event", bytes: bytes.to_vec(), ..empty },
        Body::GoAway { retry_after_ms } => HubFrame { kind: "goaway", retry_after_ms, ..empty },
        Body::Open(_) | Body::WorkerOpen(_) | Body::Accept { .. } | Body::Grant(_) => {
            return Err(thrown("bad_frame", "the Hub sends no such frame"));
        }
    })
}

/// PING of the socket.
#[wasm_bindgen(js_name = pingFrame)]
pub fn ping_frame() -> Vec<u8> {
    RelayFrame::leg(Body::Ping([0; 8])).encode()
}
/// The answer to a PING: its bytes back.
#[wasm_bindgen(js_name = pongFrame)]
pub fn pong_frame(bytes: &[u8]) -> Vec<u8> {
    let mut echo = [0; 8];
    let len = bytes.len().min(8);
    echo[..len].copy_from_slice(&bytes[..len]);
    RelayFrame::leg(Body::Pong(echo)).encode()
}
/// Tells the Hub that this channel is over.
#[wasm_bindgen(js_name = closeFrame)]
pub fn close_frame(channel: u32, code: u16, reason: &str) -> Vec<u8> {
    RelayFrame { channel, body: Body::Close(Ending { code: Code(code), reason }) }.encode()
}

/// The name of a channel's code: `worker_offline`; `code_77` for one this version does not know.
#[wasm_bindgen(js_name = codeName)]
pub fn code_name(code: u16) -> String {
    Code(code).to_string()
}
/// The number of the code with this name; 0 when there is none.
#[wasm_bindgen(js_name = codeNumber)]
pub fn code_number(name: &str) -> u16 {
    Code::ALL.iter().find(|code| code.name() == Some(name)).map_or(0, |code| code.0)
}
