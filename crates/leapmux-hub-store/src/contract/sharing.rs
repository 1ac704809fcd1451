//! Workspaces shared with others.

use std::collections::BTreeSet;

use leapmux_layout::{EntityId, Op};
use leapmux_types::WorkspaceId;

use super::orgs::{team, with_team};
use super::{Author, Store, user, workspace_ops};
use crate::{Role, Sharing, StoreError};

fn space(n: u128) -> WorkspaceId {
    WorkspaceId::from_bits(n)
}
fn people(of: &[u128]) -> Sharing {
    Sharing::Members(of.iter().map(|n| user(*n).id).collect())
}

/// A team of users 1 to 3 with two workspaces of user 1.
async fn with_workspaces(store: &Store) -> Author {
    with_team(store, 3).await;
    for n in [2, 3] {
        store.add_member(&team(1).id, &user(n).id, Role::Member, 1).await.expect("new");
    }
    let mut author = Author::in_org(team(1).id);
    for n in [1, 2] {
        store.commit_layout(&author.commit(n, 1, workspace_ops(n, "w"))).await.expect("in turn");
    }
    author
}
async fn shared(store: &Store, with: u128) -> BTreeSet<WorkspaceId> {
    store.shared_with(&team(1).id, &user(with).id).await.expect("readable")
}

pub async fn a_workspace_is_private_until_it_is_shared(store: Store) {
    with_workspaces(&store).await;
    assert_eq!(store.sharing(&space(1)).await.expect("readable"), Sharing::Private);
    assert!(shared(&store, 2).await.is_empty());
    store.set_sharing(&space(1), &people(&[2, 3])).await.expect("there");
    assert_eq!(store.sharing(&space(1)).await.expect("readable"), people(&[2, 3]));
    assert_eq!((shared(&store, 2).await, shared(&store, 3).await), ([space(1)].into(), [space(1)].into()));
    store.set_sharing(&space(1), &people(&[3])).await.expect("there");
    assert_eq!((shared(&store, 2).await, shared(&store, 3).await), (BTreeSet::new(), [space(1)].into()));
    store.set_sharing(&space(1), &Sharing::Private).await.expect("there");
    assert!(shared(&store, 3).await.is_empty());
    let missing = store.set_sharing(&space(9), &Sharing::AllMembers).await.expect_err("no such workspace");
    assert!(matches!(missing, StoreError::Missing(_)), "{missing:?}");
}

pub async fn sharing_with_all_follows_the_organization_not_a_list(store: Store) {
    with_workspaces(&store).await;
    store.set_sharing(&space(1), &people(&[2])).await.expect("there");
    store.set_sharing(&space(1), &Sharing::AllMembers).await.expect("there");
    assert_eq!(store.sharing(&space(1)).await.expect("readable"), Sharing::AllMembers);
    assert_eq!(shared(&store, 3).await, [space(1)].into());
    assert!(shared(&store, 1).await.is_empty(), "their own is not shared with the owner");
    store.set_sharing(&space(1), &people(&[])).await.expect("there");
    assert_eq!(
        store.sharing(&space(1)).await.expect("readable"),
        people(&[]),
        "the list before is forgotten"
    );
}

pub async fn who_leaves_an_organization_reads_nothing_there(store: Store) {
    with_workspaces(&store).await;
    store.set_sharing(&space(1), &people(&[2, 3])).await.expect("there");
    store.remove_member(&team(1).id, &user(2).id).await.expect("writable");
    assert_eq!(store.sharing(&space(1)).await.expect("readable"), people(&[3]));
    store.add_member(&team(1).id, &user(2).id, Role::Member, 1).await.expect("new again");
    assert!(shared(&store, 2).await.is_empty(), "who comes back begins anew");
}

pub async fn a_removed_workspace_is_shared_with_nobody(store: Store) {
    let mut author = with_workspaces(&store).await;
    store.set_sharing(&space(1), &people(&[2])).await.expect("there");
    store.set_sharing(&space(2), &Sharing::AllMembers).await.expect("there");
    let remove = vec![Op::Remove { id: EntityId::Workspace(space(1)) }];
    store.commit_layout(&author.commit(3, 1, remove)).await.expect("in turn");
    assert_eq!(shared(&store, 2).await, [space(2)].into());
    assert_eq!(store.sharing(&space(1)).await.expect("readable"), Sharing::Private);
}
