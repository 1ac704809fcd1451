//! Rows of agents and of their journals.

mod journal;

use std::collections::BTreeMap;

use leapmux_types::TabId;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, FromQueryResult, QuerySelect};

use super::StoreError;

pub(crate) use journal::StoreJournal;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agents")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub key: i64,
        pub tab_id: String,
        pub options: String,
        pub resume_session: String,
        pub saved: String,
        pub status: String,
        pub memo: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agent: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub item: i64,
        pub position: i64,
        pub rev: i64,
        pub open: bool,
        pub row: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agent: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// Number of the row it is about; 0: none.
        pub item: i64,
        pub record: String,
        pub raw: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod send {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_sends")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agent: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: String,
        pub item: String,
        pub time_ms: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod upload {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_uploads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agent: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub name: String,
        pub media_type: String,
        pub data: Vec<u8>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An agent as its tab was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredAgent {
    /// Names its journal.
    pub(crate) key: i64,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) resume_session: String,
}

fn unreadable(what: &'static str) -> impl Fn(serde_json::Error) -> StoreError {
    move |error| StoreError::Stored { what, reason: error.to_string() }
}

/// A new agent.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    tab: &TabId,
    options: &BTreeMap<String, String>,
    resume_session: &str,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        tab_id: Set(tab.to_string()),
        options: Set(serde_json::to_string(options).map_err(unreadable("agent's options"))?),
        resume_session: Set(resume_session.to_owned()),
        saved: Set(String::new()),
        status: Set(String::new()),
        memo: Set(String::new()),
        ..Default::default()
    };
    row::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// One agent, if it is there.
pub(crate) async fn find<C: ConnectionTrait>(db: &C, tab: &TabId) -> Result<Option<StoredAgent>, StoreError> {
    let row = row::Entity::find().filter(row::Column::TabId.eq(tab.as_str())).one(db).await?;
    let read = |row: row::Model| {
        let options = serde_json::from_str(&row.options).map_err(unreadable("agent's options"))?;
        Ok(StoredAgent { key: row.key, options, resume_session: row.resume_session })
    };
    row.map(read).transpose()
}

/// Deletes an agent and its journal.
pub(crate) async fn delete<C: ConnectionTrait>(db: &C, tab: &TabId) -> Result<(), StoreError> {
    let Some(agent) = find(db, tab).await? else { return Ok(()) };
    let key = agent.key;
    event::Entity::delete_many().filter(event::Column::Agent.eq(key)).exec(db).await?;
    item::Entity::delete_many().filter(item::Column::Agent.eq(key)).exec(db).await?;
    send::Entity::delete_many().filter(send::Column::Agent.eq(key)).exec(db).await?;
    upload::Entity::delete_many().filter(upload::Column::Agent.eq(key)).exec(db).await?;
    row::Entity::delete_by_id(key).exec(db).await?;
    Ok(())
}

/// Tabs of agents that were not at rest when they were saved last: rows are open, messages may wait.
pub(crate) async fn unsettled<C: ConnectionTrait>(db: &C) -> Result<Vec<TabId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Tab {
        tab_id: String,
    }
    let open =
        item::Entity::find().select_only().column(item::Column::Agent).filter(item::Column::Open.eq(true));
    let tabs = row::Entity::find()
        .select_only()
        .column(row::Column::TabId)
        .filter(row::Column::Key.in_subquery(sea_orm::QueryTrait::into_query(open)))
        .into_model::<Tab>()
        .all(db)
        .await?;
    Ok(tabs.into_iter().filter_map(|tab| tab.tab_id.parse().ok()).collect())
}
