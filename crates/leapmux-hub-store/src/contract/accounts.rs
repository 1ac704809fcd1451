//! Users and organizations.

use leapmux_types::{OrgId, UserId};

use super::{Store, account, org, user};
use crate::{NewUser, Role, StoreError, Taken};

pub async fn an_account_comes_with_its_organization(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    assert_eq!(store.user(&user(1).id).await.expect("readable"), Some(user(1)));
    assert_eq!(store.user_named("user1").await.expect("readable"), Some(user(1)));
    assert_eq!(store.org(&org(1).id).await.expect("readable"), Some(org(1)));
    let memberships = store.memberships(&user(1).id).await.expect("readable");
    assert_eq!(memberships.len(), 1);
    assert_eq!((&memberships[0].org, memberships[0].role), (&org(1), Role::Owner));
    store.ping().await.expect("alive");
}

pub async fn names_are_taken_once(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    let mut namesake = user(2);
    namesake.username = user(1).username;
    let refused = store.create_user(&NewUser { user: namesake, ..account(2) }).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::Username)), "{refused:?}");
    let mut squatter = org(2);
    squatter.slug = org(1).slug;
    let refused = store.create_user(&NewUser { personal: squatter, ..account(2) }).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::OrgSlug)), "{refused:?}");
    assert_eq!(store.user(&user(2).id).await.expect("readable"), None, "nothing of a refused account stays");
    store.create_user(&account(2)).await.expect("both names are free");
}

/// The ones who come too late are told which name it was, not that something went wrong.
pub async fn a_name_many_want_at_once_goes_to_one(store: Store) {
    let mut tries = tokio::task::JoinSet::new();
    for n in 1..=6 {
        let store = store.clone();
        let mut new = account(n);
        new.user.username = "wanted".to_owned();
        new.personal.slug = "wanted".to_owned();
        tries.spawn(async move { store.create_user(&new).await });
    }
    let (made, refused): (Vec<_>, Vec<_>) = tries.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 5));
    for refused in refused {
        assert!(matches!(refused, Err(StoreError::Taken(Taken::Username))), "{refused:?}");
    }
    let winner = store.user_named("wanted").await.expect("readable").expect("somebody has it");
    assert_eq!(store.memberships(&winner.id).await.expect("readable").len(), 1);
}

pub async fn names_keep_their_case_and_every_character(store: Store) {
    let with = |n: u128, name: &str, shown: &str| {
        let mut new = account(n);
        new.user.username = name.to_owned();
        new.user.display_name = shown.to_owned();
        new.personal.slug = name.to_owned();
        new
    };
    let all = [
        with(1, "straße", "𝔏eap 🦘 \u{1f468}\u{200d}\u{1f469}"),
        with(2, "Straße", "é"),
        with(3, "strasse", "e\u{301}"),
    ];
    for new in &all {
        store.create_user(new).await.expect("another name");
    }
    for new in &all {
        let found = store.user_named(&new.user.username).await.expect("readable");
        assert_eq!(found.as_ref(), Some(&new.user));
        let memberships = store.memberships(&new.user.id).await.expect("readable");
        assert_eq!(memberships[0].org, new.personal);
    }
    assert_eq!(store.user_named("STRASSE").await.expect("readable"), None);
}

pub async fn strangers_have_no_role(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    store.create_user(&account(2)).await.expect("room");
    let role = |org: OrgId, user: UserId| {
        let store = store.clone();
        async move { store.role(&org, &user).await.expect("readable") }
    };
    assert_eq!(role(org(1).id, user(1).id).await, Some(Role::Owner));
    assert_eq!(role(org(1).id, user(2).id).await, None);
    assert_eq!(role(org(9).id, user(1).id).await, None);
    assert_eq!(store.user(&user(9).id).await.expect("readable"), None);
}

pub async fn an_address_is_taken_once_whatever_its_case(store: Store) {
    let with = |n: u128, email: &str| {
        let mut new = account(n);
        new.user.email = Some(email.to_owned());
        new
    };
    store.create_user(&with(1, "Ada@Example.org")).await.expect("room");
    let refused = store.create_user(&with(2, "ada@example.ORG")).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::Email)), "{refused:?}");
    let found = store.user_with_email("ADA@example.org").await.expect("readable").expect("known");
    assert_eq!(found.email.as_deref(), Some("Ada@Example.org"));
    assert_eq!(store.user_with_email("eve@example.org").await.expect("readable"), None);
    store.create_user(&account(2)).await.expect("no address is no namesake");
    store.create_user(&account(3)).await.expect("nor of another without one");
    let mut moved = user(2);
    moved.email = Some("ADA@EXAMPLE.ORG".to_owned());
    let refused = store.update_user(&moved).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::Email)), "{refused:?}");
    moved.email = Some("bob@example.org".to_owned());
    moved.email_verified = true;
    store.update_user(&moved).await.expect("free");
    assert_eq!(store.user(&moved.id).await.expect("readable"), Some(moved.clone()));
    store.update_user(&moved).await.expect("its own address is free to it");
    assert_eq!(store.user_with_email("Bob@example.org").await.expect("readable"), Some(moved));
}

pub async fn there_is_one_first_account(store: Store) {
    assert!(!store.any_user().await.expect("readable"));
    let first = |n| NewUser { first: true, ..account(n) };
    let mut tries = tokio::task::JoinSet::new();
    for n in 1..=4 {
        let (store, new) = (store.clone(), first(n));
        tries.spawn(async move { store.create_user(&new).await });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    for outcome in outcomes {
        assert!(matches!(outcome, Ok(()) | Err(StoreError::Taken(Taken::FirstAccount))), "{outcome:?}");
    }
    assert!(store.any_user().await.expect("readable"));
    let late = store.create_user(&first(9)).await.expect_err("too late");
    assert!(matches!(late, StoreError::Taken(Taken::FirstAccount)), "{late:?}");
    store.create_user(&account(9)).await.expect("as any other");
}

pub async fn a_renamed_user_takes_their_organization_along(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    store.create_user(&account(2)).await.expect("room");
    let mut renamed = user(1);
    (renamed.username, renamed.display_name) = ("ada".to_owned(), "Ada".to_owned());
    store.update_user(&renamed).await.expect("free");
    assert_eq!(store.user_named("ada").await.expect("readable"), Some(renamed.clone()));
    assert_eq!(store.user_named("user1").await.expect("readable"), None);
    assert_eq!(store.org(&org(1).id).await.expect("readable").expect("there").slug, "ada");
    renamed.username = "user2".to_owned();
    let refused = store.update_user(&renamed).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::Username)), "{refused:?}");
    assert_eq!(store.org(&org(1).id).await.expect("readable").expect("there").slug, "ada", "nothing changed");
    let missing = store.update_user(&user(9)).await.expect_err("no such user");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
}

pub async fn a_password_belongs_to_an_account(store: Store) {
    store.create_user(&account(1)).await.expect("room");
    let new = NewUser { password_hash: Some("$one".to_owned()), ..account(2) };
    store.create_user(&new).await.expect("room");
    assert_eq!(store.password_hash(&user(1).id).await.expect("readable"), None);
    assert_eq!(store.password_hash(&user(2).id).await.expect("readable").as_deref(), Some("$one"));
    store.set_password_hash(&user(1).id, "$two").await.expect("it exists");
    assert_eq!(store.password_hash(&user(1).id).await.expect("readable").as_deref(), Some("$two"));
    assert_eq!(store.password_hash(&user(9).id).await.expect("readable"), None);
    let missing = store.set_password_hash(&user(9).id, "$x").await.expect_err("no such user");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
}

pub async fn the_oldest_administrator_is_found(store: Store) {
    assert_eq!(store.oldest_admin().await.expect("readable"), None);
    let of = |n: u128, admin: bool, at_ms: i64| {
        let mut new = account(n);
        (new.user.admin, new.user.created_at_ms) = (admin, at_ms);
        new
    };
    for new in [of(1, false, 1), of(2, true, 30), of(3, true, 20)] {
        store.create_user(&new).await.expect("room");
    }
    assert_eq!(store.oldest_admin().await.expect("readable"), Some(user(3).id));
}
