//! Workers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub owner_user_id: String,
    pub local: bool,
    pub credential_hash: Option<Vec<u8>>,
    pub bundle_id: Option<Vec<u8>>,
    pub bundle: Option<Vec<u8>>,
    pub created_at_ms: i64,
    pub last_seen_ms: i64,
    /// 0 active, 1 deregistering, 2 deleted.
    pub state: i16,
    pub state_since_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
