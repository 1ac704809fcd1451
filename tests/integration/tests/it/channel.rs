//! The encrypted channel from a client through Hub and link to the Worker's services.

use leapmux_channel::Code;
use leapmux_client::{CallError, Channel, ClientError};
use leapmux_integration::TestSolo;
use leapmux_proto_worker::leapmux::worker::v1 as pb;

use crate::terminal::{Window, open, workspace};

fn list(path: &std::path::Path) -> pb::ListDirectoryRequest {
    pb::ListDirectoryRequest { path: path.to_string_lossy().into_owned(), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_lists_a_directory() {
    let solo = TestSolo::start().await;
    let channel = solo.channel().await;
    let listed: pb::ListDirectoryResponse =
        channel.call("file.ListDirectory", &list(solo.data_dir())).await.expect("listed");
    let names: Vec<&str> = listed.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["hub", "worker"]);
    let info: pb::SystemInfoResponse =
        channel.call("system.Info", &pb::SystemInfoRequest::default()).await.expect("told");
    assert_eq!((info.os.as_str(), info.version.as_str()), (std::env::consts::OS, env!("CARGO_PKG_VERSION")));
    let shells: pb::ListShellsResponse =
        channel.call("system.ListShells", &pb::ListShellsRequest::default()).await.expect("told");
    assert!(shells.shells.contains(&shells.default_shell));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_worker_does_not_know_is_unimplemented() {
    let solo = TestSolo::start().await;
    let channel = solo.channel().await;
    let refused =
        channel.call::<_, pb::SystemInfoResponse>("file.Burn", &pb::SystemInfoRequest::default()).await;
    assert_eq!(refused.expect_err("unknown").status(), Some(12));
    let missing = solo.data_dir().join("none");
    let refused = channel.call::<_, pb::ListDirectoryResponse>("file.ListDirectory", &list(&missing)).await;
    match refused.expect_err("missing") {
        CallError::Status { status: 5, message } => {
            assert!(message.starts_with("No such directory"), "{message}")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_claims_to_be_somebody_else_is_thrown_out() {
    let solo = TestSolo::start().await;
    let leg = solo.leg().await;
    let claimed = "usr_somebody".to_owned();
    let refused = Channel::open_as(solo.hub(), &leg, solo.worker(), solo.options(), claimed).await;
    match refused.expect_err("thrown out") {
        ClientError::Closed(closed) => assert_eq!((closed.code, closed.by_peer), (Code::AUTH_FAILED, true)),
        other => panic!("{other:?}"),
    }
    // The leg itself is fine.
    solo.open(&leg).await.expect("the true user is let in");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_have_channels_of_their_own() {
    let solo = TestSolo::start().await;
    let (one, two) = (solo.channel().await, solo.channel().await);
    assert_ne!(one.handshake_hash(), two.handshake_hash());
    let leg = solo.leg().await;
    let third = solo.open(&leg).await.expect("opened");
    let fourth = solo.open(&leg).await.expect("two on one leg");
    one.close();
    assert!(matches!(one.closed().await, ClientError::Closed(_)));
    for channel in [&two, &third, &fourth] {
        let listed =
            channel.call::<_, pb::ListDirectoryResponse>("file.ListDirectory", &list(solo.data_dir())).await;
        assert_eq!(listed.expect("still open").entries.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_while_keys_change() {
    let solo = TestSolo::start().await;
    let channel = solo.channel().await;
    let request = list(solo.data_dir());
    for _ in 0..3 {
        channel.rekey();
        for _ in 0..20 {
            let listed: pb::ListDirectoryResponse =
                channel.call("file.ListDirectory", &request).await.expect("listed");
            assert_eq!(listed.entries.len(), 2);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_vanishes_mid_stream_leaves_nothing_behind() {
    let solo = TestSolo::start().await;
    let leg = solo.leg().await;
    let channel = solo.open(&leg).await.expect("opened");
    let mut watch = channel.watch("tab.Watch", &pb::WatchTabsRequest::default()).await.expect("started");
    let first: pb::WatchTabsEvent = watch.next().await.expect("open").expect("a snapshot");
    assert!(matches!(first.event, Some(pb::watch_tabs_event::Event::Snapshot(_))));
    assert_eq!(solo.tab_watchers(), 1);
    let workspace = workspace(&solo).await;
    open(&channel, &workspace, "tab_flood").await;
    let mut window = Window::ready(&channel, "tab_flood").await;
    window.type_in("mine=kept; yes flood | head -c 5000000; echo it is o''ver\r").await;
    window.until("flood\r\nflood").await;
    leg.vanish();
    // What was on the way before it is heard first.
    let end = loop {
        match watch.next_bytes().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(matches!(end, Err(CallError::ChannelLost)), "{end:?}");
    drop(channel);
    solo.without_channels().await;
    assert_eq!(solo.tab_watchers(), 0);
    let again = solo.channel().await;
    let listed =
        again.call::<_, pb::ListDirectoryResponse>("file.ListDirectory", &list(solo.data_dir())).await;
    assert_eq!(listed.expect("a second client is not disturbed").entries.len(), 2);
    // The shell never noticed, and its output is there.
    let mut window = Window::attach(&again, "tab_flood").await;
    window.until("it is over").await;
    window.type_in("echo $mine-$((6*7))\r").await;
    window.until("kept-42").await;
    let close = pb::CloseTabRequest { tab_id: "tab_flood".to_owned(), ..Default::default() };
    let _: pb::CloseTabResponse = again.call("tab.Close", &close).await.expect("closed");
}
