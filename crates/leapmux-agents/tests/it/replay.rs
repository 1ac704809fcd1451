//! Plays a recorded conversation against a codec: what the agent sent is fed to it, what the recorder sent is what the codec
//! has to send, by itself or for a command.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use leapmux_agents::{AgentCodec, Answer, Command, Session, SessionStart, Signal, Step, provider};
use leapmux_transcript::{
    Body, Change, Delivery, Emitted, Event, Item, Phase, QuestionAnswer, Record, Resolution, Transcript,
};
use serde_json::{Value, json};

/// The folder of a provider's recordings.
pub fn fixtures(provider: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(provider)
}

/// A recording that was played.
pub struct Played {
    pub transcript: Transcript,
    pub items: BTreeMap<String, Item>,
    pub records: Vec<Record>,
    pub signals: Vec<Signal>,
    /// Lines the codec sent, in order.
    pub sent: Vec<Value>,
    /// The process was killed in the recording.
    pub killed: bool,
}

impl Played {
    /// The rows in order.
    pub fn rows(&self) -> Vec<Item> {
        let mut rows: Vec<Item> = self.items.values().cloned().collect();
        rows.sort_by_key(|row| row.position);
        rows
    }
}

struct Player {
    codec: Box<dyn AgentCodec>,
    played: Played,
    clock: i64,
    /// Lines the codec sent that the recording has not shown yet.
    unmatched: VecDeque<Value>,
    /// Recorded ids of our requests and ours; none: the codec never sent that request.
    ids: BTreeMap<String, Option<Value>>,
    message: u32,
}

/// Plays one recording to its end.
pub fn play(provider_id: &str, scenario: &str) -> Played {
    let path = fixtures(provider_id).join(format!("{scenario}.jsonl"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a recording is JSON")).collect();
    let known = provider(provider_id).expect("a known provider");
    let start = session_start(&lines);
    let mut player = Player {
        codec: known.codec(&start),
        played: Played {
            transcript: Transcript::new(provider_id, "/workspace"),
            items: BTreeMap::new(),
            records: vec![],
            signals: vec![],
            sent: vec![],
            killed: false,
        },
        clock: 1_000,
        unmatched: VecDeque::new(),
        ids: BTreeMap::new(),
        message: 0,
    };
    player.event(Event::SessionState(Phase::Starting { text: "Starting…".into() }));
    let first = player.codec.start();
    player.take(first);
    for line in &lines {
        match line["dir"].as_str() {
            Some("in") => player.recorder_sent(&line["msg"]),
            Some("out") => player.agent_sent(line["msg"].clone()),
            Some("note") => {
                player.played.killed |= line["text"].as_str().is_some_and(|text| text.contains("SIGKILL"))
            }
            _ => {}
        }
    }
    player.played
}

fn session_start(lines: &[Value]) -> SessionStart {
    let argv: Vec<&str> =
        lines[0]["argv"].as_array().expect("argv").iter().filter_map(Value::as_str).collect();
    let after = |flag: &str| argv.iter().position(|arg| *arg == flag).map(|at| argv[at + 1].to_owned());
    let loaded = lines.iter().find_map(|line| {
        let method = line["msg"]["method"].as_str()?;
        let opens = line["dir"] == "in" && matches!(method, "session/load" | "session/resume");
        opens.then(|| line["msg"]["params"]["sessionId"].as_str().unwrap_or_default().to_owned())
    });
    let session = match after("--resume").or(loaded) {
        Some(id) => Session::Resume { id },
        None => Session::New { id: after("--session-id").unwrap_or_default() },
    };
    SessionStart { working_dir: "/workspace".into(), session, options: BTreeMap::new(), may_bypass: false }
}

impl Player {
    fn event(&mut self, event: Event) {
        self.emitted(event.into());
    }

    fn emitted(&mut self, emitted: Emitted) {
        self.clock += 10;
        let effect = self.played.transcript.apply(self.clock, emitted);
        self.played.records.extend(effect.record);
        for change in effect.changes {
            match change {
                Change::Item(item) => {
                    self.played.items.insert(item.id.clone(), *item);
                }
                Change::Append { item, .. } => {
                    let live = self.played.transcript.live_item(&item).expect("open rows are live").clone();
                    self.played.items.insert(item, live);
                }
                Change::Removed { item } => {
                    self.played.items.remove(&item);
                }
                Change::Status => {}
            }
        }
    }

    fn take(&mut self, step: Step) {
        for line in step.send {
            let value: Value = serde_json::from_str(&line).expect("the codec sends JSON");
            assert!(!line.contains('\n'), "a line is one line");
            self.played.sent.push(value.clone());
            self.unmatched.push_back(value);
        }
        for emitted in step.events {
            self.emitted(emitted);
        }
        for signal in step.signals {
            if signal == Signal::Ready {
                self.event(Event::SessionState(Phase::Ready));
            }
            self.played.signals.push(signal);
        }
    }

    fn command(&mut self, command: Command) {
        let step = self.codec.encode(command.clone()).unwrap_or_else(|error| panic!("{command:?}: {error}"));
        self.take(step);
    }

    /// A line of the recorder: the codec has sent it by itself, or sends it for the command it means.
    fn recorder_sent(&mut self, line: &Value) {
        if line["method"] == "session/load"
            && self.unmatched.front().is_some_and(|next| next["method"] == "session/resume")
        {
            // The codec prefers to resume without replay; this recording is of an agent that cannot.
            let ours = self.unmatched.pop_front().expect("it is next");
            let refusal = json!({"jsonrpc": "2.0", "id": ours["id"], "error": {"code": -32601, "message": "method not found"}});
            let step = self.codec.decode(refusal.to_string().as_bytes());
            self.take(step);
        }
        if !self.next_is(line) {
            self.act(line);
        }
        if !self.next_is(line) {
            // Not of our conversation (a probe of the recorder): its answer is left out too.
            self.ids.insert(id_of(line), None);
            return;
        }
        let ours = self.unmatched.pop_front().expect("it is next");
        assert_eq!(essence(&ours), essence(line), "what is sent");
        self.ids.insert(id_of(line), ours.get("id").or(ours.get("request_id")).cloned());
    }

    fn next_is(&self, line: &Value) -> bool {
        self.unmatched.front().is_some_and(|next| shape(next) == shape(line))
    }

    fn agent_sent(&mut self, mut line: Value) {
        for key in ["/id", "/response/request_id"] {
            let is_answer = line.get("method").is_none();
            let Some(id) = line.pointer(key).cloned().filter(|_| is_answer) else { continue };
            match self.ids.get(&id.to_string()) {
                Some(None) => return,
                Some(Some(ours)) => *line.pointer_mut(key).expect("it is there") = ours.clone(),
                None => {}
            }
        }
        let step = self.codec.decode(line.to_string().as_bytes());
        self.take(step);
    }

    fn act(&mut self, line: &Value) {
        let params = &line["params"];
        match (line["method"].as_str(), line["request"]["subtype"].as_str(), line["type"].as_str()) {
            (Some("session/prompt"), ..) => self.prompt(params["prompt"][0]["text"].as_str(), None),
            (_, _, Some("user")) => self.prompt(line["message"]["content"].as_str(), line["uuid"].as_str()),
            (Some("session/cancel"), ..) | (_, Some("interrupt"), _) => self.command(Command::Interrupt),
            (Some("session/set_config_option"), ..) => {
                let id = match params["configId"].as_str() {
                    Some("tool_approval") => "permissionMode",
                    Some("mode") => "primaryAgent",
                    other => other.expect("a config id"),
                };
                self.set(id, params["value"].as_str());
            }
            (Some("session/set_mode"), ..) => self.set("primaryAgent", params["modeId"].as_str()),
            (_, Some("set_model"), _) => self.set("model", line["request"]["model"].as_str()),
            (_, Some("set_permission_mode"), _) => {
                self.set("permissionMode", line["request"]["mode"].as_str())
            }
            (_, Some("apply_flag_settings"), _) => {
                let level = &line["request"]["settings"]["effortLevel"];
                self.set("effort", Some(level.as_str().unwrap_or("auto")));
            }
            (_, _, Some("control_response")) => self.respond(
                line["response"]["request_id"].as_str().unwrap_or_default(),
                &line["response"]["response"],
            ),
            (None, ..) if line.get("id").is_some() => self.answer(line),
            _ => {}
        }
    }

    fn set(&mut self, id: &str, value: Option<&str>) {
        let value = value.expect("a value").to_owned();
        // Values the agent does not offer are refused before they are sent.
        if let Ok(step) = self.codec.encode(Command::SetOption { id: id.to_owned(), value }) {
            self.take(step);
        }
    }

    fn prompt(&mut self, text: Option<&str>, uuid: Option<&str>) {
        self.message += 1;
        let message_id = uuid.map_or_else(|| format!("m{}", self.message), str::to_owned);
        let text = text.unwrap_or("(blocks)").to_owned();
        self.event(Event::UserMessage {
            message_id: message_id.clone(),
            text: text.clone(),
            attachments: vec![],
            client_id: String::new(),
            delivery: Delivery::Queued,
        });
        // Busy, it refuses: the actor would keep the message. The recorder sent it to see what happens.
        if let Ok(step) = self.codec.encode(Command::Prompt { message_id, text, uploads: vec![] }) {
            self.take(step);
        }
    }

    /// An answer on the control channel.
    fn respond(&mut self, request: &str, response: &Value) {
        let answer = match (response["behavior"].as_str(), response.pointer("/updatedInput/answers")) {
            (Some("allow"), Some(answers)) => {
                let questions = &response["updatedInput"]["questions"];
                let answer = |(at, question): (usize, &Value)| {
                    let chosen = &answers[question["question"].as_str().unwrap_or_default()];
                    let options = question["options"].as_array().expect("options");
                    let at_option = options.iter().position(|option| option["label"] == *chosen);
                    QuestionAnswer {
                        question_id: at.to_string(),
                        option_ids: at_option.map(|at| at.to_string()).into_iter().collect(),
                        text: String::new(),
                    }
                };
                Answer::Answers(
                    questions.as_array().expect("questions").iter().enumerate().map(answer).collect(),
                )
            }
            (Some("allow"), None) => {
                let id = if response.get("updatedPermissions").is_some() { "suggestion:0" } else { "allow" };
                Answer::Option { id: id.into(), feedback: String::new() }
            }
            _ => Answer::Option {
                id: if response["interrupt"] == true { "deny_and_stop" } else { "deny" }.into(),
                feedback: response["message"].as_str().unwrap_or_default().into(),
            },
        };
        self.settle(request, answer);
    }

    /// An answer to a request of JSON-RPC.
    fn answer(&mut self, line: &Value) {
        let request = line["id"].to_string();
        let outcome = &line["result"]["outcome"];
        match outcome["outcome"].as_str() {
            Some("selected") => {
                let id = outcome["optionId"].as_str().unwrap_or_default().to_owned();
                let is_question = self
                    .played
                    .items
                    .values()
                    .any(|item| item.open && matches!(item.body, Body::Question(_)));
                let answer = if is_question {
                    Answer::Answers(vec![QuestionAnswer {
                        option_ids: vec![id],
                        ..QuestionAnswer::default()
                    }])
                } else {
                    Answer::Option { id, feedback: String::new() }
                };
                self.settle(&request, answer);
            }
            Some(_) => {}
            None => self.command(Command::FileWritten { request: line["id"].clone(), error: None }),
        }
    }

    fn settle(&mut self, request: &str, answer: Answer) {
        let resolution = match &answer {
            Answer::Option { id, feedback } => Resolution {
                option_id: id.clone(),
                option_label: id.clone(),
                feedback: feedback.clone(),
                ..Resolution::default()
            },
            Answer::Answers(answers) => Resolution { answers: answers.clone(), ..Resolution::default() },
            Answer::Dismiss { feedback } => {
                Resolution { feedback: feedback.clone(), ..Resolution::default() }
            }
        };
        self.command(Command::Respond { request: request.to_owned(), answer });
        self.event(Event::RequestResolved { request: request.to_owned(), resolution });
    }
}

fn id_of(line: &Value) -> String {
    line.get("id").or(line.get("request_id")).unwrap_or(&Value::Null).to_string()
}

/// What kind of line it is.
fn shape(line: &Value) -> (String, String, String) {
    let text = |pointer: &str| line.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = if line.get("method").is_none() && line.get("result").is_some() {
        "result".into()
    } else {
        text("/type")
    };
    (text("/method"), text("/request/subtype"), kind)
}

/// A line without what may differ: ids, our version, the answers' wording.
fn essence(line: &Value) -> Value {
    let mut line = line.clone();
    let fields = line.as_object_mut().expect("an object");
    for key in ["id", "request_id", "jsonrpc", "uuid", "session_id", "priority"] {
        fields.remove(key);
    }
    for pointer in ["/params/sessionId", "/params/clientInfo/version", "/params/clientCapabilities/fs"] {
        if let Some(value) = line.pointer_mut(pointer) {
            *value = json!("…");
        }
    }
    // How a request is refused is each client's own.
    if line.get("error").is_some() {
        line["error"] = json!("…");
    }
    // Blocks of files are made from files, which a recording does not have.
    if line.pointer("/message/content").is_some_and(|content| content.is_array() || content == "(blocks)") {
        line["message"]["content"] = json!("(blocks)");
    }
    line
}
