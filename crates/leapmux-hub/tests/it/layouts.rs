//! Submitting and watching: once, in order, stored before it is told, and nothing told that is not stored.

use leapmux_hub::{FeedItem, HubError, LayoutFeed, Submitted};
use leapmux_hub_store::{CommitFailure, LayoutStore};
use leapmux_layout::{Code, Document};

use crate::world::{World, caller, org, rename};

async fn event(feed: &mut LayoutFeed) -> leapmux_layout::Event {
    match feed.next().await.expect("it goes on") {
        FeedItem::Event(event) => event,
        FeedItem::Materialized(snapshot) => panic!("a snapshot at {}", snapshot.rev),
    }
}
async fn snapshot(feed: &mut LayoutFeed) -> leapmux_layout::Snapshot {
    match feed.next().await.expect("it goes on") {
        FeedItem::Materialized(snapshot) => snapshot,
        FeedItem::Event(event) => panic!("an event at {}", event.rev),
    }
}
#[tokio::test]
async fn the_same_batch_again_changes_nothing_and_answers_the_same() {
    let world = World::new().await;
    let batch = world.creation(1, 1).await;
    for _ in 0..3 {
        let done = world.layouts.submit(&caller(1), &org(1), batch.clone()).await.expect("served");
        assert_eq!(done, Submitted::Taken(1));
    }
    let (me, here) = (caller(1), org(1));
    let submit = || world.layouts.submit(&me, &here, rename(2, 1, "a"));
    let (first, second) = tokio::join!(submit(), submit());
    assert_eq!((first.expect("served"), second.expect("served")), (Submitted::Taken(2), Submitted::Taken(2)));
    assert_eq!(world.document(1).await.rev(), 2);
}

#[tokio::test]
async fn a_refusal_names_its_reason_and_leaves_no_trace() {
    let world = World::new().await;
    let refused = world.layouts.submit(&caller(1), &org(1), rename(1, 9, "x")).await.expect("served");
    assert!(matches!(&refused, Submitted::Refused(refusal) if refusal.code == Code::NotFound), "{refused:?}");
    let creation = world.creation(2, 1).await;
    assert_eq!(
        world.layouts.submit(&caller(1), &org(1), creation).await.expect("served"),
        Submitted::Taken(1)
    );
}

#[tokio::test]
async fn strangers_learn_nothing_not_even_that_it_exists() {
    let world = World::new().await;
    for foreign in [org(1), org(99)] {
        let refused = world.layouts.snapshot(&caller(2), &foreign).await.expect_err("no member");
        assert!(matches!(refused, HubError::NotFound(_)), "{refused}");
        let refused =
            world.layouts.submit(&caller(2), &foreign, rename(1, 1, "x")).await.expect_err("no member");
        assert!(matches!(refused, HubError::NotFound(_)), "{refused}");
        assert!(world.layouts.watch(&caller(2), &foreign, None).await.is_err());
    }
}

#[tokio::test]
async fn every_watcher_hears_every_change_once_and_in_order() {
    let world = World::new().await;
    let mut early = world.layouts.watch(&caller(1), &org(1), None).await.expect("a member");
    assert_eq!(snapshot(&mut early).await.rev, 0);
    let creation = world.creation(1, 1).await;
    world.layouts.submit(&caller(1), &org(1), creation).await.expect("served");
    let mut late = world.layouts.watch(&caller(1), &org(1), None).await.expect("a member");
    assert_eq!(snapshot(&mut late).await.rev, 1);
    let writers = (0..40_u128).map(|n| {
        let layouts = world.layouts.clone();
        tokio::spawn(async move {
            layouts.submit(&caller(1), &org(1), rename(100 + n, 1, &format!("t{n}"))).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        assert!(matches!(writer.await.expect("no panic"), Ok(Submitted::Taken(_))));
    }
    assert_eq!(event(&mut early).await.rev, 1);
    for rev in 2..=41 {
        let (one, other) = (event(&mut early).await, event(&mut late).await);
        assert_eq!((one.rev, one.after), (rev, rev - 1));
        assert_eq!(one, other);
    }
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let world = World::new().await;
    let creation = world.creation(1, 1).await;
    world.layouts.submit(&caller(1), &org(1), creation).await.expect("served");
    for n in 2..=5 {
        world.layouts.submit(&caller(1), &org(1), rename(n, 1, &format!("t{n}"))).await.expect("served");
    }
    let mut feed = world.layouts.watch(&caller(1), &org(1), Some(3)).await.expect("a member");
    let missed = [event(&mut feed).await, event(&mut feed).await];
    assert_eq!(missed.map(|event| (event.after, event.rev)), [(3, 4), (4, 5)]);
    let mut current = world.layouts.watch(&caller(1), &org(1), Some(5)).await.expect("a member");
    world.layouts.submit(&caller(1), &org(1), rename(6, 1, "t6")).await.expect("served");
    assert_eq!((event(&mut feed).await.rev, event(&mut current).await.after), (6, 5));
    let mut ahead = world.layouts.watch(&caller(1), &org(1), Some(77)).await.expect("a member");
    assert_eq!(snapshot(&mut ahead).await.rev, 6);
}

#[tokio::test]
async fn a_reader_too_slow_for_the_queue_starts_afresh() {
    let world = World::new().await;
    let mut slow = world.layouts.watch(&caller(1), &org(1), None).await.expect("a member");
    let creation = world.creation(1, 1).await;
    world.layouts.submit(&caller(1), &org(1), creation).await.expect("served");
    for n in 0..600_u128 {
        world
            .layouts
            .submit(&caller(1), &org(1), rename(100 + n, 1, &format!("t{n}")))
            .await
            .expect("served");
    }
    assert_eq!(snapshot(&mut slow).await.rev, 0, "what it was to be told first");
    assert_eq!(snapshot(&mut slow).await.rev, 601);
}

#[tokio::test]
async fn a_failed_commit_is_not_told_and_a_retry_succeeds() {
    let world = World::new().await;
    let mut feed = world.layouts.watch(&caller(1), &org(1), None).await.expect("a member");
    snapshot(&mut feed).await;
    let creation = world.creation(1, 1).await;
    world.store.fail_next_commit(CommitFailure::Before);
    let failed = world.layouts.submit(&caller(1), &org(1), creation.clone()).await.expect_err("it failed");
    assert!(failed.is_transient(), "{failed}");
    world.store.fail_next_commit(CommitFailure::Full);
    let failed = world.layouts.submit(&caller(1), &org(1), creation.clone()).await.expect_err("no room");
    assert!(failed.is_transient() && failed.to_string().starts_with("the disk is full"), "{failed}");
    assert_eq!(world.document(1).await.rev(), 0);
    assert_eq!(
        world.layouts.submit(&caller(1), &org(1), creation).await.expect("served"),
        Submitted::Taken(1)
    );
    assert_eq!(event(&mut feed).await.rev, 1);
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_found_and_told_once() {
    let world = World::new().await;
    let first = world.creation(1, 1).await;
    world.layouts.submit(&caller(1), &org(1), first).await.expect("served");
    let mut feed = world.layouts.watch(&caller(1), &org(1), None).await.expect("a member");
    snapshot(&mut feed).await;
    let batch = rename(2, 1, "kept");
    world.store.fail_next_commit(CommitFailure::After);
    world.layouts.submit(&caller(1), &org(1), batch.clone()).await.expect_err("the answer was lost");
    assert_eq!(world.layouts.submit(&caller(1), &org(1), batch).await.expect("served"), Submitted::Taken(2));
    world.layouts.submit(&caller(1), &org(1), rename(3, 1, "next")).await.expect("served");
    assert_eq!([event(&mut feed).await.rev, event(&mut feed).await.rev], [2, 3]);
    let stored = world.store.layout(&org(1)).await.expect("readable");
    assert_eq!(Document::load(&stored), world.document(1).await);
}

#[tokio::test]
async fn the_end_finishes_what_was_received_and_refuses_the_rest() {
    let world = World::new().await;
    let creation = world.creation(1, 1).await;
    world.layouts.submit(&caller(1), &org(1), creation).await.expect("served");
    world.layouts.shutdown(std::time::Duration::from_secs(10)).await;
    let refused = world.layouts.submit(&caller(1), &org(1), rename(2, 1, "x")).await.expect_err("stopped");
    assert_eq!(refused.to_string(), "hub is shutting down");
}
