//! How layout travels and is stored: JSON in an envelope `{"v":1,"body":…}` (docs/adr/0002-layout-travels-as-json.md).
//!
//! Readers are lenient: a field, op, step or entity kind this version does not know is skipped, so that old clients live
//! with a newer Hub. The Hub reads batches strictly: half of an atomic change is worse than none. `v` rises only when an old
//! reader would draw something wrong by skipping.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use crate::batch::Batch;
use crate::entity::{EntityId, Fields};
use crate::event::{Event, LogEntry, Step};
use crate::snapshot::{Row, Snapshot};
use leapmux_types::BatchId;

/// The version this code writes, and the highest it reads.
pub const VERSION: u32 = 1;

/// Why bytes are not a layout document.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the layout data is malformed")]
    Malformed(#[from] serde_json::Error),
    #[error("the layout data is of version {0}, made by a newer LeapMux; please update or reload")]
    Newer(u32),
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    v: u32,
    body: &'a T,
}
#[derive(Deserialize)]
struct Version {
    v: u32,
}
#[derive(Deserialize)]
struct Body<T> {
    body: T,
}

fn encode<T: Serialize>(body: &T) -> Vec<u8> {
    // Every type here has text keys and finite numbers; writing to memory does not fail.
    serde_json::to_vec(&Envelope { v: VERSION, body }).expect("layout types are plain JSON")
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let Version { v } = serde_json::from_slice(bytes)?;
    if v > VERSION {
        return Err(DecodeError::Newer(v));
    }
    Ok(serde_json::from_slice::<Body<T>>(bytes)?.body)
}

/// What this version knows of a list; the rest is skipped.
fn known<'de, D: Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Maybe<T> {
        Known(T),
        Unknown(IgnoredAny),
    }
    let all = Vec::<Maybe<T>>::deserialize(input)?;
    Ok(all.into_iter().filter_map(|m| if let Maybe::Known(t) = m { Some(t) } else { None }).collect())
}

#[derive(Deserialize)]
struct LenientEvent {
    rev: u64,
    after: u64,
    batch: BatchId,
    #[serde(deserialize_with = "known")]
    steps: Vec<Step>,
}
#[derive(Deserialize)]
struct LenientSnapshot {
    rev: u64,
    #[serde(deserialize_with = "known")]
    entities: Vec<Row>,
}

/// A batch for `SubmitBatch`.
pub fn encode_batch(batch: &Batch) -> Vec<u8> {
    encode(batch)
}
/// Reads a batch strictly: an op or entity kind that is not known is an error.
pub fn decode_batch(bytes: &[u8]) -> Result<Batch, DecodeError> {
    decode(bytes)
}
/// An event for the organization stream.
pub fn encode_event(event: &Event) -> Vec<u8> {
    encode(event)
}
/// Reads an event leniently.
pub fn decode_event(bytes: &[u8]) -> Result<Event, DecodeError> {
    let LenientEvent { rev, after, batch, steps } = decode(bytes)?;
    Ok(Event { rev, after, batch, steps })
}
/// A snapshot for `materialized` and `GetLayout`.
pub fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    encode(snapshot)
}
/// Reads a snapshot leniently.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, DecodeError> {
    let LenientSnapshot { rev, entities } = decode(bytes)?;
    Ok(Snapshot { rev, entities })
}
/// A log entry for the Hub's store.
pub fn encode_entry(entry: &LogEntry) -> Vec<u8> {
    encode(entry)
}
/// Reads a log entry strictly.
pub fn decode_entry(bytes: &[u8]) -> Result<LogEntry, DecodeError> {
    decode(bytes)
}
/// The registers of one entity, for a row of the Hub's store.
pub fn encode_fields(fields: &Fields) -> Vec<u8> {
    encode(fields)
}
/// Reads a stored row.
pub fn decode_row(id: EntityId, fields: &[u8]) -> Result<Row, DecodeError> {
    Ok(Row { id, fields: decode(fields)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Op;

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
        assert!(matches!(decode_batch(text), Err(DecodeError::Malformed(_))));
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
