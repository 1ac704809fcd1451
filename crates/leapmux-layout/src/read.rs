//! Reads the JSON of `codec.rs`. By hand over `serde_json::Value`: derived readers of tagged enums are several times this size
//! in the wasm that every page loads. `None` is: malformed, or of a kind this version does not know.

use leapmux_types::{UserId, WorkerId};
use serde_json::Value;

use crate::batch::{Batch, Op};
use crate::entity::{Direction, Fields, Frame, Shape, TabKind};
use crate::entity_id::EntityId;
use crate::event::{Event, Home, LogEntry, Moved, Step};
use crate::rank::Rank;
use crate::snapshot::{Row, Snapshot};

/// How to take a list that holds something unreadable.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unknown {
    /// The whole document is unreadable.
    Refuse,
    /// Leave it out.
    Skip,
}

fn list<T>(value: &Value, unknown: Unknown, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for member in value.as_array()? {
        match read(member) {
            Some(member) => all.push(member),
            None if unknown == Unknown::Skip => {}
            None => return None,
        }
    }
    Some(all)
}

/// A member that may be missing, but not malformed.
fn optional<T>(object: &Value, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    match object.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => read(value).map(Some),
    }
}

fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}
fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}
fn small(value: &Value) -> Option<u32> {
    value.as_u64()?.try_into().ok()
}
fn numbers(value: &Value) -> Option<Vec<f64>> {
    list(value, Unknown::Refuse, number)
}

pub(crate) fn batch(value: &Value) -> Option<Batch> {
    Some(Batch {
        id: parsed(value.get("id")?)?,
        ops: list(value.get("ops")?, Unknown::Refuse, op)?,
        precondition: optional(value, "precondition", Value::as_u64)?,
    })
}

pub(crate) fn event(value: &Value) -> Option<Event> {
    Some(Event {
        rev: value.get("rev")?.as_u64()?,
        after: value.get("after")?.as_u64()?,
        batch: parsed(value.get("batch")?)?,
        steps: list(value.get("steps")?, Unknown::Skip, step)?,
    })
}

pub(crate) fn snapshot(value: &Value) -> Option<Snapshot> {
    let entities = list(value.get("entities")?, Unknown::Skip, row)?;
    Some(Snapshot { rev: value.get("rev")?.as_u64()?, entities })
}

pub(crate) fn entry(value: &Value) -> Option<LogEntry> {
    Some(LogEntry {
        rev: value.get("rev")?.as_u64()?,
        batch: batch(value.get("batch")?)?,
        moves: list(value.get("moves")?, Unknown::Refuse, moved)?,
        arrived: list(value.get("arrived")?, Unknown::Refuse, row)?,
    })
}

fn op(value: &Value) -> Option<Op> {
    let id: EntityId = parsed(value.get("id")?)?;
    let all = || value.get("fields").and_then(fields);
    match value.get("op")?.as_str()? {
        "create" => Some(Op::Create { id, fields: all()? }),
        "set" => Some(Op::Set { id, fields: all()? }),
        "remove" => Some(Op::Remove { id }),
        _ => None,
    }
}

fn step(value: &Value) -> Option<Step> {
    match value.get("kind")?.as_str()? {
        "op" => op(value).map(Step::Op),
        "entity_materialized" => row(value).map(|Row { id, fields }| Step::EntityMaterialized { id, fields }),
        "entity_removed" => Some(Step::EntityRemoved { id: parsed(value.get("id")?)? }),
        _ => None,
    }
}

fn row(value: &Value) -> Option<Row> {
    Some(Row { id: parsed(value.get("id")?)?, fields: fields(value.get("fields")?)? })
}

pub(crate) fn fields(value: &Value) -> Option<Fields> {
    value.as_object()?;
    Some(Fields {
        title: optional(value, "title", |v| v.as_str().map(str::to_owned))?,
        owner: optional(value, "owner", parsed::<UserId>)?,
        parent: optional(value, "parent", parsed::<EntityId>)?,
        rank: optional(value, "rank", |v| v.as_str().map(Rank::unchecked))?,
        weight: optional(value, "weight", number)?,
        shape: optional(value, "shape", shape)?,
        kind: optional(value, "kind", kind)?,
        worker: optional(value, "worker", parsed::<WorkerId>)?,
        frame: optional(value, "frame", frame)?,
        opacity: optional(value, "opacity", number)?,
    })
}

fn shape(value: &Value) -> Option<Shape> {
    match value.get("type")?.as_str()? {
        "leaf" => Some(Shape::Leaf),
        "split" => Some(Shape::Split { direction: direction(value.get("direction")?)? }),
        "grid" => Some(Shape::Grid {
            rows: small(value.get("rows")?)?,
            cols: small(value.get("cols")?)?,
            row_ratios: numbers(value.get("rowRatios")?)?,
            col_ratios: numbers(value.get("colRatios")?)?,
        }),
        _ => None,
    }
}

fn direction(value: &Value) -> Option<Direction> {
    match value.as_str()? {
        "vertical" => Some(Direction::Vertical),
        "horizontal" => Some(Direction::Horizontal),
        _ => None,
    }
}

fn kind(value: &Value) -> Option<TabKind> {
    match value.as_str()? {
        "agent" => Some(TabKind::Agent),
        "terminal" => Some(TabKind::Terminal),
        "file" => Some(TabKind::File),
        _ => None,
    }
}

fn frame(value: &Value) -> Option<Frame> {
    let side = |name| number(value.get(name)?);
    Some(Frame { x: side("x")?, y: side("y")?, width: side("width")?, height: side("height")? })
}

fn home(value: &Value) -> Option<Home> {
    Some(Home { workspace: parsed(value.get("workspace")?)?, owner: parsed(value.get("owner")?)? })
}

fn moved(value: &Value) -> Option<Moved> {
    Some(Moved {
        id: parsed(value.get("id")?)?,
        before: optional(value, "before", home)?,
        after: optional(value, "after", home)?,
    })
}
