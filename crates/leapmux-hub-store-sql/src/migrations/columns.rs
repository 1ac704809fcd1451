//! What the steps of the schema are written with.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, TableCreateStatement};
use sea_orm_migration::{DbErr, SchemaManager};

/// Longest id, in characters: a prefix, an underscore and 40 more fit.
pub(super) const ID: u32 = 64;
/// Names: 32 for slugs and usernames, 128 for titles and display names.
pub(super) const SLUG: u32 = 32;
/// See [`SLUG`].
pub(super) const NAME: u32 = 128;

/// An index: name, table, columns, unique.
pub(super) type IndexOf = (&'static str, &'static str, &'static [&'static str], bool);

/// Makes the ones that are not there.
pub(super) async fn create_indexes(manager: &SchemaManager<'_>, indexes: &[IndexOf]) -> Result<(), DbErr> {
    for (name, table, columns, unique) in indexes {
        if !manager.has_index(table, name).await? {
            let mut index = Index::create();
            index.name(*name).table(*table);
            for column in *columns {
                index.col(*column);
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
    }
    Ok(())
}

pub(super) fn text(name: &'static str, length: u32) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.string_len(length).not_null();
    column
}
pub(super) fn time(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer().not_null();
    column
}
pub(super) fn flag(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.boolean().not_null();
    column
}
pub(super) fn points(table: &mut TableCreateStatement, from: (&'static str, &'static str), to: &'static str) {
    let mut key = ForeignKey::create();
    key.from(from.0, from.1).to(to, "id").on_delete(ForeignKeyAction::Cascade);
    table.foreign_key(&mut key);
}
