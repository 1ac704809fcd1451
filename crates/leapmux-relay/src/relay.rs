//! The switch itself: legs come and go, channels are authorized, closed and revoked, frames are taken out.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use leapmux_types::relay_frame::{Body, TOKEN};
use leapmux_types::{Code, Millis, UserId, WorkerId};

use crate::channel::{Channel, ChannelKey};
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
            Some(Side::Client { .. }) => self.client_frame(leg, frame, now),
            Some(Side::Worker { .. }) => self.worker_frame(leg, frame).map(|()| Intake::Continue),
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

    /// Lets go of a leg on our own account.
    pub(crate) fn fail(&mut self, leg: LegId, failure: LegFailure, now: Millis) {
        self.disconnect(leg, now);
        self.emit(Event::Hangup { leg, failure });
    }
}
