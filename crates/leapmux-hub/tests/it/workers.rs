//! Credentials, bundles, comings and goings.

use leapmux_hub::{BundleAnswer, HubError, WorkerStatus};
use leapmux_hub_store::StoredBundle;

use crate::world::{World, caller, worker};

#[tokio::test]
async fn a_local_credential_names_its_worker_and_nothing_else_does() {
    let world = World::new().await;
    let credential = world.workers.mint_local_credential(&worker(1));
    let known = async |bearer: &str| world.workers.authenticate(bearer).await.expect("served");
    assert_eq!(known(credential.expose()).await, Some(worker(1)));
    let (_, random) = credential.expose().split_once('.').expect("two parts");
    for wrong in [
        "",
        "x",
        ".",
        &format!("{}.{random}", worker(2)),
        &format!("{}.", worker(1)),
        &format!("{credential:?}"),
    ] {
        assert_eq!(known(wrong).await, None, "{wrong}");
    }
    let next = world.workers.mint_local_credential(&worker(1));
    assert_eq!(known(credential.expose()).await, None, "the older one is void");
    assert_eq!(known(next.expose()).await, Some(worker(1)));
}

#[tokio::test]
async fn status_follows_the_last_stream() {
    let world = World::new().await;
    let mut changes = world.workers.changes();
    world.workers.connected(&worker(1), None).await.expect("known");
    world.workers.connected(&worker(1), None).await.expect("a newer stream");
    world.workers.disconnected(&worker(1)).await;
    assert!(world.workers.is_online(&worker(1)), "the newer one is there");
    let listed = world.workers.list(&caller(1)).await.expect("served");
    assert!(listed.len() == 1 && listed[0].online && listed[0].last_seen_ms > 0, "{listed:?}");
    world.workers.disconnected(&worker(1)).await;
    assert!(!world.workers.is_online(&worker(1)));
    let status = |online| WorkerStatus { worker: worker(1), owner: caller(1).user, online };
    for online in [true, true, false] {
        assert_eq!(changes.recv().await.expect("told"), status(online));
    }
    let unknown = world.workers.connected(&worker(9), None).await.expect_err("no such Worker");
    assert!(matches!(unknown, HubError::NotFound(_)), "{unknown}");
}

#[tokio::test]
async fn a_bundle_goes_to_its_owner_once() {
    let world = World::new().await;
    let none = world.workers.bundle(&caller(1), &worker(1), &[]).await.expect_err("never connected");
    assert!(matches!(none, HubError::FailedPrecondition(_)), "{none}");
    let bundle = StoredBundle { id: vec![7; 32], bytes: vec![1; 31_583] };
    world.workers.connected(&worker(1), Some(bundle.clone())).await.expect("known");
    let answer = world.workers.bundle(&caller(1), &worker(1), &[]).await.expect("the owner");
    assert_eq!(answer, BundleAnswer::Current(bundle.clone()));
    let answer = world.workers.bundle(&caller(1), &worker(1), &bundle.id).await.expect("the owner");
    assert_eq!(answer, BundleAnswer::Unchanged { id: bundle.id });
    let refused = world.workers.bundle(&caller(2), &worker(1), &[]).await.expect_err("not theirs");
    assert!(matches!(refused, HubError::NotFound(_)), "{refused}");
    let large = StoredBundle { id: vec![7; 32], bytes: vec![1; 100_000] };
    let refused = world.workers.connected(&worker(1), Some(large)).await.expect_err("too large");
    assert!(matches!(refused, HubError::InvalidArgument(_)), "{refused}");
}

#[tokio::test]
async fn wrk_61_to_64_a_worker_is_let_go_by_its_owner_and_may_come_to_hear_of_it() {
    let world = World::new().await;
    let registered = world.one_more_worker(7, Some("secret")).await;
    let bundled = world.one_more_worker(8, None).await;
    let foreign = world.workers.deregister(&caller(2), &registered).await.expect_err("not theirs");
    assert!(matches!(&foreign, HubError::NotFound(said) if said == "worker not found"), "{foreign}");
    let bundled = world.workers.deregister(&caller(1), &bundled).await.expect_err("bundled");
    assert_eq!(bundled.to_string(), "the bundled local worker cannot be deregistered");
    let mut changes = world.workers.changes();
    world.workers.deregister(&caller(1), &registered).await.expect("theirs");
    let status = WorkerStatus { worker: registered.clone(), owner: caller(1).user, online: false };
    assert_eq!(changes.recv().await.expect("told"), status);
    world.workers.let_go(&registered).await;
    let listed = world.workers.list(&caller(1)).await.expect("served");
    assert!(listed.iter().all(|summary| summary.id != registered), "{listed:?}");
    assert!(!world.workers.may_reach(&caller(1).user, &registered).await.expect("served"));
    world.workers.deregister(&caller(1), &registered).await.expect("twice is once");
    let bearer = format!("{registered}.secret");
    assert_eq!(world.workers.authenticate(&bearer).await.expect("served"), Some(registered.clone()));
    world.workers.has_left(&registered).await.expect("noted");
    assert_eq!(world.workers.authenticate(&bearer).await.expect("served"), None, "it is gone");
    let gone = world.workers.deregister(&caller(1), &registered).await.expect_err("gone");
    assert!(matches!(gone, HubError::NotFound(_)), "{gone}");
    assert_eq!(world.workers.clean().await.expect("served"), 0, "its row is kept for a while");
}
