//! Channels between the legs: opened with a grant, ended with a word to both sides.

use leapmux_types::Code;
use leapmux_types::Millis;
use leapmux_types::relay_frame::{Body, Ending, MAX_GRANT, RelayFrame, WorkerOpen};

use crate::channel::{Channel, ChannelKey, Stage};
use crate::event::{Event, LegFailure};
use crate::relay::{Authorization, LegId, LiveChannel, Relay, Scope};

impl Relay {
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
}
