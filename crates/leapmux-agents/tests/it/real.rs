//! The conformance suite against the real programs: each is installed in a laboratory, talks to the fake model on loopback and
//! to nothing else. One list of scenarios for all; what a provider needs is its `Kit`.

use std::path::{Path, PathBuf};

use leapmux_agents::Upload;
use leapmux_agents::actor::{AgentError, Outgoing, Response};
use leapmux_transcript::{
    AgentState, Body, Delivery, ErrorClass, NoticeKind, PermissionKind, QuestionAnswer, Role, Stop,
    TodoStatus, ToolCall, ToolKind, ToolStatus, TurnEnd,
};

use crate::lab::{Lab, View};
use crate::model::Model;

/// What differs between providers in the laboratory.
struct Kit {
    id: &'static str,
    version: &'static str,
    prepare: fn(&mut Lab, &Model),
    /// Options under which it asks before it changes anything.
    asks: &'static [(&'static str, &'static str)],
    /// A second model.
    other_model: &'static str,
    /// An option other than the model, and a second value.
    other_option: (&'static str, &'static str),
    /// Errors of the model service end the turn by themselves.
    reports_errors: bool,
    questions: bool,
    todos: bool,
    /// It runs on demand, not in every run of all tests.
    slow: bool,
}

const CLAUDE: Kit = Kit {
    id: "claude",
    version: "2.1.329",
    prepare: |lab, model| {
        lab.set("ANTHROPIC_BASE_URL", &model.url());
        lab.set("ANTHROPIC_API_KEY", "dummy-key");
        lab.set("CLAUDE_CODE_MAX_RETRIES", "1");
        lab.set("ENABLE_TOOL_SEARCH", "false");
        lab.set("DISABLE_TELEMETRY", "1");
        lab.set("DISABLE_ERROR_REPORTING", "1");
    },
    asks: &[],
    other_model: "haiku",
    other_option: ("permissionMode", "acceptEdits"),
    reports_errors: true,
    questions: true,
    todos: true,
    slow: false,
};

const OPENCODE: Kit = Kit {
    id: "opencode",
    version: "1.18.33",
    prepare: |lab, model| {
        let config = serde_json::json!({
            "$schema": "https://opencode.ai/config.json",
            "model": "fake/fake-large", "small_model": "fake/fake-small", "enabled_providers": ["fake"],
            "autoupdate": false, "share": "disabled",
            "provider": {"fake": {
                "npm": "@ai-sdk/openai-compatible", "name": "Fake",
                "options": {"baseURL": format!("{}/v1", model.url()), "apiKey": "dummy-key"},
                "models": {
                    "fake-large": {"name": "Fake Large", "limit": {"context": 128_000, "output": 8000}},
                    "fake-small": {"name": "Fake Small", "limit": {"context": 32_000, "output": 8000}},
                },
            }},
        });
        lab.set("OPENCODE_CONFIG_CONTENT", &config.to_string());
        for name in ["AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS"] {
            lab.set(&format!("OPENCODE_DISABLE_{name}"), "1");
        }
        lab.set("npm_config_registry", "http://127.0.0.1:9/");
    },
    asks: &[],
    other_model: "fake/fake-small",
    other_option: ("primaryAgent", "plan"),
    reports_errors: false,
    questions: false,
    todos: true,
    slow: true,
};

const REASONIX: Kit = Kit {
    id: "reasonix",
    version: "1.38.11",
    prepare: |lab, model| {
        let home = lab.home().join(".reasonix");
        std::fs::create_dir_all(&home).expect("made");
        let config = format!(
            "default_model = \"fake\"\n\n[[providers]]\nname = \"fake\"\nkind = \"openai\"\nbase_url = \"{}/v1\"\n\
             model = \"fake-large\"\nmodels = [\"fake-large\", \"fake-small\"]\napi_key_env = \"FAKE_API_KEY\"\n\
             context_window = 128000\n",
            model.url()
        );
        std::fs::write(home.join("config.toml"), config).expect("written");
        lab.set("REASONIX_HOME", home.to_str().expect("UTF-8"));
        lab.set("FAKE_API_KEY", "dummy-key");
        lab.set("REASONIX_TELEMETRY", "off");
    },
    asks: &[("permissionMode", "read-only")],
    other_model: "fake/fake-small",
    other_option: ("permissionMode", "danger-full-access"),
    reports_errors: false,
    questions: true,
    todos: true,
    slow: false,
};

/// Where the program is: in `LEAPMUX_AGENT_CACHE`, or `.cache/agents` of the repository. None: the test is skipped, and says so.
/// `LEAPMUX_REQUIRE_AGENTS=1` makes a missing program a failure; `LEAPMUX_ALL_AGENTS=1` with it means the slow ones too.
fn program(kit: &Kit) -> Option<PathBuf> {
    let is_set = |name: &str| std::env::var(name).is_ok_and(|value| value == "1");
    let (required, all) = (is_set("LEAPMUX_REQUIRE_AGENTS"), is_set("LEAPMUX_ALL_AGENTS"));
    if required && kit.slow && !all {
        println!("skipped: {} runs with LEAPMUX_ALL_AGENTS=1 only", kit.id);
        return None;
    }
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.cache/agents");
    let cache = std::env::var_os("LEAPMUX_AGENT_CACHE").map_or_else(default, PathBuf::from);
    let program = cache.join(format!("{}-{}", kit.id, kit.version)).join("bin").join(kit.id);
    if program.exists() {
        return Some(program.canonicalize().expect("it exists"));
    }
    assert!(!required, "{} {} is not installed in {}", kit.id, kit.version, cache.display());
    println!("skipped: {} {} is not installed in {}", kit.id, kit.version, cache.display());
    None
}

/// A laboratory with the program and a model for it.
struct Bench {
    lab: Lab,
    model: Model,
}

impl Bench {
    fn new(kit: &Kit, program: &Path, model_arguments: &[&str]) -> Self {
        let mut lab = Lab::new(kit.id);
        let model = Model::start(model_arguments);
        (kit.prepare)(&mut lab, &model);
        // Anything but loopback goes nowhere.
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
            lab.set(name, "http://127.0.0.1:9");
        }
        for name in ["no_proxy", "NO_PROXY"] {
            lab.set(name, "127.0.0.1,localhost");
        }
        lab.install(kit.id, program);
        lab.profile.options =
            kit.asks.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
        Self { lab, model }
    }

    async fn open(&self) -> View {
        let mut view = self.lab.open().await;
        view.ready().await;
        view
    }

    async fn done(mut self, view: View) {
        view.agent.close().await;
        self.lab.shut_down().await;
        let open = self.lab.journal.items().into_iter().filter(|item| item.open).count();
        assert_eq!(open, 0, "rows stay open\n{}", view.draw());
        let seqs: Vec<u64> = self.lab.journal.events().iter().map(|event| event.record.seq).collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "numbers have gaps");
    }
}

fn tool(view: &View, kind: ToolKind) -> ToolCall {
    let found = view.last(|body| match body {
        Body::Tool(call) if call.kind == kind => Some(&**call),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no {kind:?} call\n{}", view.draw())).clone()
}

fn turn_end(view: &View) -> &TurnEnd {
    view.last(|body| if let Body::TurnEnd(end) = body { Some(end) } else { None }).expect("a turn has ended")
}

fn option_with(permission: &leapmux_transcript::Permission, role: Role) -> String {
    let option = permission.options.iter().find(|option| option.role == role);
    option.unwrap_or_else(|| panic!("no {role:?} in {:?}", permission.options)).id.clone()
}

async fn hello(kit: &Kit, bench: Bench) {
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

async fn stream(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SLOW 12 40").await;
    assert_eq!(view.text().split_whitespace().count(), 12);
    assert!(view.deltas > 2, "it did not stream: {} deltas", view.deltas);
    view.turn("BIG 400").await;
    assert!(view.text().len() > 400 * 1024, "{} bytes", view.text().len());
    bench.done(view).await;
}

async fn thinking(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("THINK let me consider\nSAY it is 4").await;
    let thought = view.last(|body| if let Body::Thinking(block) = body { Some(block) } else { None });
    assert_eq!(thought.map(|block| block.text.as_str()), Some("let me consider"), "{}", view.draw());
    assert_eq!(view.text(), "it is 4");
    bench.done(view).await;
}

async fn approve(_: &Kit, bench: Bench) {
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

async fn nothing_printed(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch made.txt").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::AllowOnce)).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let call = tool(&view, ToolKind::Execute);
    assert_eq!((call.status, call.output.as_str()), (ToolStatus::Ok, ""), "notes to the model are no output");
    bench.done(view).await;
}

async fn deny(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("RUN touch made.txt").await;
    let (id, permission) = view.asked().await;
    view.answer(&id, &option_with(&permission, Role::Deny)).await;
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    assert!(!bench.lab.work().join("made.txt").exists());
    assert_eq!(tool(&view, ToolKind::Execute).status, ToolStatus::Denied, "{}", view.draw());
    bench.done(view).await;
}

async fn allow_for_good(_: &Kit, bench: Bench) {
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

async fn write_and_edit(_: &Kit, bench: Bench) {
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

async fn question(kit: &Kit, bench: Bench) {
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

async fn todo(kit: &Kit, bench: Bench) {
    if !kit.todos {
        return;
    }
    let mut view = bench.open().await;
    view.turn("TODO write code; test it").await;
    let todos: Vec<_> = view.status.todos.iter().map(|todo| (todo.text.as_str(), todo.status)).collect();
    assert_eq!(todos, [("write code", TodoStatus::InProgress), ("test it", TodoStatus::Pending)]);
    bench.done(view).await;
}

async fn interrupt_a_stream(_: &Kit, bench: Bench) {
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

async fn interrupt_at_once(_: &Kit, bench: Bench) {
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

async fn interrupt_a_tool(_: &Kit, bench: Bench) {
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

async fn interrupt_a_request(_: &Kit, bench: Bench) {
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

async fn send_while_busy(_: &Kit, bench: Bench) {
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

async fn interrupt_with_a_queue(_: &Kit, bench: Bench) {
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

async fn settings(kit: &Kit, bench: Bench) {
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

async fn resume(kit: &Kit, mut bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY remember the word apple").await;
    let session = view.status.native_session_id.clone();
    bench.lab.shut_down().await;
    let mut view = bench.lab.open().await;
    assert_eq!(view.status.state, AgentState::Inactive, "it waits until it is needed");
    assert_eq!(view.text(), "remember the word apple");
    view.turn("RECALL").await;
    assert_eq!(view.status.native_session_id, session, "{}: {}", kit.id, view.draw());
    assert!(view.text().contains("I know: SAY remember the word apple"), "{}", view.draw());
    assert_eq!(view.turns(), 2, "nothing is replayed into the transcript\n{}", view.draw());
    bench.done(view).await;
}

async fn resume_unknown(_: &Kit, mut bench: Bench) {
    bench.lab.profile.resume_session = "99999999-2222-4333-8444-555555555555".into();
    let mut view = bench.open().await;
    let notice =
        view.last(|body| if let Body::Notice(notice) = body { Some(notice) } else { None }).expect("a row");
    assert_eq!(notice.notice, NoticeKind::Session, "{}", view.draw());
    view.turn("SAY a new start").await;
    assert_eq!(view.text(), "a new start");
    assert_ne!(view.status.native_session_id, bench.lab.profile.resume_session);
    bench.done(view).await;
}

async fn clear(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY remember the word apple").await;
    let session = view.status.native_session_id.clone();
    view.send("/clear").await;
    view.until("a new session", |view| view.status.state == AgentState::Idle).await;
    view.turn("RECALL").await;
    assert!(!view.text().contains("SAY remember the word apple"), "{}", view.draw());
    assert_ne!(view.status.native_session_id, session);
    assert!(view.draw().contains("Context cleared"));
    bench.done(view).await;
}

async fn error_of_the_service(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("FAIL 500").await;
    if !kit.reports_errors {
        // It tries again in silence, for minutes.
        while bench.model.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        view.agent.interrupt().await.expect("taken");
    }
    view.until("the end", |view| view.turns() == 1 && view.status.state == AgentState::Idle).await;
    let expected = if kit.reports_errors { Stop::Error } else { Stop::Cancelled };
    assert_eq!(turn_end(&view).stop, expected, "{}", view.draw());
    view.turn("SAY recovered").await;
    assert!(view.text().ends_with("recovered"));
    bench.done(view).await;
}

async fn bad_key(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY hi").await;
    let end = turn_end(&view);
    assert_eq!((end.stop, end.error_class), (Stop::Error, ErrorClass::Auth), "{}", view.draw());
    assert!(!end.error.is_empty());
    bench.done(view).await;
}

async fn death(kit: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.send("SLOW 400 50").await;
    view.until("text", |view| view.text().contains("word2")).await;
    kill_program(kit, &bench.lab);
    view.until_state(AgentState::Inactive).await;
    assert_eq!(turn_end(&view).stop, Stop::Error);
    assert!(view.rows.values().all(|row| !row.open), "{}", view.draw());
    view.turn("SAY back again").await;
    assert!(view.text().ends_with("back again"), "{}", view.draw());
    bench.done(view).await;
}

/// Kills the program of this laboratory and no other, as the kernel's out-of-memory killer would.
fn kill_program(kit: &Kit, lab: &Lab) {
    let home = format!("HOME={}", lab.home().display());
    let killed = std::fs::read_dir("/proc").expect("a Linux").filter_map(Result::ok).filter(|entry| {
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let ours = read("environ").split(|byte| *byte == 0).any(|variable| variable == home.as_bytes());
        let program = read("cmdline")
            .split(|byte| *byte == 0)
            .next()
            .is_some_and(|arg| arg.ends_with(kit.id.as_bytes()));
        ours && program
    });
    let pids: Vec<i32> = killed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    assert!(!pids.is_empty(), "{} does not run", kit.id);
    for pid in pids {
        // It may have gone with its parent.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
    }
}

async fn slash_command(kit: &Kit, bench: Bench) {
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

async fn attachment(_: &Kit, bench: Bench) {
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

async fn plan(_: &Kit, bench: Bench) {
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

async fn plan_in_a_new_conversation(_: &Kit, bench: Bench) {
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

async fn effort(_: &Kit, bench: Bench) {
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

async fn fast_mode_and_output_style(_: &Kit, bench: Bench) {
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

async fn steer(_: &Kit, bench: Bench) {
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

async fn take_a_message_back(_: &Kit, bench: Bench) {
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

async fn subagent(_: &Kit, bench: Bench) {
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

macro_rules! conformance {
    ($provider:ident, $kit:ident: $($scenario:ident),* $(,)?; key: $($with_key:ident),*) => {
        mod $provider {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                if let Some(program) = super::program(&super::$kit) {
                    super::$scenario(&super::$kit, super::Bench::new(&super::$kit, &program, &[])).await;
                }
            })*
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $with_key() {
                if let Some(program) = super::program(&super::$kit) {
                    let arguments = ["--require-key", "another-key"];
                    super::$with_key(&super::$kit, super::Bench::new(&super::$kit, &program, &arguments)).await;
                }
            })*
        }
    };
}

conformance!(
    claude, CLAUDE: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back,
    plan, plan_in_a_new_conversation, effort, fast_mode_and_output_style, steer, subagent; key: bad_key
);
conformance!(
    opencode, OPENCODE: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back; key: bad_key
);
conformance!(
    reasonix, REASONIX: hello, stream, thinking, approve, nothing_printed, deny, allow_for_good, write_and_edit, question, todo,
    interrupt_a_stream, interrupt_at_once, interrupt_a_tool, interrupt_a_request, send_while_busy, interrupt_with_a_queue, settings, resume,
    resume_unknown, clear, error_of_the_service, death, slash_command, attachment, take_a_message_back; key: bad_key
);
