//! A Worker is let go by its owner: at once when it is there, as soon as it comes when it is not.

use leapmux_integration::processes;
use leapmux_proto_hub::leapmux::hub::v1 as hub;

use crate::rig::{Site, home, open_terminal, spawn};

async fn let_go(site: &Site, worker: &str) -> Result<(), String> {
    let request = hub::DeregisterWorkerRequest { worker_id: worker.to_owned(), ..Default::default() };
    let answer = site.hub().workers.deregister_worker(request).await;
    answer.map(drop).map_err(|error| error.message.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_62_online_it_ends_with_all_it_runs_and_can_join_anew() {
    let site = Site::set().await;
    let machine = site.join().await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    open_terminal(&channel, "tab_one").await;
    let (worker, mark) = (machine.worker.to_string(), machine.program.mark().to_owned());
    let_go(&site, &worker).await.expect("ours");
    assert!(site.workers().await.is_empty(), "it is gone from the list at once");
    let (code, said) = machine.program.ends().await;
    assert_eq!(code, Some(0), "{said}");
    processes::gone(&mark).await;
    site.program.logs("worker has left", 1).await;
    assert_eq!(let_go(&site, &worker).await, Err("worker not found".to_owned()));
    let data = machine.home.path().join("data");
    assert!(!data.join("state.json").exists() && data.join("worker.db").exists());
    let (key, url) = (site.key().await, site.url());
    let words = ["worker", "--hub", &url, "--registration-key", &key.text];
    let program = spawn(&machine.home, &words, &[]);
    let again = crate::rig::Machine::joined(machine.home, program).await;
    assert_ne!(again.worker.to_string(), worker);
    again.program.stop().await;
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_63_offline_it_hears_of_it_when_it_comes_even_from_a_hub_that_was_killed() {
    let site = Site::set().await;
    let machine = site.join().await;
    machine.program.stop().await;
    let_go(&site, &machine.worker.to_string()).await.expect("ours");
    let site = site.killed_and_back().await;
    assert!(site.workers().await.is_empty());
    let url = site.url();
    let (code, said) = spawn(&machine.home, &["worker", "--hub", &url], &[]).ends().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("worker deregistered by owner"), "{said}");
    let (code, said) = spawn(&machine.home, &["worker", "--hub", &url], &[]).ends().await;
    assert!(code == Some(1) && said.contains("worker is unregistered"), "{said}");
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_45_a_hub_that_never_heard_of_it_ends_it_and_its_identity_is_kept() {
    let (site, other) = (Site::set().await, Site::set().await);
    let machine = site.join().await;
    machine.program.stop().await;
    let url = other.url();
    let (code, said) = spawn(&machine.home, &["worker", "--hub", &url], &[]).ends().await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("does not know this worker: this worker's credential is not valid"), "{said}");
    let data = machine.home.path().join("data");
    assert!(!data.join("state.json").exists() && data.join("state.json.refused").exists());
    // It was the wrong Hub: back to the right one.
    std::fs::rename(data.join("state.json.refused"), data.join("state.json")).expect("moved back");
    let url = site.url();
    let program = spawn(&machine.home, &["worker", "--hub", &url], &[]);
    let again = crate::rig::Machine::joined(home(), program).await;
    assert_eq!(again.worker, machine.worker);
    again.program.stop().await;
    site.program.stop().await;
    other.program.stop().await;
}
