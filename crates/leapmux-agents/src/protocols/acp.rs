//! The Agent Client Protocol, version 1, as its client. What one agent does differently is in its `Dialect`. Messages are read
//! leniently from JSON: an unknown kind costs that message, never the session.

mod configure;
mod session;
mod tools;
mod updates;

use std::collections::{BTreeMap, VecDeque};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use leapmux_transcript::{Event, OptionGroup, Origin, PermissionKind, QuestionPart, Resolution, Stop, Usage};
use serde_json::{Value, json};

use super::json::{parse, text};
use super::json_rpc::{self, Failure, Incoming, Requests};
use crate::codec::{AgentCodec, Answer, Command, Refused, Signal, Step, Upload};
use crate::provider::SessionStart;

/// What one speaker of the protocol does in its own way.
pub(crate) struct Dialect {
    /// Our group id and label for a configuration option, by its category and id; none: not shown.
    pub(crate) group: fn(&str, &str) -> Option<(&'static str, &'static str)>,
    /// Our group id and label for session modes that are not a configuration option.
    pub(crate) modes: (&'static str, &'static str),
    /// Options of the launch, not of the session: shown beside the session's own.
    pub(crate) launch_options: fn(&SessionStart) -> Vec<OptionGroup>,
    /// A tool's own name, where the agent tells it beside the title.
    pub(crate) tool_name: fn(&Value) -> Option<String>,
    /// Tools whose `rawInput.todos` is the to-do list.
    pub(crate) todo_tools: &'static [&'static str],
    /// Tools that start a subagent.
    pub(crate) task_tools: &'static [&'static str],
    /// Tools that ask the user.
    pub(crate) question_tools: &'static [&'static str],
    /// A permission request that is a question: its parts, each option's id being the answer's.
    pub(crate) question: fn(&Value) -> Option<QuestionPart>,
    /// The option of a permission request that dismisses a question.
    pub(crate) dismisses: fn(&str) -> bool,
    /// A permission request that asks whether a plan may be carried out.
    pub(crate) is_plan: fn(&Value) -> bool,
    /// Notifications outside the protocol.
    pub(crate) extension: fn(&str, &Value) -> Option<Usage>,
    /// A refused option that a new process would take.
    pub(crate) restart_helps: fn(&str, &Failure) -> bool,
}

/// What one of our requests was for.
#[derive(Debug)]
enum Asked {
    Initialize,
    New,
    Resume,
    Load,
    /// An option that was wanted from the start.
    Configure {
        label: String,
    },
    Option {
        id: String,
        value: String,
    },
    Prompt,
}

/// A permission request that waits for the user.
#[derive(Debug)]
struct Prompt {
    /// The agent's own id of the request, as it came.
    id: Value,
    tool: Option<String>,
    /// Option ids and whether they deny.
    options: Vec<(String, bool)>,
    question: Option<QuestionPart>,
}

/// The codec of one process.
pub(crate) struct Acp {
    dialect: &'static Dialect,
    start: SessionStart,
    requests: Requests<Asked>,
    session: String,
    /// Capabilities of the agent, as it sent them.
    can: Value,
    ready: bool,
    /// A session is being loaded: what it replays is in our own transcript.
    replaying: bool,
    in_turn: bool,
    cancelled: bool,
    options: configure::Options,
    /// Options to set before the session is ready.
    wanted: VecDeque<(String, String)>,
    prompts: BTreeMap<String, Prompt>,
    tools: BTreeMap<String, tools::Tool>,
    text: updates::OpenText,
}

impl Acp {
    /// A codec for a process launched for `start`.
    pub(crate) fn new(dialect: &'static Dialect, start: &SessionStart) -> Self {
        Self {
            dialect,
            start: start.clone(),
            requests: Requests::default(),
            session: String::new(),
            can: Value::Null,
            ready: false,
            replaying: false,
            in_turn: false,
            cancelled: false,
            options: configure::Options::default(),
            wanted: VecDeque::new(),
            prompts: BTreeMap::new(),
            tools: BTreeMap::new(),
            text: updates::OpenText::default(),
        }
    }

    fn ask(&mut self, method: &str, params: Value, asked: Asked, step: &mut Step) {
        let line = self.requests.request(method, params, asked);
        step.line(&line);
    }

    fn answered(&mut self, asked: Asked, outcome: Result<Value, Failure>, step: &mut Step) {
        match asked {
            Asked::Initialize => self.initialized(outcome, step),
            Asked::New => self.opened(outcome, step),
            Asked::Resume | Asked::Load => self.resumed(&asked, outcome, step),
            Asked::Configure { label } => self.configured(&label, outcome, step),
            Asked::Option { id, value } => self.option_answered(id, value, outcome, step),
            Asked::Prompt => self.turn_ended(outcome, step),
        }
    }

    fn requested(&mut self, id: Value, method: &str, params: &Value, step: &mut Step) {
        match method {
            "session/request_permission" => self.permission_requested(id, params, step),
            "fs/write_text_file" => step.signals.push(Signal::WriteFile {
                request: id,
                path: text(params, "/path").to_owned(),
                content: text(params, "/content").to_owned(),
            }),
            _ => step.line(&json_rpc::refusal(&id, json_rpc::METHOD_NOT_FOUND, "Method not found")),
        }
    }

    fn prompt(
        &mut self,
        message_id: String,
        words: &str,
        uploads: &[Upload],
        step: &mut Step,
    ) -> Result<(), Refused> {
        if !self.ready {
            return Err(Refused::Invalid("The agent is not ready".to_owned()));
        }
        if self.in_turn {
            return Err(Refused::Invalid("A turn is running".to_owned()));
        }
        let blocks = self.prompt_blocks(words, uploads);
        let params = json!({"sessionId": self.session, "prompt": blocks});
        self.ask("session/prompt", params, Asked::Prompt, step);
        self.in_turn = true;
        self.cancelled = false;
        step.event(Event::TurnStart { origin: Origin::User, message_id: Some(message_id) });
        Ok(())
    }

    fn prompt_blocks(&self, words: &str, uploads: &[Upload]) -> Vec<Value> {
        let mut blocks: Vec<Value> = Vec::new();
        if !words.is_empty() || uploads.is_empty() {
            blocks.push(json!({"type": "text", "text": words}));
        }
        let images = self.can.pointer("/promptCapabilities/image").and_then(Value::as_bool) == Some(true);
        let embeds =
            self.can.pointer("/promptCapabilities/embeddedContext").and_then(Value::as_bool) == Some(true);
        for upload in uploads {
            let (uri, media) = (format!("file:///{}", upload.name), &upload.media_type);
            blocks.push(match String::from_utf8(upload.data.clone()) {
                _ if media.starts_with("image/") && images => {
                    json!({"type": "image", "mimeType": media, "data": BASE64.encode(&upload.data)})
                }
                Ok(text) if embeds => {
                    json!({"type": "resource", "resource": {"uri": uri, "mimeType": media, "text": text}})
                }
                Ok(text) => json!({"type": "text", "text": format!("{}:\n{text}", upload.name)}),
                Err(_) => {
                    let blob = BASE64.encode(&upload.data);
                    json!({"type": "resource", "resource": {"uri": uri, "mimeType": media, "blob": blob}})
                }
            });
        }
        blocks
    }

    fn turn_ended(&mut self, outcome: Result<Value, Failure>, step: &mut Step) {
        self.text.close(step);
        let cancelled = std::mem::take(&mut self.cancelled);
        self.in_turn = false;
        self.prompts.clear();
        let end = match outcome {
            Ok(answer) => {
                let usage = updates::turn_usage(&answer);
                let stop = match text(&answer, "/stopReason") {
                    _ if cancelled => Stop::Cancelled,
                    "cancelled" => Stop::Cancelled,
                    "max_tokens" | "max_turn_requests" => Stop::MaxTokens,
                    "refusal" => Stop::Refused,
                    _ => Stop::Completed,
                };
                Event::TurnEnd { stop, error: String::new(), error_class: Default::default(), usage }
            }
            Err(_) if cancelled => Event::TurnEnd {
                stop: Stop::Cancelled,
                error: String::new(),
                error_class: Default::default(),
                usage: Usage::default(),
            },
            Err(failure) => Event::TurnEnd {
                stop: Stop::Error,
                error_class: super::classify::error_class(&failure.message),
                error: failure.message,
                usage: Usage::default(),
            },
        };
        step.event(end);
    }

    /// The protocol wants every open permission request answered after a cancel.
    fn interrupt(&mut self, step: &mut Step) {
        if !self.in_turn {
            return;
        }
        self.cancelled = true;
        step.line(&json_rpc::notification("session/cancel", json!({"sessionId": self.session})));
        for (request, prompt) in std::mem::take(&mut self.prompts) {
            step.line(&json_rpc::answer(&prompt.id, json!({"outcome": {"outcome": "cancelled"}})));
            let resolution = Resolution { withdrawn: true, ..Resolution::default() };
            step.event(Event::RequestResolved { request, resolution });
        }
    }

    fn respond(&mut self, request: &str, answer: &Answer, step: &mut Step) -> Result<(), Refused> {
        let gone = || Refused::Invalid("The agent no longer waits for this answer".to_owned());
        let prompt = self.prompts.get(request).ok_or_else(gone)?;
        let (option, denies) = prompt.choose(answer, self.dialect)?;
        if let Some(tool) = prompt.tool.as_ref().filter(|_| denies).and_then(|tool| self.tools.get_mut(tool))
        {
            tool.denied = true;
        }
        let outcome = match option {
            Some(option) => json!({"outcome": "selected", "optionId": option}),
            None => json!({"outcome": "cancelled"}),
        };
        step.line(&json_rpc::answer(&prompt.id, json!({"outcome": outcome})));
        self.prompts.remove(request);
        Ok(())
    }
}

impl Prompt {
    /// The option an answer means, and whether it denies. No option: cancelled.
    fn choose(&self, answer: &Answer, dialect: &Dialect) -> Result<(Option<String>, bool), Refused> {
        let known = |id: &str| self.options.iter().find(|(option, _)| option == id).cloned();
        let invalid = |why: &str| Refused::Invalid(why.to_owned());
        match answer {
            Answer::Option { id, .. } => {
                let (option, denies) = known(id).ok_or_else(|| invalid("There is no such answer"))?;
                Ok((Some(option), denies))
            }
            Answer::Answers(answers) => {
                let chosen = answers.iter().flat_map(|answer| &answer.option_ids).find_map(|id| known(id));
                let (option, denies) =
                    chosen.ok_or_else(|| invalid("One of the options has to be chosen"))?;
                Ok((Some(option), denies))
            }
            Answer::Dismiss { .. } => {
                let dismiss = |(id, denies): &&(String, bool)| match self.question {
                    Some(_) => (dialect.dismisses)(id),
                    None => *denies,
                };
                Ok((self.options.iter().find(dismiss).map(|(id, _)| id.clone()), true))
            }
        }
    }
}

impl AgentCodec for Acp {
    fn start(&mut self) -> Step {
        let mut step = Step::default();
        let params = json!({
            "protocolVersion": 1,
            "clientInfo": {"name": "leapmux", "title": "LeapMux", "version": env!("CARGO_PKG_VERSION")},
            "clientCapabilities": {"fs": {"readTextFile": false, "writeTextFile": false}, "terminal": false},
        });
        self.ask("initialize", params, Asked::Initialize, &mut step);
        step
    }

    fn decode(&mut self, line: &[u8]) -> Step {
        let mut step = Step::default();
        let Some(message) = parse(line) else {
            step.signals.push(Signal::Garbage);
            return step;
        };
        match self.requests.sort(message) {
            Incoming::Answer { purpose, outcome } => self.answered(purpose, outcome, &mut step),
            Incoming::Request { id, method, params } => self.requested(id, &method, &params, &mut step),
            Incoming::Notification { method, params } if method == "session/update" => {
                // One connection can hold several sessions; ours is one.
                if self.session.is_empty() || text(&params, "/sessionId") == self.session {
                    self.updated(params.get("update").unwrap_or(&Value::Null), &mut step);
                }
            }
            Incoming::Notification { method, params } => {
                if let Some(usage) = (self.dialect.extension)(&method, &params) {
                    step.event(Event::Usage(usage));
                }
            }
            Incoming::Other => {}
        }
        step
    }

    fn encode(&mut self, command: Command) -> Result<Step, Refused> {
        let mut step = Step::default();
        match command {
            Command::Prompt { message_id, text, uploads } => {
                self.prompt(message_id, &text, &uploads, &mut step)?;
            }
            Command::Interrupt => self.interrupt(&mut step),
            Command::Respond { request, answer } => self.respond(&request, &answer, &mut step)?,
            Command::SetOption { id, value } => self.set_option(id, value, &mut step)?,
            Command::Withdraw { .. } => {}
            Command::FileWritten { request, error } => step.line(&match error {
                None => json_rpc::answer(&request, json!({})),
                Some(why) => json_rpc::refusal(&request, json_rpc::INTERNAL_ERROR, &why),
            }),
        }
        Ok(step)
    }
}

/// Kind of a permission request that is no plan.
fn permission_kind(is_plan: bool) -> PermissionKind {
    if is_plan { PermissionKind::Plan } else { PermissionKind::Tool }
}
