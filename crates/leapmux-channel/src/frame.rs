//! Frames inside a record (rule 9): `type 1 ‖ flags 1 ‖ length 2 ‖ stream 4 ‖ payload`, back to back, padding last.

use leapmux_types::Code;

use crate::event::{Class, Kind};
use crate::limits::{FRAME_HEADER, MAX_RECORD};

/// A message ends with this frame.
pub(crate) const EOM: u8 = 0x01;
/// The sender's half ends with this frame.
pub(crate) const END: u8 = 0x02;

pub(crate) const AUTH: u8 = 0x01;
pub(crate) const AUTH_OK: u8 = 0x02;
pub(crate) const CLOSE: u8 = 0x03;
pub(crate) const PING: u8 = 0x04;
pub(crate) const PONG: u8 = 0x05;
pub(crate) const REKEY1: u8 = 0x06;
pub(crate) const REKEY2: u8 = 0x07;
pub(crate) const REKEY_DONE: u8 = 0x08;
pub(crate) const REKEY_REQ: u8 = 0x09;
pub(crate) const ACK: u8 = 0x0a;
pub(crate) const OPEN: u8 = 0x10;
pub(crate) const DATA: u8 = 0x11;
pub(crate) const CREDIT: u8 = 0x12;
pub(crate) const RESET: u8 = 0x13;

/// Records shorter than this are padded.
const PAD_BELOW: usize = 505;
const PAD_TO: [usize; 4] = [64, 128, 256, 512];

/// One frame as read; bytes point into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Pad,
    Auth(&'a [u8]),
    AuthOk(&'a [u8]),
    Close {
        code: Code,
        reason: &'a str,
    },
    Ping([u8; 8]),
    Pong([u8; 8]),
    Rekey1(&'a [u8]),
    Rekey2(&'a [u8]),
    RekeyDone(&'a [u8]),
    RekeyReq,
    Ack(u64),
    Open {
        id: u32,
        head: OpenHead<'a>,
        flags: u8,
        payload: &'a [u8],
    },
    Data {
        id: u32,
        flags: u8,
        payload: &'a [u8],
    },
    Credit {
        id: u32,
        bytes: u32,
    },
    Reset {
        id: u32,
        code: Code,
        reason: &'a str,
    },
    /// A type of a later version (40 to 7F), to be skipped.
    Later,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenHead<'a> {
    pub(crate) class: Class,
    pub(crate) kind: Kind,
    pub(crate) window: u32,
    pub(crate) method: &'a str,
}

/// Why a record's plaintext is not a row of frames. Always the end of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed frame: {0}")]
pub(crate) struct Malformed(pub(crate) &'static str);

/// Reads a whole record; nothing of it counts unless all of it is well formed.
pub(crate) fn parse_all(mut plaintext: &[u8]) -> Result<Vec<Frame<'_>>, Malformed> {
    let mut frames = Vec::new();
    if plaintext.is_empty() {
        return Err(Malformed("a record holds at least one frame"));
    }
    while !plaintext.is_empty() {
        let (frame, rest) = parse(plaintext)?;
        frames.push(frame);
        plaintext = rest;
    }
    Ok(frames)
}

fn parse(input: &[u8]) -> Result<(Frame<'_>, &[u8]), Malformed> {
    let Some(([kind, flags, l1, l2, s1, s2, s3, s4], rest)) = input.split_first_chunk::<FRAME_HEADER>()
    else {
        return Err(Malformed("header is cut off"));
    };
    let length = usize::from(u16::from_be_bytes([*l1, *l2]));
    let id = u32::from_be_bytes([*s1, *s2, *s3, *s4]);
    let (payload, rest) = rest.split_at_checked(length).ok_or(Malformed("payload is cut off"))?;
    let of_a_stream = matches!(*kind, OPEN..=RESET);
    if !matches!(*kind, 0x40..=0x7f) {
        if of_a_stream == (id == 0) {
            return Err(Malformed("wrong stream for the type"));
        }
        let allowed = if matches!(*kind, OPEN | DATA) { EOM | END } else { 0 };
        if flags & !allowed != 0 {
            return Err(Malformed("reserved flag is set"));
        }
    }
    Ok((parse_payload(*kind, *flags, id, payload)?, rest))
}

fn parse_payload(kind: u8, flags: u8, id: u32, payload: &[u8]) -> Result<Frame<'_>, Malformed> {
    let size = Malformed("payload has the wrong size");
    Ok(match kind {
        0x00 if payload.iter().all(|byte| *byte == 0) => Frame::Pad,
        0x00 => return Err(Malformed("padding is not zeros")),
        AUTH => Frame::Auth(payload),
        AUTH_OK => Frame::AuthOk(payload),
        CLOSE => {
            let (code, reason) = parse_ending(payload)?;
            Frame::Close { code, reason }
        }
        PING => Frame::Ping(payload.try_into().map_err(|_| size)?),
        PONG => Frame::Pong(payload.try_into().map_err(|_| size)?),
        REKEY1 => Frame::Rekey1(payload),
        REKEY2 => Frame::Rekey2(payload),
        REKEY_DONE => Frame::RekeyDone(payload),
        REKEY_REQ if payload.is_empty() => Frame::RekeyReq,
        ACK => Frame::Ack(u64::from_be_bytes(payload.try_into().map_err(|_| size)?)),
        OPEN => {
            let (head, payload) = parse_open(payload)?;
            Frame::Open { id, head, flags, payload }
        }
        DATA => Frame::Data { id, flags, payload },
        CREDIT => Frame::Credit { id, bytes: u32::from_be_bytes(payload.try_into().map_err(|_| size)?) },
        RESET => {
            let (code, reason) = parse_ending(payload)?;
            Frame::Reset { id, code, reason }
        }
        0x40..=0x7f => Frame::Later,
        REKEY_REQ => return Err(size),
        _ => return Err(Malformed("unknown type")),
    })
}

fn parse_ending(payload: &[u8]) -> Result<(Code, &str), Malformed> {
    let (code, reason) = payload.split_first_chunk::<2>().ok_or(Malformed("payload has the wrong size"))?;
    let reason = std::str::from_utf8(reason).map_err(|_| Malformed("reason is not UTF-8"))?;
    Ok((Code(u16::from_be_bytes(*code)), reason))
}

fn parse_open(payload: &[u8]) -> Result<(OpenHead<'_>, &[u8]), Malformed> {
    let short = Malformed("OPEN is cut off");
    let ([class, kind, w1, w2, w3, w4, n], rest) = payload.split_first_chunk::<7>().ok_or(short)?;
    let (method, inline) = rest.split_at_checked(usize::from(*n)).ok_or(short)?;
    if method.is_empty() {
        return Err(Malformed("method has no name"));
    }
    let head = OpenHead {
        class: Class::from_byte(*class).ok_or(Malformed("unknown class"))?,
        kind: Kind::from_byte(*kind).ok_or(Malformed("unknown kind"))?,
        window: u32::from_be_bytes([*w1, *w2, *w3, *w4]),
        method: std::str::from_utf8(method).map_err(|_| Malformed("method is not UTF-8"))?,
    };
    Ok((head, inline))
}

/// A record being filled.
#[derive(Debug, Default)]
pub(crate) struct Record(Vec<u8>);

impl Record {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(512))
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Payload bytes one more frame could have; `None` when not even its header fits.
    pub(crate) fn room(&self) -> Option<usize> {
        (MAX_RECORD - self.0.len()).checked_sub(FRAME_HEADER)
    }
    /// Adds a frame whose parts fit, by the caller's word.
    pub(crate) fn push(&mut self, kind: u8, flags: u8, id: u32, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        debug_assert!(self.room().is_some_and(|room| length <= room), "the frame fits the record");
        self.0.extend_from_slice(&[kind, flags]);
        self.0.extend_from_slice(&(length as u16).to_be_bytes());
        self.0.extend_from_slice(&id.to_be_bytes());
        parts.iter().for_each(|part| self.0.extend_from_slice(part));
    }
    /// Adds a frame that was encoded before, if it fits.
    pub(crate) fn push_encoded(&mut self, frame: &[u8]) -> bool {
        let fits = frame.len() <= MAX_RECORD - self.0.len();
        if fits {
            self.0.extend_from_slice(frame);
        }
        fits
    }
    /// The plaintext, padded so that short ones come in four sizes (rule 9).
    pub(crate) fn padded(mut self) -> Vec<u8> {
        let len = self.0.len();
        if len < PAD_BELOW
            && let Some(size) = PAD_TO.into_iter().find(|size| *size == len || *size >= len + FRAME_HEADER)
            && let Some(padding) = (size - len).checked_sub(FRAME_HEADER)
        {
            self.push(0x00, 0, 0, &[&vec![0; padding]]);
        }
        self.0
    }
}

/// One control frame, encoded.
pub(crate) fn control(kind: u8, id: u32, parts: &[&[u8]]) -> Vec<u8> {
    let mut record = Record::new();
    record.push(kind, 0, id, parts);
    record.0
}

/// CLOSE or RESET, the reason cut to `max` bytes between characters.
pub(crate) fn ending(kind: u8, id: u32, code: Code, reason: &str, max: usize) -> Vec<u8> {
    let reason = &reason[..reason.floor_char_boundary(max)];
    control(kind, id, &[&code.0.to_be_bytes(), reason.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_9_short_records_come_in_four_sizes() {
        for len in FRAME_HEADER..=520 {
            let mut record = Record::new();
            record.push(DATA, 0, 1, &[&vec![7; len - FRAME_HEADER]]);
            let padded = record.padded();
            let size = PAD_TO.into_iter().find(|size| *size == len || *size >= len + 8).filter(|_| len < 505);
            assert_eq!(padded.len(), size.unwrap_or(len), "{len}");
            let frames = parse_all(&padded).expect("well formed");
            assert!(frames[1..].iter().all(|frame| *frame == Frame::Pad), "{len}");
        }
    }

    #[test]
    fn the_largest_frame_fills_a_record_exactly() {
        let mut record = Record::new();
        let room = record.room().expect("empty");
        assert_eq!(room, crate::limits::MAX_FRAME_PAYLOAD);
        record.push(DATA, EOM, 1, &[&vec![7; room]]);
        assert_eq!(record.room(), None);
        assert!(!record.push_encoded(&[0]));
        assert_eq!(record.padded().len(), MAX_RECORD);
    }

    #[test]
    fn long_reasons_are_cut_between_characters() {
        let frame = ending(RESET, 3, Code(0x0101), &"ü".repeat(1_000), 1_023);
        let frames = parse_all(&frame).expect("well formed");
        assert_eq!(frames, [Frame::Reset { id: 3, code: Code(0x0101), reason: &"ü".repeat(511) }]);
    }
}
