//! When members joined, and with whom workspaces are shared.

use sea_orm::DbBackend;
use sea_orm::sea_query::{ColumnDef, Index, Table, TableCreateStatement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::columns::{ID, IndexOf, create_indexes, points, text};
use crate::dialect::table;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_organizations"
    }
}

// The trait elides this lifetime, and async_trait wants it written the same way.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // Statement by statement: several databases cannot take DDL back.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !manager.has_column("org_members", "joined_at_ms").await? {
            let mut joined = ColumnDef::new("joined_at_ms");
            joined.big_integer().not_null().default(0);
            manager.alter_table(Table::alter().table("org_members").add_column(joined).to_owned()).await?;
        }
        for statement in tables(manager.get_database_backend()) {
            manager.create_table(statement).await?;
        }
        create_indexes(manager, INDEXES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("shares are not taken back".to_owned()))
    }
}

const INDEXES: &[IndexOf] = &[("workspace_readers_user", "workspace_readers", &["user_id"], false)];

fn tables(backend: DbBackend) -> Vec<TableCreateStatement> {
    let mut sharing = table(backend);
    sharing.table("workspace_sharing").col(text("workspace_id", ID).primary_key());
    sharing.col(ColumnDef::new("mode").small_integer().not_null());
    points(&mut sharing, ("workspace_sharing", "workspace_id"), "workspaces");

    let mut readers = table(backend);
    readers.table("workspace_readers").col(text("workspace_id", ID)).col(text("user_id", ID));
    readers.primary_key(Index::create().col("workspace_id").col("user_id"));
    points(&mut readers, ("workspace_readers", "workspace_id"), "workspaces");
    points(&mut readers, ("workspace_readers", "user_id"), "users");
    vec![sharing, readers]
}
