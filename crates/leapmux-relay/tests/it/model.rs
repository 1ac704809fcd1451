//! Random histories against a model that keeps plain lists: what each side is told of each channel, and in which order.

use std::collections::BTreeMap;

use leapmux_relay::{LegId, Limits};
use leapmux_types::Code;
use proptest::prelude::*;

use crate::world::{World, accept, close, data, open, said, worker};

const CLIENTS: usize = 3;
const WORKERS: usize = 2;

#[derive(Debug, Clone)]
enum Step {
    Open { client: usize, worker: usize },
    Allow,
    Refuse,
    Accept { pick: usize },
    ClientData { pick: usize, size: usize },
    WorkerData { pick: usize, size: usize },
    ClientClose { pick: usize },
    WorkerClose { pick: usize },
    ClientLeaves { client: usize },
    WorkerLeaves { worker: usize },
    Deliver { leg: usize, frames: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let pick = || 0..64_usize;
    prop_oneof![
        4 => (0..CLIENTS, 0..WORKERS).prop_map(|(client, worker)| Step::Open { client, worker }),
        4 => Just(Step::Allow),
        1 => Just(Step::Refuse),
        5 => pick().prop_map(|pick| Step::Accept { pick }),
        8 => (pick(), 24..16_400_usize).prop_map(|(pick, size)| Step::ClientData { pick, size }),
        8 => (pick(), 24..16_400_usize).prop_map(|(pick, size)| Step::WorkerData { pick, size }),
        2 => pick().prop_map(|pick| Step::ClientClose { pick }),
        2 => pick().prop_map(|pick| Step::WorkerClose { pick }),
        1 => (0..CLIENTS).prop_map(|client| Step::ClientLeaves { client }),
        1 => (0..WORKERS).prop_map(|worker| Step::WorkerLeaves { worker }),
        6 => (0..CLIENTS + WORKERS, 1..20_usize).prop_map(|(leg, frames)| Step::Deliver { leg, frames }),
    ]
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Stage {
    Asked,
    Opening,
    Open,
    Over,
}

/// One channel as the model sees it; `told` is everything each side must have been told by the end.
#[derive(Debug)]
struct Plain {
    client: (LegId, u32),
    worker_index: usize,
    worker: Option<(LegId, u32)>,
    stage: Stage,
}

struct Model {
    world: World,
    clients: Vec<LegId>,
    workers: Vec<LegId>,
    channels: Vec<Plain>,
    next_number: BTreeMap<LegId, u32>,
    expected: BTreeMap<(LegId, u32), Vec<String>>,
    seen: BTreeMap<(LegId, u32), Vec<String>>,
    fill: u8,
}

impl Model {
    fn new() -> Self {
        let unlimited = Limits {
            open_burst: 1_000_000,
            bytes_burst: 1 << 40,
            channel_queue: 1 << 40,
            leg_queue: 1 << 40,
            ..Limits::default()
        };
        let mut world = World::new(unlimited);
        let clients = (0..CLIENTS).map(|n| world.client(n as u128)).collect();
        let workers = (0..WORKERS).map(|n| world.worker(n as u128)).collect();
        let (channels, fill) = (Vec::new(), 0);
        let (next_number, expected, seen) = Default::default();
        Self { world, clients, workers, channels, next_number, expected, seen, fill }
    }

    fn expect(&mut self, at: (LegId, u32), what: String) {
        self.expected.entry(at).or_default().push(what);
    }
    fn fresh_number(&mut self, leg: LegId) -> u32 {
        let next = self.next_number.entry(leg).or_insert(0);
        *next += 1;
        *next
    }
    fn pick(&self, pick: usize, stages: &[Stage]) -> Option<usize> {
        let fit: Vec<usize> =
            (0..self.channels.len()).filter(|i| stages.contains(&self.channels[*i].stage)).collect();
        (!fit.is_empty()).then(|| fit[pick % fit.len()])
    }
    /// The end of a channel as the Hub words it; `from` is the side that is not told.
    fn over(&mut self, i: usize, code: Code, tell_client: bool, tell_worker: bool) {
        let Plain { client, worker, stage, .. } = self.channels[i];
        self.channels[i].stage = Stage::Over;
        if tell_client {
            let word = if stage == Stage::Open { "close" } else { "reject" };
            self.expect(client, format!("{word} {} {code}", client.1));
        }
        if let (Some(worker), true) = (worker, tell_worker) {
            self.expect(worker, format!("close {} {code}", worker.1));
        }
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Open { client, worker: worker_index } => self.opens(client, worker_index),
            Step::Allow => {
                for i in 0..self.channels.len() {
                    if self.channels[i].stage == Stage::Asked {
                        let leg = self.workers[self.channels[i].worker_index];
                        let number = self.fresh_number(leg);
                        self.expect((leg, number), format!("open {number}"));
                        self.channels[i].worker = Some((leg, number));
                        self.channels[i].stage = Stage::Opening;
                    }
                }
                self.world.allow();
            }
            Step::Refuse => {
                for request in std::mem::take(&mut self.world.asked) {
                    self.world.relay.refuse(request.channel, Code::NOT_ALLOWED, "no");
                }
                for i in 0..self.channels.len() {
                    if self.channels[i].stage == Stage::Asked {
                        self.over(i, Code::NOT_ALLOWED, true, false);
                    }
                }
            }
            Step::Accept { pick } => {
                if let Some(i) = self.pick(pick, &[Stage::Opening]) {
                    let Plain { client, worker, .. } = self.channels[i];
                    let worker = worker.expect("it is opening");
                    self.channels[i].stage = Stage::Open;
                    self.expect(client, format!("accept {}", client.1));
                    self.world.send(worker.0, &accept(worker.1)).expect("allowed");
                }
            }
            Step::ClientData { pick, size } => self.data(pick, size, true),
            Step::WorkerData { pick, size } => self.data(pick, size, false),
            Step::ClientClose { pick } => {
                let stages = [Stage::Asked, Stage::Opening, Stage::Open, Stage::Over];
                if let Some(i) = self.pick(pick, &stages) {
                    let client = self.channels[i].client;
                    if !self.clients.contains(&client.0) {
                        return;
                    }
                    if self.channels[i].stage != Stage::Over {
                        self.over(i, Code::CANCELLED, false, true);
                    }
                    self.world.send(client.0, &close(client.1, Code::CANCELLED)).expect("allowed");
                }
            }
            Step::WorkerClose { pick } => {
                if let Some(i) = self.pick(pick, &[Stage::Opening, Stage::Open, Stage::Over]) {
                    let Some(worker) = self.channels[i].worker else { return };
                    if !self.workers.contains(&worker.0) {
                        return;
                    }
                    if self.channels[i].stage != Stage::Over {
                        self.over(i, Code::REFUSED, true, false);
                    }
                    self.world.send(worker.0, &close(worker.1, Code::REFUSED)).expect("allowed");
                }
            }
            Step::ClientLeaves { client } => self.client_leaves(client),
            Step::WorkerLeaves { worker } => self.worker_leaves(worker),
            Step::Deliver { leg, frames } => {
                let leg = *self.clients.iter().chain(&self.workers).nth(leg).expect("in range");
                self.deliver(leg, frames);
            }
        }
    }

    fn opens(&mut self, client: usize, worker_index: usize) {
        let leg = self.clients[client];
        let number = self.fresh_number(leg);
        let live = |c: &&Plain| c.client.0 == leg && c.stage != Stage::Over;
        let full = self.channels.iter().filter(live).count() >= 64;
        self.world.send(leg, &open(number, &worker(worker_index as u128))).expect("allowed");
        if full {
            return self.expect((leg, number), format!("reject {number} too_many_channels"));
        }
        self.channels.push(Plain { client: (leg, number), worker_index, worker: None, stage: Stage::Asked });
    }

    fn data(&mut self, pick: usize, size: usize, from_client: bool) {
        let Some(i) = self.pick(pick, &[Stage::Open]) else { return };
        let Plain { client, worker, .. } = self.channels[i];
        let worker = worker.expect("it is open");
        let (from, to) = if from_client { (client, worker) } else { (worker, client) };
        self.fill = self.fill.wrapping_add(1);
        self.expect(to, format!("data {} {}", to.1, self.fill));
        self.world.send(from.0, &data(from.1, self.fill, size)).expect("allowed");
    }

    fn client_leaves(&mut self, index: usize) {
        let leg = self.clients[index];
        self.world.relay.disconnect(leg, self.world.now);
        for i in 0..self.channels.len() {
            if self.channels[i].client.0 == leg && self.channels[i].stage != Stage::Over {
                self.over(i, Code::GOING_AWAY, false, true);
            }
        }
        self.forget(leg);
        self.clients[index] = self.world.client(index as u128);
    }

    fn worker_leaves(&mut self, index: usize) {
        let leg = self.workers[index];
        self.world.relay.disconnect(leg, self.world.now);
        for i in 0..self.channels.len() {
            let on_leg = self.channels[i].worker.is_some_and(|worker| worker.0 == leg);
            if on_leg && self.channels[i].stage != Stage::Over {
                self.over(i, Code::WORKER_OFFLINE, true, false);
            }
        }
        self.forget(leg);
        self.workers[index] = self.world.worker(index as u128);
    }

    /// What still waited for a leg that left is nobody's business any more.
    fn forget(&mut self, leg: LegId) {
        self.expected.retain(|(of, _), _| *of != leg);
        self.seen.retain(|(of, _), _| *of != leg);
    }

    fn deliver(&mut self, leg: LegId, frames: usize) {
        for _ in 0..frames {
            let Some(frame) = self.world.relay.poll_transmit(leg) else { return };
            let (_, number) = leapmux_types::relay_frame::peek(&frame).expect("a whole frame");
            self.seen.entry((leg, number)).or_default().push(said(&frame));
        }
    }

    fn check(mut self) {
        for leg in self.clients.clone().into_iter().chain(self.workers.clone()) {
            self.deliver(leg, usize::MAX);
        }
        assert_eq!(self.seen, self.expected);
        let live = self.channels.iter().filter(|c| c.stage != Stage::Over).count();
        assert_eq!(self.world.relay.channel_count(), live);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_side_is_told_exactly_what_the_model_says(steps in prop::collection::vec(step(), 1..200)) {
        let mut model = Model::new();
        for step in &steps {
            model.apply(step);
        }
        model.check();
    }
}
