//! Workers that are let go.

use sea_orm::sea_query::{ColumnDef, Table};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::columns::{IndexOf, create_indexes};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_worker_states"
    }
}

const INDEXES: &[IndexOf] = &[("workers_state", "workers", &["state", "state_since_ms"], false)];

// The trait elides this lifetime, and async_trait wants it written the same way.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // Statement by statement: several databases cannot take DDL back.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut state = ColumnDef::new("state");
        state.small_integer().not_null().default(0);
        let mut since = ColumnDef::new("state_since_ms");
        since.big_integer().not_null().default(0);
        for (name, column) in [("state", state), ("state_since_ms", since)] {
            if !manager.has_column("workers", name).await? {
                manager.alter_table(Table::alter().table("workers").add_column(column).to_owned()).await?;
            }
        }
        create_indexes(manager, INDEXES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("states of workers are not taken back".to_owned()))
    }
}
