//! Devices that were approved.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut approved = ColumnDef::new("approved");
        approved.boolean().not_null().default(false);
        manager.alter_table(Table::alter().table("devices").add_column(approved).to_owned()).await
    }
}
