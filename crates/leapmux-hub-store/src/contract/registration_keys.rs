//! Registration keys.

use leapmux_types::{RegistrationKeyId, WorkerId};

use super::{Store, account, user};
use crate::{NewWorker, RegistrationKeyRecord, StoreError, Taken};

/// The `n`th key, of user 1; it ends at 10,000.
fn key(n: u8) -> RegistrationKeyRecord {
    RegistrationKeyRecord {
        id: RegistrationKeyId::from_bits(n.into()),
        owner: user(1).id,
        key_hash: [n; 32],
        created_at_ms: 1_000,
        expires_at_ms: 10_000,
        used_by: None,
        owner_proof: vec![n; 32],
        worker_proof: Vec::new(),
    }
}
fn worker(n: u8) -> NewWorker {
    NewWorker {
        id: WorkerId::from_bits(u128::from(n) + 100),
        credential_hash: [n; 32],
        created_at_ms: 2_000,
        worker_proof: vec![n; 32],
    }
}
async fn with_keys(store: &Store, last: u8) {
    for n in [1, 2] {
        store.create_user(&account(n)).await.expect("room");
    }
    for n in 1..=last {
        store.create_registration_key(&key(n)).await.expect("room");
    }
}

pub async fn a_key_makes_one_worker(store: Store) {
    let orphan = store.create_registration_key(&key(1)).await.expect_err("no such user");
    assert!(matches!(orphan, StoreError::Missing(_)), "{orphan:?}");
    with_keys(&store, 2).await;
    assert_eq!(store.live_registration_keys(&user(1).id, 9_999).await.expect("readable"), 2);
    let unknown = store.register_worker(&[9; 32], 5_000, &worker(1)).await.expect("asked");
    assert_eq!(unknown, None);
    let made = store.register_worker(&[1; 32], 5_000, &worker(1)).await.expect("asked").expect("usable");
    assert_eq!(made.0, worker(1).record(&user(1).id));
    assert_eq!((&made.1.used_by, &made.1.owner_proof), (&Some(worker(1).id), &vec![1; 32]));
    assert_eq!(store.worker(&worker(1).id).await.expect("readable"), Some(made.0));
    let used = store.registration_key(&user(1).id, &key(1).id).await.expect("readable").expect("there");
    assert_eq!((used.used_by, used.worker_proof), (Some(worker(1).id), vec![1; 32]));
    assert_eq!(store.register_worker(&[1; 32], 5_000, &worker(3)).await.expect("asked"), None);
    assert_eq!(store.worker(&worker(3).id).await.expect("readable"), None);
    assert_eq!(store.live_registration_keys(&user(1).id, 9_999).await.expect("readable"), 1);
    let taken = store.register_worker(&[2; 32], 5_000, &worker(1)).await.expect_err("the id is taken");
    assert!(matches!(taken, StoreError::Taken(Taken::Id)), "{taken:?}");
    let free = store.registration_key(&user(1).id, &key(2).id).await.expect("readable").expect("there");
    assert_eq!(free.used_by, None, "a refusal uses nothing up");
}

pub async fn of_many_at_once_one_registers(store: Store) {
    with_keys(&store, 1).await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 1..=4 {
        let store = store.clone();
        tries.spawn(async move { store.register_worker(&[1; 32], 5_000, &worker(n)).await.expect("asked") });
    }
    assert_eq!(tries.join_all().await.iter().flatten().count(), 1);
    assert_eq!(store.workers_of(&user(1).id).await.expect("readable").len(), 1);
}

pub async fn an_expired_key_makes_none(store: Store) {
    with_keys(&store, 1).await;
    assert_eq!(store.register_worker(&[1; 32], 10_000, &worker(1)).await.expect("asked"), None);
    assert_eq!(store.live_registration_keys(&user(1).id, 10_000).await.expect("readable"), 0);
    assert_eq!(store.delete_expired_registration_keys(10_000).await.expect("done"), 0);
    assert_eq!(store.delete_expired_registration_keys(10_001).await.expect("done"), 1);
    assert_eq!(store.registration_key(&user(1).id, &key(1).id).await.expect("readable"), None);
}

pub async fn a_key_is_extended_and_deleted_by_its_owner(store: Store) {
    with_keys(&store, 2).await;
    store.extend_registration_key(&key(1).id, 10_000, 20_000).await.expect("as it stood");
    let stale = store.extend_registration_key(&key(1).id, 10_000, 30_000).await.expect_err("it moved");
    assert!(matches!(stale, StoreError::Stale), "{stale:?}");
    store.register_worker(&[1; 32], 15_000, &worker(1)).await.expect("asked").expect("it lives on");
    let used = store.extend_registration_key(&key(1).id, 20_000, 30_000).await.expect_err("used");
    assert!(matches!(used, StoreError::Stale), "{used:?}");
    assert_eq!(store.registration_key(&user(2).id, &key(2).id).await.expect("readable"), None, "not theirs");
    assert!(!store.delete_registration_key(&user(2).id, &key(2).id).await.expect("done"));
    assert!(store.delete_registration_key(&user(1).id, &key(2).id).await.expect("done"));
    assert!(!store.delete_registration_key(&user(1).id, &key(2).id).await.expect("done"));
    assert_eq!(store.register_worker(&[2; 32], 5_000, &worker(2)).await.expect("asked"), None);
}
