//! The contract suite: what every backend does, whatever is behind it. A backend's tests are one call of
//! [`contract_tests!`](crate::contract_tests) with a way to make an empty store.

use std::sync::Arc;

use leapmux_layout::{Batch, Direction, Document, EntityId, Fields, Op, Rank, Shape};
use leapmux_types::{BatchId, NodeId, OrgId, UserId, WorkerId, WorkspaceId};

use crate::{
    HubStore, LayoutCommit, NewUser, OrgRecord, StoredBatch, UserRecord, WorkerRecord, WorkerState,
    WorkspaceRecord,
};

pub mod accounts;
pub mod layouts;
pub mod orgs;
pub mod registration_keys;
pub mod sessions;
pub mod sharing;
pub mod workers;

/// A store behind its port.
pub type Store = Arc<dyn HubStore>;

/// One test a rule. `$make` names an async function that gives an empty [`Store`](crate::contract::Store), or an option of one: where
/// a backend is not there to be tested, that is for the function to say.
#[macro_export]
macro_rules! contract_tests {
    ($make:ident) => {
        $crate::contract_tests!(@ $make, accounts {
            an_account_comes_with_its_organization
            names_are_taken_once
            a_name_many_want_at_once_goes_to_one
            names_keep_their_case_and_every_character
            strangers_have_no_role
            an_address_is_taken_once_whatever_its_case
            there_is_one_first_account
            a_renamed_user_takes_their_organization_along
            a_password_belongs_to_an_account
            the_oldest_administrator_is_found
        });
        $crate::contract_tests!(@ $make, sessions {
            a_token_proves_one_session
            activity_is_noted
            sessions_end_one_by_one_and_together
            what_expired_is_forgotten
        });
        $crate::contract_tests!(@ $make, registration_keys {
            a_key_makes_one_worker
            of_many_at_once_one_registers
            an_expired_key_makes_none
            a_key_is_extended_and_deleted_by_its_owner
        });
        $crate::contract_tests!(@ $make, workers {
            a_worker_belongs_to_a_user
            the_last_bundle_counts
            a_worker_goes_forward_only_and_is_forgotten_in_the_end
        });
        $crate::contract_tests!(@ $make, orgs {
            an_organization_has_members_with_roles
            an_organizations_name_is_taken_once
            the_last_owner_stays
            of_two_owners_leaving_at_once_one_stays
            a_deleted_organization_takes_its_workspaces_along
        });
        $crate::contract_tests!(@ $make, sharing {
            a_workspace_is_private_until_it_is_shared
            sharing_with_all_follows_the_organization_not_a_list
            who_leaves_an_organization_reads_nothing_there
            a_removed_workspace_is_shared_with_nobody
        });
        $crate::contract_tests!(@ $make, layouts {
            an_unknown_layout_is_empty
            what_was_committed_is_loaded
            a_stale_commit_changes_nothing
            a_batch_is_taken_once
            the_log_answers_or_says_that_it_cannot
            trimming_keeps_the_newest
            a_large_change_comes_back_whole
            concurrent_commits_take_turns
        });
    };
    (@ $make:ident, $group:ident { $($rule:ident)* }) => {
        mod $group {
            $(
                #[tokio::test]
                async fn $rule() {
                    let made: Option<$crate::contract::Store> = super::$make().await.into();
                    if let Some(store) = made {
                        $crate::contract::$group::$rule(store).await;
                    }
                }
            )*
        }
    };
}

/// The `n`th user.
pub fn user(n: u128) -> UserRecord {
    let username = format!("user{n}");
    UserRecord {
        id: UserId::from_bits(n),
        display_name: format!("User {n} 名"),
        username,
        admin: n == 1,
        email: None,
        email_verified: false,
        created_at_ms: 1_000 + n as i64,
    }
}
/// The personal organization of the `n`th user.
pub fn org(n: u128) -> OrgRecord {
    OrgRecord { id: OrgId::from_bits(n), slug: format!("user{n}"), personal: true, created_at_ms: 1_000 }
}
/// The `n`th user's account, without a password.
pub fn account(n: u128) -> NewUser {
    NewUser { user: user(n), personal: org(n), password_hash: None, first: false }
}
/// The `n`th Worker, of user 1.
pub fn worker(n: u128) -> WorkerRecord {
    WorkerRecord {
        id: WorkerId::from_bits(n),
        owner: UserId::from_bits(1),
        local: n == 1,
        credential_hash: (n != 1).then_some([n as u8; 32]),
        created_at_ms: 5_000 - n as i64,
        last_seen_ms: 0,
        state: WorkerState::Active,
    }
}

/// A workspace as the ops that make it: itself, its root and one leaf.
pub fn workspace_ops(n: u128, title: &str) -> Vec<Op> {
    let (workspace, root, leaf) =
        (WorkspaceId::from_bits(n), NodeId::from_bits(n * 2), NodeId::from_bits(n * 2 + 1));
    let rank = Some(Rank::middle());
    let node = |parent: EntityId, shape| Fields {
        parent: Some(parent),
        rank: rank.clone(),
        shape: Some(shape),
        ..Fields::default()
    };
    let itself = Fields {
        owner: Some(UserId::from_bits(1)),
        title: Some(title.to_owned()),
        rank: rank.clone(),
        ..Fields::default()
    };
    vec![
        Op::Create { id: EntityId::Workspace(workspace.clone()), fields: itself },
        Op::Create {
            id: EntityId::Node(root.clone()),
            fields: node(EntityId::Workspace(workspace), Shape::Split { direction: Direction::Horizontal }),
        },
        Op::Create { id: EntityId::Node(leaf), fields: node(EntityId::Node(root), Shape::Leaf) },
    ]
}

/// A document beside the store, to make real commits with.
pub struct Author {
    pub document: Document,
    org: OrgId,
}

impl Author {
    pub fn new() -> Self {
        Self::in_org(OrgId::from_bits(1))
    }
    /// An author in that organization.
    pub fn in_org(org: OrgId) -> Self {
        Self { document: Document::default(), org }
    }
    /// Applies one batch and gives the commit for it, as user 1.
    pub fn commit(&mut self, batch: u128, at_ms: i64, ops: Vec<Op>) -> LayoutCommit {
        let expected_rev = self.document.rev();
        let batch = Batch { id: BatchId::from_bits(batch), ops, precondition: None };
        let applied = self.document.apply(&batch, &UserId::from_bits(1)).expect("a valid batch");
        let (mut written, mut removed) = (Vec::new(), Vec::new());
        for id in &applied.touched {
            match self.document.row(id) {
                Some(row) => written.push(row),
                None => removed.push(id.clone()),
            }
        }
        let record = |id: &WorkspaceId, title: &str| WorkspaceRecord {
            id: id.clone(),
            org: self.org.clone(),
            owner: UserId::from_bits(1),
            title: title.to_owned(),
            created_at_ms: at_ms,
        };
        let spaces = written.iter().filter_map(|row| match &row.id {
            EntityId::Workspace(id) => Some(record(id, row.fields.title.as_deref().unwrap_or_default())),
            _ => None,
        });
        let gone = removed.iter().filter_map(|id| match id {
            EntityId::Workspace(id) => Some(id.clone()),
            _ => None,
        });
        LayoutCommit {
            org: self.org.clone(),
            expected_rev,
            batches: vec![StoredBatch { entry: applied.entry, at_ms }],
            workspaces: spaces.collect(),
            removed_workspaces: gone.collect(),
            written,
            removed,
        }
    }
}
impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}
