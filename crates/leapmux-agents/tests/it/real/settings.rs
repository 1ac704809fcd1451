//! Options changed while the agent lives.

use leapmux_agents::actor::AgentError;
use leapmux_transcript::{AgentState, Body, NoticeKind};

use super::bench::Bench;
use super::kit::Kit;
use crate::lab::View;

pub async fn settings(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY before").await;
    let current =
        |view: &View, id: &str| view.status.option(id).map(|group| group.current.clone()).unwrap_or_default();
    view.agent.set_option("model".into(), kit.other_model.into()).await.expect("set");
    view.until("idle", |view| {
        view.status.state == AgentState::Idle && current(view, "model") == kit.other_model
    })
    .await;
    let (id, value) = kit.other_option;
    view.agent.set_option(id.into(), value.into()).await.expect("set");
    view.until("idle", |view| view.status.state == AgentState::Idle && current(view, id) == value).await;
    let refused = view.agent.set_option(id.into(), "no-such-value".into()).await.expect_err("unknown");
    assert!(matches!(refused, AgentError::Invalid(_)), "{refused}");
    view.turn("SAY after").await;
    assert!(view.text().ends_with("after"));
    let notices = view.rows.values().filter_map(|row| match &row.body {
        Body::Notice(notice) if notice.notice == NoticeKind::Settings => Some(notice.text.as_str()),
        _ => None,
    });
    let notices: Vec<&str> = notices.collect();
    assert!(
        notices.len() == 1 && notices[0].matches(" → ").count() == 2,
        "one row tells of both: {notices:?}"
    );
    let models: Vec<String> =
        bench.model.requests().iter().filter_map(|r| r["model"].as_str().map(str::to_owned)).collect();
    let wanted = kit.other_model.rsplit('/').next().unwrap_or_default();
    assert!(models.iter().any(|model| model.contains(wanted)), "{wanted} in {models:?}");
    bench.done(view).await;
}

pub async fn effort(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    for value in ["high", "auto"] {
        assert!(!view.agent.set_option("effort".into(), value.into()).await.expect("set"), "no restart");
        view.until(value, |view| view.status.option("effort").is_some_and(|group| group.current == value))
            .await;
    }
    view.agent.set_option("effort".into(), "high".into()).await.expect("set");
    view.agent.set_option("model".into(), "sonnet".into()).await.expect("set");
    view.until("auto", |view| view.status.option("effort").is_some_and(|group| group.current == "auto"))
        .await;
    bench.done(view).await;
}

pub async fn fast_mode_and_output_style(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY hi").await;
    assert!(!view.agent.set_option("fastMode".into(), "on".into()).await.expect("set"), "no restart");
    view.turn("SAY fast").await;
    assert_eq!(view.status.option("fastMode").map(|group| group.current.as_str()), Some("on"));
    let restarted = view.agent.set_option("outputStyle".into(), "Explanatory".into()).await.expect("set");
    assert!(restarted, "the next process has it");
    view.until("idle", |view| view.status.state == AgentState::Idle).await;
    view.turn("RECALL").await;
    assert!(view.text().contains("SAY hi"), "the conversation goes on: {}", view.draw());
    let current = |id| view.status.option(id).map(|group| group.current.as_str());
    assert_eq!((current("fastMode"), current("outputStyle")), (Some("on"), Some("Explanatory")));
    bench.done(view).await;
}
