//! Talking: text, thinking, to-dos, commands, files and subagents.

use leapmux_agents::Upload;
use leapmux_agents::actor::Outgoing;
use leapmux_transcript::{AgentState, Body, Stop, TodoStatus, ToolKind, ToolStatus};

use super::bench::{Bench, tool, turn_end};
use super::kit::Kit;

pub async fn hello(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    assert_eq!(view.status.cli_version, kit.version);
    assert!(
        view.status.option("model").is_some_and(|group| group.values.len() > 1),
        "{:?}",
        view.status.options
    );
    view.turn("SAY hello world").await;
    assert_eq!(view.text(), "hello world");
    assert_eq!(turn_end(&view).stop, Stop::Completed);
    assert!(!view.status.native_session_id.is_empty());
    assert!(!view.status.commands.is_empty(), "no slash commands");
    assert!(turn_end(&view).usage.output_tokens.is_some() || view.status.usage.output_tokens.is_some());
    assert!(
        bench.lab.seen.all().iter().any(|(state, _, attention)| *state == AgentState::Idle && *attention)
    );
    bench.done(view).await;
}

pub async fn stream(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 100 50").await;
    view.until("the first words", |view| view.text().contains("word3")).await;
    assert_eq!(view.turns(), 0, "it is shown as it is said");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert_eq!(view.text().split_whitespace().count(), 100);
    view.turn("BIG 400").await;
    assert!(view.text().len() > 400 * 1024, "{} bytes", view.text().len());
    bench.done(view).await;
}

pub async fn thinking(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("THINK let me consider\nSAY it is 4").await;
    let thought = view.last(|body| if let Body::Thinking(block) = body { Some(block) } else { None });
    assert_eq!(thought.map(|block| block.text.as_str()), Some("let me consider"), "{}", view.draw());
    assert_eq!(view.text(), "it is 4");
    bench.done(view).await;
}

pub async fn todo(kit: &Kit, bench: Bench) {
    if !kit.todos {
        return;
    }
    let mut view = bench.open().await;
    view.turn("TODO write code; test it").await;
    let todos: Vec<_> = view.status.todos.iter().map(|todo| (todo.text.as_str(), todo.status)).collect();
    assert_eq!(todos, [("write code", TodoStatus::InProgress), ("test it", TodoStatus::Pending)]);
    bench.done(view).await;
}

pub async fn slash_command(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY hi").await;
    let command = if kit.id == "claude" { "/context" } else { "/nosuchcommand" };
    view.turn(command).await;
    let Body::UserMessage(message) =
        view.last(|body| matches!(body, Body::UserMessage(_)).then_some(body)).expect("a row")
    else {
        panic!("a message")
    };
    assert_eq!(message.text, command, "it reaches the agent as it is");
    bench.done(view).await;
}

pub async fn attachment(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    let upload = Upload {
        name: "note.txt".into(),
        media_type: "text/plain".into(),
        data: b"the word is pear".to_vec(),
    };
    let message = Outgoing { text: "SAY got it".into(), uploads: vec![upload], ..Outgoing::default() };
    view.agent.send(message).await.expect("taken");
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert_eq!(view.text(), "got it", "{}", view.draw());
    let message = view.last(|body| if let Body::UserMessage(message) = body { Some(message) } else { None });
    assert_eq!(
        message.map(|message| (message.attachments[0].name.as_str(), message.attachments[0].size)),
        Some(("note.txt", 16))
    );
    bench.done(view).await;
}

pub async fn subagent(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("TASK RUN echo from-subagent\\nSAY sub done").await;
    view.until("the agent's own turn", |view| view.turns() == 2 && view.status.state == AgentState::Idle)
        .await;
    let below = view.rows.values().filter(|row| !row.scope.is_empty()).collect::<Vec<_>>();
    assert!(
        below
            .iter()
            .any(|row| matches!(&row.body, Body::Tool(call) if call.output.contains("from-subagent"))),
        "{}",
        view.draw()
    );
    let task = tool(&view, ToolKind::Task);
    assert_eq!((task.status, task.output.as_str()), (ToolStatus::Ok, "sub done"));
    bench.done(view).await;
}
