//! Layout documents and their log.

use async_trait::async_trait;
use leapmux_hub_store::{LayoutCommit, LayoutStore, LogPage, StoreError, Taken, WorkspaceRecord};
use leapmux_layout::{EntityId, LogEntry, Row, Snapshot, codec};
use leapmux_types::{BatchId, OrgId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::{rev_in, rev_out};
use crate::SqlStore;
use crate::dialect::{Class, classify};
use crate::error::{SqlError, failed, unreadable};
use crate::tables::{layout_log, layout_rows, layouts, workspaces};
use crate::tx::{Work, transact};

/// Rows of one INSERT or DELETE: far below the number of parameters any database takes.
const AT_ONCE: usize = 200;

struct Commit(LayoutCommit);

#[async_trait]
impl Work for Commit {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        self.take_revision(tx).await?;
        self.write_log(tx).await?;
        self.write_rows(tx).await?;
        self.write_workspaces(tx).await
    }
}

impl Commit {
    /// The guard of everything: whoever moves the revision on writes, nobody else does.
    async fn take_revision(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let commit = &self.0;
        let rev = commit.batches.last().map_or(commit.expected_rev, |stored| stored.entry.rev);
        if commit.expected_rev == 0 {
            let first = layouts::ActiveModel { org_id: Set(commit.org.to_string()), rev: Set(rev_in(rev)) };
            return match first.insert(tx).await {
                Ok(_) => Ok(()),
                Err(error) if classify(&error) == Class::Unique => Err(StoreError::Stale.into()),
                Err(error) if classify(&error) == Class::ForeignKey => {
                    Err(StoreError::Missing("organization").into())
                }
                Err(error) => Err(error.into()),
            };
        }
        let moved = layouts::Entity::update_many()
            .col_expr(layouts::Column::Rev, Expr::value(rev_in(rev)))
            .filter(layouts::Column::OrgId.eq(commit.org.as_str()))
            .filter(layouts::Column::Rev.eq(rev_in(commit.expected_rev)))
            .exec(tx)
            .await?;
        if moved.rows_affected == 0 { Err(StoreError::Stale.into()) } else { Ok(()) }
    }

    async fn write_log(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        for stored in &self.0.batches {
            let row = layout_log::ActiveModel {
                org_id: Set(self.0.org.to_string()),
                rev: Set(rev_in(stored.entry.rev)),
                batch_id: Set(stored.entry.batch.id.to_string()),
                entry: Set(codec::encode_entry(&stored.entry)),
                at_ms: Set(stored.at_ms),
            };
            // What was just sent need not come back.
            let inserted = layout_log::Entity::insert(row).exec_without_returning(tx).await;
            inserted.map_err(|error| match classify(&error) {
                Class::Unique => SqlError::from(StoreError::Taken(Taken::Id)),
                _ => error.into(),
            })?;
        }
        Ok(())
    }

    async fn write_rows(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let row = |row: &Row| layout_rows::ActiveModel {
            org_id: Set(self.0.org.to_string()),
            entity_id: Set(row.id.as_str().to_owned()),
            fields: Set(codec::encode_fields(&row.fields)),
        };
        for some in self.0.written.chunks(AT_ONCE) {
            let replace = OnConflict::columns([layout_rows::Column::OrgId, layout_rows::Column::EntityId])
                .update_column(layout_rows::Column::Fields)
                .to_owned();
            layout_rows::Entity::insert_many(some.iter().map(row))
                .on_conflict(replace)
                .exec_without_returning(tx)
                .await?;
        }
        for some in self.0.removed.chunks(AT_ONCE) {
            layout_rows::Entity::delete_many()
                .filter(layout_rows::Column::OrgId.eq(self.0.org.as_str()))
                .filter(layout_rows::Column::EntityId.is_in(some.iter().map(EntityId::as_str)))
                .exec(tx)
                .await?;
        }
        Ok(())
    }

    async fn write_workspaces(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        for workspace in &self.0.workspaces {
            upsert_workspace(tx, workspace).await?;
        }
        for id in &self.0.removed_workspaces {
            workspaces::Entity::delete_by_id(id.as_str()).exec(tx).await?;
        }
        Ok(())
    }
}

/// The time of creation is the first one written.
async fn upsert_workspace(tx: &DatabaseTransaction, workspace: &WorkspaceRecord) -> Result<(), DbErr> {
    let row = workspaces::ActiveModel {
        id: Set(workspace.id.to_string()),
        org_id: Set(workspace.org.to_string()),
        owner_user_id: Set(workspace.owner.to_string()),
        title: Set(workspace.title.clone()),
        created_at_ms: Set(workspace.created_at_ms),
    };
    let replace = OnConflict::column(workspaces::Column::Id)
        .update_columns([workspaces::Column::Title, workspaces::Column::OwnerUserId])
        .to_owned();
    workspaces::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

fn entry_out(bytes: &[u8]) -> Result<LogEntry, StoreError> {
    codec::decode_entry(bytes).map_err(|error| unreadable("layout change", error))
}

impl SqlStore {
    async fn layout_rev(&self, org: &OrgId) -> Result<u64, StoreError> {
        let found = layouts::Entity::find_by_id(org.as_str()).one(self.db()).await.map_err(failed)?;
        Ok(found.map_or(0, |row| rev_out(row.rev)))
    }
}

/// A document is one state: its revision and its rows are read together.
struct Load(OrgId);

#[async_trait]
impl Work for Load {
    type Output = (i64, Vec<layout_rows::Model>);

    async fn run(&self, tx: &DatabaseTransaction) -> Result<Self::Output, SqlError> {
        let head = layouts::Entity::find_by_id(self.0.as_str()).one(tx).await?;
        let rows = layout_rows::Entity::find()
            .filter(layout_rows::Column::OrgId.eq(self.0.as_str()))
            .all(tx)
            .await?;
        Ok((head.map_or(0, |row| row.rev), rows))
    }
}

#[async_trait]
impl LayoutStore for SqlStore {
    async fn layout(&self, org: &OrgId) -> Result<Snapshot, StoreError> {
        let (rev, rows) = transact(self.db(), Load(org.clone())).await?;
        let mut entities = Vec::with_capacity(rows.len());
        for row in rows {
            let id: EntityId = row.entity_id.parse().map_err(|error| unreadable("layout row", error))?;
            let row = codec::decode_row(id, &row.fields).map_err(|error| unreadable("layout row", error))?;
            entities.push(row);
        }
        Ok(Snapshot { rev: rev_out(rev), entities })
    }

    async fn commit_layout(&self, commit: &LayoutCommit) -> Result<(), StoreError> {
        transact(self.db(), Commit(commit.clone())).await
    }

    async fn batch_rev(&self, org: &OrgId, batch: &BatchId) -> Result<Option<u64>, StoreError> {
        let found = layout_log::Entity::find()
            .filter(layout_log::Column::OrgId.eq(org.as_str()))
            .filter(layout_log::Column::BatchId.eq(batch.as_str()))
            .select_only()
            .column(layout_log::Column::Rev)
            .into_tuple::<i64>()
            .one(self.db())
            .await;
        Ok(found.map_err(failed)?.map(rev_out))
    }

    async fn layout_log(&self, org: &OrgId, rev: u64) -> Result<LogPage, StoreError> {
        let current = self.layout_rev(org).await?;
        if rev > current {
            return Ok(LogPage::Gap);
        }
        let found = layout_log::Entity::find()
            .filter(layout_log::Column::OrgId.eq(org.as_str()))
            .filter(layout_log::Column::Rev.gt(rev_in(rev)))
            .order_by_asc(layout_log::Column::Rev)
            .all(self.db())
            .await
            .map_err(failed)?;
        let whole = rev == current || found.first().is_some_and(|first| rev_out(first.rev) == rev + 1);
        if !whole {
            return Ok(LogPage::Gap);
        }
        found.iter().map(|row| entry_out(&row.entry)).collect::<Result<_, _>>().map(LogPage::Entries)
    }

    async fn trim_layout_log(&self, org: &OrgId, before_ms: i64, keep: u64) -> Result<u64, StoreError> {
        let current = self.layout_rev(org).await?;
        let of_org = layout_log::Column::OrgId.eq(org.as_str());
        let old = layout_log::Column::AtMs.lt(before_ms);
        let surplus = layout_log::Column::Rev.lte(rev_in(current.saturating_sub(keep)));
        let gone = layout_log::Entity::delete_many()
            .filter(of_org)
            .filter(layout_log::Column::Rev.ne(rev_in(current)))
            .filter(sea_orm::Condition::any().add(old).add(surplus))
            .exec(self.db())
            .await
            .map_err(failed)?;
        Ok(gone.rows_affected)
    }
}
