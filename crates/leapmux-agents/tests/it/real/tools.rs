//! Tool calls: asked for, allowed, denied, and what they did.

use leapmux_transcript::{AgentState, Body, Role, ToolKind, ToolStatus};

use super::bench::{Bench, option_with, tool};
use super::kit::Kit;

pub async fn approve(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch made.txt && ls").await;
    let (id, permission) = view.asked().await;
    assert_eq!(permission.command, "touch made.txt && ls");
    assert_eq!(view.status.state, AgentState::Waiting);
    assert!(view.rows.contains_key(&permission.tool_item_id), "it is about a call: {permission:?}");
    let allow = option_with(&permission, Role::AllowOnce);
    assert!(view.answer(&id, &allow).await);
    assert!(!view.answer(&id, &option_with(&permission, Role::Deny)).await, "a second answer is not taken");
    view.until("the end", |view| view.turns() == 1).await;
    assert!(bench.lab.work().join("made.txt").exists());
    let call = tool(&view, ToolKind::Execute);
    assert_eq!((call.status, call.command.as_str()), (ToolStatus::Ok, "touch made.txt && ls"));
    assert!(call.output.contains("made.txt"), "{}", call.output);
    let Body::Permission(settled) = &view.rows[&id].body else { panic!("a permission") };
    assert_eq!(settled.resolution.as_ref().map(|resolution| resolution.role), Some(Role::AllowOnce));
    bench.done(view).await;
}

pub async fn nothing_printed(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch made.txt").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let call = tool(&view, ToolKind::Execute);
    assert_eq!((call.status, call.output.as_str()), (ToolStatus::Ok, ""), "notes to the model are no output");
    bench.done(view).await;
}

pub async fn deny(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch made.txt").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::Deny)).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert!(!bench.lab.work().join("made.txt").exists());
    assert_eq!(tool(&view, ToolKind::Execute).status, ToolStatus::Denied, "{}", view.draw());
    bench.done(view).await;
}

pub async fn allow_for_good(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch one.txt").await;
    let (id, permission) = view.asked().await;
    let always = permission.options.iter().find(|o| matches!(o.role, Role::AllowAlways | Role::AllowSession));
    view.answer(&id, &always.expect("an option").id).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    view.turn("RUN touch one.txt").await;
    assert_eq!(
        view.rows.values().filter(|row| matches!(row.body, Body::Permission(_))).count(),
        1,
        "{}",
        view.draw()
    );
    bench.done(view).await;
}

pub async fn write_and_edit(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("WRITE notes.txt one\\ntwo\nREAD notes.txt\nEDIT notes.txt two => three").await;
    for _ in 0..2 {
        let (id, permission) = view.asked().await;
        assert!(!permission.diffs.is_empty(), "the change is shown: {permission:?}");
        view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
        view.until("the next", |view| !view.status.pending_request_ids.contains(&id)).await;
    }
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert_eq!(std::fs::read_to_string(bench.lab.work().join("notes.txt")).expect("written"), "one\nthree");
    let call = tool(&view, ToolKind::Edit);
    assert_eq!(call.status, ToolStatus::Ok);
    let diff = call.diffs.first().expect("a diff");
    assert!(
        diff.unified.contains("+three")
            || diff.new_text.as_deref().is_some_and(|text| text.contains("three"))
    );
    assert!(tool(&view, ToolKind::Read).output.contains("two"));
    bench.done(view).await;
}
