//! The relay by itself, one core: frames and bytes a second through both legs, memory of idle channels; then the whole Hub.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use leapmux_relay::{Authorization, Event, LegId, Limits, Relay};
use leapmux_types::relay_frame::{Body, Direction, Open, RelayFrame, TOKEN};
use leapmux_types::{ChannelUid, Millis, UserId, WorkerId};

use crate::idle_channels;
use crate::report::Table;
use crate::stats::{megabytes_per_second, resident_bytes};

pub const IDLE_CHANNELS: u32 = 10_000;
/// As the limits allow: channels of one socket, sockets of one user, channels of one Worker.
const PER_SOCKET: u32 = 64;
const SOCKETS_PER_USER: u32 = 4;
const PER_WORKER: u32 = 1024;
/// A keystroke's record, a chunk of output, a full record.
const RECORDS: [usize; 3] = [80, 1040, 16_400];
const FRAMES: u32 = 300_000;
/// Sizes of the handshake messages of the post-quantum suite with 8-byte payloads.
pub const MSG1: usize = 3224;
pub const MSG2: usize = 1640;

/// Measures.
pub async fn run() -> Result<()> {
    let mut table = Table::new("Relay, one core", &["what", "found"]);
    let before = resident_bytes(std::process::id())?;
    let mut world = World::new();
    for index in 0..IDLE_CHANNELS {
        world.open(index)?;
    }
    let each = resident_bytes(std::process::id())?.saturating_sub(before) / u64::from(IDLE_CHANNELS);
    table.row([
        format!("memory of each of {IDLE_CHANNELS} idle channels, the switch alone"),
        format!("{each} B"),
    ]);
    for record in RECORDS {
        let time = world.pump(record)?;
        let bytes = u64::from(FRAMES) * record as u64;
        let rate = f64::from(FRAMES) / time.as_secs_f64();
        table.row([
            format!("Worker to client, records of {record} B"),
            format!("{:.2} M frames/s, {:.0} MB/s", rate / 1e6, megabytes_per_second(bytes, time)),
        ]);
    }
    table.print();
    drop(world);
    idle_channels::run().await
}

/// A relay with its legs, and what the last opened channel is called on them.
struct World {
    relay: Relay,
    clients: Vec<LegId>,
    workers: Vec<(WorkerId, LegId)>,
    now: Millis,
    /// Channel number on the Worker's leg, by Worker.
    last: Option<(LegId, u32, LegId)>,
}

impl World {
    fn new() -> Self {
        Self {
            relay: Relay::new(Limits::default()),
            clients: Vec::new(),
            workers: Vec::new(),
            now: Millis(1),
            last: None,
        }
    }

    fn open(&mut self, index: u32) -> Result<()> {
        let socket = index / PER_SOCKET;
        if self.clients.len() <= socket as usize {
            let user = UserId::from_bits(u128::from(socket / SOCKETS_PER_USER));
            self.clients.push(self.relay.connect_client(user, self.now));
        }
        let machine = index / PER_WORKER;
        if self.workers.len() <= machine as usize {
            let worker = WorkerId::from_bits(u128::from(machine));
            let leg = self.relay.connect_worker(worker.clone(), self.now);
            self.workers.push((worker, leg));
        }
        // The budget of opens refills with time, which here costs nothing.
        self.now = self.now + Duration::from_secs(2);
        let client = self.clients[socket as usize];
        let (worker, worker_leg) = self.workers[machine as usize].clone();
        let msg1 = vec![1; MSG1];
        let open = Open {
            suite: 1,
            channel_uid: ChannelUid(u128::from(index).to_be_bytes()),
            key_id: [0; 8],
            worker_id: worker.as_str(),
            msg1: &msg1,
        };
        let frame = RelayFrame { channel: index % PER_SOCKET + 1, body: Body::Open(open) }.encode();
        self.relay.handle_frame(client, &frame, self.now)?;
        while let Some(event) = self.relay.poll_event() {
            if let Event::Authorize(request) = event {
                self.relay
                    .authorize(request.channel, Authorization { grant: vec![0; 256], token: [0; TOKEN] });
            }
        }
        let offered = self.relay.poll_transmit(worker_leg).context("the OPEN reaches the Worker")?;
        let number = RelayFrame::parse(Direction::HubToWorker, &offered)?.channel;
        let accept = RelayFrame { channel: number, body: Body::Accept { msg2: &vec![2; MSG2] } }.encode();
        self.relay.handle_frame(worker_leg, &accept, self.now)?;
        while self.relay.poll_event().is_some() {}
        if self.relay.poll_transmit(client).is_none() {
            bail!("channel {index} was not accepted");
        }
        self.last = Some((worker_leg, number, client));
        Ok(())
    }

    fn pump(&mut self, record: usize) -> Result<Duration> {
        let (worker_leg, number, client) = self.last.context("a channel is open")?;
        let frame = RelayFrame { channel: number, body: Body::Data(&vec![3; record]) }.encode();
        let started = Instant::now();
        for _ in 0..FRAMES {
            self.relay.handle_frame(worker_leg, &frame, self.now)?;
            while self.relay.poll_event().is_some() {}
            self.relay.poll_transmit(client).context("the record reaches the client")?;
        }
        Ok(started.elapsed())
    }
}
