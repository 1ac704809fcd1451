//! Questions and plans: what is answered reaches the model.

use leapmux_agents::actor::Response;
use leapmux_transcript::{AgentState, PermissionKind, QuestionAnswer, Role};

use super::bench::{Bench, option_with};
use super::kit::Kit;

pub async fn question(kit: &Kit, bench: Bench) {
    if !kit.questions {
        return;
    }
    let mut view = bench.open().await;
    view.send("ASK Which color? | Red | Blue").await;
    view.until("a question", |view| view.question().is_some()).await;
    let (id, question) =
        view.question().map(|(id, question)| (id, question.questions[0].clone())).expect("just seen");
    assert_eq!(question.text, "Which color?");
    let blue = question.options.iter().find(|option| option.label == "Blue").expect("an option");
    let answer = QuestionAnswer {
        question_id: question.id.clone(),
        option_ids: vec![blue.id.clone()],
        text: String::new(),
    };
    let response = Response { item: id, answers: vec![answer], ..Response::default() };
    assert!(view.agent.respond(response).await.expect("taken").0);
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert!(view.text().contains("Blue"), "the model knows the answer: {}", view.text());
    view.send("ASK Again? | Yes | No").await;
    view.until("a question", |view| view.question().is_some()).await;
    let (id, _) = view.question().expect("just seen");
    view.agent.respond(Response { item: id, ..Response::default() }).await.expect("dismissed");
    view.until("the end", |view| view.turns() == 2 && view.status.state == AgentState::Idle).await;
    bench.done(view).await;
}

pub async fn plan(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.agent.set_option("permissionMode".into(), "plan".into()).await.expect("set");
    view.send("WRITE $PLAN # Plan\\n1. do a\nPLAN").await;
    let (id, permission) = view.asked().await;
    assert_eq!((permission.kind, permission.plan.as_str()), (PermissionKind::Plan, "# Plan\n1. do a"));
    let response = Response {
        item: id,
        option: option_with(&permission, Role::Deny),
        feedback: "Add a test step".into(),
        ..Response::default()
    };
    view.agent.respond(response).await.expect("taken");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert!(view.text().contains("Add a test step"), "the model knows why: {}", view.text());
    assert_eq!(view.status.option("permissionMode").map(|group| group.current.as_str()), Some("plan"));
    view.send("PLAN").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
    view.until("the end", |view| view.turns() == 2 && view.status.state == AgentState::Idle).await;
    assert_eq!(view.status.option("permissionMode").map(|group| group.current.as_str()), Some("default"));
    bench.done(view).await;
}

pub async fn plan_in_a_new_conversation(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.agent.set_option("permissionMode".into(), "plan".into()).await.expect("set");
    view.send("WRITE $PLAN SAY carried out\nPLAN").await;
    let (id, permission) = view.asked().await;
    let session = view.status.native_session_id.clone();
    let option = option_with(&permission, Role::AllowOnce);
    let response = Response { item: id, option, clear_context: true, ..Response::default() };
    view.agent.respond(response).await.expect("taken");
    view.until("the new conversation", |view| view.turns() == 2 && view.status.state == AgentState::Idle)
        .await;
    assert_ne!(view.status.native_session_id, session);
    assert!(view.text().ends_with("carried out"), "{}", view.draw());
    assert_eq!(view.status.option("permissionMode").map(|group| group.current.as_str()), Some("default"));
    bench.done(view).await;
}
