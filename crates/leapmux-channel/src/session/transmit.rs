//! Records out: filled in order of urgency, padded, and sealed only now ("seal late").

use leapmux_types::Millis;

use super::{Half, Role, Session};
use crate::event::{Class, Event, StreamId};
use crate::frame::{self, ACK, DATA, OPEN, Record};
use crate::limits::{FRAME_HEADER, MIN_FRAGMENT, OPEN_INLINE, SEND_LOW_WATER};
use crate::stream::{Piece, window_of};

/// Class, kind, window and the method's length in front of an OPEN's inline payload.
const OPEN_HEAD: usize = 7;

/// Stream payload that went into a record.
#[derive(Default)]
struct Carried {
    bytes: usize,
    interactive: bool,
}

impl Session {
    /// The next record, sealed. Call only when the socket has room for it (less than 64 KiB unsent, or a free slot of a short
    /// queue): whatever is sealed can no longer be overtaken by a key press. `None` when there is nothing to send now.
    pub fn poll_transmit(&mut self, now: Millis) -> Option<Vec<u8>> {
        if let Some(close) = self.last_word.take() {
            let mut record = Record::new();
            record.push_encoded(&close);
            let sealed = self.sending.take()?.cipher.seal(record.padded());
            return sealed.ok();
        }
        if self.closed.is_some() || self.awaits_auth() {
            return None;
        }
        self.check_rekey_due(now);
        if let Some(total) = self.acks.take_due(now) {
            self.control.push_back(frame::control(ACK, 0, &[&total.to_be_bytes()]));
        }
        let mut record = Record::new();
        let mut carried = Carried::default();
        let all_control = self.fill_control(&mut record);
        let rekeying = all_control && self.fill_rekey(&mut record, now);
        if all_control && !rekeying {
            self.fill_streams(&mut record, &mut carried);
        }
        if record.is_empty() {
            return None;
        }
        self.inflight.record_sent(carried.bytes, now);
        if carried.interactive && matches!(self.role, Role::Client(_)) {
            self.typed.sent(now);
        }
        let sealed = self.seal(record);
        if rekeying {
            self.switch_sending(now);
        }
        sealed
    }

    fn seal(&mut self, record: Record) -> Option<Vec<u8>> {
        let Half { cipher, bytes } = self.sending.as_mut().expect("an open channel has keys");
        match cipher.seal(record.padded()) {
            Ok(sealed) => {
                *bytes += sealed.len() as u64;
                Some(sealed)
            }
            Err(error) => {
                // The hard stop: not even a CLOSE can be sealed.
                self.end(leapmux_types::Code::REKEY_FAILED, &error.to_string(), None);
                None
            }
        }
    }

    /// Moves control frames in; says whether all of them fitted.
    fn fill_control(&mut self, record: &mut Record) -> bool {
        while let Some(frame) = self.control.front() {
            if !record.push_encoded(frame) {
                return false;
            }
            self.control.pop_front();
        }
        true
    }

    fn fill_streams(&mut self, record: &mut Record, carried: &mut Carried) {
        if !self.fill_opens(record, carried) {
            return;
        }
        while !self.schedule.is_empty(Class::Interactive) {
            // What does not fit the rest of this record is first in the next one.
            if !self.fill_one(Class::Interactive, record, usize::MAX, carried) {
                return;
            }
        }
        let mut room = self.shared_room(carried);
        while let Some(class) = self.schedule.shared_turn() {
            let before = carried.bytes;
            if !self.fill_one(class, record, room, carried) {
                return;
            }
            let sent = carried.bytes - before;
            self.schedule.charge(sent + FRAME_HEADER);
            room -= sent;
        }
    }

    /// Bytes of classes 2 and 3 the path carries now. Asked only when there are any: an answer of none marks the budget as
    /// the limit.
    fn shared_room(&mut self, carried: &Carried) -> usize {
        let idle = self.schedule.is_empty(Class::Normal) && self.schedule.is_empty(Class::Bulk);
        if idle { 0 } else { self.inflight.room().saturating_sub(carried.bytes) }
    }

    /// OPEN frames in the order of their ids, each with what fits of its first message; says whether all fitted.
    fn fill_opens(&mut self, record: &mut Record, carried: &mut Carried) -> bool {
        while let Some(&id) = self.schedule.opens.front() {
            let Some(stream) = self.streams.get_mut(id) else {
                self.schedule.opens.pop_front();
                continue;
            };
            let head = OPEN_HEAD + stream.method.len();
            let Some(room) = record.room().and_then(|room| room.checked_sub(head)) else {
                return false;
            };
            let mut max = room.min(OPEN_INLINE).min(stream.max_frame() - head);
            if stream.class != Class::Interactive {
                max = max.min(self.inflight.room().saturating_sub(carried.bytes));
            }
            let takes = stream.sending.head().is_some_and(|bytes| bytes == 0 || max > 0);
            let piece = if takes { stream.sending.take(max) } else { None };
            let Piece { bytes, flags } = piece.unwrap_or(Piece { bytes: Vec::new(), flags: 0 });
            let method = std::mem::take(&mut stream.method);
            let window = window_of(stream.class).to_be_bytes();
            let fixed = [stream.class as u8, stream.kind as u8, window[0], window[1], window[2], window[3]];
            record.push(OPEN, flags, id, &[&fixed, &[method.len() as u8], method.as_bytes(), &bytes]);
            carried.bytes += bytes.len();
            carried.interactive |= stream.class == Class::Interactive && !bytes.is_empty();
            stream.sending.announced = true;
            self.schedule.opens.pop_front();
            self.after_send(id);
        }
        true
    }

    /// One DATA frame of the next stream of a class, of at most `max` bytes; says whether one was added.
    fn fill_one(&mut self, class: Class, record: &mut Record, max: usize, carried: &mut Carried) -> bool {
        let Some(room) = record.room() else {
            return false;
        };
        let Some(id) = self.schedule.pop(class) else {
            return false;
        };
        let Some(stream) = self.streams.get_mut(id) else {
            return true;
        };
        let head = stream.sending.head().unwrap_or(0);
        let wanted = head.min(stream.max_frame()).min(max);
        if (head > 0 && wanted == 0) || (wanted > room && room < MIN_FRAGMENT) {
            self.schedule.push_front(class, id);
            return false;
        }
        stream.sending.scheduled = false;
        if let Some(Piece { bytes, flags }) = stream.sending.take(wanted.min(room)) {
            record.push(DATA, flags, id, &[&bytes]);
            carried.bytes += bytes.len();
            carried.interactive |= class == Class::Interactive && !bytes.is_empty();
        }
        self.after_send(id);
        true
    }

    /// Puts the stream back in line, or away when both halves are done.
    fn after_send(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(id) else {
            return;
        };
        if stream.sending.take_writable() {
            debug_assert!(stream.sending.queued() <= SEND_LOW_WATER);
            self.event(Event::Writable { id: StreamId(id) });
        }
        match self.streams.get(id) {
            Some(stream) if stream.is_over() => {
                self.remove(id);
                self.feed_starved();
            }
            _ => self.schedule(id),
        }
    }
}
