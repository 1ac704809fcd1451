//! Tabs: what every tab has, whatever it shows.

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
                    .table("tabs")
                    .col(ColumnDef::new("id").text().not_null().primary_key())
                    .col(ColumnDef::new("workspace_id").text().not_null())
                    .col(ColumnDef::new("kind").text().not_null())
                    .col(ColumnDef::new("title").text().not_null())
                    .col(ColumnDef::new("provider").text().not_null())
                    .col(ColumnDef::new("working_dir").text().not_null())
                    .col(ColumnDef::new("shell").text().not_null())
                    .col(ColumnDef::new("attention").big_integer().not_null().default(0))
                    .to_owned(),
            )
            .await
    }
}
