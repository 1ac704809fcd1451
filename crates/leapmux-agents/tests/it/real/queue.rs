//! Messages sent while a turn runs.

use leapmux_agents::actor::Outgoing;
use leapmux_transcript::{AgentState, Body, Delivery, Role};

use super::bench::{Bench, option_with};
use super::kit::Kit;

pub async fn send_while_busy(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 30 50").await;
    view.until("text", |view| !view.text().is_empty()).await;
    let second = Outgoing { text: "SAY second".into(), client_id: "c2".into(), ..Outgoing::default() };
    let (row, delivery) = view.agent.send(second).await.expect("taken");
    assert_eq!(delivery, Delivery::Queued);
    let third = view.send("SAY third").await;
    view.until("all", |view| view.text().ends_with("third") && view.status.state == AgentState::Idle).await;
    let at = |row: &str| view.rows[row].position;
    assert!(at(&row) < at(&third));
    let text = view.text();
    assert!(text.find("word30") < text.find("second") && text.find("second") < text.find("third"), "{text}");
    for row in [&row, &third] {
        let Body::UserMessage(message) = &view.rows[row].body else { panic!("a message") };
        assert!(matches!(message.delivery, Delivery::Sent | Delivery::Folded), "{:?}", message.delivery);
    }
    bench.done(view).await;
}

pub async fn steer(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN sleep 1; touch q").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
    let row = view.send("SAY folded in").await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let Body::UserMessage(message) = &view.rows[&row].body else { panic!("a message") };
    assert_eq!(message.delivery, Delivery::Folded, "{}", view.draw());
    bench.done(view).await;
}

pub async fn take_a_message_back(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 40 50").await;
    view.until("text", |view| !view.text().is_empty()).await;
    let row = view.send("SAY never said").await;
    view.agent.drop_message(row.clone()).await.expect("dropped");
    view.until("it is gone", |view| !view.rows.contains_key(&row)).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    view.turn("SAY next").await;
    assert!(!view.text().contains("never said"), "{}", view.draw());
    bench.done(view).await;
}
