//! Reading a frame: what may travel in which direction, and every size before anything is looked at.

use super::{
    Body, Direction, Ending, FrameError, HEADER, MAX_GRANT, MAX_REASON, MAX_WORKER_ID, Open, RECORD_SIZES,
    RelayFrame, VERSION, WorkerOpen, msg1_fits, msg2_fits, peek,
};
use crate::limits::MAX_RELAY_FRAME;
use crate::{ChannelUid, Code};

impl<'a> RelayFrame<'a> {
    /// Reads one frame that travels in `direction`.
    pub fn parse(direction: Direction, frame: &'a [u8]) -> Result<Self, FrameError> {
        let (kind, channel) = peek(frame).ok_or(FrameError::Size)?;
        if frame.len() > MAX_RELAY_FRAME {
            return Err(FrameError::Size);
        }
        if !allowed(kind, direction) {
            return Err(FrameError::Type(kind));
        }
        let of_the_leg = matches!(kind, 0x06..=0x09);
        if of_the_leg != (channel == 0) {
            return Err(FrameError::Channel);
        }
        let body = parse_body(kind, direction, Input(&frame[HEADER..]))?;
        Ok(Self { channel, body })
    }
}

fn allowed(kind: u8, direction: Direction) -> bool {
    use Direction::{ClientToHub, HubToClient, HubToWorker, WorkerToHub};
    match kind {
        0x01 => direction == ClientToHub,
        0x11 | 0x0a => direction == HubToWorker,
        0x02 | 0x03 => matches!(direction, WorkerToHub | HubToClient),
        0x04..=0x07 => true,
        0x08 => direction == HubToClient,
        0x09 => matches!(direction, HubToClient | HubToWorker),
        _ => false,
    }
}

fn parse_body(kind: u8, direction: Direction, mut input: Input<'_>) -> Result<Body<'_>, FrameError> {
    Ok(match kind {
        0x01 => {
            let (suite, channel_uid, key_id) = input.open_head()?;
            let [len] = input.array()?;
            let worker_id = input.take(usize::from(len))?;
            if !(1..=MAX_WORKER_ID).contains(&worker_id.len()) || !worker_id.iter().all(u8::is_ascii_graphic)
            {
                return Err(FrameError::Text);
            }
            let worker_id = std::str::from_utf8(worker_id).map_err(|_| FrameError::Text)?;
            Body::Open(Open { suite, channel_uid, key_id, worker_id, msg1: input.msg1(suite)? })
        }
        0x11 => {
            let (suite, channel_uid, key_id) = input.open_head()?;
            let len = usize::from(u16::from_be_bytes(input.array()?));
            if len > MAX_GRANT {
                return Err(FrameError::Size);
            }
            let grant = input.take(len)?;
            Body::WorkerOpen(WorkerOpen { suite, channel_uid, key_id, grant, msg1: input.msg1(suite)? })
        }
        0x02 if direction == Direction::HubToClient => {
            Body::Accepted { token: input.array()?, msg2: input.msg2()? }
        }
        0x02 => Body::Accept { msg2: input.msg2()? },
        0x03 => Body::Reject(input.ending()?),
        0x04 if RECORD_SIZES.contains(&input.0.len()) => Body::Data(input.0),
        0x05 => Body::Close(input.ending()?),
        0x06 => Body::Ping(input.whole()?),
        0x07 => Body::Pong(input.whole()?),
        0x08 => Body::Event(input.0),
        0x09 => Body::GoAway { retry_after_ms: u32::from_be_bytes(input.whole()?) },
        0x0a if input.0.len() <= MAX_GRANT => Body::Grant(input.0),
        _ => return Err(FrameError::Size),
    })
}

/// What is left to read of a body.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], FrameError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(FrameError::Size)?;
        self.0 = rest;
        Ok(taken)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(FrameError::Size)?;
        self.0 = rest;
        Ok(*taken)
    }
    fn whole<const N: usize>(&self) -> Result<[u8; N], FrameError> {
        self.0.try_into().map_err(|_| FrameError::Size)
    }
    fn open_head(&mut self) -> Result<(u8, ChannelUid, [u8; 8]), FrameError> {
        let [version, suite] = self.array()?;
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        Ok((suite, ChannelUid(self.array()?), self.array()?))
    }
    fn msg1(&self, suite: u8) -> Result<&'a [u8], FrameError> {
        match msg1_fits(suite, self.0.len()) {
            None => Err(FrameError::Suite(suite)),
            Some(false) => Err(FrameError::Size),
            Some(true) => Ok(self.0),
        }
    }
    /// The suite is known to whoever keeps the channel; here either size will do.
    fn msg2(&self) -> Result<&'a [u8], FrameError> {
        let fits = [1, 2].into_iter().any(|suite| msg2_fits(suite, self.0.len()) == Some(true));
        if fits { Ok(self.0) } else { Err(FrameError::Size) }
    }
    fn ending(&mut self) -> Result<Ending<'a>, FrameError> {
        let code = Code(u16::from_be_bytes(self.array()?));
        if self.0.len() > MAX_REASON {
            return Err(FrameError::Size);
        }
        Ok(Ending { code, reason: std::str::from_utf8(self.0).map_err(|_| FrameError::Text)? })
    }
}
