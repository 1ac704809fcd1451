//! The registry over a real database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use leapmux_types::TabId;

use super::{Tab, TabChange, TabKind, TabOwner, TabState, Tabs};
use crate::rpc::{RpcCode, RpcError};
use crate::store::Store;

fn id(text: &str) -> TabId {
    text.parse().expect("an id")
}

async fn registry(dir: &tempfile::TempDir) -> Tabs {
    let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("a store");
    Tabs::load(store).await.expect("tabs")
}

async fn add(tabs: &Tabs, name: &str) -> Tab {
    let mut tab = Tab::new(id(name), "ws_1".parse().expect("an id"), TabKind::Agent, "Agent Ada".to_owned());
    tab.provider = "claude".to_owned();
    tab.working_dir = "/src".to_owned();
    Tabs::insert_in(tabs.store().db(), &tab).await.expect("stored");
    tabs.announce(tab.clone());
    tab
}

#[tokio::test]
async fn tabs_come_back_ended_with_title_and_attention() {
    let dir = tempfile::tempdir().expect("a directory");
    let tabs = registry(&dir).await;
    let made = add(&tabs, "tab_1").await;
    assert_eq!(tabs.rename(&made.id, "  My \"agent\"\t").await.expect("renamed"), "My agent");
    tabs.update(&made.id, |tab| tab.state = TabState::Running);
    tabs.raise_attention(&made.id);
    tabs.raise_attention(&made.id);
    tabs.save().await.expect("saved");
    tabs.store().clone().close().await.expect("closed");
    let back = registry(&dir).await.list();
    let expected = Tab { title: "My agent".to_owned(), state: TabState::Exited, attention: 2, ..made };
    assert_eq!(back, [expected]);
}

#[tokio::test]
async fn watchers_hear_of_changes_and_of_nothing_else() {
    let dir = tempfile::tempdir().expect("a directory");
    let tabs = registry(&dir).await;
    let made = add(&tabs, "tab_1").await;
    let mut changes = tabs.watch();
    tabs.update(&made.id, |tab| tab.state = TabState::Starting);
    tabs.update(&made.id, |tab| tab.state = TabState::Ready);
    tabs.update(&made.id, |tab| tab.title = "not this way".to_owned());
    tabs.forget(&made.id);
    match changes.recv().await.expect("a change") {
        TabChange::Changed(tab) => {
            assert_eq!((tab.state, tab.title.as_str()), (TabState::Ready, "Agent Ada"))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(changes.recv().await, Ok(TabChange::Removed(gone, _)) if gone == made.id));
    assert!(tabs.update(&made.id, |_| ()).is_none());
}

#[tokio::test]
async fn bad_titles_and_known_ids_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let tabs = registry(&dir).await;
    let made = add(&tabs, "tab_1").await;
    let refused = tabs.rename(&made.id, " $% ").await.expect_err("empty");
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (RpcCode::InvalidArgument, "Name must not be empty")
    );
    let twice = Tabs::insert_in(tabs.store().db(), &made).await.expect_err("known");
    assert!(twice.is_duplicate(), "{twice}");
    assert!(Tabs::new_title(TabKind::Terminal, "").expect("drawn").starts_with("Terminal "));
    assert_eq!(Tabs::new_title(TabKind::Terminal, " x "), Ok("x".to_owned()));
}

struct Owner {
    tabs: Tabs,
    asked: AtomicBool,
}

#[async_trait]
impl TabOwner for Owner {
    async fn close(&self, tab: &TabId) -> Result<(), RpcError> {
        self.asked.store(true, Ordering::Relaxed);
        Tabs::delete_in(self.tabs.store().db(), tab).await?;
        self.tabs.forget(tab);
        Ok(())
    }
}

#[tokio::test]
async fn closing_is_its_owners_business_and_can_be_repeated() {
    let dir = tempfile::tempdir().expect("a directory");
    let tabs = registry(&dir).await;
    let made = add(&tabs, "tab_1").await;
    let owner = Arc::new(Owner { tabs: tabs.clone(), asked: AtomicBool::new(false) });
    tabs.set_owner(TabKind::Agent, owner.clone());
    tabs.close(&made.id).await.expect("closed");
    assert!(owner.asked.load(Ordering::Relaxed) && tabs.list().is_empty());
    tabs.close(&made.id).await.expect("closed already");
    assert!(registry(&dir).await.list().is_empty());
}

#[tokio::test]
async fn a_transaction_happens_whole_or_not_at_all() {
    let dir = tempfile::tempdir().expect("a directory");
    let tabs = registry(&dir).await;
    let made = add(&tabs, "tab_1").await;
    let failed = tabs.store().tx(|tx| {
        let (fresh, known) = (Tab { id: id("tab_2"), ..made.clone() }, made.clone());
        Box::pin(async move {
            Tabs::insert_in(tx, &fresh).await?;
            Tabs::insert_in(tx, &known).await
        })
    });
    assert!(failed.await.expect_err("a duplicate").is_duplicate());
    assert_eq!(registry(&dir).await.list().len(), 1);
    let writers = (0..20).map(|n| {
        let (store, tab) = (tabs.store().clone(), Tab { id: id(&format!("tab_n{n}")), ..made.clone() });
        tokio::spawn(async move {
            let insert = store.tx(|tx| {
                let tab = tab.clone();
                Box::pin(async move { Tabs::insert_in(tx, &tab).await })
            });
            insert.await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic").expect("writers wait for each other");
    }
    assert_eq!(registry(&dir).await.list().len(), 21);
}
