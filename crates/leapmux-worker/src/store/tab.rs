//! Rows of the tab registry.

use leapmux_types::TabId;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::{Store, StoreError};
use crate::tabs::{Tab, TabKind, TabState};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tabs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub workspace_id: String,
        pub kind: String,
        pub title: String,
        pub provider: String,
        pub working_dir: String,
        pub shell: String,
        pub attention: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

fn kind_name(kind: TabKind) -> &'static str {
    match kind {
        TabKind::Agent => "agent",
        TabKind::Terminal => "terminal",
    }
}

fn from_row(row: row::Model) -> Result<Tab, StoreError> {
    let bad = |reason: String| StoreError::Stored { what: "tab", reason };
    let kind = match row.kind.as_str() {
        "agent" => TabKind::Agent,
        "terminal" => TabKind::Terminal,
        other => return Err(bad(format!("its kind is {other:?}"))),
    };
    let id = row.id.parse().map_err(|error: leapmux_types::IdError| bad(error.to_string()))?;
    let workspace =
        row.workspace_id.parse().map_err(|error: leapmux_types::IdError| bad(error.to_string()))?;
    let mut tab = Tab::new(id, workspace, kind, row.title);
    tab.state = TabState::Exited;
    tab.provider = row.provider;
    tab.working_dir = row.working_dir;
    tab.shell = row.shell;
    tab.attention = row.attention.unsigned_abs();
    Ok(tab)
}

/// Every tab, none of them running.
pub(crate) async fn all<C: ConnectionTrait>(db: &C) -> Result<Vec<Tab>, StoreError> {
    row::Entity::find().all(db).await?.into_iter().map(from_row).collect()
}

/// A new tab; a known id is a duplicate.
pub(crate) async fn insert<C: ConnectionTrait>(db: &C, tab: &Tab) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(tab.id.to_string()),
        workspace_id: Set(tab.workspace_id.to_string()),
        kind: Set(kind_name(tab.kind).to_owned()),
        title: Set(tab.title.clone()),
        provider: Set(tab.provider.clone()),
        working_dir: Set(tab.working_dir.clone()),
        shell: Set(tab.shell.clone()),
        attention: Set(tab.attention.cast_signed()),
    };
    row::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Gives a tab a new title; an unknown one stays unknown.
pub(crate) async fn rename<C: ConnectionTrait>(db: &C, tab: &TabId, title: &str) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Title, Expr::value(title))
        .filter(row::Column::Id.eq(tab.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes a tab, if it is there.
pub(crate) async fn delete<C: ConnectionTrait>(db: &C, tab: &TabId) -> Result<(), StoreError> {
    row::Entity::delete_by_id(tab.as_str()).exec(db).await?;
    Ok(())
}

/// Stores how far each tab's attention has risen.
pub(crate) async fn save_attention(store: &Store, tabs: &[Tab]) -> Result<(), StoreError> {
    let counts: Vec<(String, i64)> =
        tabs.iter().map(|tab| (tab.id.to_string(), tab.attention.cast_signed())).collect();
    store
        .tx(|tx| {
            let counts = counts.clone();
            Box::pin(async move {
                for (id, attention) in counts {
                    row::Entity::update_many()
                        .col_expr(row::Column::Attention, Expr::value(attention))
                        .filter(row::Column::Id.eq(id))
                        .filter(row::Column::Attention.ne(attention))
                        .exec(tx)
                        .await?;
                }
                Ok(())
            })
        })
        .await
}
