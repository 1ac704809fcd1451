//! Bytes that are no UTF-8: passed on where bytes are meant, refused with a sentence where text is, shown as such in names.

use leapmux_client::{CallError, Class};
use leapmux_integration::TestSolo;
use leapmux_proto_worker::leapmux::worker::v1 as pb;

use crate::terminal::{Window, open, workspace};

/// Field 1, a string of two bytes that are no text.
const NO_TEXT: &[u8] = b"\x0a\x02\xff\xfe";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_no_text_is_refused_and_the_channel_goes_on() {
    let solo = TestSolo::start().await;
    let channel = solo.channel().await;
    for method in ["file.ListDirectory", "terminal.Open", "agent.Send", "tab.Rename"] {
        let mut call = channel.stream(Class::Normal, method).await.expect("a call");
        call.send_bytes(NO_TEXT.into()).await.expect("sent");
        call.finish().expect("open");
        match call.next_bytes().await.expect_err("refused") {
            CallError::Status { status: 3, message } => {
                assert!(message.starts_with("The request cannot be read"), "{message}")
            }
            other => panic!("{method}: {other:?}"),
        }
    }
    let _: pb::SystemInfoResponse =
        channel.call("system.Info", &pb::SystemInfoRequest::default()).await.expect("still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_passes_every_byte_both_ways() {
    let solo = TestSolo::start().await;
    let workspace = workspace(&solo).await;
    let channel = solo.channel().await;
    open(&channel, &workspace, "tab_bytes").await;
    let mut window = Window::ready(&channel, "tab_bytes").await;
    window.type_in("printf '\\377\\376\\303('; echo; echo out''-done\r").await;
    window.until("out-done").await;
    assert!(window.bytes.windows(4).any(|bytes| bytes == b"\xff\xfe\xc3("), "{:?}", window.seen);
    window.type_in("head -c 4 | od -An -tx1; echo in''-done\r").await;
    window.type_bytes(b"\xff\xfe\xc3\r").await;
    window.until("in-done").await;
    assert!(window.seen.contains("ff fe c3 0a"), "{}", window.seen);
    let close = pb::CloseTabRequest { tab_id: "tab_bytes".to_owned(), ..Default::default() };
    let _: pb::CloseTabResponse = channel.call("tab.Close", &close).await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn a_name_that_is_no_text_is_shown_and_cannot_be_opened() {
    use std::os::unix::ffi::OsStrExt;
    let solo = TestSolo::start().await;
    let channel = solo.channel().await;
    let folder = solo.data_dir().join("folder");
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9");
    std::fs::create_dir_all(folder.join(odd)).expect("made");
    let list = |path: String| pb::ListDirectoryRequest { path, ..Default::default() };
    let listed: pb::ListDirectoryResponse =
        channel.call("file.ListDirectory", &list(folder.display().to_string())).await.expect("listed");
    assert_eq!(listed.entries[0].name, "caf\u{fffd}");
    let asked = folder.join(&listed.entries[0].name).display().to_string();
    let refused = channel.call::<_, pb::ListDirectoryResponse>("file.ListDirectory", &list(asked)).await;
    match refused.expect_err("nothing has this name") {
        CallError::Status { status: 9, message } => {
            assert!(message.starts_with("Its name is not UTF-8"), "{message}")
        }
        other => panic!("{other:?}"),
    }
}
