//! The switch itself: legs come and go, channels are authorized, closed and revoked, frames are taken out.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use leapmux_types::relay_frame::{Body, Ending, MAX_GRANT, RelayFrame, TOKEN, WorkerOpen};
use leapmux_types::{Code, Millis, UserId, WorkerId};

use crate::channel::{Channel, ChannelKey, Stage};
use crate::egress::Egress;
use crate::event::{Event, Intake, LegFailure};
use crate::limits::Limits;
use crate::user::User;

/// Names a leg, that is one socket; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId(pub(crate) u64);

/// What the Worker is told about the user, and the token both ends are given.
#[derive(Clone)]
pub struct Authorization {
    /// The control-plane message ChannelGrant, encoded, with `token` in it; at most 60 KiB.
    pub grant: Vec<u8>,
    /// 32 fresh random bytes.
    pub token: [u8; TOKEN],
}

/// Which channels an order concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Channel(ChannelKey),
    User(UserId),
    Worker(WorkerId),
    Leg(LegId),
}

/// A channel as the driver sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveChannel {
    pub channel: ChannelKey,
    pub user: UserId,
    pub worker: WorkerId,
    pub leg: LegId,
}

/// The state of every leg and channel of one Hub.
pub struct Relay {
    pub(crate) limits: Limits,
    pub(crate) legs: BTreeMap<LegId, Leg>,
    pub(crate) workers: BTreeMap<WorkerId, LegId>,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) channels: BTreeMap<ChannelKey, Channel>,
    /// When each OPEN runs out, in order; entries of channels that got on are skipped.
    pub(crate) deadlines: VecDeque<(Millis, ChannelKey)>,
    pub(crate) next_check: Option<Millis>,
    events: VecDeque<Event>,
    next_id: u64,
}

pub(crate) struct Leg {
    pub side: Side,
    pub channels: BTreeMap<u32, ChannelKey>,
    /// Highest channel number used on this leg.
    pub last_channel: u32,
    pub egress: Egress,
}

pub(crate) enum Side {
    Client { user: UserId, heard: Millis, pinged: bool },
    Worker { worker: WorkerId },
}

// Counts only: queues hold grants and tokens.
impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({} legs, {} channels)", self.legs.len(), self.channels.len())
    }
}

impl Relay {
    /// An empty relay.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            legs: BTreeMap::new(),
            workers: BTreeMap::new(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            deadlines: VecDeque::new(),
            next_check: None,
            events: VecDeque::new(),
            next_id: 1,
        }
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A client's socket, of an authenticated user.
    pub fn connect_client(&mut self, user: UserId, now: Millis) -> LegId {
        self.user(&user, now).legs += 1;
        self.next_check.get_or_insert(now + self.limits.check_interval());
        self.add_leg(Side::Client { user, heard: now, pinged: false })
    }

    /// A Worker's stream. An older stream of the same Worker is dropped.
    pub fn connect_worker(&mut self, worker: WorkerId, now: Millis) -> LegId {
        if let Some(older) = self.workers.get(&worker).copied() {
            self.fail(
                older,
                LegFailure::new(Code::GOING_AWAY, "a newer connection of this Worker replaced this one"),
                now,
            );
        }
        let leg = self.add_leg(Side::Worker { worker: worker.clone() });
        self.workers.insert(worker, leg);
        leg
    }

    fn add_leg(&mut self, side: Side) -> LegId {
        let leg = LegId(self.fresh());
        self.legs
            .insert(leg, Leg { side, channels: BTreeMap::new(), last_channel: 0, egress: Egress::default() });
        leg
    }

    pub(crate) fn fresh(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(crate) fn user(&mut self, user: &UserId, now: Millis) -> &mut User {
        let limits = &self.limits;
        self.users.entry(user.clone()).or_insert_with(|| User::new(limits, now))
    }

    /// The leg's socket is gone: its channels end on the other side. Unknown legs are ignored.
    pub fn disconnect(&mut self, leg: LegId, now: Millis) {
        let Some(gone) = self.legs.get(&leg) else { return };
        let (code, reason) = match &gone.side {
            Side::Client { .. } => (Code::GOING_AWAY, "the client disconnected"),
            Side::Worker { .. } => (Code::WORKER_OFFLINE, "worker is offline"),
        };
        let channels: Vec<ChannelKey> = gone.channels.values().copied().collect();
        for channel in channels {
            self.end(channel, code, reason);
        }
        match self.legs.remove(&leg).map(|gone| gone.side) {
            Some(Side::Client { user, .. }) => self.user(&user, now).legs -= 1,
            Some(Side::Worker { worker }) => drop(self.workers.remove(&worker)),
            None => {}
        }
    }

    /// One frame read from a leg. On an error the leg is gone already; close its socket.
    pub fn handle_frame(&mut self, leg: LegId, frame: &[u8], now: Millis) -> Result<Intake, LegFailure> {
        let handled = match self.legs.get(&leg).map(|leg| &leg.side) {
            None => Err(LegFailure::new(Code::GOING_AWAY, "this connection was closed")),
            Some(Side::Client { .. }) => self.from_client(leg, frame, now),
            Some(Side::Worker { .. }) => self.from_worker(leg, frame).map(|()| Intake::Continue),
        };
        handled.inspect_err(|_| self.disconnect(leg, now))
    }

    /// The next frame for a leg's socket, or `None` until a further [`Event::Transmit`].
    pub fn poll_transmit(&mut self, leg: LegId) -> Option<Vec<u8>> {
        let quantum = self.limits.quantum;
        self.legs.get_mut(&leg)?.egress.next(quantum)
    }

    /// What the driver has to do next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// The answer to [`Event::Authorize`]: OPEN goes to the Worker. A channel that ended meanwhile is ignored.
    pub fn authorize(&mut self, key: ChannelKey, authorization: Authorization) {
        let Some(channel) = self.channels.get(&key) else { return };
        let Stage::Authorizing { key_id, msg1, .. } = &channel.stage else { return };
        let Some(worker_leg) = self.workers.get(&channel.worker).copied() else {
            return self.end(key, Code::WORKER_OFFLINE, "worker is offline");
        };
        let leg = self.legs.get_mut(&worker_leg).expect("a registered Worker has a leg");
        if leg.channels.len() >= self.limits.channels_per_worker {
            return self.end(key, Code::TOO_MANY_CHANNELS, "too many channels to this Worker");
        }
        if authorization.grant.len() > MAX_GRANT {
            return self.end(key, Code::INTERNAL, "the grant is too large");
        }
        let Some(number) = leg.last_channel.checked_add(1) else {
            return self.end(key, Code::TOO_MANY_CHANNELS, "this Worker must reconnect");
        };
        leg.last_channel = number;
        leg.channels.insert(number, key);
        let open = WorkerOpen {
            suite: channel.suite,
            channel_uid: channel.uid,
            key_id: *key_id,
            grant: &authorization.grant,
            msg1,
        };
        let frame = RelayFrame { channel: number, body: Body::WorkerOpen(open) }.encode();
        let worker = (worker_leg, number);
        let channel = self.channels.get_mut(&key).expect("found above");
        channel.stage = Stage::Opening { worker, token: Box::new(authorization.token) };
        if !self.queue(worker, frame) {
            self.overload(key, worker);
        }
    }

    /// The other answer: REJECT goes to the client.
    pub fn refuse(&mut self, channel: ChannelKey, code: Code, reason: &str) {
        self.end(channel, code, reason);
    }

    /// A new grant for a live channel (workspaces gained or lost).
    pub fn regrant(&mut self, key: ChannelKey, grant: &[u8]) {
        let Some(worker) = self.channels.get(&key).and_then(|channel| channel.stage.worker()) else { return };
        let frame = RelayFrame { channel: worker.1, body: Body::Grant(grant) }.encode();
        if grant.len() > MAX_GRANT || !self.queue(worker, frame) {
            self.overload(key, worker);
        }
    }

    /// Ends channels on both legs, e.g. because a credential was revoked or a Worker deregistered.
    pub fn close(&mut self, scope: &Scope, code: Code, reason: &str) {
        for live in self.live_channels(scope) {
            self.end(live.channel, code, reason);
        }
    }

    /// The channels an order would concern.
    pub fn live_channels(&self, scope: &Scope) -> Vec<LiveChannel> {
        let concerned = |key: &ChannelKey, channel: &Channel| match scope {
            Scope::Channel(wanted) => key == wanted,
            Scope::User(user) => channel.user == *user,
            Scope::Worker(worker) => channel.worker == *worker,
            Scope::Leg(leg) => {
                channel.client.0 == *leg || channel.stage.worker().is_some_and(|w| w.0 == *leg)
            }
        };
        let live = |(key, channel): (&ChannelKey, &Channel)| LiveChannel {
            channel: *key,
            user: channel.user.clone(),
            worker: channel.worker.clone(),
            leg: channel.client.0,
        };
        self.channels.iter().filter(|(key, channel)| concerned(key, channel)).map(live).collect()
    }

    /// A control-plane message for one client leg.
    pub fn send_event(&mut self, leg: LegId, message: &[u8], now: Millis) {
        self.queue_control(leg, &Body::Event(message), now);
    }

    /// A control-plane message for every client leg of the users it concerns.
    pub fn broadcast_event(&mut self, concerned: impl Fn(&UserId) -> bool, message: &[u8], now: Millis) {
        for leg in self.client_legs(concerned) {
            self.send_event(leg, message, now);
        }
    }

    /// Tells every client to come back later. Workers are told by their own stream.
    pub fn go_away(&mut self, retry_after_ms: u32, now: Millis) {
        for leg in self.client_legs(|_| true) {
            self.queue_control(leg, &Body::GoAway { retry_after_ms }, now);
        }
    }

    pub(crate) fn client_legs(&self, concerned: impl Fn(&UserId) -> bool) -> Vec<LegId> {
        let wanted = |leg: &Leg| matches!(&leg.side, Side::Client { user, .. } if concerned(user));
        self.legs.iter().filter(|(_, leg)| wanted(leg)).map(|(id, _)| *id).collect()
    }

    /// Whether the Worker has a live stream.
    pub fn is_online(&self, worker: &WorkerId) -> bool {
        self.workers.contains_key(worker)
    }

    /// How many channels exist, opening ones included.
    pub fn channel_count(&self) -> usize {
        self.channels.len()
    }

    /// Queues a frame about the leg; a leg that does not take its frames is dropped.
    pub(crate) fn queue_control(&mut self, leg: LegId, body: &Body<'_>, now: Millis) {
        let Some(target) = self.legs.get_mut(&leg) else { return };
        match target.egress.push_control(RelayFrame::leg(body.clone()).encode(), &self.limits) {
            Ok(()) => self.announce(leg),
            Err(_) => {
                self.fail(leg, LegFailure::new(Code::OVERLOAD, "the connection takes nothing any more"), now)
            }
        }
    }

    /// Queues a frame of a channel; false when there is no room.
    pub(crate) fn queue(&mut self, (leg, number): (LegId, u32), frame: Vec<u8>) -> bool {
        let Some(target) = self.legs.get_mut(&leg) else { return true };
        let queued = target.egress.push(number, frame, &self.limits).is_ok();
        self.announce(leg);
        queued
    }

    fn announce(&mut self, leg: LegId) {
        if self.legs.get_mut(&leg).is_some_and(|leg| leg.egress.announce()) {
            self.emit(Event::Transmit(leg));
        }
    }

    /// The receiver at `slow` does not keep up: what waits for it is dropped and the channel ends.
    pub(crate) fn overload(&mut self, key: ChannelKey, slow: (LegId, u32)) {
        if let Some(leg) = self.legs.get_mut(&slow.0) {
            leg.egress.discard(slow.1);
        }
        self.end(key, Code::OVERLOAD, "the receiver does not keep up");
    }

    /// Ends a channel with the Hub's word on both legs: REJECT for a client whose channel never opened, else CLOSE.
    pub(crate) fn end(&mut self, key: ChannelKey, code: Code, reason: &str) {
        let Some(channel) = self.forget(key, code) else { return };
        let ending = Ending { code, reason };
        let to_client = match channel.stage {
            Stage::Open { .. } => Body::Close(ending),
            _ => Body::Reject(ending),
        };
        self.queue_last(channel.client, &to_client);
        if let Some(worker) = channel.stage.worker() {
            self.queue_last(worker, &Body::Close(ending));
        }
    }

    /// Takes a channel out of every table.
    pub(crate) fn forget(&mut self, key: ChannelKey, code: Code) -> Option<Channel> {
        let channel = self.channels.remove(&key)?;
        for (leg, number) in [Some(channel.client), channel.stage.worker()].into_iter().flatten() {
            if let Some(leg) = self.legs.get_mut(&leg) {
                leg.channels.remove(&number);
            }
        }
        if let Some(user) = self.users.get_mut(&channel.user) {
            user.channels -= 1;
        }
        self.emit(Event::Ended { channel: key, code });
        Some(channel)
    }

    pub(crate) fn queue_last(&mut self, (leg, number): (LegId, u32), body: &Body<'_>) {
        if let Some(target) = self.legs.get_mut(&leg) {
            let frame = RelayFrame { channel: number, body: body.clone() }.encode();
            target.egress.push_last(number, frame, &self.limits);
            self.announce(leg);
        }
    }

    /// Lets go of a leg on our own account.
    pub(crate) fn fail(&mut self, leg: LegId, failure: LegFailure, now: Millis) {
        self.disconnect(leg, now);
        self.emit(Event::Hangup { leg, failure });
    }
}
