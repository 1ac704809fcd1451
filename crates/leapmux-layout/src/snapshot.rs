//! A whole state, or the part of it one reader may see, as rows.

use serde::Serialize;

use crate::entity::Fields;
use crate::entity_id::EntityId;

/// One entity as it is stored and travels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub id: EntityId,
    pub fields: Fields,
}

/// Every visible entity at one revision. Also how the Hub loads a [`Document`](crate::Document) from its rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Snapshot {
    pub rev: u64,
    pub entities: Vec<Row>,
}
