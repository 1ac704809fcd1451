//! Devices that have proven themselves, by user.

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
                    .table("devices")
                    .col(ColumnDef::new("user_id").text().not_null())
                    .col(ColumnDef::new("public_key").text().not_null())
                    .col(ColumnDef::new("first_seen_ms").big_integer().not_null())
                    .col(ColumnDef::new("last_seen_ms").big_integer().not_null())
                    .primary_key(Index::create().col("user_id").col("public_key"))
                    .to_owned(),
            )
            .await
    }
}
