//! The channel by itself, one core: handshakes, sealing and opening, native and as the page has it, against the design's figures.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use leapmux_channel::noise::{BundleTerms, RESPONDER_RANDOM, SuiteSet, WorkerKeys};
use leapmux_channel::{
    Accepting, ChannelOpen, ChannelUid, Class, DeviceTrust, Event, Grant, HANDSHAKE_RANDOM, Initiator, Kind,
    Millis, OpenParams, Responder, Secret32, ServingKeys, Session, Suite, VerifiedBundle,
};

use leapmux_runtime::random_bytes;
use serde_json::json;

use crate::browser;
use crate::leapmux::LeapMux;
use crate::report::Table;
use crate::stats::{cpu_time, megabytes_per_second};

const TOKEN: [u8; 32] = [7; 32];
const HANDSHAKES: u32 = 300;
const BULK: u64 = 256 * 1024 * 1024;
/// Bytes the Worker's side has waiting at most.
const QUEUE: usize = 256 * 1024;
/// What a terminal's or an agent's message ordinarily is, and what a file's is.
const MESSAGE_SIZES: [usize; 3] = [64, 1024, 16 * 1024];

/// What the design found (docs/spec/channel.md, "Numbers"): native, and in a browser's JavaScript. Seals are its bare cipher's.
const DESIGN_SEAL: [(&str, &str); 3] = [("38", "8.4"), ("429", "55"), ("1132", "114–124")];
const DESIGN_BOTH_ENDS: [(&str, &str); 3] = [("–", "–"), ("230–320", "37–47"), ("810–850", "106–125")];

/// Measures.
pub async fn run() -> Result<()> {
    let mut table = Table::new(
        "Channel, one core",
        &["what", "native", "wasm in Chromium", "design, native", "design, JavaScript"],
    );
    let native = native()?;
    let (wasm, skipped) = match wasm().await {
        Ok(found) => (Some(found), None),
        Err(error) => (None, Some(format!("Wasm was not measured: {error:#}"))),
    };
    let mut line = |what: String, name: &str, show: fn(f64) -> String, design: (&str, &str)| -> Result<()> {
        let native = native.iter().find(|(found, _)| found == name).context("measured natively")?.1;
        let wasm = wasm.as_ref().map(|found| found.get(name)).transpose()?;
        table.row([
            what,
            show(native),
            wasm.map_or_else(String::new, show),
            design.0.into(),
            design.1.into(),
        ]);
        Ok(())
    };
    for (suite, name, worker, client) in [
        (1, "post-quantum", ("440 µs", "–"), ("550 µs", "6500 µs")),
        (2, "classic", ("140 µs", "–"), ("140 µs", "3000 µs")),
    ] {
        line(format!("{name} handshake, Worker's part"), &format!("worker{suite}"), time, worker)?;
        line(format!("{name} handshake, client's part"), &format!("client{suite}"), time, client)?;
    }
    line("a Worker's key bundle verified".into(), "verify", time, ("990 µs", "7000–10000 µs"))?;
    for (at, size) in MESSAGE_SIZES.into_iter().enumerate() {
        line(format!("messages of {size} B: sealed"), &format!("seal{size}"), rate, DESIGN_SEAL[at])?;
        line(format!("messages of {size} B: opened"), &format!("open{size}"), rate, ("–", "–"))?;
        line(format!("messages of {size} B: both"), &format!("both{size}"), rate, DESIGN_BOTH_ENDS[at])?;
    }
    skipped.into_iter().for_each(|sentence| table.note(sentence));
    table.print();
    Ok(())
}

/// Microseconds, and how often a second.
fn time(micros: f64) -> String {
    format!("{micros:.0} µs, {:.0}/s", 1e6 / micros)
}

fn rate(megabytes_per_second: f64) -> String {
    format!("{megabytes_per_second:.0} MB/s")
}

/// The same measurements in the browser, by the same names: microseconds and MB/s.
async fn wasm() -> Result<browser::Figures> {
    let leapmux = LeapMux::start().await?;
    let found = browser::play("channel", &leapmux, json!({ "messageSizes": MESSAGE_SIZES })).await?;
    leapmux.stop().await?;
    Ok(found)
}

/// Microseconds and MB/s by name.
fn native() -> Result<Vec<(String, f64)>> {
    let mut found = Vec::new();
    for suite in [Suite::PostQuantum, Suite::Classic] {
        let (keys, bundle) = worker(suite)?;
        let (client, worker) = time_handshakes(&keys, &bundle, suite)?;
        found.push((format!("worker{}", suite.id()), worker.as_secs_f64() * 1e6));
        found.push((format!("client{}", suite.id()), client.as_secs_f64() * 1e6));
    }
    found.push(("verify".into(), time_verify()?.as_secs_f64() * 1e6));
    let (keys, bundle) = worker(Suite::PostQuantum)?;
    for size in MESSAGE_SIZES {
        let (seal, open) = time_bulk(&keys, &bundle, size)?;
        found.push((format!("seal{size}"), megabytes_per_second(BULK, seal)));
        found.push((format!("open{size}"), megabytes_per_second(BULK, open)));
        found.push((format!("both{size}"), megabytes_per_second(BULK, seal + open)));
    }
    Ok(found)
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
    let started = cpu_time();
    let initiator = Initiator::start(bundle, suite, params, &[3; HANDSHAKE_RANDOM]);
    let mut client_time = cpu_time() - started;
    let open =
        ChannelOpen { suite: suite.id(), channel_uid: uid, key_id: bundle.key_id, msg1: initiator.msg1() };
    let grant = Grant { user_id: "usr_1".into(), token: Secret32::new(TOKEN) };
    let accepting = Accepting { worker_id: "wrk_1", trust: DeviceTrust::Hub, wall_clock_ms: 0 };
    let started = cpu_time();
    let (worker, msg2) = Responder::accept(keys, &open, grant, accepting, &[4; RESPONDER_RANDOM], Millis(0))?;
    let worker_time = cpu_time() - started;
    let started = cpu_time();
    let client = initiator.accept(TOKEN, &msg2, Millis(0))?;
    client_time += cpu_time() - started;
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

fn time_verify() -> Result<Duration> {
    let keys = WorkerKeys::generate(&random_bytes());
    let terms = BundleTerms { suites: SuiteSet::only(Suite::PostQuantum), serial: 1, created: 0, expires: 0 };
    let bundle = keys.sign_bundle(&terms, &random_bytes());
    let started = cpu_time();
    for _ in 0..HANDSHAKES {
        bundle.verify()?;
    }
    Ok((cpu_time() - started) / HANDSHAKES)
}

/// Sends `BULK` bytes from Worker to client through both state machines on one thread, as many records at a time as the credits
/// allow: the time of sealing and the time of opening. It is the processor's time, because what else runs on the machine is not
/// the channel's; asking for that takes longer than sealing a record, so the clock on the wall says which share is whose.
fn time_bulk(keys: &ServingKeys, bundle: &VerifiedBundle, size: usize) -> Result<(Duration, Duration)> {
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
    let (mut seal, mut open) = (Duration::ZERO, Duration::ZERO);
    let (began, began_at) = (cpu_time(), Instant::now());
    while received < BULK {
        now = Millis(now.0 + 1);
        let started = Instant::now();
        while sent < BULK && worker.queued(answer) < QUEUE {
            worker.send(answer, &message, false)?;
            sent += size as u64;
        }
        let mut records = Vec::new();
        while let Some(record) = worker.poll_transmit(now) {
            records.push(record);
        }
        let sealed = Instant::now();
        seal += sealed - started;
        for record in &records {
            client.handle_record(record, now).map_err(|closed| anyhow::anyhow!("{closed:?}"))?;
            while let Some(event) = client.poll_event() {
                if let Event::Message { id, bytes, .. } = event {
                    received += bytes.len() as u64;
                    client.consumed(id, bytes.len());
                }
            }
        }
        open += sealed.elapsed();
        // Acknowledgements and credits; what the Worker sends next is sealed above, where it is timed.
        while let Some(record) = client.poll_transmit(now) {
            worker.handle_record(&record, now).map_err(|closed| anyhow::anyhow!("{closed:?}"))?;
        }
        while worker.poll_event().is_some() {}
    }
    let share = (cpu_time() - began).div_duration_f64(began_at.elapsed());
    Ok((seal.mul_f64(share), open.mul_f64(share)))
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
