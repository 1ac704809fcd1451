//! A process that dies between any two steps: what was acknowledged is there, what was not is whole or absent.

use std::path::Path;
use std::task::Poll;

use leapmux_hub_store::contract::{Author, account, org, workspace_ops};
use leapmux_hub_store::{HubStore, LayoutStore, LogPage, UserStore, WorkspaceStore};
use leapmux_hub_store_sql::{SqlStore, SqliteConfig, open_sqlite};
use leapmux_layout::Document;

/// The database as a killed process leaves it: files as they are, nothing closed.
fn as_left(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a directory");
    for file in ["hub.db", "hub.db-wal"] {
        if dir.join(file).exists() {
            std::fs::copy(dir.join(file), copy.path().join(file)).expect("copies");
        }
    }
    copy
}

async fn open(dir: &Path) -> SqlStore {
    open_sqlite(&SqliteConfig::at(dir.join("hub.db"))).await.expect("opens")
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path()).await;
    store.create_user(&account(1)).await.expect("room");
    let mut author = Author::new();
    for n in 1..=20 {
        store.commit_layout(&author.commit(n, 1, workspace_ops(n, "w"))).await.expect("in turn");
        let left = as_left(dir.path());
        let found = open(left.path()).await;
        assert_eq!(Document::load(&found.layout(&org(1).id).await.expect("readable")), author.document);
        assert_eq!(found.workspaces(&org(1).id).await.expect("readable").len(), n as usize);
    }
}

#[tokio::test]
async fn a_commit_dropped_at_any_moment_happened_whole_or_not_at_all() {
    let dir = tempfile::tempdir().expect("a directory");
    whole_or_not_at_all(open(dir.path()).await).await;
}

/// One connection: what is asked next waits for what the server made of the last words of a dropped transaction.
#[cfg(unix)]
#[tokio::test]
async fn on_servers_too() {
    use leapmux_hub_store_sql::ServerKind;
    use test_databases::Kind;
    for (kind, tested) in [(ServerKind::Postgres, Kind::Postgres), (ServerKind::MySql, Kind::MySql)] {
        if let Some(database) = tested.database().await {
            whole_or_not_at_all(crate::servers::open(kind, &database, 1).await).await;
        }
    }
}

async fn whole_or_not_at_all(store: SqlStore) {
    store.create_user(&account(1)).await.expect("room");
    let mut author = Author::new();
    let mut cut_short = 0;
    for n in 1..=60_u128 {
        let before = author.document.clone();
        let commit = author.commit(n, 1, workspace_ops(n, "w"));
        // The future is dropped after a growing number of turns: between BEGIN and COMMIT, at every statement in turn.
        let turns = (n % 20) as usize;
        let dropped = drop_after(turns, store.commit_layout(&commit)).await;
        let found = Document::load(&store.layout(&org(1).id).await.expect("readable"));
        let logged = store.layout_log(&org(1).id, before.rev()).await.expect("readable");
        if found == author.document {
            assert_eq!(logged, LogPage::Entries(commit.batches.iter().map(|b| b.entry.clone()).collect()));
        } else {
            assert!(dropped, "an acknowledged commit is there");
            assert_eq!((&found, logged), (&before, LogPage::Entries(Vec::new())));
            cut_short += 1;
            author.document = before;
        }
        assert_eq!(
            store.workspaces(&org(1).id).await.expect("readable").len(),
            author.document.rev() as usize
        );
    }
    assert!(cut_short > 0, "some commit was cut short");
    store.close().await.expect("closes");
}

/// Drops a future after it was polled `turns` times; whether it was unfinished.
async fn drop_after<F: Future>(turns: usize, future: F) -> bool {
    let mut future = std::pin::pin!(future);
    let mut polls = 0;
    std::future::poll_fn(|cx| {
        if polls == turns {
            return Poll::Ready(true);
        }
        polls += 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(false),
            Poll::Pending if polls == turns => Poll::Ready(true),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
