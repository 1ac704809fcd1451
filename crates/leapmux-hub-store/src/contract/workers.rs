//! Workers.

use super::{Store, account, user, worker};
use crate::{StoreError, StoredBundle, Taken, WorkerState};

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

pub async fn a_worker_goes_forward_only_and_is_forgotten_in_the_end(store: Store) {
    use WorkerState::{Active, Deleted, Deregistering};
    store.create_user(&account(1)).await.expect("room");
    for n in [1, 2, 3] {
        store.create_worker(&worker(n)).await.expect("room");
    }
    let state = async |n| store.worker(&worker(n).id).await.expect("readable").map(|worker| worker.state);
    store.move_worker(&worker(1).id, Active, Deregistering, 100).await.expect("it was active");
    let again = store.move_worker(&worker(1).id, Active, Deregistering, 200).await.expect_err("once");
    assert!(matches!(again, StoreError::Stale), "{again:?}");
    let missing = store.move_worker(&worker(9).id, Active, Deregistering, 1).await.expect_err("no such one");
    assert!(matches!(missing, StoreError::Stale), "{missing:?}");
    store.move_worker(&worker(2).id, Active, Deregistering, 100).await.expect("it was active");
    store.move_worker(&worker(2).id, Deregistering, Deleted, 150).await.expect("it has heard");
    assert_eq!(
        (state(1).await, state(2).await, state(3).await),
        (Some(Deregistering), Some(Deleted), Some(Active))
    );
    assert_eq!(store.sweep_workers(100, 500).await.expect("served"), 0, "not before their time");
    assert_eq!(store.sweep_workers(120, 500).await.expect("served"), 1);
    assert_eq!((state(1).await, state(2).await), (Some(Deleted), Some(Deleted)), "silent for too long");
    assert_eq!(store.sweep_workers(200, 600).await.expect("served"), 1);
    assert_eq!((state(1).await, state(2).await, state(3).await), (Some(Deleted), None, Some(Active)));
}
