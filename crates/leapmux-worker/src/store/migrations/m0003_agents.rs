//! Agents: what a tab's row does not have, and the journal of each.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn agent_key() -> ColumnDef {
    ColumnDef::new("agent").big_integer().not_null().to_owned()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let agents = Table::create()
            .table("agents")
            // A short key: the journal's rows and indexes repeat it.
            .col(ColumnDef::new("key").big_integer().not_null().primary_key().auto_increment())
            .col(ColumnDef::new("tab_id").text().not_null().unique_key())
            .col(text("options"))
            .col(text("resume_session"))
            // JSON of the journal's head; empty before the first batch.
            .col(text("saved"))
            .col(text("status"))
            .col(text("memo"))
            .to_owned();
        let events = Table::create()
            .table("agent_events")
            .col(agent_key())
            .col(number("seq"))
            .col(number("item"))
            .col(text("record"))
            .col(text("raw"))
            .primary_key(Index::create().col("agent").col("seq"))
            .to_owned();
        let items = Table::create()
            .table("agent_items")
            .col(agent_key())
            .col(number("item"))
            .col(number("position"))
            .col(number("rev"))
            .col(ColumnDef::new("open").boolean().not_null())
            .col(text("row"))
            .primary_key(Index::create().col("agent").col("item"))
            .to_owned();
        let sends = Table::create()
            .table("agent_sends")
            .col(agent_key())
            .col(text("client_id"))
            .col(text("item"))
            .col(number("time_ms"))
            .primary_key(Index::create().col("agent").col("client_id"))
            .to_owned();
        let uploads = Table::create()
            .table("agent_uploads")
            .col(agent_key())
            .col(text("message_id"))
            .col(number("place"))
            .col(text("name"))
            .col(text("media_type"))
            .col(ColumnDef::new("data").blob().not_null())
            .primary_key(Index::create().col("agent").col("message_id").col("place"))
            .to_owned();
        for table in [agents, events, items, sends, uploads] {
            manager.create_table(table).await?;
        }
        let indexes = "CREATE INDEX agent_items_position ON agent_items (agent, position);
            CREATE INDEX agent_items_rev ON agent_items (agent, rev);
            CREATE INDEX agent_items_open ON agent_items (agent) WHERE open;
            CREATE INDEX agent_events_item ON agent_events (agent, item) WHERE item > 0;";
        manager.get_connection().execute_unprepared(indexes).await?;
        Ok(())
    }
}
