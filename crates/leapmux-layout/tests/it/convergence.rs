//! Five replicas, a Hub, and a network that loses, delays, reorders and doubles: whatever the schedule, all end with the same
//! valid trees, and nothing refused lingers.

use leapmux_layout::{Event, Ids, Received, Replica, Snapshot, Visibility, codec};
use leapmux_types::{BatchId, UserId};
use proptest::prelude::*;

use crate::world::{Dice, Hub, batch, check_trees, random_command, sight, user};

/// What travels to a client.
#[derive(Clone)]
enum Down {
    Event(Vec<u8>),
    Snapshot(Vec<u8>),
    Answer(BatchId, Result<u64, ()>),
}

struct Client {
    replica: Replica,
    ids: Ids,
    reader: Visibility,
    up: Vec<Vec<u8>>,
    down: Vec<Down>,
    /// Last revision the Hub put into the pipe for it.
    sent: u64,
    received: u32,
}

struct Net {
    hub: Hub,
    clients: Vec<Client>,
    dice: Dice,
}

impl Net {
    /// Three clients of Ada, one of Bob, one of Cy who reads what is shared with her and edits her own.
    fn new(seed: u64) -> Self {
        let mut net = Self { hub: Hub::default(), clients: Vec::new(), dice: Dice::new(seed) };
        for (i, name) in ["ada", "ada", "ada", "bob", "cy"].into_iter().enumerate() {
            let user = user(name);
            let reader = sight(&user, &[]);
            let ids = Ids::new((u128::from(seed) << 64) | ((i as u128 + 1) << 32));
            let replica = Replica::new(user);
            net.clients.push(Client { replica, ids, reader, up: vec![], down: vec![], sent: 0, received: 0 });
        }
        net.seed_workspaces();
        net
    }

    /// Ada's first workspace is shared with Cy, her second with nobody, so that tabs cross Cy's sight.
    fn seed_workspaces(&mut self) {
        let (hub, dice) = (&mut self.hub, &mut self.dice);
        let mut ids = Ids::new(1 << 100);
        for name in ["ada", "ada", "bob", "cy"] {
            let owner = user(name);
            let id = ids.workspace();
            let plan = leapmux_layout::commands::create_workspace(
                &hub.document,
                &mut ids,
                id,
                owner.clone(),
                "First",
            );
            let bytes = codec::encode_batch(&batch(&mut ids, plan.expect("fits").ops));
            hub.submit(&bytes, &owner).1.expect("taken");
        }
        let shared =
            hub.document.workspace_ids().find(|(_, w)| w.owner == user("ada")).map(|(id, _)| id.clone());
        for client in self.clients.iter_mut().filter(|c| c.reader.user == user("cy")) {
            client.reader.shared.extend(shared.clone());
        }
        for _ in 0..self.clients.len() {
            let at = dice.roll(self.clients.len());
            let client = &mut self.clients[at];
            client.fetch(hub);
        }
    }

    fn step(&mut self) {
        let at = self.dice.roll(self.clients.len());
        let client = &mut self.clients[at];
        match self.dice.roll(8) {
            0..=2 => client.edit(&mut self.dice),
            3 => client.resend(),
            4 => client.upload(&mut self.hub, &mut self.dice),
            5 => client.publish(&self.hub, &mut self.dice),
            6 if self.dice.chance(10) => client.fetch(&self.hub),
            _ => client.download(&self.hub, &mut self.dice),
        }
    }

    /// The network behaves from here on.
    fn settle(&mut self) {
        for _ in 0..4 {
            for client in &mut self.clients {
                client.resend();
                for bytes in std::mem::take(&mut client.up) {
                    let (id, answer) = self.hub.submit(&bytes, &client.reader.user);
                    client.down.push(Down::Answer(id, answer.map_err(|_| ())));
                }
                for message in std::mem::take(&mut client.down) {
                    client.receive(message);
                }
            }
        }
        for client in &mut self.clients {
            client.catch_up(&self.hub);
        }
    }
}

impl Client {
    fn edit(&mut self, dice: &mut Dice) {
        let user = self.reader.user.clone();
        let Some(ops) = random_command(self.replica.view(), &mut self.ids, &user, dice) else { return };
        let batch = batch(&mut self.ids, ops);
        if self.replica.commit(batch.clone()).is_ok() && dice.chance(80) {
            self.up.push(codec::encode_batch(&batch));
        }
    }

    fn resend(&mut self) {
        self.up.extend(self.replica.outbox().map(codec::encode_batch));
    }

    /// One submission reaches the Hub, perhaps again, perhaps out of order; its answer may get lost.
    fn upload(&mut self, hub: &mut Hub, dice: &mut Dice) {
        if self.up.is_empty() {
            return;
        }
        let at = if dice.chance(80) { 0 } else { dice.roll(self.up.len()) };
        let bytes = if dice.chance(20) { self.up[at].clone() } else { self.up.remove(at) };
        let (id, answer) = hub.submit(&bytes, &self.reader.user);
        if dice.chance(70) {
            self.down.push(Down::Answer(id, answer.map_err(|_| ())));
        }
    }

    /// The Hub puts what is new into the pipe; some of it gets lost.
    fn publish(&mut self, hub: &Hub, dice: &mut Dice) {
        let sent = self.sent;
        for entry in hub.log.iter().filter(|e| e.rev > sent) {
            let Some(mut event) = entry.filter(&self.reader) else { continue };
            event.after = self.sent;
            self.sent = event.rev;
            if dice.chance(85) {
                self.down.push(Down::Event(codec::encode_event(&event)));
            }
        }
    }

    fn fetch(&mut self, hub: &Hub) {
        let snapshot = hub.document.snapshot_for(&self.reader);
        self.down.push(Down::Snapshot(codec::encode_snapshot(&snapshot)));
        self.sent = snapshot.rev;
    }

    /// One message arrives: the oldest mostly, sometimes another, sometimes twice.
    fn download(&mut self, hub: &Hub, dice: &mut Dice) {
        if self.down.is_empty() {
            return;
        }
        let at = if dice.chance(75) { 0 } else { dice.roll(self.down.len()) };
        let message = if dice.chance(15) { self.down[at].clone() } else { self.down.remove(at) };
        if self.receive(message) == Some(Received::Gap) && dice.chance(50) {
            self.replay_log(hub);
        }
    }

    fn receive(&mut self, message: Down) -> Option<Received> {
        let received = match message {
            Down::Event(bytes) => {
                let event: Event = codec::decode_event(&bytes).expect("clients read what the Hub writes");
                Some(self.replica.receive(&event))
            }
            Down::Snapshot(bytes) => {
                let snapshot: Snapshot =
                    codec::decode_snapshot(&bytes).expect("clients read what the Hub writes");
                Some(self.replica.receive_snapshot(&snapshot))
            }
            Down::Answer(id, Ok(rev)) => {
                self.replica.taken(&id, rev);
                None
            }
            Down::Answer(id, Err(())) => {
                self.replica.refused(&id);
                None
            }
        };
        self.received += 1;
        if self.received.is_multiple_of(4) {
            check_trees(self.replica.view(), &self.reader.user);
        }
        received
    }

    /// What a reconnect with `since` does: everything after the replica's revision, in order.
    fn replay_log(&mut self, hub: &Hub) {
        if !self.replica.is_ready() {
            return self.fetch(hub);
        }
        let mut after = self.replica.rev();
        for entry in hub.log.iter().filter(|e| e.rev > self.replica.rev()) {
            let Some(mut event) = entry.filter(&self.reader) else { continue };
            event.after = after;
            after = event.rev;
            self.down.push(Down::Event(codec::encode_event(&event)));
        }
    }

    fn catch_up(&mut self, hub: &Hub) {
        self.replay_log(hub);
        for message in std::mem::take(&mut self.down) {
            self.receive(message);
        }
    }
}

fn run(seed: u64, steps: usize) {
    let mut net = Net::new(seed);
    for _ in 0..steps {
        net.step();
    }
    net.settle();
    let anyone: UserId = user("ada");
    check_trees(&net.hub.document, &anyone);
    for client in &net.clients {
        assert_eq!(client.replica.pending(), 0, "nothing lingers");
        let expected = net.hub.document.snapshot_for(&client.reader).entities;
        let actual = client.replica.view().snapshot().entities;
        assert_eq!(actual, expected, "seed {seed}: {:?} sees what the Hub has", client.reader.user);
        check_trees(client.replica.view(), &client.reader.user);
    }
    let taken = net.hub.answers.values().filter(|a| a.is_ok()).count();
    assert_eq!(net.hub.document.rev() as usize, taken, "no batch counts twice");
    let mut rebuilt = leapmux_layout::Document::load(&Snapshot::default());
    for entry in &net.hub.log {
        let bytes = codec::encode_entry(entry);
        let entry = codec::decode_entry(&bytes).expect("the Hub reads its own log");
        let author = net.hub.document.owner(entry.batch.ops[0].id()).cloned();
        let authors = [author, Some(user("ada")), Some(user("bob")), Some(user("cy"))];
        let applied = authors.iter().flatten().any(|author| rebuilt.apply(&entry.batch, author).is_ok());
        assert!(applied, "the log replays");
    }
    assert_eq!(rebuilt, net.hub.document, "the log rebuilds the state");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// A thousand schedules of 60 to 200 steps each, new ones at every run.
    #[test]
    fn any_schedule_converges(seed in any::<u32>(), steps in 60usize..200) {
        run(u64::from(seed), steps);
    }
}

/// A few long ones, in which trees grow deep and ranks dense.
#[test]
fn long_schedules_converge() {
    for seed in 0..3 {
        run(1_000_000 + seed, 1_500);
    }
}
