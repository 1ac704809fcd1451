//! What a restart of the Worker leaves: the last screen, and a shell on Enter.

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::TerminalState;

use super::client::{Rig, request, tab};

#[tokio::test]
async fn after_a_restart_the_last_screen_is_there_and_enter_goes_on() {
    let (rig, id) = (Rig::new().await, tab(1));
    let dir = rig.home.path().join("project");
    std::fs::create_dir(&dir).expect("made");
    let opened = pb::OpenTerminalRequest { working_dir: dir.display().to_string(), ..request(&id) };
    rig.try_open(opened).await.expect("opened");
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    client.type_text("printf '\\e[31mred\\e[m\\n'; printf '\\e[?1049h\\e[?1000hfull'; sleep 1000\n").await;
    client.until_text("full").await;
    let had = client.have;
    let rig = rig.restarted().await;
    let mut client = rig.attach_as(&id, Some(had), crate::rpc::Role::Owner).await;
    client.until_state(TerminalState::Exited).await;
    assert_eq!((client.status.exit_code, client.redraws), (None, 1));
    assert!(client.raw.contains("31mred"), "{}", client.raw);
    assert!(client.raw.contains("[Worker disconnected - Press Enter to restart]"), "{}", client.raw);
    assert!(
        !client.raw.contains("\x1b[?1000h") && !client.raw.contains("\x1b[?1049h"),
        "modes of a program that is gone: {:?}",
        client.raw
    );
    rig.restart(&id).await.expect("restarted");
    client.until_prompt().await;
    client.raw.clear();
    client.type_text("pwd; exit\n").await;
    client.until_text(dir.to_str().expect("utf-8")).await;
    client.until_state(TerminalState::Exited).await;
    // A directory that is gone meanwhile.
    std::fs::remove_dir(&dir).expect("removed");
    rig.restart(&id).await.expect("restarted");
    client
        .until_text(&format!("[{} does not exist - started in {}]", dir.display(), rig.home.path().display()))
        .await;
    client.until_prompt().await;
    rig.close(&id).await;
}

#[tokio::test]
async fn an_exit_is_stored_as_it_was() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    client.type_text("exit 9\n").await;
    client.until_state(TerminalState::Exited).await;
    let rig = rig.restarted().await;
    let mut client = rig.attach(&id).await;
    client.until_state(TerminalState::Exited).await;
    assert_eq!(client.status.exit_code, Some(9));
    assert_eq!(client.raw.matches("Press Enter to restart").count(), 1, "{}", client.raw);
    rig.close(&id).await;
}

#[tokio::test]
async fn a_crash_costs_at_most_the_last_seconds() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    client.type_text("echo kept\n").await;
    client.until_text("kept\r\nready> ").await;
    let mut asking = tokio::time::interval(std::time::Duration::from_millis(50));
    let stored = async {
        loop {
            let row = crate::store::terminal::find(rig.services.store.db(), &id)
                .await
                .expect("read")
                .expect("a row");
            if String::from_utf8_lossy(&row.screen).contains("kept") {
                break row;
            }
            asking.tick().await;
        }
    };
    let row = tokio::time::timeout(super::client::PATIENCE, stored).await.expect("stored after some seconds");
    assert!(!row.ended);
    let rig = rig.crashed().await;
    let mut client = rig.attach(&id).await;
    client.until_text("[Worker disconnected - Press Enter to restart]").await;
    assert!(client.raw.contains("kept"), "{}", client.raw);
    rig.close(&id).await;
}
