//! The Worker is restarted while an agent works: the transcript says so, and the agent goes on when it is asked to.

use leapmux_integration::{Program, processes};
use leapmux_proto_worker::leapmux::worker::v1 as pb;

use crate::conversation::{Stage, View, open_agent, say};

/// Ends the program in the middle of a turn and looks at what is there afterwards; `told` is what the turn ended with.
async fn in_a_turn<F: Future>(end: impl FnOnce(Program) -> F, told: &str) {
    let stage = Stage::set().await;
    stage.make_pipe();
    let client = stage.client().await;
    open_agent(&client.channel).await;
    let mut view = View::after(&client.channel, 0).await;
    say(&client.channel, "wait for it").await;
    let queued = say(&client.channel, "say after it").await;
    view.until(|view| view.text().starts_with("Echo")).await;
    let stage = stage.again(end).await;
    // Nobody waits at it any more.
    std::fs::remove_file(stage.home.path().join("go")).expect("removed");
    let client = stage.client().await;
    let mut view = View::after(&client.channel, 0).await;
    // What waited is delivered, to a new process of the same conversation.
    view.until_turns(2).await;
    let ends: Vec<(&str, &str)> =
        view.turn_ends().into_iter().map(|end| (end.stop.as_str(), end.error.as_str())).collect();
    assert_eq!(ends, [("error", told), ("completed", "")]);
    assert!(view.text().ends_with("Echo of say after it"), "{}", view.text());
    let sent = pb::Delivery::Sent as i32;
    assert_eq!(view.messages(), [("wait for it", sent), ("say after it", sent)]);
    assert_eq!(say(&client.channel, "say after it").await, queued, "sent again, it is the same message");
    assert_eq!(stage.home.log("received.log"), ["wait for it", "say after it"], "each once");
    stage.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_in_a_turn_it_says_so_and_delivers_what_waited() {
    let stop = |program: Program| async move { processes::gone(&program.stop().await).await };
    in_a_turn(stop, "LeapMux was stopped while the agent worked").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_turn_it_says_so_and_delivers_what_waited() {
    let kill = |mut program: Program| async move {
        program.kill();
        processes::gone(&program.killed().await).await;
    };
    in_a_turn(kill, "LeapMux was restarted while the agent worked").await;
}
