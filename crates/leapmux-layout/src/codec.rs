//! How layout travels and is stored: JSON in an envelope `{"v":1,"body":…}` (docs/adr/0002-layout-travels-as-json.md).
//!
//! Readers are lenient: a field, op, step or entity kind this version does not know is skipped, so that old clients live
//! with a newer Hub. The Hub reads batches strictly: half of an atomic change is worse than none. `v` rises only when an old
//! reader would draw something wrong by skipping.

use serde::Serialize;
use serde_json::Value;

use crate::batch::Batch;
use crate::entity::Fields;
use crate::entity_id::EntityId;
use crate::event::{Event, LogEntry};
use crate::read;
use crate::snapshot::{Row, Snapshot};

/// The version this code writes, and the highest it reads.
pub const VERSION: u32 = 1;

/// Why bytes are not a layout document.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the layout data is not JSON")]
    NotJson(#[source] serde_json::Error),
    #[error("the layout data is malformed, or holds something this version does not know")]
    Malformed,
    #[error("the layout data is of version {0}, made by a newer LeapMux; please update or reload")]
    Newer(u64),
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    v: u32,
    body: &'a T,
}

fn encode<T: Serialize>(body: &T) -> Vec<u8> {
    // Every type here has text keys and finite numbers; writing to memory does not fail.
    serde_json::to_vec(&Envelope { v: VERSION, body }).expect("layout types are plain JSON")
}

fn decode<T>(bytes: &[u8], read: impl Fn(&Value) -> Option<T>) -> Result<T, DecodeError> {
    let document: Value = serde_json::from_slice(bytes).map_err(DecodeError::NotJson)?;
    match document.get("v").and_then(Value::as_u64) {
        Some(v) if v > u64::from(VERSION) => Err(DecodeError::Newer(v)),
        Some(_) => document.get("body").and_then(read).ok_or(DecodeError::Malformed),
        None => Err(DecodeError::Malformed),
    }
}

/// A batch for `SubmitBatch`.
pub fn encode_batch(batch: &Batch) -> Vec<u8> {
    encode(batch)
}
/// Reads a batch strictly: an op or entity kind that is not known is an error.
pub fn decode_batch(bytes: &[u8]) -> Result<Batch, DecodeError> {
    decode(bytes, read::batch)
}
/// An event for the organization stream.
pub fn encode_event(event: &Event) -> Vec<u8> {
    encode(event)
}
/// Reads an event leniently.
pub fn decode_event(bytes: &[u8]) -> Result<Event, DecodeError> {
    decode(bytes, read::event)
}
/// A snapshot for `materialized` and `GetLayout`.
pub fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    encode(snapshot)
}
/// Reads a snapshot leniently.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, DecodeError> {
    decode(bytes, read::snapshot)
}
/// A log entry for the Hub's store.
pub fn encode_entry(entry: &LogEntry) -> Vec<u8> {
    encode(entry)
}
/// Reads a log entry strictly.
pub fn decode_entry(bytes: &[u8]) -> Result<LogEntry, DecodeError> {
    decode(bytes, read::entry)
}
/// The registers of one entity, for a row of the Hub's store.
pub fn encode_fields(fields: &Fields) -> Vec<u8> {
    encode(fields)
}
/// Reads a stored row.
pub fn decode_row(id: EntityId, fields: &[u8]) -> Result<Row, DecodeError> {
    Ok(Row { id, fields: decode(fields, read::fields)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Op;
    use crate::event::Step;

    #[test]
    fn readers_skip_what_they_do_not_know() {
        let text = br#"{"v":1,"later":true,"body":{"rev":7,"after":6,"batch":"bat_1","steps":[
            {"kind":"sparkle","x":1},
            {"kind":"op","op":"explode","id":"tab_1"},
            {"kind":"op","op":"create","id":"note_1","fields":{"rank":"i"}},
            {"kind":"op","op":"set","id":"ws_1","fields":{"title":"T","colour":"blue"}}]}}"#;
        let event = decode_event(text).expect("readable");
        let title = Fields { title: Some("T".into()), ..Fields::default() };
        let id: EntityId = "ws_1".parse().expect("an id");
        assert_eq!(event.steps, vec![Step::Op(Op::Set { id, fields: title })]);
        let snapshot =
            br#"{"v":1,"body":{"rev":3,"entities":[{"id":"note_1","fields":{}},{"id":"node_1","fields":
            {"parent":"ws_1","rank":"i","shape":{"type":"spiral"}}}]}}"#;
        assert_eq!(decode_snapshot(snapshot).expect("readable"), Snapshot { rev: 3, entities: vec![] });
    }

    #[test]
    fn the_hub_refuses_half_understood_batches() {
        let text = br#"{"v":1,"body":{"id":"bat_1","ops":[{"op":"explode","id":"tab_1"}]}}"#;
        assert!(matches!(decode_batch(text), Err(DecodeError::Malformed)));
        let newer = br#"{"v":2,"body":{}}"#;
        assert!(matches!(decode_batch(newer), Err(DecodeError::Newer(2))));
    }

    #[test]
    fn what_is_written_is_read() {
        let id: EntityId = "tab_1".parse().expect("an id");
        let fields = Fields { weight: Some(0.333333), ..Fields::default() };
        let batch = Batch {
            id: "bat_1".parse().expect("an id"),
            ops: vec![Op::Set { id: id.clone(), fields: fields.clone() }, Op::Remove { id }],
            precondition: Some(4),
        };
        assert_eq!(decode_batch(&encode_batch(&batch)).expect("readable"), batch);
        let written = String::from_utf8(encode_fields(&fields)).expect("text");
        assert_eq!(written, r#"{"v":1,"body":{"weight":0.333333}}"#);
    }
}
