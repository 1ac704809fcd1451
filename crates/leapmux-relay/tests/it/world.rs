//! Frames and a driver small enough to read.

use leapmux_relay::{Authorization, AuthorizeRequest, Event, Intake, LegFailure, LegId, Limits, Relay};
use leapmux_types::relay_frame::{Body, Ending, Open, RelayFrame};
use leapmux_types::{ChannelUid, Code, Millis, UserId, WorkerId};

pub const GRANT: &[u8] = b"grant";

pub fn user(n: u128) -> UserId {
    UserId::from_bits(n)
}
pub fn worker(n: u128) -> WorkerId {
    WorkerId::from_bits(n)
}
pub fn frame(channel: u32, body: Body<'_>) -> Vec<u8> {
    RelayFrame { channel, body }.encode()
}
pub fn open(channel: u32, to: &WorkerId) -> Vec<u8> {
    let uid = ChannelUid([7; 16]);
    let open = Open { suite: 2, channel_uid: uid, key_id: [9; 8], worker_id: to.as_str(), msg1: &[1; 56] };
    frame(channel, Body::Open(open))
}
pub fn accept(channel: u32) -> Vec<u8> {
    frame(channel, Body::Accept { msg2: &[2; 56] })
}
pub fn data(channel: u32, fill: u8, size: usize) -> Vec<u8> {
    frame(channel, Body::Data(&vec![fill; size]))
}
pub fn close(channel: u32, code: Code) -> Vec<u8> {
    frame(channel, Body::Close(Ending { code, reason: "bye" }))
}

/// What a frame says, without its bytes: `kind channel detail`.
pub fn said(frame: &[u8]) -> String {
    let (kind, channel) = leapmux_types::relay_frame::peek(frame).expect("a whole frame");
    let body = &frame[5..];
    let code = || Code(u16::from_be_bytes(*body.first_chunk().expect("a code")));
    match kind {
        0x11 => format!("open {channel}"),
        0x02 => format!("accept {channel}"),
        0x03 => format!("reject {channel} {}", code()),
        0x04 => format!("data {channel} {}", body[0]),
        0x05 => format!("close {channel} {}", code()),
        0x06 => "ping".to_owned(),
        0x07 => "pong".to_owned(),
        0x08 => "event".to_owned(),
        0x09 => "goaway".to_owned(),
        0x0a => format!("grant {channel}"),
        other => format!("? {other}"),
    }
}

pub struct World {
    pub relay: Relay,
    pub now: Millis,
    pub asked: Vec<AuthorizeRequest>,
    pub hangups: Vec<(LegId, LegFailure)>,
}

impl World {
    pub fn new(limits: Limits) -> Self {
        Self { relay: Relay::new(limits), now: Millis(1_000), asked: Vec::new(), hangups: Vec::new() }
    }
    pub fn client(&mut self, of: u128) -> LegId {
        self.relay.connect_client(user(of), self.now)
    }
    pub fn worker(&mut self, n: u128) -> LegId {
        let leg = self.relay.connect_worker(worker(n), self.now);
        self.drain();
        leg
    }
    pub fn send(&mut self, leg: LegId, frame: &[u8]) -> Result<Intake, LegFailure> {
        let taken = self.relay.handle_frame(leg, frame, self.now);
        self.drain();
        taken
    }
    pub fn drain(&mut self) {
        while let Some(event) = self.relay.poll_event() {
            match event {
                Event::Authorize(request) => self.asked.push(request),
                Event::Hangup { leg, failure } => self.hangups.push((leg, failure)),
                Event::Transmit(_) | Event::Opened(_) | Event::Ended { .. } => {}
            }
        }
    }
    /// Says yes to everything asked so far.
    pub fn allow(&mut self) {
        for request in std::mem::take(&mut self.asked) {
            self.relay.authorize(request.channel, Authorization { grant: GRANT.to_vec(), token: [5; 32] });
        }
        self.drain();
    }
    /// Everything waiting for a leg.
    pub fn received(&mut self, leg: LegId) -> Vec<String> {
        std::iter::from_fn(|| self.relay.poll_transmit(leg)).map(|frame| said(&frame)).collect()
    }
    /// Lets time pass, doing what falls due on the way.
    pub fn pass(&mut self, ms: u64) {
        let end = Millis(self.now.0 + ms);
        while let Some(due) = self.relay.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.relay.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }
    /// A client, a Worker and channel 1 open between them.
    pub fn opened(limits: Limits) -> (Self, LegId, LegId) {
        let mut world = Self::new(limits);
        let (client, host) = (world.client(1), world.worker(1));
        world.send(client, &open(1, &worker(1))).expect("fine");
        world.allow();
        assert_eq!(world.received(host), ["open 1"]);
        world.send(host, &accept(1)).expect("fine");
        assert_eq!(world.received(client), ["accept 1"]);
        (world, client, host)
    }
}
