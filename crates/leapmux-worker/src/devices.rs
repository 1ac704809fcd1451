//! Devices people come with (channel rules 8.2): remembered, and told to a user's other sessions when one is new. A Hub that poses
//! as the user comes with a device nobody has seen.

use std::collections::BTreeSet;

use leapmux_channel::noise::DevicePublic;
use leapmux_runtime::wall_clock_ms;
use leapmux_types::UserId;
use tokio::sync::broadcast;

use crate::store::device::{self as rows, KnownDevice};
use crate::store::{Store, StoreError};

/// New devices a slow watcher may miss before it gets the whole list again.
const NEWS: usize = 64;

/// The devices of all users.
pub(crate) struct Devices {
    store: Store,
    news: broadcast::Sender<(UserId, KnownDevice)>,
}

impl Devices {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, news: broadcast::Sender::new(NEWS) }
    }

    /// A user has opened a channel with this device.
    pub(crate) async fn seen(&self, user: &UserId, device: DevicePublic) -> Result<(), StoreError> {
        let now = wall_clock_ms();
        let stored = self.store.tx(|tx| {
            let user = user.clone();
            Box::pin(async move { rows::seen(tx, &user, &device, now).await })
        });
        if let Some(new) = stored.await? {
            tracing::info!(%user, ?device, "a device this Worker has not seen before");
            // Nobody watching is fine: it stands in the list.
            let _ = self.news.send((user.clone(), new));
        }
        Ok(())
    }

    /// A device whose owner has proven that it is theirs.
    pub(crate) async fn vouched(&self, user: &UserId, device: DevicePublic) -> Result<(), StoreError> {
        let now = wall_clock_ms();
        let stored = self.store.tx(|tx| {
            let user = user.clone();
            Box::pin(async move { rows::approve(tx, &user, &device, now).await })
        });
        stored.await
    }

    /// The approved devices of a user, as they are at this moment: a command may have changed them.
    pub(crate) async fn approved(&self, user: &UserId) -> Result<BTreeSet<DevicePublic>, StoreError> {
        let all = rows::of_user(self.store.db(), user).await?;
        Ok(all.into_iter().filter(|device| device.approved).map(|device| device.public).collect())
    }

    /// New devices from now on; taken before `of_user`, nothing falls between.
    pub(crate) fn watch(&self) -> broadcast::Receiver<(UserId, KnownDevice)> {
        self.news.subscribe()
    }

    /// Devices of a user, the one seen last first.
    pub(crate) async fn of_user(&self, user: &UserId) -> Result<Vec<KnownDevice>, StoreError> {
        rows::of_user(self.store.db(), user).await
    }
}
