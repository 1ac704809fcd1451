//! Workers.

use super::{Store, account, user, worker};
use crate::{StoreError, StoredBundle, Taken};

pub async fn a_worker_belongs_to_a_user(store: Store) {
    let orphan = store.create_worker(&worker(1)).await.expect_err("no such owner");
    assert!(matches!(orphan, StoreError::Missing(_)), "{orphan:?}");
    store.create_user(&account(1)).await.expect("room");
    store.create_worker(&worker(1)).await.expect("room");
    store.create_worker(&worker(2)).await.expect("room");
    let again = store.create_worker(&worker(2)).await.expect_err("it exists");
    assert!(matches!(again, StoreError::Taken(Taken::Id)), "{again:?}");
    let mut seen = worker(2);
    seen.last_seen_ms = 77;
    store.touch_worker(&seen.id, 77).await.expect("it exists");
    assert_eq!(store.worker(&seen.id).await.expect("readable"), Some(seen.clone()));
    assert_eq!(store.workers_of(&user(1).id).await.expect("readable"), [seen, worker(1)], "oldest first");
    assert!(store.workers_of(&user(2).id).await.expect("readable").is_empty());
    let missing = store.touch_worker(&worker(9).id, 1).await.expect_err("no such Worker");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
}

pub async fn the_last_bundle_counts(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    store.create_worker(&worker(1)).await.expect("room");
    assert_eq!(store.bundle(&worker(1).id).await.expect("readable"), None);
    for fill in [1, 2] {
        let bundle = StoredBundle { id: vec![fill; 32], bytes: vec![fill; 100_000] };
        store.save_bundle(&worker(1).id, &bundle).await.expect("it exists");
        assert_eq!(store.bundle(&worker(1).id).await.expect("readable"), Some(bundle));
    }
    let bundle = StoredBundle { id: vec![3; 32], bytes: vec![3] };
    let missing = store.save_bundle(&worker(9).id, &bundle).await.expect_err("no such Worker");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
}
