//! Sign-ins.

use async_trait::async_trait;
use leapmux_hub_store::{SessionRecord, SessionStore, StoreError, Taken};
use leapmux_types::{SessionId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, Set,
};

use super::{digest, id};
use crate::SqlStore;
use crate::dialect::{Class, classify};
use crate::error::{SqlError, failed};
use crate::tables::sessions::{ActiveModel, Column, Entity, Model};
use crate::tx::{Work, transact};

fn record(row: Model) -> Result<SessionRecord, StoreError> {
    Ok(SessionRecord {
        id: id(&row.id)?,
        user: id(&row.user_id)?,
        token_hash: digest(row.token_hash)?,
        created_at_ms: row.created_at_ms,
        last_active_ms: row.last_active_ms,
        expires_at_ms: row.expires_at_ms,
        user_agent: row.user_agent,
        ip: row.ip,
    })
}

struct DeleteAllBut {
    user: UserId,
    keep: Option<SessionId>,
}

#[async_trait]
impl Work for DeleteAllBut {
    type Output = Vec<SessionId>;

    async fn run(&self, tx: &DatabaseTransaction) -> Result<Vec<SessionId>, SqlError> {
        let own = Entity::find().filter(Column::UserId.eq(self.user.as_str())).all(tx).await?;
        let keep = self.keep.as_ref().map(SessionId::as_str);
        let gone: Vec<String> =
            own.into_iter().map(|row| row.id).filter(|id| Some(id.as_str()) != keep).collect();
        Entity::delete_many().filter(Column::Id.is_in(&gone)).exec(tx).await?;
        Ok(gone.iter().map(|text| id(text)).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl SessionStore for SqlStore {
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(session.id.to_string()),
            user_id: Set(session.user.to_string()),
            token_hash: Set(session.token_hash.to_vec()),
            created_at_ms: Set(session.created_at_ms),
            last_active_ms: Set(session.last_active_ms),
            expires_at_ms: Set(session.expires_at_ms),
            user_agent: Set(session.user_agent.clone()),
            ip: Set(session.ip.clone()),
        };
        row.insert(self.db()).await.map(drop).map_err(|error| match classify(&error) {
            Class::Unique => StoreError::Taken(Taken::Id),
            Class::ForeignKey => StoreError::Missing("user"),
            _ => failed(error),
        })
    }

    async fn session_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<SessionRecord>, StoreError> {
        let by_token = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec()));
        by_token.one(self.db()).await.map_err(failed)?.map(record).transpose()
    }

    async fn touch_session(&self, id: &SessionId, active_ms: i64, expires_ms: i64) -> Result<(), StoreError> {
        let touched = Entity::update_many()
            .col_expr(Column::LastActiveMs, Expr::value(active_ms))
            .col_expr(Column::ExpiresAtMs, Expr::value(expires_ms))
            .filter(Column::Id.eq(id.as_str()));
        touched.exec(self.db()).await.map(drop).map_err(failed)
    }

    async fn sessions_of(&self, user: &UserId) -> Result<Vec<SessionRecord>, StoreError> {
        let own = Entity::find().filter(Column::UserId.eq(user.as_str()));
        let latest_first = own.order_by_desc(Column::LastActiveMs).order_by_asc(Column::Id);
        latest_first.all(self.db()).await.map_err(failed)?.into_iter().map(record).collect()
    }

    async fn delete_session(&self, user: &UserId, id: &SessionId) -> Result<bool, StoreError> {
        let own =
            Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::UserId.eq(user.as_str()));
        Ok(own.exec(self.db()).await.map_err(failed)?.rows_affected > 0)
    }

    async fn delete_sessions_of(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
    ) -> Result<Vec<SessionId>, StoreError> {
        transact(self.db(), DeleteAllBut { user: user.clone(), keep: keep.cloned() }).await
    }

    async fn delete_expired_sessions(&self, now_ms: i64) -> Result<u64, StoreError> {
        let expired = Entity::delete_many().filter(Column::ExpiresAtMs.lt(now_ms));
        Ok(expired.exec(self.db()).await.map_err(failed)?.rows_affected)
    }
}
