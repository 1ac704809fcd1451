//! Sign-ins.

use leapmux_types::SessionId;

use super::{Store, account, user};
use crate::{SessionRecord, StoreError, Taken};

/// The `n`th session, of user 1 for odd and user 2 for even ones; younger than the one before.
fn session(n: u8) -> SessionRecord {
    SessionRecord {
        id: SessionId::from_bits(n.into()),
        user: user(if n % 2 == 1 { 1 } else { 2 }).id,
        token_hash: [n; 32],
        created_at_ms: 1_000,
        last_active_ms: 1_000 + i64::from(n),
        expires_at_ms: 10_000 + i64::from(n),
        user_agent: "Browser 名".to_owned(),
        ip: "2001:db8::1".to_owned(),
    }
}

async fn with_sessions(store: &Store, last: u8) {
    for n in [1, 2] {
        store.create_user(&account(n)).await.expect("room");
    }
    for n in 1..=last {
        store.create_session(&session(n)).await.expect("room");
    }
}

pub async fn a_token_proves_one_session(store: Store) {
    let orphan = store.create_session(&session(1)).await.expect_err("no such user");
    assert!(matches!(orphan, StoreError::Missing(_)), "{orphan:?}");
    with_sessions(&store, 2).await;
    assert_eq!(store.session_by_token(&[2; 32]).await.expect("readable"), Some(session(2)));
    assert_eq!(store.session_by_token(&[3; 32]).await.expect("readable"), None);
    let same_token = SessionRecord { id: SessionId::from_bits(9), ..session(1) };
    let refused = store.create_session(&same_token).await.expect_err("the token is another's");
    assert!(matches!(refused, StoreError::Taken(Taken::Id)), "{refused:?}");
}

pub async fn activity_is_noted(store: Store) {
    with_sessions(&store, 1).await;
    store.touch_session(&session(1).id, 5_000, 50_000).await.expect("noted");
    let found = store.session_by_token(&[1; 32]).await.expect("readable").expect("there");
    assert_eq!((found.last_active_ms, found.expires_at_ms), (5_000, 50_000));
    store.touch_session(&session(8).id, 1, 1).await.expect("nothing to note");
    assert_eq!(store.session_by_token(&[8; 32]).await.expect("readable"), None);
}

pub async fn sessions_end_one_by_one_and_together(store: Store) {
    with_sessions(&store, 6).await;
    let (own, other) = (user(1).id, user(2).id);
    let listed = store.sessions_of(&own).await.expect("readable");
    assert_eq!(listed, [session(5), session(3), session(1)], "latest activity first");
    assert!(!store.delete_session(&other, &session(1).id).await.expect("done"), "somebody else's");
    assert!(store.delete_session(&own, &session(1).id).await.expect("done"));
    assert!(!store.delete_session(&own, &session(1).id).await.expect("done"));
    let keep = session(5).id;
    let ended = store.delete_sessions_of(&own, Some(&keep)).await.expect("done");
    assert_eq!(ended, [session(3).id]);
    assert_eq!(store.sessions_of(&own).await.expect("readable"), [session(5)]);
    let mut ended = store.delete_sessions_of(&other, None).await.expect("done");
    ended.sort();
    assert_eq!(ended, [session(2).id, session(4).id, session(6).id]);
    assert!(store.sessions_of(&other).await.expect("readable").is_empty());
}

pub async fn what_expired_is_forgotten(store: Store) {
    with_sessions(&store, 4).await;
    assert_eq!(store.delete_expired_sessions(10_003).await.expect("done"), 2);
    assert_eq!(store.session_by_token(&[2; 32]).await.expect("readable"), None);
    assert_eq!(store.session_by_token(&[3; 32]).await.expect("readable"), Some(session(3)));
    assert_eq!(store.delete_expired_sessions(10_003).await.expect("done"), 0);
}
