//! Starting, stopping, starting again: what survives and what is refused.

use leapmux_channel::Code;
use leapmux_client::ClientError;
use leapmux_integration::{TestSolo, settings};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_solo::Solo;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_the_workers_identity_and_its_pin() {
    let solo = TestSolo::start().await;
    let (worker, channel) = (solo.worker().clone(), solo.channel().await);
    let closing = tokio::spawn(async move { channel.closed().await });
    let solo = solo.restart().await;
    match closing.await.expect("it ends") {
        ClientError::Closed(closed) => {
            assert!([Code::GOING_AWAY, Code::CHANNEL_LOST].contains(&closed.code), "{closed}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(solo.worker(), &worker);
    // The same pin store: another identity would be refused.
    let channel = solo.channel().await;
    let _: pb::SystemInfoResponse =
        channel.call("system.Info", &pb::SystemInfoRequest::default()).await.expect("told");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_files_are_named_and_left_alone() {
    for (file, sentence) in [
        ("worker/state.json", "state.json is damaged"),
        ("worker/worker.db", "worker.db is damaged"),
        ("hub/hub.db", "hub.db"),
    ] {
        let directory = TestSolo::start().await.stop().await;
        let path = directory.path().join(file);
        let damage = b"not at all what LeapMux wrote here, and long enough to be looked at as a header of a hundred bytes.....";
        std::fs::write(&path, damage).expect("written");
        let refused = Solo::start(settings(directory.path())).await.err().expect(file).to_string();
        assert!(refused.contains(sentence), "{file}: {refused}");
        assert_eq!(std::fs::read(&path).expect("still there"), damage);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_found_at_the_start() {
    for file in ["worker/worker.db", "hub/hub.db"] {
        let directory = TestSolo::start().await.stop().await;
        let path = directory.path().join(file);
        let mut bytes = std::fs::read(&path).expect("read");
        bytes[4096..8192].fill(0xaa);
        std::fs::write(&path, &bytes).expect("written");
        let refused = Solo::start(settings(directory.path())).await.err().expect(file).to_string();
        assert!(refused.contains("is damaged") && refused.contains("estore it from a backup"), "{refused}");
        assert_eq!(std::fs::read(&path).expect("still there"), bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    std::fs::write(&file, "").expect("written");
    let refused = Solo::start(settings(&file)).await.err().expect("no directory").to_string();
    assert!(refused.contains("file"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_with_its_remedy() {
    let solo = TestSolo::start().await;
    let directory = tempfile::tempdir().expect("a directory");
    let mut taken = settings(directory.path());
    taken.listen = solo.url().trim_start_matches("http://").parse().expect("an address");
    let refused = Solo::start(taken).await.err().expect("taken").to_string();
    assert!(refused.contains("address already in use") && refused.contains("--listen"), "{refused}");
}
