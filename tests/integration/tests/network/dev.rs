//! Hub and Worker in one process, with accounts.

use leapmux_client::{Hub, HubTarget, OpenOptions};
use leapmux_integration::LINKED;
use leapmux_proto_hub::leapmux::hub::v1 as hub;

use crate::rig::{PASSWORD, Site, dialer, home, make_workspace, open_terminal, port, spawn, type_in};

#[tokio::test(flavor = "multi_thread")]
async fn wrk_80_to_82_the_worker_is_the_first_administrators_and_stays() {
    let home = home();
    let mut program = spawn(&home, &["dev", "--listen", "127.0.0.1:0"], &[]);
    let at = port(&program.says("LeapMux is at ").await);
    program
        .logs("dev mode: deferring worker auto-registration until first admin signs up via /setup", 1)
        .await;
    let target = HubTarget::sign_up(dialer(at), "ada", PASSWORD).await.expect("the first account");
    program.logs(LINKED, 1).await;
    let site = Site { home, program, port: at, target, options: OpenOptions::local() };
    make_workspace(&site.hub()).await;
    let workers = site.workers().await;
    assert!(workers.len() == 1 && workers[0].local && workers[0].online, "{workers:?}");
    let worker = workers[0].worker_id.parse().expect("an id");
    let (_leg, channel) = site.channel(&worker).await;
    let mut terminal = open_terminal(&channel, "tab_one").await;
    type_in(&channel, "tab_one", "echo $((6*7))-there\r").await;
    terminal.until("42-there").await;
    let request = hub::DeregisterWorkerRequest { worker_id: worker.to_string(), ..Default::default() };
    let refused = site.hub().workers.deregister_worker(request).await.expect_err("it is bundled");
    assert_eq!(refused.message.as_deref(), Some("the bundled local worker cannot be deregistered"));
    site.program.stop().await;
    let mut program = spawn(&site.home, &["dev", "--listen", "127.0.0.1:0"], &[]);
    let at = port(&program.says("LeapMux is at ").await);
    program.logs(LINKED, 1).await;
    let target = HubTarget::sign_in(dialer(at), "ada", PASSWORD).await.expect("known");
    let hub = Hub::new(target.clone()).expect("a client");
    let site = Site { program, port: at, target, ..site };
    assert_eq!(site.workers().await[0].worker_id, worker.to_string(), "the same one");
    assert!(hub.user().await.expect("signed in").user.as_option().is_some());
    site.program.stop().await;
}
