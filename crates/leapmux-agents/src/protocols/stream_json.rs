//! The stream-JSON protocol: one JSON message a line, model streams wrapped in `stream_event`, and a control channel of
//! requests and answers in both directions. The words a speaker has for tools and modes come from its `Dialect`.

mod blocks;
mod control;
mod limits;
mod results;
mod settings;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use leapmux_transcript::{
    Diff, Event, Location, Origin, OutputPatch, SessionInfo, Todo, ToolKind, ToolUpdate,
};
use serde_json::{Value, json};

use super::json::{number, parse, some_text, text};
use crate::codec::{AgentCodec, Answer, Command, Refused, Signal, Step, Upload};
use crate::provider::{Session, SessionStart};

/// What a speaker of the protocol calls its own.
pub(crate) struct Dialect {
    /// What a tool call is about, from its name and input.
    pub(crate) describe: fn(&str, &Value) -> ToolFacts,
    /// The to-do list as a tool call writes it.
    pub(crate) todos: fn(&str, &Value) -> Option<Vec<Todo>>,
    /// The tool that asks the user questions.
    pub(crate) question_tool: &'static str,
    /// The tool that says that a plan is ready.
    pub(crate) plan_tool: &'static str,
    /// Value, label and description of each permission mode; the first is the default.
    pub(crate) permission_modes: &'static [(&'static str, &'static str, &'static str)],
    /// The permission mode that only processes launched for it can enter.
    pub(crate) bypass_mode: &'static str,
}

/// What a tool call is about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ToolFacts {
    pub(crate) kind: ToolKind,
    pub(crate) title: String,
    pub(crate) command: String,
    pub(crate) locations: Vec<Location>,
    pub(crate) diffs: Vec<Diff>,
}

/// A tool call the agent has announced.
#[derive(Debug, Default)]
struct Tool {
    name: String,
    scope: String,
    /// The user refused it.
    denied: bool,
    /// It goes on after its result.
    background: bool,
}

/// The codec of one process.
pub(crate) struct StreamJson {
    dialect: &'static Dialect,
    session_id: String,
    resumed: bool,
    ready: bool,
    in_turn: bool,
    /// The agent has told that it works on the turn; before that it ignores an interrupt.
    turn_seen: bool,
    /// The user wants the turn stopped as soon as it can be.
    interrupt_held: bool,
    may_bypass: bool,
    next_request: u64,
    /// Our control requests that wait for an answer.
    asked: BTreeMap<String, control::Asked>,
    /// The agent's requests that wait for the user.
    prompts: BTreeMap<String, control::Prompt>,
    tools: BTreeMap<String, Tool>,
    blocks: blocks::Blocks,
    /// Messages the agent has but has not begun, in order.
    unstarted: Vec<String>,
    settings: settings::Settings,
    limits: limits::Limits,
}

impl StreamJson {
    /// A codec for a process launched for `start`.
    pub(crate) fn new(dialect: &'static Dialect, start: &SessionStart) -> Self {
        let (session_id, resumed) = match &start.session {
            Session::New { id } => (id.clone(), false),
            Session::Resume { id } => (id.clone(), true),
        };
        Self {
            dialect,
            session_id,
            resumed,
            ready: false,
            in_turn: false,
            turn_seen: false,
            interrupt_held: false,
            may_bypass: start.may_bypass,
            next_request: 1,
            asked: BTreeMap::new(),
            prompts: BTreeMap::new(),
            tools: BTreeMap::new(),
            blocks: blocks::Blocks::default(),
            unstarted: Vec::new(),
            settings: settings::Settings::new(start),
            limits: limits::Limits::default(),
        }
    }

    fn system(&mut self, message: &Value, step: &mut Step) {
        match text(message, "/subtype") {
            "init" => self.init(message, step),
            "status" => self.status(message, step),
            "compact_boundary" => {
                let tokens = |key| number(message, &format!("/compact_metadata/{key}"));
                let sizes = match (tokens("pre_tokens"), tokens("post_tokens")) {
                    (Some(old), Some(new)) => format!("Context compacted ({old} → {new} tokens)"),
                    _ => String::new(),
                };
                step.event(Event::Compaction { running: false, text: sizes });
            }
            "api_retry" => step.event(retry(message)),
            "thinking_tokens" => {
                if let Some(total) = number(message, "/estimated_tokens") {
                    step.event(Event::ThinkingTokens { total });
                }
            }
            "task_started" => {
                let background = message.get("is_backgrounded").and_then(Value::as_bool).unwrap_or(false);
                if let Some(tool) = self.tools.get_mut(text(message, "/tool_use_id")) {
                    tool.background = background;
                }
            }
            "task_notification" => self.task_notification(message, step),
            _ => {}
        }
    }

    /// Sent first after each user message, and before a turn the agent begins by itself.
    fn init(&mut self, message: &Value, step: &mut Step) {
        if let Some(id) = some_text(message, "/session_id").filter(|id| *id != self.session_id) {
            self.session_id = id.clone();
            let info = SessionInfo { native_session_id: Some(id), ..SessionInfo::default() };
            step.event(Event::SessionInfo(Box::new(info)));
        }
        let mode = text(message, "/permissionMode");
        let has_new_mode = !mode.is_empty() && self.settings.set_mode(mode);
        if self.settings.set_fast_mode(text(message, "/fast_mode_state")) || has_new_mode {
            step.event(self.options_event());
        }
        if self.in_turn {
            self.turn_is_seen(step);
        } else {
            let next = (!self.unstarted.is_empty()).then(|| self.unstarted.remove(0));
            self.begin_turn(next, true, step);
        }
    }

    fn turn_is_seen(&mut self, step: &mut Step) {
        self.turn_seen = true;
        if std::mem::take(&mut self.interrupt_held) {
            self.ask(control::Asked::Interrupt, json!({"subtype": "interrupt"}), step);
        }
    }

    /// `seen`: the agent says so itself. A message may also join a turn that runs.
    fn begin_turn(&mut self, message_id: Option<String>, seen: bool, step: &mut Step) {
        if !std::mem::replace(&mut self.in_turn, true) {
            self.turn_seen = seen;
        }
        let origin = if message_id.is_some() { Origin::User } else { Origin::Agent };
        step.event(Event::TurnStart { origin, message_id });
    }

    fn status(&mut self, message: &Value, step: &mut Step) {
        let mode = text(message, "/permissionMode");
        if !mode.is_empty() && self.settings.set_mode(mode) {
            step.event(self.options_event());
        }
        if text(message, "/status") == "compacting" {
            step.event(Event::Compaction { running: true, text: String::new() });
        }
        match text(message, "/compact_result") {
            "" | "success" => {}
            _ => {
                let reason =
                    some_text(message, "/compact_error").map_or_else(String::new, |why| format!(": {why}"));
                let text = format!("Compacting the context failed{reason}");
                step.event(Event::Compaction { running: false, text });
            }
        }
    }

    /// Work in the background that is over reports on the tool call that began it.
    fn task_notification(&mut self, message: &Value, step: &mut Step) {
        let id = text(message, "/tool_use_id");
        let Some(tool) = self.tools.get(id).filter(|tool| tool.background) else { return };
        if let Some(summary) = some_text(message, "/summary") {
            let output = Some(OutputPatch::Replace(summary));
            let update = ToolUpdate { tool: id.to_owned(), output, ..ToolUpdate::default() };
            step.event_in(&tool.scope, Event::ToolUpdate(Box::new(update)));
        }
    }

    /// What happens to a message in the agent's own queue.
    fn lifecycle(&mut self, message: &Value, step: &mut Step) {
        let id = text(message, "/command_uuid");
        let Some(at) = self.unstarted.iter().position(|known| known == id) else { return };
        match text(message, "/state") {
            "started" => {
                let id = self.unstarted.remove(at);
                self.begin_turn(Some(id), true, step);
            }
            "cancelled" => {
                let message_id = self.unstarted.remove(at);
                let delivery = leapmux_transcript::Delivery::Cancelled;
                step.event(Event::UserDelivery { message_id, delivery, failure: String::new() });
            }
            _ => {}
        }
    }

    fn prompt(&mut self, message_id: String, words: &str, uploads: &[Upload], step: &mut Step) {
        step.line(&json!({
            "type": "user",
            "message": {"role": "user", "content": content(words, uploads)},
            "uuid": message_id,
        }));
        // Between two turns the agent is about to begin with the oldest of those it has.
        if self.in_turn || !self.unstarted.is_empty() {
            self.unstarted.push(message_id);
        } else {
            self.begin_turn(Some(message_id), false, step);
        }
    }
}

impl AgentCodec for StreamJson {
    fn start(&mut self) -> Step {
        let mut step = Step::default();
        self.ask(control::Asked::Initialize, json!({"subtype": "initialize"}), &mut step);
        step
    }

    fn decode(&mut self, line: &[u8]) -> Step {
        let mut step = Step::default();
        let Some(message) = parse(line).filter(Value::is_object) else {
            step.signals.push(Signal::Garbage);
            return step;
        };
        match text(&message, "/type") {
            "system" => self.system(&message, &mut step),
            "stream_event" => {
                self.turn_is_seen(&mut step);
                self.stream_event(&message, &mut step);
            }
            "assistant" => self.assistant(&message, &mut step),
            "user" => self.user(&message, &mut step),
            "result" => self.result(&message, &mut step),
            "control_request" => self.control_request(&message, &mut step),
            "control_response" => self.control_response(&message, &mut step),
            "control_cancel_request" => self.control_cancel(&message, &mut step),
            "command_lifecycle" => self.lifecycle(&message, &mut step),
            "rate_limit_event" => self.limits.told(&message, &mut step),
            "" => step.signals.push(Signal::Garbage),
            _ => {}
        }
        step
    }

    fn encode(&mut self, command: Command) -> Result<Step, Refused> {
        let mut step = Step::default();
        match command {
            Command::Prompt { message_id, text, uploads } => {
                self.prompt(message_id, &text, &uploads, &mut step)
            }
            Command::Interrupt if self.in_turn && !self.turn_seen => self.interrupt_held = true,
            Command::Interrupt => {
                self.ask(control::Asked::Interrupt, json!({"subtype": "interrupt"}), &mut step);
            }
            Command::Respond { request, answer } => self.respond(&request, &answer, &mut step)?,
            Command::SetOption { id, value } => self.set_option(&id, &value, &mut step)?,
            Command::Withdraw { message_id } => {
                let request = json!({"subtype": "cancel_async_message", "message_uuid": message_id});
                self.ask(control::Asked::Withdraw { message_id }, request, &mut step);
            }
            Command::FileWritten { .. } => {}
        }
        Ok(step)
    }
}

fn retry(message: &Value) -> Event {
    let whole = |key| number(message, key).and_then(|n| u32::try_from(n).ok()).unwrap_or_default();
    let status = number(message, "/error_status").map(|status| format!("HTTP {status} "));
    Event::Retry {
        attempt: whole("/attempt"),
        max: whole("/max_retries"),
        delay_ms: number(message, "/retry_delay_ms").unwrap_or_default(),
        error: format!("{}{}", status.unwrap_or_default(), text(message, "/error").replace('_', " ")),
    }
}

/// A message's content: plain text, or blocks when files come with it.
fn content(words: &str, uploads: &[Upload]) -> Value {
    if uploads.is_empty() {
        return words.into();
    }
    let mut blocks: Vec<Value> = uploads.iter().map(upload_block).collect();
    if !words.is_empty() {
        blocks.push(json!({"type": "text", "text": words}));
    }
    blocks.into()
}

fn upload_block(upload: &Upload) -> Value {
    let source =
        |media: &str| json!({"type": "base64", "media_type": media, "data": BASE64.encode(&upload.data)});
    match upload.media_type.as_str() {
        media if media.starts_with("image/") => json!({"type": "image", "source": source(media)}),
        "application/pdf" => {
            json!({"type": "document", "source": source("application/pdf"), "title": upload.name})
        }
        _ => {
            let text = String::from_utf8_lossy(&upload.data);
            json!({"type": "text", "text": format!("<file name=\"{}\">\n{text}\n</file>", upload.name)})
        }
    }
}
