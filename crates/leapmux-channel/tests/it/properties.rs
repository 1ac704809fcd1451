//! Any interleaving of streams, deliveries, consumption and rekeys delivers every stream in order, and no more than its window.

use std::collections::BTreeMap;

use leapmux_channel::limits::{INTERACTIVE_WINDOW, STREAM_WINDOW};
use leapmux_channel::{Class, Event, Kind, Session, StreamId, Suite};
use proptest::prelude::*;

use crate::pair::{Opening, Pair};

#[derive(Debug, Clone)]
enum Step {
    Open { class: Class, kind: Kind },
    Send { up: bool, stream: usize, length: usize },
    Finish { up: bool, stream: usize },
    Deliver { records: usize },
    Wait { ms: u64 },
    Consume { share: usize },
    Rekey,
}

fn step() -> impl Strategy<Value = Step> {
    let class = prop_oneof![Just(Class::Interactive), Just(Class::Normal), Just(Class::Bulk)];
    let kind = prop_oneof![Just(Kind::Messages), Just(Kind::Bytes)];
    let length = prop_oneof![4 => 0..100_usize, 3 => 0..20_000_usize, 1 => 0..600_000_usize];
    prop_oneof![
        2 => (class, kind).prop_map(|(class, kind)| Step::Open { class, kind }),
        6 => (any::<bool>(), 0..8_usize, length).prop_map(|(up, stream, length)| Step::Send { up, stream, length }),
        1 => (any::<bool>(), 0..8_usize).prop_map(|(up, stream)| Step::Finish { up, stream }),
        6 => (1..6_usize).prop_map(|records| Step::Deliver { records }),
        2 => (0..30_u64).prop_map(|ms| Step::Wait { ms }),
        3 => (1..4_usize).prop_map(|share| Step::Consume { share }),
        1 => Just(Step::Rekey),
    ]
}

/// What one side sent and the other got on one stream, in one direction.
#[derive(Default)]
struct Flow {
    sent: Vec<Vec<u8>>,
    got: Vec<Vec<u8>>,
    finished: bool,
    ended: bool,
    /// Lengths delivered and not yet consumed.
    unread: Vec<usize>,
}

struct Model {
    pair: Pair,
    streams: Vec<(StreamId, Class, Kind)>,
    /// By direction (up or not) and stream.
    flows: BTreeMap<(bool, StreamId), Flow>,
    counter: u8,
}

impl Model {
    fn new() -> Self {
        let mut pair = Opening { suite: Suite::Classic, ..Opening::default() }.pair();
        pair.settle();
        pair.client_saw.clear();
        pair.worker_saw.clear();
        Self { pair, streams: Vec::new(), flows: BTreeMap::new(), counter: 0 }
    }

    fn side(&mut self, up: bool) -> &mut Session {
        if up { &mut self.pair.client } else { &mut self.pair.worker }
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Open { class, kind } => {
                if self.streams.len() < 8 {
                    let id = self.pair.client.open(class, kind, "m", None).expect("few are open");
                    self.streams.push((id, class, kind));
                    self.flows.insert((true, id), Flow::default());
                    self.flows.insert((false, id), Flow::default());
                }
            }
            Step::Send { up, stream, length } => {
                if let Some(id) = self.streams.get(stream).map(|(id, ..)| *id) {
                    self.counter = self.counter.wrapping_add(1);
                    let bytes: Vec<u8> = (0..length).map(|at| self.counter.wrapping_add(at as u8)).collect();
                    if self.side(up).send(id, &bytes, false).is_ok() {
                        self.flow(up, id).sent.push(bytes);
                    }
                }
            }
            Step::Finish { up, stream } => {
                if let Some(id) = self.streams.get(stream).map(|(id, ..)| *id)
                    && self.side(up).finish(id).is_ok()
                {
                    self.flow(up, id).finished = true;
                }
            }
            Step::Deliver { records } => {
                for _ in 0..records {
                    self.pair.step();
                }
                self.look();
            }
            Step::Wait { ms } => {
                let now = self.pair.now.0 + ms;
                self.pair.wait_until(now);
                for session in [&self.pair.client, &self.pair.worker] {
                    // A driver whose carrier is full must not spin on a moment that has passed.
                    assert!(session.poll_timeout().is_none_or(|at| at.0 > now));
                }
            }
            Step::Consume { share } => self.consume(share),
            Step::Rekey => self.pair.client.rekey(),
        }
    }

    fn flow(&mut self, up: bool, id: StreamId) -> &mut Flow {
        self.flows.get_mut(&(up, id)).expect("opened before")
    }

    fn look(&mut self) {
        let seen = [
            (true, std::mem::take(&mut self.pair.worker_saw)),
            (false, std::mem::take(&mut self.pair.client_saw)),
        ];
        for (up, events) in seen {
            for event in events {
                match event {
                    Event::Message { id, bytes, .. } | Event::Bytes { id, bytes } => {
                        let flow = self.flow(up, id);
                        assert!(!flow.ended, "nothing comes after the end");
                        flow.unread.push(bytes.len());
                        flow.got.push(bytes);
                    }
                    Event::Ended { id } => self.flow(up, id).ended = true,
                    Event::Closed(closed) => panic!("{closed}"),
                    Event::Reset { id, code, .. } => panic!("{id:?} was reset: {code}"),
                    _ => {}
                }
            }
        }
        for ((_, id), flow) in &self.flows {
            let (_, class, kind) = self.streams.iter().find(|(known, ..)| known == id).expect("known");
            let window = if *class == Class::Interactive { INTERACTIVE_WINDOW } else { STREAM_WINDOW };
            let unread: usize = flow.unread.iter().sum();
            assert!(*kind == Kind::Messages || unread <= window as usize, "{id:?}: {unread} bytes unread");
        }
    }

    fn consume(&mut self, share: usize) {
        let mut taken = Vec::new();
        for ((up, id), flow) in &mut self.flows {
            let count = flow.unread.len().div_ceil(share);
            taken.push((*up, *id, flow.unread.drain(..count).sum::<usize>()));
        }
        for (up, id, bytes) in taken {
            self.side(!up).consumed(id, bytes);
        }
    }

    fn finish(mut self) {
        for _ in 0..20_000 {
            let moved = self.pair.step();
            self.look();
            self.consume(1);
            if !moved {
                self.pair.now.0 += 10;
                if !self.pair.step() {
                    break;
                }
            }
        }
        self.look();
        for (id, _, kind) in self.streams.clone() {
            for up in [true, false] {
                let flow = self.flow(up, id);
                assert_eq!(flow.ended, flow.finished, "{id:?}");
                match kind {
                    Kind::Messages => assert!(flow.got == flow.sent, "{id:?}: messages differ"),
                    Kind::Bytes => assert!(flow.got.concat() == flow.sent.concat(), "{id:?}: bytes differ"),
                }
            }
        }
        assert_eq!(self.pair.client.epoch(), self.pair.worker.epoch());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn rule_15_2_any_interleaving_delivers_in_order_within_windows(steps in proptest::collection::vec(step(), 1..120)) {
        let mut model = Model::new();
        for step in steps {
            model.apply(step);
        }
        model.finish();
    }
}
