//! Rows of devices: which key has opened channels as which user, first and last.

use leapmux_channel::noise::DevicePublic;
use leapmux_types::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::StoreError;

/// Devices remembered for one user beside approved ones; of more, those seen last.
pub(crate) const DEVICES_KEPT: u64 = 256;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub public_key: String,
        pub first_seen_ms: i64,
        pub last_seen_ms: i64,
        pub approved: bool,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A device of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownDevice {
    pub(crate) public: DevicePublic,
    /// Wall clock, Unix milliseconds.
    pub(crate) first_seen_ms: i64,
    pub(crate) last_seen_ms: i64,
    /// On this machine, or by proof at registration.
    pub(crate) approved: bool,
}

/// Remembers that a user came with this device now; the device, when nobody has seen it before.
pub(crate) async fn seen<C: ConnectionTrait>(
    db: &C,
    user: &UserId,
    public: &DevicePublic,
    now_ms: i64,
) -> Result<Option<KnownDevice>, StoreError> {
    let key = public.to_text();
    let known = row::Entity::update_many()
        .col_expr(row::Column::LastSeenMs, Expr::value(now_ms))
        .filter(row::Column::UserId.eq(user.as_str()))
        .filter(row::Column::PublicKey.eq(key.as_str()))
        .exec(db)
        .await?;
    if known.rows_affected > 0 {
        return Ok(None);
    }
    let row = row::ActiveModel {
        user_id: Set(user.to_string()),
        public_key: Set(key),
        first_seen_ms: Set(now_ms),
        last_seen_ms: Set(now_ms),
        approved: Set(false),
    };
    row::Entity::insert(row).exec_without_returning(db).await?;
    forget_oldest(db, user).await?;
    Ok(Some(KnownDevice { public: *public, first_seen_ms: now_ms, last_seen_ms: now_ms, approved: false }))
}

/// Approves a device of a user, whether it was seen already or not.
pub(crate) async fn approve<C: ConnectionTrait>(
    db: &C,
    user: &UserId,
    public: &DevicePublic,
    now_ms: i64,
) -> Result<(), StoreError> {
    let known = row::Entity::update_many()
        .col_expr(row::Column::Approved, Expr::value(true))
        .filter(row::Column::UserId.eq(user.as_str()))
        .filter(row::Column::PublicKey.eq(public.to_text()))
        .exec(db)
        .await?;
    if known.rows_affected == 0 {
        let row = row::ActiveModel {
            user_id: Set(user.to_string()),
            public_key: Set(public.to_text()),
            first_seen_ms: Set(now_ms),
            last_seen_ms: Set(now_ms),
            approved: Set(true),
        };
        row::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Forgets a device of a user.
pub(crate) async fn remove<C: ConnectionTrait>(
    db: &C,
    user: &UserId,
    public: &DevicePublic,
) -> Result<(), StoreError> {
    row::Entity::delete_by_id((user.to_string(), public.to_text())).exec(db).await?;
    Ok(())
}

/// Every user's devices, those seen last first.
pub(crate) async fn all<C: ConnectionTrait>(db: &C) -> Result<Vec<(UserId, KnownDevice)>, StoreError> {
    let rows = row::Entity::find().order_by_desc(row::Column::LastSeenMs).all(db).await?;
    let owned = |row: row::Model| {
        let unreadable = |reason: String| StoreError::Stored { what: "device", reason };
        let user = row.user_id.parse().map_err(|error| unreadable(format!("its user: {error}")))?;
        Ok((user, device(row)?))
    };
    rows.into_iter().map(owned).collect()
}

async fn forget_oldest<C: ConnectionTrait>(db: &C, user: &UserId) -> Result<(), StoreError> {
    let beyond = row::Entity::find()
        .filter(row::Column::UserId.eq(user.as_str()))
        .filter(row::Column::Approved.eq(false))
        .order_by_desc(row::Column::LastSeenMs)
        .offset(DEVICES_KEPT)
        .limit(DEVICES_KEPT)
        .all(db)
        .await?;
    for old in beyond {
        row::Entity::delete_by_id((old.user_id, old.public_key)).exec(db).await?;
    }
    Ok(())
}

/// Devices of a user, the one seen last first.
pub(crate) async fn of_user<C: ConnectionTrait>(
    db: &C,
    user: &UserId,
) -> Result<Vec<KnownDevice>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::UserId.eq(user.as_str()))
        .order_by_desc(row::Column::LastSeenMs)
        .all(db)
        .await?;
    rows.into_iter().map(device).collect()
}

fn device(row: row::Model) -> Result<KnownDevice, StoreError> {
    let public = DevicePublic::from_text(&row.public_key);
    let unreadable = || StoreError::Stored { what: "device", reason: "its key is no key".to_owned() };
    Ok(KnownDevice {
        public: public.ok_or_else(unreadable)?,
        first_seen_ms: row.first_seen_ms,
        last_seen_ms: row.last_seen_ms,
        approved: row.approved,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[tokio::test]
    async fn a_device_is_new_once_for_each_user_and_the_oldest_are_forgotten() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(&dir.path().join("worker.db"), 1).await.expect("opened");
        let (one, two) = (UserId::from_bits(1), UserId::from_bits(2));
        let device = DevicePublic::from_bytes([7; 32]);
        let db = store.db();
        for user in [&one, &two] {
            let new = seen(db, user, &device, 10).await.expect("stored").expect("new");
            assert_eq!(
                new,
                KnownDevice { public: device, first_seen_ms: 10, last_seen_ms: 10, approved: false }
            );
            assert_eq!(seen(db, user, &device, 20).await.expect("stored"), None);
        }
        let known = of_user(db, &one).await.expect("read");
        assert_eq!(
            known,
            [KnownDevice { public: device, first_seen_ms: 10, last_seen_ms: 20, approved: false }]
        );
        let kept = DevicePublic::from_bytes([8; 32]);
        approve(db, &one, &kept, 5).await.expect("stored");
        for number in 0..=u8::MAX {
            let other = DevicePublic::from_bytes([number, 1].repeat(16).try_into().expect("32 bytes"));
            seen(db, &one, &other, 30 + i64::from(number)).await.expect("stored").expect("new");
        }
        let known = of_user(db, &one).await.expect("read");
        assert_eq!(known.len() as u64, DEVICES_KEPT + 1);
        let approved = |rows: Vec<(UserId, KnownDevice)>| -> Vec<DevicePublic> {
            rows.iter().filter(|(_, row)| row.approved).map(|(_, row)| row.public).collect()
        };
        assert_eq!(approved(all(db).await.expect("read")), [kept], "approved ones are not forgotten");
        approve(db, &two, &device, 99).await.expect("stored");
        assert_eq!(approved(all(db).await.expect("read")).len(), 2);
        remove(db, &one, &kept).await.expect("gone");
        assert_eq!(approved(all(db).await.expect("read")), [device]);
        assert!(known.iter().all(|known| known.public != device), "seen longest ago");
        assert_eq!(of_user(db, &two).await.expect("read").len(), 1);
    }
}
