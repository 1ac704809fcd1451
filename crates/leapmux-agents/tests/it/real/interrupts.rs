//! Interrupts: of streams, tools, requests, and with messages waiting.

use leapmux_transcript::{AgentState, Body, Role, Stop, ToolKind, ToolStatus};

use super::bench::{Bench, option_with, tool, turn_end};
use super::kit::Kit;

pub async fn interrupt_a_stream(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 400 50").await;
    view.until("text", |view| view.text().contains("word3")).await;
    view.agent.interrupt().await.expect("taken");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert_eq!(turn_end(&view).stop, Stop::Cancelled);
    assert!(view.text().contains("word3"), "what was said stays");
    assert!(!view.status.interrupting);
    view.turn("SAY still here").await;
    assert!(view.text().ends_with("still here"));
    bench.done(view).await;
}

pub async fn interrupt_at_once(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY warm").await;
    view.send("SLOW 400 50").await;
    view.agent.interrupt().await.expect("taken");
    view.until("the end", |view| view.turns() == 2 && view.status.state == AgentState::Idle).await;
    assert_eq!(turn_end(&view).stop, Stop::Cancelled, "{}", view.draw());
    view.turn("SAY still here").await;
    assert!(view.text().ends_with("still here"), "{}", view.draw());
    bench.done(view).await;
}

pub async fn interrupt_a_tool(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch started && sleep 30").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
    let started = bench.lab.work().join("started");
    while !started.exists() {
        tokio::task::yield_now().await;
    }
    view.agent.interrupt().await.expect("taken");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert_eq!(turn_end(&view).stop, Stop::Cancelled);
    assert_eq!(tool(&view, ToolKind::Execute).status, ToolStatus::Cancelled, "{}", view.draw());
    bench.done(view).await;
}

pub async fn interrupt_a_request(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch x.txt").await;
    let (id, permission) = view.asked().await;
    view.agent.interrupt().await.expect("taken");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let Body::Permission(settled) = &view.rows[&id].body else { panic!("a permission") };
    assert!(settled.resolution.as_ref().is_some_and(|resolution| resolution.withdrawn));
    assert!(!view.answer(&id, &option_with(&permission, Role::AllowOnce)).await);
    view.turn("SAY still here").await;
    assert!(view.text().ends_with("still here"), "{}", view.draw());
    bench.done(view).await;
}

pub async fn interrupt_with_a_queue(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 400 50").await;
    view.until("text", |view| !view.text().is_empty()).await;
    view.send("SAY afterwards").await;
    view.agent.interrupt().await.expect("taken");
    view.until("the next turn", |view| {
        view.text().ends_with("afterwards") && view.status.state == AgentState::Idle
    })
    .await;
    assert!(view.rows.values().all(|row| !row.open), "{}", view.draw());
    bench.done(view).await;
}
