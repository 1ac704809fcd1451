//! The channel by itself, one core: handshakes a second, sealing and opening, against the figures of the design.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use leapmux_channel::noise::{BundleTerms, RESPONDER_RANDOM, SuiteSet, WorkerKeys};
use leapmux_channel::{
    Accepting, ChannelOpen, ChannelUid, Class, DeviceTrust, Event, Grant, HANDSHAKE_RANDOM, Initiator, Kind,
    Millis, OpenParams, Responder, Secret32, ServingKeys, Session, Suite, VerifiedBundle,
};

use leapmux_runtime::random_bytes;

use crate::report::Table;
use crate::stats::{cpu_time, megabytes_per_second, micros};

const TOKEN: [u8; 32] = [7; 32];
const HANDSHAKES: u32 = 300;
const BULK: u64 = 256 * 1024 * 1024;
/// What a terminal's or an agent's message ordinarily is, and what a file's is.
const MESSAGE_SIZES: [usize; 3] = [64, 1024, 16 * 1024];

/// Measures.
pub fn run() -> Result<()> {
    let mut table = Table::new("Channel, one core", &["what", "found", "design"]);
    for (suite, name, expected) in
        [(Suite::PostQuantum, "post-quantum", 0.44), (Suite::Classic, "classic", 0.14)]
    {
        let (keys, bundle) = worker(suite)?;
        let (client, worker) = time_handshakes(&keys, &bundle, suite)?;
        table.row([
            format!("{name}: Worker's part"),
            format!("{} µs, {:.0}/s", micros(worker), 1.0 / worker.as_secs_f64()),
            format!("{expected} ms"),
        ]);
        table.row([format!("{name}: client's part"), format!("{} µs", micros(client)), String::new()]);
    }
    let (keys, bundle) = worker(Suite::PostQuantum)?;
    for size in MESSAGE_SIZES {
        let time = time_bulk(&keys, &bundle, size)?;
        let rate = megabytes_per_second(BULK, time);
        let expected = if size == 16 * 1024 {
            "810–850 MB/s"
        } else if size == 1024 {
            "230–320 MB/s"
        } else {
            ""
        };
        table.row([
            format!("seal and open, messages of {size} B"),
            format!("{rate:.0} MB/s"),
            expected.into(),
        ]);
    }
    table.print();
    Ok(())
}

/// A Worker with fresh keys, and the bundle its clients have verified.
fn worker(suite: Suite) -> Result<(ServingKeys, VerifiedBundle)> {
    let keys = WorkerKeys::generate(&random_bytes());
    let terms = BundleTerms { suites: SuiteSet::only(suite), serial: 1, created: 0, expires: 0 };
    let bundle = keys.sign_bundle(&terms, &random_bytes());
    Ok((keys.serving(&bundle)?, bundle.verify()?))
}

fn pair(
    keys: &ServingKeys,
    bundle: &VerifiedBundle,
    suite: Suite,
    round: u32,
) -> Result<(Session, Session, Duration, Duration)> {
    let uid = ChannelUid(u128::from(round).to_be_bytes());
    let params =
        OpenParams { channel_uid: uid, user_id: "usr_1".into(), worker_id: "wrk_1".into(), device: None };
    let started = Instant::now();
    let initiator = Initiator::start(bundle, suite, params, &[3; HANDSHAKE_RANDOM]);
    let mut client_time = started.elapsed();
    let open =
        ChannelOpen { suite: suite.id(), channel_uid: uid, key_id: bundle.key_id, msg1: initiator.msg1() };
    let grant = Grant { user_id: "usr_1".into(), token: Secret32::new(TOKEN) };
    let accepting = Accepting { worker_id: "wrk_1", trust: DeviceTrust::Hub, wall_clock_ms: 0 };
    let started = Instant::now();
    let (worker, msg2) = Responder::accept(keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0))?;
    let worker_time = started.elapsed();
    let started = Instant::now();
    let client = initiator.accept(TOKEN, &msg2, Millis(0))?;
    client_time += started.elapsed();
    Ok((client, worker, client_time, worker_time))
}

fn time_handshakes(
    keys: &ServingKeys,
    bundle: &VerifiedBundle,
    suite: Suite,
) -> Result<(Duration, Duration)> {
    let (mut client, mut worker) = (Duration::ZERO, Duration::ZERO);
    for round in 0..HANDSHAKES {
        let (_, _, client_time, worker_time) = pair(keys, bundle, suite, round)?;
        client += client_time;
        worker += worker_time;
    }
    Ok((client / HANDSHAKES, worker / HANDSHAKES))
}

/// Sends `BULK` bytes from Worker to client through both state machines on one thread; the processor's time, because what else
/// runs on the machine is not the channel's.
fn time_bulk(keys: &ServingKeys, bundle: &VerifiedBundle, size: usize) -> Result<Duration> {
    let (mut client, mut worker, ..) = pair(keys, bundle, Suite::PostQuantum, u32::MAX)?;
    let mut now = Millis(1);
    let stream = client.open(Class::Normal, Kind::Messages, "bench", None)?;
    client.send(stream, b"go", false)?;
    exchange(&mut client, &mut worker, now)?;
    let mut answer = None;
    while let Some(event) = worker.poll_event() {
        if let Event::Opened { id, .. } = event {
            answer = Some(id);
        }
    }
    let answer = answer.context("the Worker saw the stream open")?;
    let message = vec![0x5a; size];
    let (mut sent, mut received) = (0, 0);
    let started = cpu_time()?;
    while received < BULK {
        while sent < BULK && worker.queued(answer) < 256 * 1024 {
            worker.send(answer, &message, false)?;
            sent += size as u64;
        }
        now = Millis(now.0 + 1);
        exchange(&mut client, &mut worker, now)?;
        while let Some(event) = client.poll_event() {
            if let Event::Message { id, bytes, .. } = event {
                received += bytes.len() as u64;
                client.consumed(id, bytes.len());
            }
        }
        while worker.poll_event().is_some() {}
    }
    Ok(cpu_time()? - started)
}

fn exchange(client: &mut Session, worker: &mut Session, now: Millis) -> Result<()> {
    loop {
        let mut moved = false;
        while let Some(record) = worker.poll_transmit(now) {
            client.handle_record(&record, now).map_err(|closed| anyhow::anyhow!("{closed:?}"))?;
            moved = true;
        }
        while let Some(record) = client.poll_transmit(now) {
            worker.handle_record(&record, now).map_err(|closed| anyhow::anyhow!("{closed:?}"))?;
            moved = true;
        }
        if !moved {
            return Ok(());
        }
    }
}
