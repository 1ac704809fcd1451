//! Accounts.

use async_trait::async_trait;
use leapmux_hub_store::{NewUser, Role, StoreError, Taken, UserRecord, UserStore};
use leapmux_types::UserId;
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Set,
};

use super::{id, orgs};
use crate::SqlStore;
use crate::dialect::{Class, classify, is_key_of};
use crate::error::{SqlError, failed};
use crate::tables::{self, users};
use crate::tx::{Work, transact};

/// The guard of the first account.
const FIRST_ACCOUNT: &str = "first-account";

struct CreateUser(NewUser);

#[async_trait]
impl Work for CreateUser {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let NewUser { user, personal, password_hash, first } = &self.0;
        if *first {
            take_first(tx).await?;
        }
        check_free(tx, user).await?;
        if slug_owner(tx, &personal.slug).await?.is_some() {
            return Err(StoreError::Taken(Taken::OrgSlug).into());
        }
        let mut row = row(user);
        row.id = Set(user.id.to_string());
        row.created_at_ms = Set(user.created_at_ms);
        row.password_hash = Set(password_hash.clone());
        row.insert(tx).await.map_err(taken)?;
        orgs::insert(tx, personal, &user.id, Role::Owner).await.map_err(taken)
    }
}

struct UpdateUser(UserRecord);

#[async_trait]
impl Work for UpdateUser {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let user = &self.0;
        check_free(tx, user).await?;
        let mut changed = row(user);
        changed.id = NotSet;
        let own = users::Entity::update_many().set(changed).filter(users::Column::Id.eq(user.id.as_str()));
        if own.exec(tx).await.map_err(taken)?.rows_affected == 0 {
            return Err(StoreError::Missing("user").into());
        }
        let personal = orgs::personal_of(tx, &user.id).await?;
        let namesake = slug_owner(tx, &user.username).await?;
        if namesake.is_some() && namesake != personal {
            return Err(StoreError::Taken(Taken::OrgSlug).into());
        }
        if let Some(org) = personal {
            tables::orgs::Entity::update_many()
                .col_expr(tables::orgs::Column::Slug, Expr::value(user.username.as_str()))
                .filter(tables::orgs::Column::Id.eq(org))
                .exec(tx)
                .await
                .map_err(taken)?;
        }
        Ok(())
    }
}

/// One transaction ever gets past this: the guard's row can be inserted once, and no account may be there.
async fn take_first(tx: &DatabaseTransaction) -> Result<(), SqlError> {
    let refused = || SqlError::from(StoreError::Taken(Taken::FirstAccount));
    let guard = tables::guards::ActiveModel { name: Set(FIRST_ACCOUNT.to_owned()) };
    match guard.insert(tx).await {
        Ok(_) => {}
        Err(error) if classify(&error) == Class::Unique => return Err(refused()),
        Err(error) => return Err(error.into()),
    }
    if users::Entity::find().count(tx).await? > 0 { Err(refused()) } else { Ok(()) }
}

/// Nobody else has the name or the address.
async fn check_free(tx: &DatabaseTransaction, user: &UserRecord) -> Result<(), SqlError> {
    let others = || users::Entity::find().filter(users::Column::Id.ne(user.id.as_str()));
    if others().filter(users::Column::Username.eq(&user.username)).count(tx).await? > 0 {
        return Err(StoreError::Taken(Taken::Username).into());
    }
    let Some(key) = email_key(user.email.as_deref()) else { return Ok(()) };
    if others().filter(users::Column::EmailKey.eq(key)).count(tx).await? > 0 {
        return Err(StoreError::Taken(Taken::Email).into());
    }
    Ok(())
}

/// The organization of this slug.
async fn slug_owner(tx: &DatabaseTransaction, slug: &str) -> Result<Option<String>, SqlError> {
    let found = tables::orgs::Entity::find().filter(tables::orgs::Column::Slug.eq(slug)).one(tx).await?;
    Ok(found.map(|org| org.id))
}

fn email_key(email: Option<&str>) -> Option<String> {
    email.map(str::to_lowercase)
}

/// What of an account can change; the rest is not set.
fn row(user: &UserRecord) -> users::ActiveModel {
    users::ActiveModel {
        username: Set(user.username.clone()),
        display_name: Set(user.display_name.clone()),
        admin: Set(user.admin),
        email: Set(user.email.clone()),
        email_key: Set(email_key(user.email.as_deref())),
        email_verified: Set(user.email_verified),
        ..Default::default()
    }
}

/// What a violated unique key says: somebody was faster than the checks above could see, or the id is there already.
fn taken(error: sea_orm::DbErr) -> SqlError {
    if classify(&error) != Class::Unique {
        return error.into();
    }
    let keys = [
        ("users", "username", Taken::Username),
        ("users", "email_key", Taken::Email),
        ("orgs", "slug", Taken::OrgSlug),
    ];
    let key = keys.into_iter().find(|(table, column, _)| is_key_of(&error, table, column));
    StoreError::Taken(key.map_or(Taken::Id, |(_, _, taken)| taken)).into()
}

fn record(row: users::Model) -> Result<UserRecord, StoreError> {
    Ok(UserRecord {
        id: id(&row.id)?,
        username: row.username,
        display_name: row.display_name,
        admin: row.admin,
        email: row.email,
        email_verified: row.email_verified,
        created_at_ms: row.created_at_ms,
    })
}

impl SqlStore {
    async fn user_where(
        &self,
        condition: impl sea_orm::sea_query::IntoCondition,
    ) -> Result<Option<UserRecord>, StoreError> {
        let found = users::Entity::find().filter(condition).one(self.db()).await.map_err(failed)?;
        found.map(record).transpose()
    }
}

#[async_trait]
impl UserStore for SqlStore {
    async fn create_user(&self, new: &NewUser) -> Result<(), StoreError> {
        transact(self.db(), CreateUser(new.clone())).await
    }

    async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        self.user_where(users::Column::Id.eq(id.as_str())).await
    }

    async fn user_named(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        self.user_where(users::Column::Username.eq(username)).await
    }

    async fn user_with_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        self.user_where(users::Column::EmailKey.eq(email.to_lowercase())).await
    }

    async fn oldest_admin(&self) -> Result<Option<UserId>, StoreError> {
        let admins = users::Entity::find().filter(users::Column::Admin.eq(true));
        let oldest = admins.order_by_asc(users::Column::CreatedAtMs).order_by_asc(users::Column::Id);
        let found = oldest.one(self.db()).await.map_err(failed)?;
        Ok(found.map(record).transpose()?.map(|user| user.id))
    }

    async fn any_user(&self) -> Result<bool, StoreError> {
        Ok(users::Entity::find().one(self.db()).await.map_err(failed)?.is_some())
    }

    async fn update_user(&self, user: &UserRecord) -> Result<(), StoreError> {
        transact(self.db(), UpdateUser(user.clone())).await
    }

    async fn password_hash(&self, id: &UserId) -> Result<Option<String>, StoreError> {
        let found = users::Entity::find_by_id(id.as_str()).one(self.db()).await.map_err(failed)?;
        Ok(found.and_then(|row| row.password_hash))
    }

    async fn set_password_hash(&self, id: &UserId, hash: &str) -> Result<(), StoreError> {
        let own = users::Entity::update_many()
            .col_expr(users::Column::PasswordHash, Expr::value(hash))
            .filter(users::Column::Id.eq(id.as_str()));
        let done = own.exec(self.db()).await.map_err(failed)?;
        if done.rows_affected == 0 { Err(StoreError::Missing("user")) } else { Ok(()) }
    }
}
