//! Rows of terminals: what a tab's row does not have.

use leapmux_types::TabId;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::StoreError;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "terminals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tab_id: String,
        pub name: String,
        pub pinned: bool,
        pub cols: i32,
        pub rows: i32,
        pub screen: Vec<u8>,
        pub ended: bool,
        pub exit_code: Option<i32>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A terminal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StoredTerminal {
    /// The tab's title while nobody and no program has given another.
    pub(crate) name: String,
    /// A person has given the title.
    pub(crate) pinned: bool,
    pub(crate) cols: u16,
    pub(crate) rows: u16,
    /// Bytes that draw the last screen.
    pub(crate) screen: Vec<u8>,
    /// The shell ended, and the screen says so.
    pub(crate) ended: bool,
    /// What it returned, if it did.
    pub(crate) exit_code: Option<i32>,
}

/// A new terminal.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    tab: &TabId,
    new: &StoredTerminal,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        tab_id: Set(tab.to_string()),
        name: Set(new.name.clone()),
        pinned: Set(new.pinned),
        cols: Set(new.cols.into()),
        rows: Set(new.rows.into()),
        screen: Set(new.screen.clone()),
        ended: Set(new.ended),
        exit_code: Set(new.exit_code),
    };
    row::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// One terminal, if it is there.
pub(crate) async fn find<C: ConnectionTrait>(
    db: &C,
    tab: &TabId,
) -> Result<Option<StoredTerminal>, StoreError> {
    let size = |number: i32| u16::try_from(number).unwrap_or(1).max(1);
    Ok(row::Entity::find_by_id(tab.as_str()).one(db).await?.map(|row| StoredTerminal {
        name: row.name,
        pinned: row.pinned,
        cols: size(row.cols),
        rows: size(row.rows),
        screen: row.screen,
        ended: row.ended,
        exit_code: row.exit_code,
    }))
}

/// Stores the last screen and how it came to it; a deleted terminal stays deleted.
pub(crate) async fn save<C: ConnectionTrait>(
    db: &C,
    tab: &TabId,
    now: &StoredTerminal,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Pinned, Expr::value(now.pinned))
        .col_expr(row::Column::Cols, Expr::value(i32::from(now.cols)))
        .col_expr(row::Column::Rows, Expr::value(i32::from(now.rows)))
        .col_expr(row::Column::Screen, Expr::value(now.screen.clone()))
        .col_expr(row::Column::Ended, Expr::value(now.ended))
        .col_expr(row::Column::ExitCode, Expr::value(now.exit_code))
        .filter(row::Column::TabId.eq(tab.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes a terminal, if it is there.
pub(crate) async fn delete<C: ConnectionTrait>(db: &C, tab: &TabId) -> Result<(), StoreError> {
    row::Entity::delete_by_id(tab.as_str()).exec(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[tokio::test]
    async fn stores_finds_and_deletes() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("opened");
        let tab = TabId::from_bits(1);
        let new = StoredTerminal { name: "Terminal Ada".into(), cols: 80, rows: 25, ..Default::default() };
        insert(store.db(), &tab, &new).await.expect("stored");
        assert!(insert(store.db(), &tab, &new).await.expect_err("twice").is_duplicate());
        let last =
            StoredTerminal { screen: vec![0, 27, 255], ended: true, exit_code: Some(7), pinned: true, ..new };
        save(store.db(), &tab, &last).await.expect("saved");
        assert_eq!(find(store.db(), &tab).await.expect("read"), Some(last.clone()));
        delete(store.db(), &tab).await.expect("deleted");
        save(store.db(), &tab, &last).await.expect("nothing to save");
        assert_eq!(find(store.db(), &tab).await.expect("read"), None);
    }
}
