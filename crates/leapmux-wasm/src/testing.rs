//! For the front end's unit tests only (feature `testing`): the vectors through this very build, and a Worker's side to talk to.

use leapmux_channel::noise::registration::RegistrationSecret;
use leapmux_channel::noise::vectors;
use leapmux_channel::{
    Accepting, ChannelOpen, DeviceTrust, Grant, KeyBundle, Millis, Responder, Secret32, ServingKeys,
};
use leapmux_types::relay_frame::{Body, Direction, RelayFrame};
use wasm_bindgen::prelude::*;

use crate::channel::{ChannelSession, millis};
use crate::error::{Thrown, invalid, thrown};

/// Replays a file of `tests/vectors`: `channel`, `bundle` (wants channel.json too), `pins`, `frames`. Answers how many things it
/// compared; throws the first that differs.
#[wasm_bindgen(js_name = replayVectors)]
pub fn replay_vectors(name: &str, json: &str, channel_json: &str) -> Thrown<usize> {
    match name {
        "channel" => vectors::channel(json),
        "bundle" => vectors::bundles(json, channel_json),
        "pins" => vectors::pins(json),
        "frames" => leapmux_channel::vectors::frames(json),
        other => Err(format!("there is no {other}")),
    }
    .map_err(|sentence| thrown("differs", &sentence))
}

/// The Worker of `channel.json`.
#[wasm_bindgen]
pub struct TestWorker {
    keys: ServingKeys,
    bundle: Vec<u8>,
}

/// What it answered to an OPEN.
#[wasm_bindgen]
pub struct TestAccept {
    frame: Vec<u8>,
    session: Option<ChannelSession>,
}

#[wasm_bindgen]
impl TestAccept {
    /// The ACCEPT frame as the Hub hands it to the client.
    #[wasm_bindgen(getter)]
    pub fn frame(&self) -> Vec<u8> {
        self.frame.clone()
    }
    /// The Worker's end of the channel, once.
    #[wasm_bindgen(js_name = takeSession)]
    pub fn take_session(&mut self) -> Option<ChannelSession> {
        self.session.take()
    }
}

#[wasm_bindgen]
impl TestWorker {
    #[wasm_bindgen(constructor)]
    pub fn new(channel_json: &str) -> Thrown<TestWorker> {
        let (keys, bundle) = vectors::worker(channel_json).map_err(invalid)?;
        Ok(Self { keys, bundle: bundle.as_bytes().to_vec() })
    }
    pub fn bundle(&self) -> Vec<u8> {
        self.bundle.clone()
    }
    /// What it uploads when it registers with this whole key (channel.md 5.4); nothing when the key has no second half.
    #[wasm_bindgen(js_name = registrationProof)]
    pub fn registration_proof(&self, key: &str) -> Thrown<Option<Vec<u8>>> {
        let (_, secret) = RegistrationSecret::split(key).map_err(invalid)?;
        let bundle = KeyBundle::parse(&self.bundle).and_then(|bundle| bundle.verify()).map_err(invalid)?;
        Ok(secret.map(|secret| secret.worker_proof(&bundle.identity).0.to_vec()))
    }
    /// Plays Hub and Worker for a client's OPEN frame: checks nothing the Hub would. `random`: 32 bytes of token, 64 for the
    /// handshake. Throws the code of the REJECT.
    pub fn accept(&self, open_frame: &[u8], user: &str, random: &[u8], now: f64) -> Thrown<TestAccept> {
        let parsed = RelayFrame::parse(Direction::ClientToHub, open_frame).map_err(invalid)?;
        let Body::Open(open) = parsed.body else { return Err(invalid("not an OPEN frame")) };
        let (token, random) =
            random.split_first_chunk::<32>().ok_or_else(|| invalid("too few random bytes"))?;
        let random = random.try_into().map_err(|_| invalid("random bytes of the wrong length"))?;
        let offered = ChannelOpen {
            suite: open.suite,
            channel_uid: open.channel_uid,
            key_id: open.key_id,
            msg1: open.msg1,
        };
        let grant = Grant { user_id: user.to_owned(), token: Secret32::new(*token) };
        let now: Millis = millis(now);
        let accepting = Accepting {
            worker_id: open.worker_id,
            trust: DeviceTrust::Hub,
            wall_clock_ms: 1_700_000_000_000,
        };
        let (session, msg2) = Responder::accept(&self.keys, &offered, grant, accepting, random, now)
            .map_err(|refused| thrown(&refused.code.to_string(), refused.reason()))?;
        let body = Body::Accepted { token: *token, msg2: &msg2 };
        let frame = RelayFrame { channel: parsed.channel, body }.encode();
        Ok(TestAccept { frame, session: Some(ChannelSession(session)) })
    }
}
