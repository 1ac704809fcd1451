//! Organizations and their members.

use async_trait::async_trait;
use leapmux_hub_store::{
    MemberRecord, Membership, MembershipChange, OrgRecord, OrgStore, Role, StoreError, Taken,
};
use leapmux_types::{OrgId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::{id, sharing};
use crate::SqlStore;
use crate::dialect::{Class, classify, is_key_of};
use crate::error::{SqlError, failed, unreadable};
use crate::tables::{org_members, orgs, users};
use crate::tx::{Work, transact};

fn role_in(role: Role) -> i16 {
    match role {
        Role::Member => 1,
        Role::Admin => 2,
        Role::Owner => 3,
    }
}
fn role_out(stored: i16) -> Result<Role, StoreError> {
    match stored {
        1 => Ok(Role::Member),
        2 => Ok(Role::Admin),
        3 => Ok(Role::Owner),
        other => Err(unreadable("role", other)),
    }
}

fn record(row: orgs::Model) -> Result<OrgRecord, StoreError> {
    Ok(OrgRecord {
        id: id(&row.id)?,
        slug: row.slug,
        personal: row.personal,
        created_at_ms: row.created_at_ms,
    })
}

/// A new organization with its first member.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    org: &OrgRecord,
    member: &UserId,
    role: Role,
) -> Result<(), DbErr> {
    let row = orgs::ActiveModel {
        id: Set(org.id.to_string()),
        slug: Set(org.slug.clone()),
        personal: Set(org.personal),
        created_at_ms: Set(org.created_at_ms),
    };
    row.insert(tx).await?;
    let member = org_members::ActiveModel {
        org_id: Set(org.id.to_string()),
        user_id: Set(member.to_string()),
        role: Set(role_in(role)),
        joined_at_ms: Set(org.created_at_ms),
    };
    member.insert(tx).await?;
    Ok(())
}

/// The personal organization of a user.
pub(super) async fn personal_of(tx: &DatabaseTransaction, user: &UserId) -> Result<Option<String>, DbErr> {
    let of_user = org_members::Entity::find().filter(org_members::Column::UserId.eq(user.as_str()));
    let owned = of_user.filter(org_members::Column::Role.eq(role_in(Role::Owner))).all(tx).await?;
    let found = orgs::Entity::find()
        .filter(orgs::Column::Id.is_in(owned.iter().map(|row| row.org_id.as_str())))
        .filter(orgs::Column::Personal.eq(true))
        .one(tx)
        .await?;
    Ok(found.map(|org| org.id))
}

fn missing(what: &'static str) -> SqlError {
    StoreError::Missing(what).into()
}

/// A unique key that somebody else took meanwhile.
fn taken(error: DbErr) -> SqlError {
    if is_key_of(&error, "orgs", "slug") {
        return StoreError::Taken(Taken::OrgSlug).into();
    }
    match classify(&error) {
        Class::Unique => StoreError::Taken(Taken::Id).into(),
        _ => error.into(),
    }
}

/// Only if nobody else has the name.
async fn check_slug(tx: &DatabaseTransaction, org: &str, slug: &str) -> Result<(), SqlError> {
    let namesake = orgs::Entity::find().filter(orgs::Column::Slug.eq(slug)).one(tx).await?;
    match namesake.filter(|other| other.id != org) {
        Some(_) => Err(StoreError::Taken(Taken::OrgSlug).into()),
        None => Ok(()),
    }
}

struct CreateOrg(OrgRecord, UserId);

#[async_trait]
impl Work for CreateOrg {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let Self(org, owner) = self;
        if users::Entity::find_by_id(owner.as_str()).one(tx).await?.is_none() {
            return Err(missing("user"));
        }
        check_slug(tx, org.id.as_str(), &org.slug).await?;
        insert(tx, org, owner, Role::Owner).await.map_err(taken)
    }
}

struct RenameOrg(OrgId, String);

#[async_trait]
impl Work for RenameOrg {
    type Output = ();

    async fn run(&self, tx: &DatabaseTransaction) -> Result<(), SqlError> {
        let Self(org, slug) = self;
        check_slug(tx, org.as_str(), slug).await?;
        if orgs::Entity::find_by_id(org.as_str()).one(tx).await?.is_none() {
            return Err(missing("organization"));
        }
        let own = orgs::Entity::update_many().col_expr(orgs::Column::Slug, Expr::value(slug.as_str()));
        own.filter(orgs::Column::Id.eq(org.as_str())).exec(tx).await.map_err(taken)?;
        Ok(())
    }
}

/// One membership changes: its role, or it ends.
struct ChangeMember {
    org: OrgId,
    user: UserId,
    /// None: no member any more.
    role: Option<Role>,
}

#[async_trait]
impl Work for ChangeMember {
    type Output = MembershipChange;

    async fn run(&self, tx: &DatabaseTransaction) -> Result<MembershipChange, SqlError> {
        let Self { org, user, role } = self;
        let of_org = || org_members::Entity::find().filter(org_members::Column::OrgId.eq(org.as_str()));
        let owner = role_in(Role::Owner);
        // All of them, and locked where the database locks rows: of two owners leaving at once one sees that it is the last.
        let owners = of_org().filter(org_members::Column::Role.eq(owner)).lock_exclusive().all(tx).await?;
        let Some(known) = of_org().filter(org_members::Column::UserId.eq(user.as_str())).one(tx).await?
        else {
            return Ok(MembershipChange::NotMember);
        };
        if known.role == owner && owners.len() < 2 && *role != Some(Role::Owner) {
            return Ok(MembershipChange::LastOwner);
        }
        let own = (org.to_string(), user.to_string());
        match role {
            Some(role) => {
                org_members::Entity::update_many()
                    .col_expr(org_members::Column::Role, Expr::value(role_in(*role)))
                    .filter(org_members::Column::OrgId.eq(own.0))
                    .filter(org_members::Column::UserId.eq(own.1))
                    .exec(tx)
                    .await?;
            }
            None => {
                org_members::Entity::delete_by_id(own).exec(tx).await?;
                sharing::forget_reader(tx, org, user).await?;
            }
        }
        Ok(MembershipChange::Done)
    }
}

#[async_trait]
impl OrgStore for SqlStore {
    async fn create_org(&self, org: &OrgRecord, owner: &UserId) -> Result<(), StoreError> {
        transact(self.db(), CreateOrg(org.clone(), owner.clone())).await
    }

    async fn rename_org(&self, id: &OrgId, slug: &str) -> Result<(), StoreError> {
        transact(self.db(), RenameOrg(id.clone(), slug.to_owned())).await
    }

    async fn delete_org(&self, id: &OrgId) -> Result<(), StoreError> {
        let done = orgs::Entity::delete_by_id(id.as_str()).exec(self.db()).await.map_err(failed)?;
        if done.rows_affected == 0 { Err(StoreError::Missing("organization")) } else { Ok(()) }
    }

    async fn members(&self, org: &OrgId) -> Result<Vec<MemberRecord>, StoreError> {
        let of_org = org_members::Entity::find().filter(org_members::Column::OrgId.eq(org.as_str()));
        let rows = of_org.all(self.db()).await.map_err(failed)?;
        let ids = rows.iter().map(|row| row.user_id.as_str());
        let known = users::Entity::find().filter(users::Column::Id.is_in(ids));
        let known = known.order_by_asc(users::Column::Username).all(self.db()).await.map_err(failed)?;
        let listed = known.into_iter().filter_map(|user| {
            let row = rows.iter().find(|row| row.user_id == user.id)?;
            Some((user, row))
        });
        listed
            .map(|(user, row)| {
                Ok(MemberRecord {
                    user: id(&user.id)?,
                    username: user.username,
                    display_name: user.display_name,
                    role: role_out(row.role)?,
                    joined_at_ms: row.joined_at_ms,
                })
            })
            .collect()
    }

    async fn add_member(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
        joined_at_ms: i64,
    ) -> Result<(), StoreError> {
        let row = org_members::ActiveModel {
            org_id: Set(org.to_string()),
            user_id: Set(user.to_string()),
            role: Set(role_in(role)),
            joined_at_ms: Set(joined_at_ms),
        };
        row.insert(self.db()).await.map(drop).map_err(|error| match classify(&error) {
            Class::Unique => StoreError::Taken(Taken::Member),
            Class::ForeignKey => StoreError::Missing("user"),
            _ => failed(error),
        })
    }

    async fn change_role(
        &self,
        org: &OrgId,
        user: &UserId,
        role: Role,
    ) -> Result<MembershipChange, StoreError> {
        let (org, user) = (org.clone(), user.clone());
        transact(self.db(), ChangeMember { org, user, role: Some(role) }).await
    }

    async fn remove_member(&self, org: &OrgId, user: &UserId) -> Result<MembershipChange, StoreError> {
        let (org, user) = (org.clone(), user.clone());
        transact(self.db(), ChangeMember { org, user, role: None }).await
    }

    async fn org(&self, id: &OrgId) -> Result<Option<OrgRecord>, StoreError> {
        let found = orgs::Entity::find_by_id(id.as_str()).one(self.db()).await.map_err(failed)?;
        found.map(record).transpose()
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<Membership>, StoreError> {
        let of_user = org_members::Entity::find().filter(org_members::Column::UserId.eq(user.as_str()));
        let rows = of_user.all(self.db()).await.map_err(failed)?;
        let ids = rows.iter().map(|row| row.org_id.as_str());
        let found =
            orgs::Entity::find().filter(orgs::Column::Id.is_in(ids)).all(self.db()).await.map_err(failed)?;
        let mut memberships = Vec::with_capacity(found.len());
        for org in found {
            let role = rows
                .iter()
                .find(|row| row.org_id == org.id)
                .map_or(Ok(Role::Member), |row| role_out(row.role))?;
            memberships.push(Membership { org: record(org)?, role });
        }
        memberships.sort_by(|a, b| (!a.org.personal, &a.org.slug).cmp(&(!b.org.personal, &b.org.slug)));
        Ok(memberships)
    }

    async fn role(&self, org: &OrgId, user: &UserId) -> Result<Option<Role>, StoreError> {
        let key = (org.to_string(), user.to_string());
        let found = org_members::Entity::find_by_id(key).one(self.db()).await.map_err(failed)?;
        found.map(|row| role_out(row.role)).transpose()
    }
}
