//! Two sessions and the carrier between them, from the Worker of the vectors; the only clock is a number.

use std::collections::VecDeque;

use leapmux_channel::noise::{RESPONDER_RANDOM, vectors};
use leapmux_channel::{
    Accepting, ChannelOpen, ChannelUid, DeviceKey, DeviceTrust, Event, Grant, HANDSHAKE_RANDOM, Initiator,
    Millis, OpenParams, OpenRefused, Responder, Secret32, ServingKeys, Session, StreamId, Suite,
    VerifiedBundle,
};

pub const CHANNEL: &str = include_str!("../../../../tests/vectors/channel.json");
pub const TOKEN: [u8; 32] = [0x70; 32];
pub const USER: &str = "usr_1";
pub const WORKER: &str = "wrk_1";

/// The Worker of the vectors. Its bundle allows both suites' tests: it is served under whichever the test asks for.
pub fn worker() -> (ServingKeys, VerifiedBundle) {
    let (keys, bundle) = vectors::worker(CHANNEL).expect("the vectors are in order");
    (keys, bundle.unverified().expect("its keys are good"))
}

/// How a pair is opened; change a member to see what becomes of it.
pub struct Opening {
    pub suite: Suite,
    pub user_id: &'static str,
    pub worker_id: &'static str,
    pub token: [u8; 32],
    pub device: Option<DeviceKey>,
    pub trust: DeviceTrust,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            suite: Suite::PostQuantum,
            user_id: USER,
            worker_id: WORKER,
            token: TOKEN,
            device: None,
            trust: DeviceTrust::Hub,
        }
    }
}

impl Opening {
    pub fn initiator(&self) -> Initiator {
        let params = OpenParams {
            channel_uid: ChannelUid([9; 16]),
            user_id: self.user_id.into(),
            worker_id: self.worker_id.into(),
            device: self.device.clone(),
        };
        Initiator::start(&worker().1, self.suite, params, &[3; HANDSHAKE_RANDOM])
    }
    pub fn respond(&self, msg1: &[u8]) -> Result<(Session, Vec<u8>), OpenRefused> {
        let (keys, bundle) = worker();
        let open = ChannelOpen {
            suite: self.suite.id(),
            channel_uid: ChannelUid([9; 16]),
            key_id: bundle.key_id,
            msg1,
        };
        let grant = Grant { user_id: USER.into(), token: Secret32::new(TOKEN) };
        let accepting = Accepting { worker_id: WORKER, trust: self.trust.clone(), wall_clock_ms: 1_000_000 };
        Responder::accept(&keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0))
    }
    pub fn pair(&self) -> Pair {
        let initiator = self.initiator();
        let (worker, msg2) = self.respond(initiator.msg1()).expect("a good opening");
        let client = initiator.accept(self.token, &msg2, Millis(0)).expect("a good answer");
        Pair {
            client,
            worker,
            now: Millis(0),
            random: 10,
            client_saw: VecDeque::new(),
            worker_saw: VecDeque::new(),
        }
    }
}

/// Both ends of one channel.
pub struct Pair {
    pub client: Session,
    pub worker: Session,
    pub now: Millis,
    random: u8,
    pub client_saw: VecDeque<Event>,
    pub worker_saw: VecDeque<Event>,
}

impl Pair {
    /// Proven on both sides, nothing under way.
    pub fn ready() -> Self {
        let mut pair = Opening::default().pair();
        pair.settle();
        assert!(pair.client.is_ready() && pair.worker.is_ready());
        pair.client_saw.clear();
        pair.worker_saw.clear();
        pair
    }

    /// One record of each side; says whether there was any.
    pub fn step(&mut self) -> bool {
        for session in [&mut self.client, &mut self.worker] {
            if session.needs_random() {
                self.random += 1;
                session.provide_random(&[self.random; HANDSHAKE_RANDOM]);
            }
        }
        let up = self.client.poll_transmit(self.now);
        if let Some(record) = &up {
            let _ = self.worker.handle_record(record, self.now);
        }
        let down = self.worker.poll_transmit(self.now);
        if let Some(record) = &down {
            let _ = self.client.handle_record(record, self.now);
        }
        self.client_saw.extend(std::iter::from_fn(|| self.client.poll_event()));
        self.worker_saw.extend(std::iter::from_fn(|| self.worker.poll_event()));
        up.is_some() || down.is_some()
    }

    /// Moves records, and time by acknowledgement delays, until nothing more happens. The applications consume nothing.
    pub fn settle(&mut self) {
        for _ in 0..10_000 {
            if !self.step() {
                self.now.0 += 10;
                if !self.step() {
                    return;
                }
            }
        }
        panic!("the pair does not settle");
    }

    /// As `settle`, but each application consumes what it sees at once. Gives both sides' events.
    pub fn settle_consuming(&mut self) -> (Vec<Event>, Vec<Event>) {
        let (mut client, mut worker) = (Vec::new(), Vec::new());
        for _ in 0..100_000 {
            let moved = self.step();
            client.extend(consume(&mut self.client, &mut self.client_saw));
            worker.extend(consume(&mut self.worker, &mut self.worker_saw));
            if !moved {
                self.now.0 += 10;
                if !self.step() {
                    client.extend(consume(&mut self.client, &mut self.client_saw));
                    worker.extend(consume(&mut self.worker, &mut self.worker_saw));
                    return (client, worker);
                }
            }
        }
        panic!("the pair does not settle");
    }

    /// Lets time pass to `now`, with what is due on both sides.
    pub fn wait_until(&mut self, now: u64) {
        self.now = Millis(now);
        self.client.handle_timeout(self.now);
        self.worker.handle_timeout(self.now);
    }
}

fn consume(session: &mut Session, saw: &mut VecDeque<Event>) -> Vec<Event> {
    let events: Vec<Event> = saw.drain(..).collect();
    for event in &events {
        if let Event::Message { id, bytes, .. } | Event::Bytes { id, bytes } = event {
            session.consumed(*id, bytes.len());
        }
    }
    events
}

/// One inner frame, made by hand from rule 9.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![kind, flags];
    out.extend_from_slice(&(payload.len() as u16).to_be_bytes());
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

/// An OPEN frame of class 2, kind 1, made by hand.
pub fn open_frame(stream: u32, window: u32, inline: &[u8]) -> Vec<u8> {
    let mut payload = vec![2, 1];
    payload.extend_from_slice(&window.to_be_bytes());
    payload.extend_from_slice(b"\x01m");
    payload.extend_from_slice(inline);
    frame(0x10, 0, stream, &payload)
}

pub fn message(id: StreamId, bytes: &[u8], end: bool) -> Event {
    Event::Message { id, bytes: bytes.to_vec(), end }
}
