//! Programs that are missing, broken, silent, or not agents at all: each ends in a sentence for the user and nothing is lost.

use std::time::Duration;

use leapmux_agents::actor::{AgentError, Outgoing};
use leapmux_agents::journal::Anchor;
use leapmux_transcript::{AgentState, Body, Delivery, MAX_TEXT, NoticeLevel, Stop};

use crate::lab::{Lab, View};

/// A stand-in that speaks just enough of the protocol. `turn` is what it does with each message.
fn agent(turn: &str) -> String {
    format!(
        r#"#!/usr/bin/env python3
import json, os, sys, time
if "--version" in sys.argv:
    print("9.9.9"); sys.exit()
def out(value):
    sys.stdout.write(json.dumps(value) + "\n"); sys.stdout.flush()
def result(id, value):
    out({{"jsonrpc": "2.0", "id": id, "result": value}})
def update(value):
    out({{"jsonrpc": "2.0", "method": "session/update", "params": {{"sessionId": "s1", "update": value}}}})
def say(text):
    update({{"sessionUpdate": "agent_message_chunk", "content": {{"type": "text", "text": text}}}})
def turn(id, text):
{}
for line in sys.stdin:
    message = json.loads(line)
    method, id = message.get("method"), message.get("id")
    if method == "initialize":
        result(id, {{"protocolVersion": 1, "agentCapabilities": {{"loadSession": True}}, "agentInfo": {{"name": "x", "version": "9.9.9"}}}})
    elif method in ("session/new", "session/load"):
        result(id, {{"sessionId": "s1", "models": {{"currentModelId": "m", "availableModels": [{{"modelId": "m", "name": "M"}}]}}}})
    elif method == "session/prompt":
        turn(id, message["params"]["prompt"][0]["text"])
"#,
        turn.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    )
}

const ECHO: &str = "say(text)\nresult(id, {'stopReason': 'end_turn'})";

async fn failed(lab: &Lab) -> (View, String) {
    let mut view = lab.open().await;
    view.until_state(AgentState::StartFailed).await;
    let failure = view.status.failure.clone();
    (view, failure)
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let mut lab = Lab::new("reasonix");
    lab.set("PATH", "/nowhere");
    let (view, failure) = failed(&lab).await;
    assert!(failure.contains("Reasonix is not installed") && failure.contains("`reasonix`"), "{failure}");
    let message = Outgoing { text: "hi".into(), ..Outgoing::default() };
    let refused = view.agent.send(message).await.expect_err("it did not start");
    assert!(
        matches!(&refused, AgentError::Refused(why) if why.contains("Reasonix failed to start")),
        "{refused}"
    );
    assert!(lab.seen.all().iter().any(|(state, text, attention)| {
        *state == AgentState::StartFailed && text.contains("not installed") && *attention
    }));
}

#[tokio::test]
async fn a_program_that_does_not_run_is_told_from_one_that_is_missing() {
    let lab = Lab::new("reasonix");
    lab.install_script("reasonix", "#!/bin/sh\necho 'needs a newer everything' >&2\nexit 3\n");
    let (_, failure) = failed(&lab).await;
    assert!(failure.contains("is installed") && failure.contains("needs a newer everything"), "{failure}");
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let mut lab = Lab::new("reasonix");
    lab.install_script("reasonix", &agent(ECHO));
    lab.profile.working_dir = "/no/such/place".into();
    let (_, failure) = failed(&lab).await;
    assert!(failure.contains("/no/such/place does not exist"), "{failure}");
}

#[tokio::test]
async fn a_program_that_exits_at_once_leaves_its_last_words_and_can_be_started_again() {
    let lab = Lab::new("reasonix");
    let broken =
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 1.2.3 && exit 0\necho 'no licence found' >&2\nexit 7\n";
    lab.install_script("reasonix", broken);
    let (mut view, failure) = failed(&lab).await;
    assert!(failure.contains("exit code 7") && failure.contains("no licence found"), "{failure}");
    lab.install_script("reasonix", &agent(ECHO));
    view.agent.start().await.expect("it starts");
    view.until_state(AgentState::Idle).await;
    view.turn("hello").await;
    assert_eq!(view.text(), "hello");
}

#[tokio::test]
async fn a_program_that_speaks_something_else_is_found_out() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 1.2.3 && exit 0\nyes 'hello, I am a shell'\n",
    );
    let (_, failure) = failed(&lab).await;
    assert!(failure.contains("does not speak its protocol") && failure.contains("I am a shell"), "{failure}");
}

#[tokio::test]
async fn a_program_that_hangs_is_given_up() {
    let mut lab = Lab::new("reasonix");
    lab.timings.startup = Duration::from_millis(300);
    lab.install_script(
        "reasonix",
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 1.2.3 && exit 0\necho 'waiting for the network' >&2\nexec sleep 600\n",
    );
    let (_, failure) = failed(&lab).await;
    assert!(failure.contains("not ready within") && failure.contains("waiting for the network"), "{failure}");
}

#[tokio::test]
async fn a_program_killed_in_a_turn_ends_the_turn_and_the_next_message_starts_it_again() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("if text == 'die':\n    say('half a sen')\n    sys.stderr.write('out of memory\\n'); sys.stderr.flush()\n    os.kill(os.getpid(), 9)\nsay(text)\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.send("die").await;
    view.until_state(AgentState::Inactive).await;
    let exit = view.last(|body| if let Body::ProcessExit(exit) = body { Some(exit) } else { None });
    let exit = exit.expect("a row").clone();
    assert_eq!((exit.signal.as_str(), exit.stderr_tail.as_str()), ("SIGKILL", "out of memory"));
    let end = view.last(|body| if let Body::TurnEnd(end) = body { Some(end) } else { None }).expect("a row");
    assert_eq!(end.stop, Stop::Error);
    assert!(view.rows.values().all(|row| !row.open), "{}", view.draw());
    view.turn("again").await;
    assert_eq!(view.text(), "half a senagain");
}

#[tokio::test]
async fn queued_messages_go_to_the_successor_in_order_and_once() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("if text == 'die':\n    open('started', 'w').close()\n    while not os.path.exists('go'): time.sleep(0.01)\n    os._exit(1)\nsay('<' + text + '>')\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.send("die").await;
    for text in ["one", "two", "three"] {
        view.send(text).await;
    }
    let queued = view.send("dropped").await;
    view.agent.drop_message(queued.clone()).await.expect("dropped");
    view.until("the turn", |view| view.status.state == AgentState::Running).await;
    let repeated = Outgoing { client_id: "c1".into(), text: "four".into(), ..Outgoing::default() };
    let first = view.agent.send(repeated.clone()).await.expect("taken");
    assert_eq!(view.agent.send(repeated).await.expect("answered"), first, "a repeated send is one message");
    std::fs::write(lab.work().join("go"), "").expect("written");
    view.until("all turns", |view| view.turns() == 5 && view.status.state == AgentState::Idle).await;
    assert_eq!(view.text(), "<one><two><three><four>");
    assert!(!view.rows.contains_key(&queued));
}

#[tokio::test]
async fn a_program_that_dies_before_it_takes_anything_is_not_started_forever() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent(ECHO).replace(
            "elif method == \"session/prompt\":",
            "elif method == \"session/prompt\":\n        os._exit(1)",
        ),
    );
    let mut view = lab.open().await;
    view.ready().await;
    let first = view.send("one").await;
    view.until_state(AgentState::Inactive).await;
    let delivery = |view: &View, row: &str| match &view.rows[row].body {
        Body::UserMessage(message) => message.delivery,
        other => panic!("{other:?}"),
    };
    assert_eq!(delivery(&view, &first), Delivery::Sent, "it was given, and is not given twice");
}

#[tokio::test]
async fn a_line_of_ten_megabytes_is_shown_whole_and_a_longer_one_an_error() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("say('x' * (10 * 1024 * 1024))\nsys.stdout.write('y' * (20 * 1024 * 1024) + '\\n'); sys.stdout.flush()\nsay('still here')\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.turn("big").await;
    let text = view.text();
    assert_eq!(text.len(), 10 * 1024 * 1024 + "still here".len());
    let rows = lab.journal.items();
    let texts =
        rows.iter().filter_map(|row| if let Body::Text(block) = &row.body { Some(block) } else { None });
    assert!(texts.clone().count() > 10 && texts.into_iter().all(|block| block.text.len() <= MAX_TEXT));
    let page = view.agent.history(Anchor::Latest, 200).await.expect("a page");
    assert!(page.items.len() < rows.len() && page.has_earlier, "a page is bounded by its bytes");
    let notice =
        view.last(|body| if let Body::Notice(notice) = body { Some(notice) } else { None }).expect("a row");
    assert!(notice.level == NoticeLevel::Error && notice.text.contains("20 MB"), "{}", notice.text);
}

#[tokio::test]
async fn bytes_that_are_no_utf8_are_shown_as_such() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("sys.stdout.buffer.write(b'\\xff\\xfe not json\\n{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"s1\",\"update\":{\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\"a\\xffb\"}}}}\\n'); sys.stdout.flush()\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.turn("go").await;
    assert_eq!(view.text(), "a\u{fffd}b");
}

#[tokio::test]
async fn an_unknown_request_is_refused_at_once() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("out({'jsonrpc': '2.0', 'id': 'q', 'method': 'x/extension', 'params': {}})\nanswer = json.loads(sys.stdin.readline())\nsay(str(answer['error']['code']))\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.turn("go").await;
    assert_eq!(view.text(), "-32601");
}

#[tokio::test]
async fn a_restarted_worker_shows_what_was_seen_and_goes_on_when_asked() {
    let mut lab = Lab::new("reasonix");
    lab.timings.checkpoint = Duration::from_millis(20);
    lab.install_script(
        "reasonix",
        &agent("if text == 'hold':\n    say('half ')\n    say('a sentence')\n    time.sleep(600)\nsay(text)\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.send("hold").await;
    view.until("text", |view| view.text() == "half a sentence").await;
    lab.shut_down().await;
    let mut view = lab.open().await;
    assert_eq!(view.status.state, AgentState::Inactive, "it is not started before it is needed");
    assert_eq!(view.text(), "half a sentence");
    assert!(view.draw().contains("LeapMux was stopped while the agent worked"), "{}", view.draw());
    view.turn("again").await;
    assert_eq!(view.status.native_session_id, "s1");
    assert_eq!(view.text(), "half a sentenceagain");
    let seqs: Vec<u64> = lab.journal.events().iter().map(|event| event.record.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_was_not_shut_down_is_closed_when_it_is_opened_again() {
    let lab = Lab::new("reasonix");
    lab.install_script("reasonix", &agent("say('half')\ntime.sleep(600)"));
    let mut view = lab.open().await;
    view.ready().await;
    view.send("go").await;
    let waiting = view.send("and then this").await;
    view.until("text", |view| view.text() == "half").await;
    // A second actor over the same journal: what a crashed Worker leaves.
    lab.install_script("reasonix", &agent(ECHO));
    let mut after = lab.open().await;
    after.until("the queue", |view| view.turns() == 2 && view.status.state == AgentState::Idle).await;
    assert!(after.draw().contains("LeapMux was restarted while the agent worked"), "{}", after.draw());
    assert!(
        matches!(&after.rows[&waiting].body, Body::UserMessage(message) if message.delivery == Delivery::Sent)
    );
    lab.tasks.cancel();
}

#[tokio::test]
async fn a_journal_that_fails_closes_the_agent_and_acknowledges_nothing() {
    let lab = Lab::new("reasonix");
    lab.install_script("reasonix", &agent(ECHO));
    let mut view = lab.open().await;
    view.ready().await;
    lab.journal.set_failing(true);
    let message = Outgoing { text: "lost?".into(), ..Outgoing::default() };
    let refused = view.agent.send(message).await.expect_err("not saved");
    assert!(matches!(refused, AgentError::Storage(_)), "{refused}");
    view.until_closed().await;
    assert!(lab.seen.all().iter().any(|(state, text, attention)| {
        *state == AgentState::StartFailed && text.contains("could not be saved") && *attention
    }));
    lab.journal.set_failing(false);
    let mut view = lab.open().await;
    view.turn("kept").await;
    assert_eq!(view.text(), "kept");
}

#[tokio::test]
async fn pages_and_resumed_watches_agree_with_the_whole() {
    let lab = Lab::new("reasonix");
    lab.install_script("reasonix", &agent(ECHO));
    let mut view = lab.open().await;
    view.ready().await;
    for text in ["one", "two", "three", "four"] {
        view.turn(text).await;
    }
    let all = view.agent.history(Anchor::Oldest, 200).await.expect("a page");
    assert_eq!(all.items.len(), view.rows.len());
    let mut collected = Vec::new();
    let mut anchor = Anchor::Latest;
    loop {
        let page = view.agent.history(anchor, 3).await.expect("a page");
        anchor = Anchor::Before(page.items[0].position);
        collected.splice(0..0, page.items);
        if !page.has_earlier {
            break;
        }
    }
    assert_eq!(collected, all.items);
    let rev = view.rev;
    view.turn("five").await;
    let watching = view.agent.watch(rev, 50).await.expect("watched");
    assert!(!watching.snapshot.reset);
    assert_eq!(watching.snapshot.items.len(), 3, "message, text and the end of the turn");
    let text =
        watching.snapshot.items.iter().find(|item| matches!(item.body, Body::Text(_))).expect("a text");
    let raw = view.agent.raw_lines(text.id.clone()).await.expect("lines");
    assert!(raw.iter().any(|line| line.contains("agent_message_chunk") && line.contains("five")), "{raw:?}");
}

#[tokio::test]
async fn a_request_above_the_page_comes_with_every_snapshot() {
    let lab = Lab::new("reasonix");
    let asks = r#"out({"jsonrpc": "2.0", "id": 900, "method": "session/request_permission", "params": {"sessionId": "s1", "toolCall": {"toolCallId": "c1", "title": "touch x"}, "options": [{"optionId": "yes", "name": "Allow once", "kind": "allow_once"}]}})
for n in range(5):
    update({"sessionUpdate": "tool_call", "toolCallId": "t%d" % n, "title": "later", "kind": "read", "status": "pending"})"#;
    lab.install_script("reasonix", &agent(asks));
    let mut view = lab.open().await;
    view.ready().await;
    view.send("go").await;
    let (id, _) = view.asked().await;
    view.until("the calls", |view| view.rows.len() >= 7).await;
    let fresh = view.agent.watch(0, 2).await.expect("watched").snapshot;
    assert_eq!((fresh.items.len(), fresh.has_earlier), (2, true));
    let pending =
        |items: &[leapmux_transcript::Item]| items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
    assert_eq!(pending(&fresh.pending), std::slice::from_ref(&id));
    let resumed = view.agent.watch(fresh.rev, 2).await.expect("watched").snapshot;
    assert_eq!(pending(&resumed.pending), std::slice::from_ref(&id));
    let whole = view.agent.watch(0, 50).await.expect("watched").snapshot;
    assert!(whole.pending.is_empty() && whole.items.iter().any(|item| item.id == id), "each row once");
}

#[tokio::test]
async fn closing_ends_the_program_and_everything_it_started() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nsay(str(child.pid))\ntime.sleep(600)"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.send("go").await;
    view.until("the pid", |view| !view.text().is_empty()).await;
    let pid = view.text();
    assert!(runs(&pid));
    view.agent.close().await;
    assert!(!runs(&pid), "a child was left behind");
    assert!(view.agent.is_closed());
}

/// A process that is there and not merely unburied.
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim_start().starts_with('Z'))
}

#[tokio::test]
async fn silence_of_the_model_is_told() {
    let mut lab = Lab::new("reasonix");
    lab.timings.silence = Duration::from_millis(50);
    lab.install_script(
        "reasonix",
        &agent("while not os.path.exists('go'): time.sleep(0.01)\nsay(text)\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    view.send("go").await;
    view.until("silence", |view| view.status.waiting_for_model).await;
    std::fs::write(lab.work().join("go"), "").expect("written");
    view.until("the end", |view| view.turns() == 1).await;
    assert!(!view.status.waiting_for_model);
}

#[tokio::test]
async fn a_flood_of_events_is_saved_in_few_commits() {
    let lab = Lab::new("reasonix");
    lab.install_script(
        "reasonix",
        &agent("for n in range(5000):\n    update({'sessionUpdate': 'tool_call', 'toolCallId': str(n), 'title': 'x', 'kind': 'read', 'status': 'completed'})\nresult(id, {'stopReason': 'end_turn'})"),
    );
    let mut view = lab.open().await;
    view.ready().await;
    let before = lab.journal.commits();
    view.turn("go").await;
    assert_eq!(lab.journal.items().len(), 5002);
    let commits = lab.journal.commits() - before;
    assert!(commits < 2500, "{commits} commits for 10,000 events");
}
