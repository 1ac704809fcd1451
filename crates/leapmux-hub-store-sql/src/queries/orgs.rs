//! Organizations and their members.

use async_trait::async_trait;
use leapmux_hub_store::{Membership, OrgRecord, OrgStore, Role, StoreError};
use leapmux_types::{OrgId, UserId};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, Set};

use super::id;
use crate::SqlStore;
use crate::error::{failed, unreadable};
use crate::tables::{org_members, orgs};

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

#[async_trait]
impl OrgStore for SqlStore {
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
