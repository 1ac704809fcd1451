//! Frames a client sends: OPEN with its checks, DATA, CLOSE, PING.

use leapmux_types::relay_frame::{Body, Direction, Ending, Open, RelayFrame, peek, set_channel};
use leapmux_types::{Code, Millis, UserId, WorkerId};

use crate::channel::{Channel, ChannelKey, Stage};
use crate::event::{AuthorizeRequest, Event, Intake, LegFailure};
use crate::relay::{LegId, Relay, Side};

const OPEN: u8 = 0x01;

impl Relay {
    pub(crate) fn client_frame(
        &mut self,
        leg: LegId,
        frame: &[u8],
        now: Millis,
    ) -> Result<Intake, LegFailure> {
        let user = self.heard(leg, now);
        let pause = self.user(&user, now).charge_bytes(frame.len(), now);
        match RelayFrame::parse(Direction::ClientToHub, frame) {
            Ok(RelayFrame { channel, body }) => self.client_says(leg, user, channel, body, frame, now)?,
            // A newer client may ask for what this Hub does not know: that costs it the channel, not the socket.
            Err(error) => match peek(frame) {
                Some((OPEN, number)) if number != 0 => {
                    self.take_number(leg, number)?;
                    let reason = error.to_string();
                    self.reject(leg, number, error.code(), &reason);
                }
                _ => return Err(LegFailure::new(Code::PROTOCOL_ERROR, error.to_string())),
            },
        }
        Ok(pause.map_or(Intake::Continue, Intake::PauseUntil))
    }

    /// Notes a sign of life; whose leg it is.
    fn heard(&mut self, leg: LegId, now: Millis) -> UserId {
        match self.legs.get_mut(&leg).map(|leg| &mut leg.side) {
            Some(Side::Client { user, heard, pinged }) => {
                (*heard, *pinged) = (now, false);
                user.clone()
            }
            _ => unreachable!("the caller looked at the side"),
        }
    }

    fn client_says(
        &mut self,
        leg: LegId,
        user: UserId,
        number: u32,
        body: Body<'_>,
        frame: &[u8],
        now: Millis,
    ) -> Result<(), LegFailure> {
        match body {
            Body::Open(open) => {
                self.take_number(leg, number)?;
                if let Err((code, reason)) = self.open(leg, user, number, &open, now) {
                    self.reject(leg, number, code, reason);
                }
            }
            Body::Data(_) => {
                if let Some(key) = self.known(leg, number)? {
                    self.data_to_worker(key, frame);
                }
            }
            Body::Close(ending) => {
                if let Some(key) = self.known(leg, number)? {
                    self.client_closes(key, ending);
                }
            }
            Body::Ping(bytes) => self.queue_control(leg, &Body::Pong(bytes), now),
            Body::Pong(_) => {}
            _ => return Err(LegFailure::new(Code::PROTOCOL_ERROR, "a client may not send this frame")),
        }
        Ok(())
    }

    /// Numbers only grow, so that a late frame of an old channel can never reach a new one.
    fn take_number(&mut self, leg: LegId, number: u32) -> Result<(), LegFailure> {
        let leg = self.legs.get_mut(&leg).expect("the frame came from a live leg");
        if number <= leg.last_channel {
            return Err(LegFailure::new(Code::PROTOCOL_ERROR, "a channel number was used twice"));
        }
        leg.last_channel = number;
        Ok(())
    }

    /// The channel a number stands for on a leg; `None` for one that is over, whose last frames may still be under way.
    pub(crate) fn known(&self, leg: LegId, number: u32) -> Result<Option<ChannelKey>, LegFailure> {
        let leg = self.legs.get(&leg).expect("the frame came from a live leg");
        if number > leg.last_channel {
            return Err(LegFailure::new(Code::PROTOCOL_ERROR, "the first frame of a channel must open it"));
        }
        Ok(leg.channels.get(&number).copied())
    }

    fn reject(&mut self, leg: LegId, number: u32, code: Code, reason: &str) {
        self.queue_last((leg, number), &Body::Reject(Ending { code, reason }));
    }

    fn open(
        &mut self,
        leg: LegId,
        user: UserId,
        number: u32,
        open: &Open<'_>,
        now: Millis,
    ) -> Result<(), (Code, &'static str)> {
        let worker: WorkerId = open
            .worker_id
            .parse()
            .map_err(|_| (Code::NOT_ALLOWED, "no such Worker, or not yours to reach"))?;
        let limits = self.limits.clone();
        let on_socket = self.legs.get(&leg).map_or(0, |leg| leg.channels.len());
        let of_user = self.user(&user, now);
        if on_socket >= limits.channels_per_socket || of_user.channels >= limits.channels_per_user {
            return Err((Code::TOO_MANY_CHANNELS, "too many channels are open"));
        }
        if !of_user.may_open(&worker, &limits, now) {
            return Err((
                Code::RATE_LIMITED,
                "too many channels opened in a short time; try again in a minute",
            ));
        }
        of_user.channels += 1;
        let key = ChannelKey(self.fresh());
        let deadline = now + limits.accept_timeout;
        let stage = Stage::Authorizing { key_id: open.key_id, msg1: open.msg1.into() };
        let (uid, suite) = (open.channel_uid, open.suite);
        let channel =
            Channel { uid, user: user.clone(), worker: worker.clone(), suite, client: (leg, number), stage };
        self.channels.insert(key, channel);
        self.legs.get_mut(&leg).expect("the frame came from a live leg").channels.insert(number, key);
        self.deadlines.push_back((deadline, key));
        self.emit(Event::Authorize(AuthorizeRequest { channel: key, leg, user, worker, uid }));
        Ok(())
    }

    fn data_to_worker(&mut self, key: ChannelKey, frame: &[u8]) {
        match self.channels.get(&key).map(|channel| &channel.stage) {
            Some(Stage::Open { worker }) => {
                let worker = *worker;
                self.forward(key, worker, frame);
            }
            _ => self.end(key, Code::PROTOCOL_ERROR, "data came before the channel was open"),
        }
    }

    /// Passes a frame on under the other leg's number.
    pub(crate) fn forward(&mut self, key: ChannelKey, to: (LegId, u32), frame: &[u8]) {
        let mut frame = frame.to_vec();
        set_channel(&mut frame, to.1);
        if !self.queue(to, frame) {
            self.overload(key, to);
        }
    }

    fn client_closes(&mut self, key: ChannelKey, ending: Ending<'_>) {
        let Some(channel) = self.forget(key, ending.code) else { return };
        if let Some(worker) = channel.stage.worker() {
            self.queue_last(worker, &Body::Close(ending));
        }
    }
}
