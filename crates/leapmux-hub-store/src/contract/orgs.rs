//! Organizations of several people.

use leapmux_types::{OrgId, UserId, WorkspaceId};

use super::{Author, Store, account, user, workspace_ops};
use crate::{MembershipChange, OrgRecord, Role, StoreError, Taken};

/// A team of which user 1 is the first owner.
pub fn team(n: u128) -> OrgRecord {
    OrgRecord {
        id: OrgId::from_bits(100 + n),
        slug: format!("team{n}"),
        personal: false,
        created_at_ms: 7_000,
    }
}
fn person(n: u128) -> UserId {
    user(n).id
}
/// Users 1 to `people`, and the first team.
pub async fn with_team(store: &Store, people: u128) {
    for n in 1..=people {
        store.create_user(&account(n)).await.expect("room");
    }
    store.create_org(&team(1), &person(1)).await.expect("free");
}

pub async fn an_organization_has_members_with_roles(store: Store) {
    with_team(&store, 3).await;
    let here = team(1).id;
    store.add_member(&here, &person(3), Role::Admin, 8_000).await.expect("new");
    store.add_member(&here, &person(2), Role::Member, 9_000).await.expect("new");
    let listed = store.members(&here).await.expect("readable");
    let told: Vec<_> = listed.iter().map(|m| (m.username.as_str(), m.role, m.joined_at_ms)).collect();
    let expected =
        [("user1", Role::Owner, 7_000), ("user2", Role::Member, 9_000), ("user3", Role::Admin, 8_000)];
    assert_eq!(told, expected);
    assert_eq!(listed[1].display_name, "User 2 名");
    let twice = store.add_member(&here, &person(2), Role::Owner, 1).await.expect_err("a member already");
    assert!(matches!(twice, StoreError::Taken(Taken::Member)), "{twice:?}");
    let nobody = store.add_member(&here, &person(9), Role::Member, 1).await.expect_err("no such user");
    assert!(matches!(nobody, StoreError::Missing(_)), "{nobody:?}");
    assert_eq!(
        store.change_role(&here, &person(2), Role::Admin).await.expect("writable"),
        MembershipChange::Done
    );
    assert_eq!(store.role(&here, &person(2)).await.expect("readable"), Some(Role::Admin));
    let orgs = store.memberships(&person(2)).await.expect("readable");
    let slugs: Vec<_> = orgs.iter().map(|m| (m.org.slug.as_str(), m.role)).collect();
    assert_eq!(slugs, [("user2", Role::Owner), ("team1", Role::Admin)]);
    assert_eq!(store.remove_member(&here, &person(2)).await.expect("writable"), MembershipChange::Done);
    assert_eq!(store.role(&here, &person(2)).await.expect("readable"), None);
    let gone = MembershipChange::NotMember;
    assert_eq!(store.remove_member(&here, &person(2)).await.expect("writable"), gone);
    assert_eq!(store.change_role(&here, &person(2), Role::Owner).await.expect("writable"), gone);
}

pub async fn an_organizations_name_is_taken_once(store: Store) {
    with_team(&store, 2).await;
    let same = OrgRecord { id: OrgId::from_bits(200), ..team(1) };
    let refused = store.create_org(&same, &person(2)).await.expect_err("the name is taken");
    assert!(matches!(refused, StoreError::Taken(Taken::OrgSlug)), "{refused:?}");
    let refused = store.rename_org(&team(1).id, "user2").await.expect_err("a user's name");
    assert!(matches!(refused, StoreError::Taken(Taken::OrgSlug)), "{refused:?}");
    store.rename_org(&team(1).id, "crew").await.expect("free");
    store.rename_org(&team(1).id, "crew").await.expect("its own");
    assert_eq!(store.org(&team(1).id).await.expect("readable").expect("there").slug, "crew");
    let missing = store.rename_org(&OrgId::from_bits(999), "other").await.expect_err("no such organization");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
    let orphan = store.create_org(&team(2), &person(9)).await.expect_err("no such user");
    assert!(matches!(orphan, StoreError::Missing(_)), "{orphan:?}");
}

pub async fn the_last_owner_stays(store: Store) {
    with_team(&store, 2).await;
    let here = team(1).id;
    store.add_member(&here, &person(2), Role::Admin, 1).await.expect("new");
    let last = MembershipChange::LastOwner;
    assert_eq!(store.remove_member(&here, &person(1)).await.expect("writable"), last);
    assert_eq!(store.change_role(&here, &person(1), Role::Admin).await.expect("writable"), last);
    assert_eq!(
        store.change_role(&here, &person(1), Role::Owner).await.expect("writable"),
        MembershipChange::Done
    );
    assert_eq!(
        store.change_role(&here, &person(2), Role::Owner).await.expect("writable"),
        MembershipChange::Done
    );
    assert_eq!(
        store.change_role(&here, &person(1), Role::Member).await.expect("writable"),
        MembershipChange::Done
    );
    assert_eq!(store.remove_member(&here, &person(2)).await.expect("writable"), last);
}

pub async fn of_two_owners_leaving_at_once_one_stays(store: Store) {
    with_team(&store, 2).await;
    let here = team(1).id;
    store.add_member(&here, &person(2), Role::Owner, 1).await.expect("new");
    let (one, two) = (person(1), person(2));
    let (first, second) = tokio::join!(store.remove_member(&here, &one), store.remove_member(&here, &two));
    let mut told = [first.expect("writable"), second.expect("writable")];
    told.sort_by_key(|change| *change == MembershipChange::LastOwner);
    assert_eq!(told, [MembershipChange::Done, MembershipChange::LastOwner]);
    assert_eq!(store.members(&here).await.expect("readable").len(), 1);
}

pub async fn a_deleted_organization_takes_its_workspaces_along(store: Store) {
    with_team(&store, 2).await;
    let here = team(1).id;
    let mut author = Author::in_org(here.clone());
    store.commit_layout(&author.commit(1, 1, workspace_ops(1, "one"))).await.expect("in turn");
    store.delete_org(&here).await.expect("there");
    assert_eq!(store.org(&here).await.expect("readable"), None);
    assert_eq!(store.role(&here, &person(1)).await.expect("readable"), None);
    assert_eq!(store.workspace(&WorkspaceId::from_bits(1)).await.expect("readable"), None);
    assert_eq!(store.layout(&here).await.expect("readable").rev, 0);
    let again = store.delete_org(&here).await.expect_err("gone");
    assert!(matches!(again, StoreError::Missing(_)), "{again:?}");
    store.create_org(&team(1), &person(2)).await.expect("the name is free again");
}
