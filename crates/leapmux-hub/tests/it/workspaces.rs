//! Workspaces as calls.

use leapmux_hub::HubError;

use crate::world::{World, caller, org, workspace};

#[tokio::test]
async fn a_workspace_is_created_once_listed_renamed_and_deleted() {
    let world = World::new().await;
    let created =
        world.workspaces.create(&caller(1), &org(1), &workspace(1), "  One\u{7} ").await.expect("created");
    let again = world.workspaces.create(&caller(1), &org(1), &workspace(1), "Other").await.expect("the same");
    assert_eq!(created, again);
    assert_eq!(created.workspace.title, "One");
    assert_eq!(world.document(1).await.rev(), 1);
    world.workspaces.create(&caller(1), &org(1), &workspace(2), "Two").await.expect("created");
    let renamed = world.workspaces.rename(&caller(1), &workspace(1), "Uno").await.expect("the owner");
    assert_eq!((renamed.title.as_str(), renamed.created_at_ms), ("Uno", created.workspace.created_at_ms));
    let listed = world.workspaces.list(&caller(1), &org(1)).await.expect("a member");
    assert_eq!(listed.iter().map(|found| found.title.as_str()).collect::<Vec<_>>(), ["Uno", "Two"]);
    assert!(world.workspaces.delete(&caller(1), &workspace(1)).await.expect("the owner").is_empty());
    assert_eq!(world.workspaces.list(&caller(1), &org(1)).await.expect("a member").len(), 1);
    let gone = world.workspaces.delete(&caller(1), &workspace(1)).await.expect_err("it is gone");
    assert!(matches!(gone, HubError::NotFound(_)), "{gone}");
}

#[tokio::test]
async fn two_tries_at_once_create_one() {
    let world = World::new().await;
    let (here, id, me) = (org(1), workspace(1), caller(1));
    let create = || world.workspaces.create(&me, &here, &id, "One");
    let (first, second) = tokio::join!(create(), create());
    assert_eq!(first.expect("created"), second.expect("the same"));
    assert_eq!(world.document(1).await.rev(), 1);
}

#[tokio::test]
async fn bad_titles_are_refused_in_the_words_of_the_rule() {
    let world = World::new().await;
    for (title, said) in
        [("", "Name must not be empty"), (&"x".repeat(129), "Name must be at most 128 characters")]
    {
        let refused =
            world.workspaces.create(&caller(1), &org(1), &workspace(1), title).await.expect_err("refused");
        assert!(matches!(&refused, HubError::InvalidArgument(text) if text == said), "{refused}");
    }
}

#[tokio::test]
async fn strangers_cannot_touch_it_or_take_its_id() {
    let world = World::new().await;
    world.workspaces.create(&caller(1), &org(1), &workspace(1), "One").await.expect("created");
    let refused = world.workspaces.rename(&caller(2), &workspace(1), "Mine").await.expect_err("a stranger");
    assert!(matches!(refused, HubError::NotFound(_)), "{refused}");
    let refused = world.workspaces.delete(&caller(2), &workspace(1)).await.expect_err("a stranger");
    assert!(matches!(refused, HubError::NotFound(_)), "{refused}");
    let refused =
        world.workspaces.create(&caller(2), &org(2), &workspace(1), "Mine").await.expect_err("taken");
    assert!(matches!(refused, HubError::AlreadyExists(_)), "{refused}");
}
