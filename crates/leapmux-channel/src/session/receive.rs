//! Records in: opened, parsed whole, handled frame by frame.

use leapmux_types::relay_frame::RECORD_SIZES;
use leapmux_types::{Code, Millis};

use super::{Fault, Phase, Role, Session};
use crate::event::{Closed, Event, Kind, StreamId};
use crate::frame::{self, END, EOM, Frame, OpenHead, PONG, RESET, parse_all};
use crate::limits::{MAX_MESSAGE, MAX_RESET_REASON, MAX_STREAMS};
use crate::stream::Stream;
use crate::streams::Missing;

impl Session {
    /// Takes one record of the peer. An error is the end of the channel, and comes as an event as well.
    pub fn handle_record(&mut self, record: &[u8], now: Millis) -> Result<(), Closed> {
        if let Some(closed) = &self.closed {
            return Err(closed.clone());
        }
        match self.receive(record, now) {
            Ok(()) => self.closed.clone().map_or(Ok(()), Err),
            Err(fault) => Err(self.fail(fault)),
        }
    }

    fn receive(&mut self, record: &[u8], now: Millis) -> Result<(), Fault> {
        if !RECORD_SIZES.contains(&record.len()) {
            return Err(Fault::protocol("record has an impossible length"));
        }
        let half = self.receiving.as_mut().expect("an open channel has keys");
        half.bytes += record.len() as u64;
        let plaintext =
            half.cipher.open(record).map_err(|error| Fault(Code::DECRYPT_FAILED, error.to_string()))?;
        self.typed.heard();
        let mut keys_changed = false;
        for frame in parse_all(&plaintext)? {
            if keys_changed && frame != Frame::Pad {
                return Err(Fault::protocol("a rekey frame is not the last of its record"));
            }
            keys_changed |= matches!(frame, Frame::Rekey1(_) | Frame::Rekey2(_) | Frame::RekeyDone(_));
            self.handle_frame(frame, now)?;
            self.check_queues()?;
            if self.closed.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Before the proof only AUTH (or AUTH_OK) and CLOSE count; padding follows what it pads.
    fn check_phase(&self, frame: &Frame<'_>) -> Result<(), Fault> {
        if self.phase == Phase::Ready {
            return Ok(());
        }
        match (&self.role, frame) {
            (Role::Worker(_), Frame::Auth(_) | Frame::Close { .. })
            | (Role::Client(_), Frame::AuthOk(_) | Frame::Close { .. }) => Ok(()),
            (Role::Worker(_), _) => Err(Fault(Code::AUTH_REQUIRED, "user ID not verified".to_owned())),
            (Role::Client(_), _) => Err(Fault::protocol("the worker spoke before AUTH_OK")),
        }
    }

    fn handle_frame(&mut self, frame: Frame<'_>, now: Millis) -> Result<(), Fault> {
        self.check_phase(&frame)?;
        match frame {
            Frame::Pad | Frame::Later | Frame::Pong(_) => {}
            Frame::Auth(payload) => self.handle_auth(payload, now)?,
            Frame::AuthOk(payload) => self.handle_auth_ok(payload)?,
            Frame::Close { code, reason } => self.end(code, reason, Some(true)),
            Frame::Ping(bytes) => self.control.push_back(frame::control(PONG, 0, &[&bytes])),
            Frame::Rekey1(msg1) => self.handle_rekey1(msg1, now)?,
            Frame::Rekey2(msg2) => self.handle_rekey2(msg2)?,
            Frame::RekeyDone(signature) => self.handle_rekey_done(signature, now)?,
            Frame::RekeyReq => self.handle_rekey_req()?,
            Frame::Ack(total) => {
                self.inflight.acked(total, now).map_err(|_| Fault::protocol("ACK of what was never sent"))?
            }
            Frame::Open { id, head, flags, payload } => self.handle_open(id, &head, flags, payload, now)?,
            Frame::Data { id, flags, payload } => {
                self.acks.received(payload.len(), now);
                self.handle_data(id, flags, payload)?;
            }
            Frame::Credit { id, bytes } => self.handle_credit(id, bytes)?,
            Frame::Reset { id, code, reason } => self.handle_reset(id, code, reason)?,
        }
        Ok(())
    }

    fn handle_open(
        &mut self,
        id: u32,
        head: &OpenHead<'_>,
        flags: u8,
        payload: &[u8],
        now: Millis,
    ) -> Result<(), Fault> {
        self.acks.received(payload.len(), now);
        self.streams.peer_opens(id).ok_or_else(|| Fault::protocol("OPEN with an id out of turn"))?;
        if matches!(self.role, Role::Client(_)) {
            self.refuse(id, "workers open no streams");
            return Ok(());
        }
        if self.streams.peer_open() >= usize::from(MAX_STREAMS) {
            self.refuse(id, "too many streams");
            return Ok(());
        }
        let OpenHead { class, kind, window, method } = *head;
        let mut stream = Stream::new(class, kind, window);
        stream.sending.announced = true;
        self.streams.insert_peer(id, stream);
        self.event(Event::Opened { id: StreamId(id), method: method.to_owned(), class, kind, window });
        self.handle_data(id, flags, payload)
    }

    fn refuse(&mut self, id: u32, reason: &str) {
        self.control.push_back(frame::ending(RESET, id, Code::REFUSED, reason, MAX_RESET_REASON));
    }

    /// The peer names a stream that is not open: fine if it was.
    fn check_past(&self, id: u32) -> Result<(), Fault> {
        match self.streams.missing(id) {
            Missing::Past => Ok(()),
            Missing::Never => Err(Fault::protocol("a frame for a stream that was never opened")),
        }
    }

    fn handle_data(&mut self, id: u32, flags: u8, payload: &[u8]) -> Result<(), Fault> {
        let Some(stream) = self.streams.get_mut(id) else {
            return self.check_past(id);
        };
        let (end, kind) = (flags & END != 0, stream.kind);
        let receiving = &mut stream.receiving;
        if receiving.ended {
            return Err(Fault::protocol("DATA after END"));
        }
        receiving
            .count(payload.len())
            .map_err(|_| Fault(Code::FLOW_ERROR, "peer sent more than its window".to_owned()))?;
        self.streams.hold(payload.len());
        match kind {
            Kind::Bytes if payload.is_empty() => {}
            Kind::Bytes => self.event(Event::Bytes { id: StreamId(id), bytes: payload.to_vec() }),
            Kind::Messages => self.handle_message_part(id, flags, payload)?,
        }
        if end && let Some(stream) = self.streams.get_mut(id) {
            stream.receiving.ended = true;
            let over = stream.is_over();
            self.event(Event::Ended { id: StreamId(id) });
            if over {
                self.remove(id);
                self.feed_starved();
            }
        }
        Ok(())
    }

    fn handle_message_part(&mut self, id: u32, flags: u8, payload: &[u8]) -> Result<(), Fault> {
        let turn = self.streams.next_turn();
        let Some(stream) = self.streams.get_mut(id) else {
            return Ok(());
        };
        let receiving = &mut stream.receiving;
        if receiving.partial() + payload.len() > MAX_MESSAGE {
            let (code, reason) = (Code::MESSAGE_TOO_LARGE, "message is larger than 16 MiB");
            self.reset(StreamId(id), code, reason);
            self.event(Event::Reset { id: StreamId(id), code, reason: reason.to_owned() });
            return Ok(());
        }
        if receiving.partial() == 0 {
            receiving.partial_since = turn;
        }
        receiving.append(payload);
        let end = flags & END != 0;
        if flags & EOM != 0 {
            let bytes = receiving.take_message();
            self.event(Event::Message { id: StreamId(id), bytes, end });
            self.feed_starved();
        } else if end && receiving.partial() > 0 {
            return Err(Fault::protocol("END inside a message"));
        } else {
            self.give_credit(id);
        }
        Ok(())
    }

    fn handle_credit(&mut self, id: u32, bytes: u32) -> Result<(), Fault> {
        let Some(stream) = self.streams.get_mut(id) else {
            return self.check_past(id);
        };
        stream
            .sending
            .grant(bytes)
            .ok_or_else(|| Fault(Code::FLOW_ERROR, "credit beyond any window".to_owned()))?;
        self.schedule(id);
        Ok(())
    }

    fn handle_reset(&mut self, id: u32, code: Code, reason: &str) -> Result<(), Fault> {
        if self.remove(id).is_none() {
            return self.check_past(id);
        }
        self.event(Event::Reset { id: StreamId(id), code, reason: reason.to_owned() });
        self.feed_starved();
        Ok(())
    }
}
