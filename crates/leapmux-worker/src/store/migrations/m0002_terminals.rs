//! Terminals: what a tab's row does not have, and the last screen.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("terminals")
                    .col(ColumnDef::new("tab_id").text().not_null().primary_key())
                    .col(ColumnDef::new("name").text().not_null())
                    .col(ColumnDef::new("pinned").boolean().not_null())
                    .col(ColumnDef::new("cols").integer().not_null())
                    .col(ColumnDef::new("rows").integer().not_null())
                    .col(ColumnDef::new("screen").blob().not_null())
                    .col(ColumnDef::new("ended").boolean().not_null())
                    .col(ColumnDef::new("exit_code").integer())
                    .to_owned(),
            )
            .await
    }
}
