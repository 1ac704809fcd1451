//! Replays `tests/vectors/frames.json`: plaintexts of records and the frames in them, both ways, and what must be refused.

use leapmux_noise::vectors::{hex, to_hex};
use serde::Deserialize;

use crate::frame::{self, END, EOM, Frame, Record, parse_all};

#[derive(Deserialize)]
struct Vectors {
    records: Vec<Good>,
    malformed: Vec<Bad>,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    plaintext: String,
    frames: Vec<String>,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    plaintext: String,
}

/// Replays the whole file; how many records it compared, or a sentence about the first that differs.
pub fn frames(json: &str) -> Result<usize, String> {
    let vectors: Vectors =
        serde_json::from_str(json).map_err(|error| format!("the vectors cannot be read: {error}"))?;
    for Good { name, plaintext, frames } in &vectors.records {
        let plaintext = hex(plaintext)?;
        let found = parse_all(&plaintext).map_err(|error| format!("{name}: {error}"))?;
        let words: Vec<String> = found.iter().map(describe).collect();
        if words != *frames {
            return Err(format!("{name}: expected {frames:?}, found {words:?}"));
        }
        let mut record = Record::new();
        found.iter().filter(|frame| **frame != Frame::Pad).for_each(|frame| write(&mut record, frame));
        if !found.contains(&Frame::Later) && record.padded() != plaintext {
            return Err(format!("{name}: encoded again it differs"));
        }
    }
    for Bad { name, plaintext } in &vectors.malformed {
        if let Ok(frames) = parse_all(&hex(plaintext)?) {
            return Err(format!("{name}: must be refused, was read as {frames:?}"));
        }
    }
    Ok(vectors.records.len() + vectors.malformed.len())
}

/// A frame in words: name, stream, members, flags, bytes in hexadecimal.
fn describe(frame: &Frame<'_>) -> String {
    let flag = |flags: u8| ["-", "eom", "end", "eom+end"][usize::from(flags & (EOM | END))];
    match frame {
        Frame::Pad => "PAD".into(),
        Frame::Auth(payload) => format!("AUTH {}", to_hex(payload)),
        Frame::AuthOk(payload) => format!("AUTH_OK {}", to_hex(payload)),
        Frame::Close { code, reason } => format!("CLOSE {code} {reason}"),
        Frame::Ping(bytes) => format!("PING {}", to_hex(bytes)),
        Frame::Pong(bytes) => format!("PONG {}", to_hex(bytes)),
        Frame::Rekey1(payload) => format!("REKEY1 {}", to_hex(payload)),
        Frame::Rekey2(payload) => format!("REKEY2 {}", to_hex(payload)),
        Frame::RekeyDone(payload) => format!("REKEY_DONE {}", to_hex(payload)),
        Frame::RekeyReq => "REKEY_REQ".into(),
        Frame::Ack(total) => format!("ACK {total}"),
        Frame::Open { id, head, flags, payload } => format!(
            "OPEN {id} {} {} {} {} {} {}",
            head.class as u8,
            head.kind as u8,
            head.window,
            head.method,
            flag(*flags),
            to_hex(payload)
        ),
        Frame::Data { id, flags, payload } => format!("DATA {id} {} {}", flag(*flags), to_hex(payload)),
        Frame::Credit { id, bytes } => format!("CREDIT {id} {bytes}"),
        Frame::Reset { id, code, reason } => format!("RESET {id} {code} {reason}"),
        Frame::Later => "LATER".into(),
    }
}

fn write(record: &mut Record, frame: &Frame<'_>) {
    match frame {
        Frame::Pad | Frame::Later => {}
        Frame::Auth(payload) => record.push(frame::AUTH, 0, 0, &[payload]),
        Frame::AuthOk(payload) => record.push(frame::AUTH_OK, 0, 0, &[payload]),
        Frame::Close { code, reason } => {
            record.push(frame::CLOSE, 0, 0, &[&code.0.to_be_bytes(), reason.as_bytes()]);
        }
        Frame::Ping(bytes) => record.push(frame::PING, 0, 0, &[bytes]),
        Frame::Pong(bytes) => record.push(frame::PONG, 0, 0, &[bytes]),
        Frame::Rekey1(payload) => record.push(frame::REKEY1, 0, 0, &[payload]),
        Frame::Rekey2(payload) => record.push(frame::REKEY2, 0, 0, &[payload]),
        Frame::RekeyDone(payload) => record.push(frame::REKEY_DONE, 0, 0, &[payload]),
        Frame::RekeyReq => record.push(frame::REKEY_REQ, 0, 0, &[]),
        Frame::Ack(total) => record.push(frame::ACK, 0, 0, &[&total.to_be_bytes()]),
        Frame::Open { id, head, flags, payload } => {
            let start = [head.class as u8, head.kind as u8];
            let method = head.method.as_bytes();
            let parts = [&start[..], &head.window.to_be_bytes(), &[method.len() as u8], method, payload];
            record.push(frame::OPEN, *flags, *id, &parts);
        }
        Frame::Data { id, flags, payload } => record.push(frame::DATA, *flags, *id, &[payload]),
        Frame::Credit { id, bytes } => record.push(frame::CREDIT, 0, *id, &[&bytes.to_be_bytes()]),
        Frame::Reset { id, code, reason } => {
            record.push(frame::RESET, 0, *id, &[&code.0.to_be_bytes(), reason.as_bytes()]);
        }
    }
}
