//! Rule 10.3 and 10.4 in virtual time: a key press answered while bulk fills a slow link with an endless queue in front of it.

use std::collections::VecDeque;

use leapmux_channel::{Class, Event, Kind, Millis, Session, StreamId};

use crate::pair::Pair;

/// One direction of a path: so many bytes in a millisecond, then a fixed delay; what does not fit waits, without bound.
struct Link {
    bytes_per_ms: u64,
    delay_us: u64,
    free_at_us: u64,
    carried: u64,
    on_the_way: VecDeque<(u64, Vec<u8>)>,
}

impl Link {
    fn new(mbit: u64, delay_ms: u64) -> Self {
        let (free_at_us, carried, on_the_way) = (0, 0, VecDeque::new());
        Self { bytes_per_ms: mbit * 125, delay_us: delay_ms * 1_000, free_at_us, carried, on_the_way }
    }
    fn send(&mut self, record: Vec<u8>, now: Millis) {
        self.carried += record.len() as u64;
        let start = self.free_at_us.max(now.0 * 1_000);
        self.free_at_us = start + record.len() as u64 * 1_000 / self.bytes_per_ms;
        self.on_the_way.push_back((self.free_at_us + self.delay_us, record));
    }
    fn deliver(&mut self, to: &mut Session, now: Millis) {
        while let Some((_, record)) = self.on_the_way.pop_front_if(|(at, _)| *at <= now.0 * 1_000) {
            to.handle_record(&record, now).expect("a good record");
        }
    }
}

struct Outcome {
    /// Milliseconds from key press to echo, sorted.
    echoes: Vec<u64>,
    /// Share of the downlink that carried something.
    used: f64,
}

impl Outcome {
    fn percentile(&self, percent: usize) -> u64 {
        self.echoes[(self.echoes.len() - 1) * percent / 100]
    }
}

/// The worker sends `streams` endless files and echoes a key every 100 ms; both applications consume at once. Everything
/// sealed goes straight into the link's queue: the worst carrier there is.
fn run(mbit: u64, delay_ms: u64, streams: usize, seconds: u64) -> Outcome {
    let mut pair = Pair::ready();
    let keys = pair.client.open(Class::Interactive, Kind::Messages, "input", None).expect("open");
    let screen = pair.client.open(Class::Normal, Kind::Messages, "output", None).expect("open");
    let files: Vec<StreamId> = (0..streams)
        .map(|_| pair.client.open(Class::Bulk, Kind::Bytes, "file", None).expect("open"))
        .collect();
    pair.settle();
    let start = pair.now.0;
    let (mut up, mut down) = (Link::new(mbit, delay_ms), Link::new(mbit, delay_ms));
    let mut echoes = Vec::new();
    for now in (start..start + seconds * 1_000).map(Millis) {
        let (client, worker) = (&mut pair.client, &mut pair.worker);
        up.deliver(worker, now);
        down.deliver(client, now);
        if (now.0 - start).is_multiple_of(100) {
            client.send(keys, &now.0.to_be_bytes(), false).expect("open");
        }
        for file in &files {
            if worker.queued(*file) < 64 * 1024 {
                worker.send(*file, &[0; 128 * 1024], false).expect("open");
            }
        }
        while let Some(event) = worker.poll_event() {
            if let Event::Message { id, bytes, .. } = event {
                worker.consumed(id, bytes.len());
                worker.send(screen, &bytes, false).expect("open");
            }
        }
        while let Some(event) = client.poll_event() {
            if let Event::Bytes { id, bytes } | Event::Message { id, bytes, .. } = event {
                client.consumed(id, bytes.len());
                if id == screen {
                    let sent = u64::from_be_bytes(bytes[..].try_into().expect("8 bytes"));
                    echoes.push(now.0 - sent);
                }
            }
        }
        for (session, link) in [(client, &mut up), (worker, &mut down)] {
            session.handle_timeout(now);
            while let Some(record) = session.poll_transmit(now) {
                link.send(record, now);
            }
        }
    }
    echoes.sort_unstable();
    let sent = down.carried - down.on_the_way.iter().map(|(_, record)| record.len() as u64).sum::<u64>();
    Outcome { echoes, used: sent as f64 / (seconds * 1_000 * down.bytes_per_ms) as f64 }
}

#[test]
fn rule_15_3_key_echo_stays_below_250_ms_under_bulk_at_10_mbit() {
    let outcome = run(10, 20, 1, 20);
    assert!(outcome.echoes.len() >= 198, "{} echoes of 200", outcome.echoes.len());
    assert!(
        outcome.percentile(99) < 250,
        "p99 {} ms, p50 {} ms",
        outcome.percentile(99),
        outcome.percentile(50)
    );
    assert!(outcome.percentile(50) < 110, "p50 {} ms", outcome.percentile(50));
    assert!(outcome.used > 0.9, "bulk uses {:.0} % of the link", outcome.used * 100.0);
}

#[test]
fn rule_10_3_a_fast_long_path_is_filled_by_several_streams() {
    let outcome = run(50, 50, 4, 6);
    assert!(outcome.used > 0.75, "bulk uses {:.0} % of the link", outcome.used * 100.0);
    assert!(outcome.percentile(99) < 300, "p99 {} ms", outcome.percentile(99));
}

#[test]
fn rule_10_3_a_very_slow_path_costs_a_second_not_minutes() {
    let outcome = run(1, 20, 2, 20);
    assert!(outcome.percentile(50) < 600, "p50 {} ms", outcome.percentile(50));
    assert!(outcome.percentile(99) < 1_500, "p99 {} ms", outcome.percentile(99));
    assert!(outcome.used > 0.9, "bulk uses {:.0} % of the link", outcome.used * 100.0);
}
