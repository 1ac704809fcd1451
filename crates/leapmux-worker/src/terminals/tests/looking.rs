//! Clients that come, go, look on and answer.

use leapmux_proto_worker::leapmux::worker::v1 as pb;

use super::client::{Rig, tab, workspace};
use crate::rpc::{Role, RpcCode};

/// A program that asks where its cursor is and says what it was told.
const ASK: &str =
    "stty -echo; printf '\\e[6n'; IFS= read -rs -d R -t 5 at; echo \"at ${at#*[}.\"; stty echo\n";

#[tokio::test]
async fn a_client_that_comes_back_is_caught_up_or_redrawn() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut first = rig.attach(&id).await;
    first.until_prompt().await;
    let mut other = rig.attach(&id).await;
    first.type_text("for i in $(seq 30); do echo \"line $i\"; done; echo en''d\n").await;
    first.until_text("end\r\n").await;
    first.until("a prompt", |client| client.raw.ends_with("ready> ")).await;
    other.until("all of it", |other| other.have == first.have).await;
    assert_eq!(other.drawn(), first.drawn());
    let left_at = other.have;
    drop(other);
    first
        .type_text("clear; printf '\\e[?1049h\\e[2;3H\\e[31mfull screen'; read; printf '\\e[?1049l'\n")
        .await;
    first.until_text("full screen").await;
    let mut resumed = rig.attach_as(&id, Some(left_at), Role::Owner).await;
    let mut redrawn = rig.attach(&id).await;
    redrawn.until("a redraw", |client| client.have == first.have).await;
    assert_eq!((redrawn.drawn(), redrawn.redraws), (first.drawn(), 1));
    resumed.until("the rest", |client| client.have == first.have).await;
    assert_eq!(resumed.redraws, 0);
    first.type_text("\n").await;
    first.until("a prompt", |client| client.raw.ends_with("ready> ")).await;
    redrawn.until("the main screen", |client| client.have == first.have).await;
    assert_eq!(redrawn.drawn(), first.drawn());
    rig.close(&id).await;
}

#[tokio::test]
async fn programs_are_answered_once_by_the_screen_or_by_who_types() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut client = rig.attach(&id).await;
    client.until_prompt().await;
    // Somebody looks: the screen says nothing, the views do, and of two only the one whose person types is heard.
    let mut second = rig.attach(&id).await;
    second.resize(80, 24).await;
    client.type_text(ASK).await;
    client.until_text("\x1b[6n").await;
    second.type_text("\x1b[9;99R").await;
    client.type_text("\x1b[7;77R").await;
    client.until_text("at 7;77.").await;
    drop(second);
    let from = client.have;
    // Nobody looks: the screen answers.
    client.type_text(&format!("sleep 0.2; clear; {ASK}")).await;
    client.events.hang_up();
    let mut again = rig.attach_as(&id, None, Role::Reader).await;
    again.until_text("at ").await;
    again.until("the answer", |client| client.raw.contains("at 1;1.")).await;
    // Who comes back now must not see the question again.
    let mut resumed = rig.attach_as(&id, Some(from), Role::Owner).await;
    resumed.until("a redraw", |client| client.redraws == 1).await;
    rig.close(&id).await;
}

#[tokio::test]
async fn readers_look_on_and_cannot_type() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut reader = rig.attach_as(&id, None, Role::Reader).await;
    reader.until_prompt().await;
    let mut typing = rig.call_as("terminal.Input", Role::Reader);
    typing.send(&pb::TerminalInput { tab_id: id.to_string(), ..Default::default() }).await;
    let refused = typing.next().await.expect("an end").expect_err("refused");
    assert_eq!(refused.code, RpcCode::PermissionDenied);
    let mut opening = rig.call_as("terminal.Open", Role::Reader);
    let request =
        pb::OpenTerminalRequest { workspace_id: workspace().to_string(), ..super::client::request(&tab(2)) };
    opening.send(&request).await;
    assert_eq!(opening.next().await.expect("an end").expect_err("refused").code, RpcCode::PermissionDenied);
    rig.close(&id).await;
}

#[tokio::test]
async fn others_hear_of_sizes_bells_and_titles() {
    let (rig, id) = (Rig::new().await, tab(1));
    rig.open(&id).await;
    let mut client = rig.attach(&id).await;
    let mut other = rig.attach(&id).await;
    client.until_prompt().await;
    other.until_prompt().await;
    client.resize(90, 30).await;
    other
        .until("the new size", |other| leapmux_pty::screen::ScreenModel::size(&other.screen) == (90, 30))
        .await;
    assert_eq!(other.redraws, 1);
    client.type_text("printf '\\a\\e]0;from a program\\a'\n").await;
    other.until("the title", |other| other.title == "from a program" && other.bells == 1).await;
    assert_eq!(rig.services.tabs.get(&id).map(|tab| tab.attention), Some(1));
    let title = async |wanted: &str| {
        let mut changes = rig.services.tabs.watch();
        while rig.services.tabs.get(&id).is_some_and(|tab| tab.title != wanted) {
            changes.recv().await.expect("changes");
        }
    };
    tokio::time::timeout(super::client::PATIENCE, title("from a program")).await.expect("the tab is renamed");
    let rename = async |title: &str| {
        let mut rename = rig.call("tab.Rename");
        rename
            .send(&pb::RenameTabRequest { tab_id: id.to_string(), title: title.into(), ..Default::default() })
            .await;
        rename.message::<pb::RenameTabResponse>().await.map(|renamed| renamed.title)
    };
    assert_eq!(rename("mine").await.as_deref(), Ok("mine"));
    client.type_text("printf '\\e]0;again\\a'\n").await;
    client.until("the view's title", |client| client.title == "again").await;
    assert_eq!(rig.services.tabs.get(&id).map(|tab| tab.title).as_deref(), Some("mine"));
    assert_eq!(rename("").await.as_deref(), Ok("again"));
    rig.close(&id).await;
}
