//! Accounts.

use async_trait::async_trait;
use leapmux_hub_store::{OrgRecord, Role, StoreError, Taken, UserRecord, UserStore};
use leapmux_types::UserId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set,
};

use super::{id, orgs};
use crate::SqlStore;
use crate::dialect::{Class, classify};
use crate::error::{SqlError, failed};
use crate::tables;
use crate::tx::{Work, transact};

struct CreateUser<'a> {
    user: &'a UserRecord,
    personal: &'a OrgRecord,
}

#[async_trait]
impl Work for CreateUser<'_> {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let namesakes = tables::users::Entity::find()
            .filter(tables::users::Column::Username.eq(&self.user.username))
            .count(tx)
            .await?;
        if namesakes > 0 {
            return Err(StoreError::Taken(Taken::Username).into());
        }
        let same_slug = tables::orgs::Entity::find()
            .filter(tables::orgs::Column::Slug.eq(&self.personal.slug))
            .count(tx)
            .await?;
        if same_slug > 0 {
            return Err(StoreError::Taken(Taken::OrgSlug).into());
        }
        let user = tables::users::ActiveModel {
            id: Set(self.user.id.to_string()),
            username: Set(self.user.username.clone()),
            display_name: Set(self.user.display_name.clone()),
            admin: Set(self.user.admin),
            created_at_ms: Set(self.user.created_at_ms),
        };
        user.insert(tx).await.map_err(taken)?;
        orgs::insert(tx, self.personal, &self.user.id, Role::Owner).await.map_err(taken)
    }
}

/// A unique key that the checks above do not explain is an id.
fn taken(error: sea_orm::DbErr) -> SqlError {
    if classify(&error) == Class::Unique { StoreError::Taken(Taken::Id).into() } else { error.into() }
}

fn record(row: tables::users::Model) -> Result<UserRecord, StoreError> {
    Ok(UserRecord {
        id: id(&row.id)?,
        username: row.username,
        display_name: row.display_name,
        admin: row.admin,
        created_at_ms: row.created_at_ms,
    })
}

#[async_trait]
impl UserStore for SqlStore {
    async fn create_user(&self, user: &UserRecord, personal: &OrgRecord) -> Result<(), StoreError> {
        transact(self.db(), &CreateUser { user, personal }).await
    }

    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        let found = tables::users::Entity::find_by_id(id.as_str()).one(self.db()).await.map_err(failed)?;
        found.map(record).transpose()
    }

    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        let named = tables::users::Entity::find().filter(tables::users::Column::Username.eq(username));
        named.one(self.db()).await.map_err(failed)?.map(record).transpose()
    }
}
