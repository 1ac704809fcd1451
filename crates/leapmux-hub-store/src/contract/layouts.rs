//! Layout documents and their log.

use leapmux_layout::{Document, EntityId, Fields, Op};
use leapmux_types::{BatchId, OrgId, WorkspaceId};

use super::{Author, Store, account, org, workspace_ops};
use crate::{LogPage, StoreError, Taken};

fn here() -> OrgId {
    org(1).id
}
async fn with_account(store: &Store) {
    store.create_user(&account(1)).await.expect("room");
}
fn rename(n: u128, title: &str) -> Vec<Op> {
    let fields = Fields { title: Some(title.to_owned()), ..Fields::default() };
    vec![Op::Set { id: EntityId::Workspace(WorkspaceId::from_bits(n)), fields }]
}
fn remove(n: u128) -> Vec<Op> {
    vec![Op::Remove { id: EntityId::Workspace(WorkspaceId::from_bits(n)) }]
}

pub async fn an_unknown_layout_is_empty(store: Store) {
    let empty = store.layout(&here()).await.expect("readable");
    assert_eq!((empty.rev, empty.entities.len()), (0, 0));
    assert_eq!(store.layout_log(&here(), 0).await.expect("readable"), LogPage::Entries(Vec::new()));
    assert_eq!(store.layout_log(&here(), 3).await.expect("readable"), LogPage::Gap);
}

pub async fn what_was_committed_is_loaded(store: Store) {
    with_account(&store).await;
    let mut author = Author::new();
    for (n, ops) in [workspace_ops(1, "one"), workspace_ops(2, "two"), rename(1, "ein 名"), remove(2)]
        .into_iter()
        .enumerate()
    {
        let commit = author.commit(n as u128, 100 + n as i64, ops);
        store.commit_layout(&commit).await.expect("in turn");
        let loaded = Document::load(&store.layout(&here()).await.expect("readable"));
        assert_eq!(loaded, author.document);
    }
    let spaces = store.workspaces(&here()).await.expect("readable");
    let [only] = spaces.as_slice() else { panic!("{spaces:?}") };
    assert_eq!((only.title.as_str(), only.created_at_ms), ("ein 名", 100), "a rename keeps the birthday");
    assert_eq!(store.workspace(&only.id).await.expect("readable").as_ref(), Some(only));
    assert_eq!(store.workspace(&WorkspaceId::from_bits(2)).await.expect("readable"), None);
}

pub async fn a_stale_commit_changes_nothing(store: Store) {
    with_account(&store).await;
    let (mut first, mut second) = (Author::new(), Author::new());
    store.commit_layout(&first.commit(1, 1, workspace_ops(1, "one"))).await.expect("in turn");
    let stale = second.commit(2, 1, workspace_ops(2, "two"));
    let refused = store.commit_layout(&stale).await.expect_err("the revision moved on");
    assert!(matches!(refused, StoreError::Stale), "{refused:?}");
    assert_eq!(Document::load(&store.layout(&here()).await.expect("readable")), first.document);
    assert_eq!(store.workspaces(&here()).await.expect("readable").len(), 1);
    assert_eq!(store.batch_rev(&here(), &BatchId::from_bits(2)).await.expect("readable"), None);
}

pub async fn a_batch_is_taken_once(store: Store) {
    with_account(&store).await;
    let mut author = Author::new();
    store.commit_layout(&author.commit(1, 1, workspace_ops(1, "one"))).await.expect("in turn");
    assert_eq!(store.batch_rev(&here(), &BatchId::from_bits(1)).await.expect("readable"), Some(1));
    let again = author.commit(1, 1, workspace_ops(2, "two"));
    let refused = store.commit_layout(&again).await.expect_err("this id was used");
    assert!(matches!(refused, StoreError::Taken(Taken::Id)), "{refused:?}");
    assert_eq!(store.layout(&here()).await.expect("readable").rev, 1);
    let mut elsewhere = Author::new().commit(3, 1, workspace_ops(3, "three"));
    elsewhere.org = org(9).id;
    let refused = store.commit_layout(&elsewhere).await.expect_err("no such organization");
    assert!(matches!(refused, StoreError::Missing(_)), "{refused:?}");
}

pub async fn the_log_answers_or_says_that_it_cannot(store: Store) {
    with_account(&store).await;
    let mut author = Author::new();
    let mut entries = Vec::new();
    for n in 1..=3 {
        let commit = author.commit(n, 1, workspace_ops(n, "w"));
        entries.push(commit.batches[0].entry.clone());
        store.commit_layout(&commit).await.expect("in turn");
    }
    for (since, left) in [(0, &entries[..]), (1, &entries[1..]), (3, &[])] {
        let page = store.layout_log(&here(), since).await.expect("readable");
        assert_eq!(page, LogPage::Entries(left.to_vec()), "since {since}");
    }
    assert_eq!(store.layout_log(&here(), 4).await.expect("readable"), LogPage::Gap);
}

pub async fn trimming_keeps_the_newest(store: Store) {
    with_account(&store).await;
    let mut author = Author::new();
    for n in 1..=6 {
        store.commit_layout(&author.commit(n, n as i64 * 10, workspace_ops(n, "w"))).await.expect("in turn");
    }
    assert_eq!(store.trim_layout_log(&here(), 25, 100).await.expect("writable"), 2, "10 and 20 are too old");
    assert_eq!(store.layout_log(&here(), 1).await.expect("readable"), LogPage::Gap);
    assert_eq!(store.trim_layout_log(&here(), 0, 3).await.expect("writable"), 1, "only three are kept");
    let LogPage::Entries(left) = store.layout_log(&here(), 3).await.expect("readable") else {
        panic!("a gap")
    };
    assert_eq!(left.iter().map(|entry| entry.rev).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!(store.trim_layout_log(&here(), i64::MAX, 0).await.expect("writable"), 2, "the last one stays");
    assert_eq!(store.batch_rev(&here(), &BatchId::from_bits(6)).await.expect("readable"), Some(6));
    assert_eq!(Document::load(&store.layout(&here()).await.expect("readable")), author.document);
}

/// Far more than 64 KiB in one log entry, and more rows than one statement takes.
pub async fn a_large_change_comes_back_whole(store: Store) {
    with_account(&store).await;
    let mut author = Author::new();
    let ops: Vec<Op> = (1..=600).flat_map(|n| workspace_ops(n, &"🦘".repeat(60))).collect();
    let commit = author.commit(1, 1, ops);
    store.commit_layout(&commit).await.expect("in turn");
    assert_eq!(Document::load(&store.layout(&here()).await.expect("readable")), author.document);
    let logged = store.layout_log(&here(), 0).await.expect("readable");
    assert_eq!(logged, LogPage::Entries(vec![commit.batches[0].entry.clone()]));
    assert_eq!(store.workspaces(&here()).await.expect("readable").len(), 600);
    let gone: Vec<Op> = (1..=600).flat_map(remove).collect();
    store.commit_layout(&author.commit(2, 2, gone)).await.expect("in turn");
    assert!(store.layout(&here()).await.expect("readable").entities.is_empty());
    assert!(store.workspaces(&here()).await.expect("readable").is_empty());
}

/// Eight writers, each retrying from a fresh look: every one of them gets through, none overwrites another.
pub async fn concurrent_commits_take_turns(store: Store) {
    with_account(&store).await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 1..=8_u128 {
        let store = store.clone();
        writers.spawn(async move {
            for _ in 0..1_000 {
                let document = Document::load(&store.layout(&here()).await.expect("readable"));
                let commit = Author { document, ..Author::new() }.commit(n, n as i64, workspace_ops(n, "w"));
                match store.commit_layout(&commit).await {
                    Ok(()) => return,
                    Err(error) if error.is_transient() => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            panic!("never got through");
        });
    }
    while let Some(done) = writers.join_next().await {
        done.expect("no panic");
    }
    let loaded = store.layout(&here()).await.expect("readable");
    assert_eq!((loaded.rev, loaded.entities.len()), (8, 24));
    assert_eq!(store.workspaces(&here()).await.expect("readable").len(), 8);
}
