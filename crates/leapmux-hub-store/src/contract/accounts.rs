//! Users and organizations.

use leapmux_types::{OrgId, UserId};

use super::{Store, org, user};
use crate::{Role, StoreError, Taken};

pub async fn an_account_comes_with_its_organization(store: Store) {
    store.create_user(&user(1), &org(1)).await.expect("room");
    assert_eq!(store.user(&user(1).id).await.expect("readable"), Some(user(1)));
    assert_eq!(store.user_named("user1").await.expect("readable"), Some(user(1)));
    assert_eq!(store.org(&org(1).id).await.expect("readable"), Some(org(1)));
    let memberships = store.memberships(&user(1).id).await.expect("readable");
    assert_eq!(memberships.len(), 1);
    assert_eq!((&memberships[0].org, memberships[0].role), (&org(1), Role::Owner));
    store.ping().await.expect("alive");
}

pub async fn names_are_taken_once(store: Store) {
    store.create_user(&user(1), &org(1)).await.expect("room");
    let mut namesake = user(2);
    namesake.username = user(1).username;
    let refused = store.create_user(&namesake, &org(2)).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::Username)), "{refused:?}");
    let mut squatter = org(2);
    squatter.slug = org(1).slug;
    let refused = store.create_user(&user(2), &squatter).await.expect_err("taken");
    assert!(matches!(refused, StoreError::Taken(Taken::OrgSlug)), "{refused:?}");
    assert_eq!(store.user(&user(2).id).await.expect("readable"), None, "nothing of a refused account stays");
    store.create_user(&user(2), &org(2)).await.expect("both names are free");
}

pub async fn strangers_have_no_role(store: Store) {
    store.create_user(&user(1), &org(1)).await.expect("room");
    store.create_user(&user(2), &org(2)).await.expect("room");
    let role = |org: OrgId, user: UserId| {
        let store = store.clone();
        async move { store.role(&org, &user).await.expect("readable") }
    };
    assert_eq!(role(org(1).id, user(1).id).await, Some(Role::Owner));
    assert_eq!(role(org(1).id, user(2).id).await, None);
    assert_eq!(role(org(9).id, user(1).id).await, None);
    assert_eq!(store.user(&user(9).id).await.expect("readable"), None);
}
