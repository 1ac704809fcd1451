//! The control channel: our requests and their answers, the agent's requests and the user's answers.

use leapmux_transcript::{
    Diff, Event, MAX_DIFF_TEXT, Permission, PermissionKind, QuestionAnswer, QuestionOption, QuestionPart,
    RequestOption, RequestedPermission, Resolution, Role, clip,
};
use serde_json::{Map, Value, json};

use super::{Answer, StreamJson};
use crate::codec::{Refused, Signal, Step};
use crate::protocols::json::{input_json, list, some_text, text};

/// What one of our requests was for.
#[derive(Debug)]
pub(super) enum Asked {
    Initialize,
    Interrupt,
    Option { id: String, value: String },
    Withdraw { message_id: String },
}

/// A request of the agent that waits for the user.
#[derive(Debug)]
pub(super) struct Prompt {
    tool_use_id: String,
    input: Value,
    suggestions: Vec<Value>,
    questions: Vec<QuestionPart>,
}

const ALLOW: &str = "allow";
const DENY: &str = "deny";
const DENY_AND_STOP: &str = "deny_and_stop";
const SUGGESTION: &str = "suggestion:";
/// What the model is told of a denial without words of the user.
const DENIED: &str = "The user does not want this. Do not try it again in another way without asking.";
const DISMISSED: &str = "User stopped";

impl StreamJson {
    /// Sends a control request.
    pub(super) fn ask(&mut self, asked: Asked, request: Value, step: &mut Step) {
        let id = format!("leapmux_{}", self.next_request);
        self.next_request += 1;
        step.line(&json!({"type": "control_request", "request_id": id, "request": request}));
        self.asked.insert(id, asked);
    }

    pub(super) fn control_response(&mut self, message: &Value, step: &mut Step) {
        let Some(asked) = self.asked.remove(text(message, "/response/request_id")) else { return };
        let failed = text(message, "/response/subtype") == "error";
        let reason =
            || some_text(message, "/response/error").unwrap_or_else(|| "the agent refused".to_owned());
        let answer = message.pointer("/response/response").unwrap_or(&Value::Null);
        match asked {
            Asked::Initialize if failed => step.signals.push(Signal::StartFailed { reason: reason() }),
            Asked::Initialize => {
                self.ready = true;
                step.event(self.initialized(answer));
                step.signals.push(Signal::Ready);
            }
            Asked::Option { id, value } if failed => {
                let signal = match text(message, "/response/error_code") {
                    "bypass_not_launched" if self.may_bypass => Signal::OptionNeedsRestart { id, value },
                    _ => Signal::OptionRefused { id, value, reason: reason() },
                };
                step.signals.push(signal);
            }
            Asked::Option { id, value } => {
                self.settings.set(&id, &value);
                step.event(self.options_event());
                step.signals.push(Signal::OptionSet { id, value });
            }
            Asked::Withdraw { message_id } => {
                let gone = !failed && answer.get("cancelled").and_then(Value::as_bool) != Some(false);
                if gone && self.unstarted.contains(&message_id) {
                    self.unstarted.retain(|known| *known != message_id);
                    step.event(Event::UserRemoved { message_id });
                }
            }
            Asked::Interrupt => {}
        }
    }

    pub(super) fn control_request(&mut self, message: &Value, step: &mut Step) {
        let id = text(message, "/request_id").to_owned();
        let request = message.get("request").unwrap_or(&Value::Null);
        if text(request, "/subtype") != "can_use_tool" {
            // At once: the agent waits.
            let answer =
                json!({"subtype": "error", "request_id": id, "error": "LeapMux does not know this request"});
            step.line(&json!({"type": "control_response", "response": answer}));
            return;
        }
        let tool_use_id = text(request, "/tool_use_id").to_owned();
        let scope = self.tools.get(&tool_use_id).map(|tool| tool.scope.clone()).unwrap_or_default();
        let mut prompt = Prompt {
            tool_use_id: tool_use_id.clone(),
            input: request.get("input").cloned().unwrap_or_default(),
            suggestions: list(request, "/permission_suggestions").to_vec(),
            questions: Vec::new(),
        };
        let event = if text(request, "/tool_name") == self.dialect.question_tool {
            prompt.questions = questions(&prompt.input);
            Event::QuestionRequest { request: id.clone(), questions: prompt.questions.clone() }
        } else {
            let detail = Box::new(self.permission(request, &prompt));
            Event::PermissionRequest { request: id.clone(), tool: Some(tool_use_id), detail }
        };
        self.prompts.insert(id, prompt);
        step.event_in(&scope, event);
    }

    fn permission(&self, request: &Value, prompt: &Prompt) -> Permission {
        let name = text(request, "/tool_name");
        let facts = (self.dialect.describe)(name, &prompt.input);
        let label = some_text(request, "/display_name").unwrap_or_else(|| name.to_owned());
        if name == self.dialect.plan_tool {
            return Permission {
                title: "Plan Ready for Review".to_owned(),
                kind: PermissionKind::Plan,
                tool_name: name.to_owned(),
                plan: text(&prompt.input, "/plan").to_owned(),
                requested: requested_permissions(&prompt.input),
                paths: some_text(&prompt.input, "/planFilePath").into_iter().collect(),
                options: vec![option(ALLOW, "Approve", Role::AllowOnce), option(DENY, "Reject", Role::Deny)],
                accepts_feedback: true,
                ..Permission::default()
            };
        }
        let mut options = vec![option(ALLOW, "Allow", Role::AllowOnce)];
        if request.get("suppress_always_allow_rule").and_then(Value::as_bool) != Some(true) {
            let always = prompt.suggestions.iter().enumerate();
            options.extend(always.filter_map(|(at, suggestion)| suggestion_option(at, suggestion)));
        }
        options.push(option(DENY, "Reject", Role::Deny));
        options.push(option(DENY_AND_STOP, "Reject and stop", Role::DenyAndStop));
        Permission {
            title: format!("Permission Required: {label}"),
            kind: PermissionKind::Tool,
            tool_name: name.to_owned(),
            command: facts.command,
            description: text(request, "/description").to_owned(),
            reason: text(request, "/decision_reason").to_owned(),
            paths: some_text(request, "/blocked_path").into_iter().collect(),
            diffs: facts.diffs.into_iter().map(clipped).collect(),
            input: input_json(&prompt.input),
            options,
            accepts_feedback: true,
            ..Permission::default()
        }
    }

    pub(super) fn control_cancel(&mut self, message: &Value, step: &mut Step) {
        let request = text(message, "/request_id").to_owned();
        if self.prompts.remove(&request).is_some() {
            let resolution = Resolution { withdrawn: true, ..Resolution::default() };
            step.event(Event::RequestResolved { request, resolution });
        }
    }

    pub(super) fn respond(&mut self, request: &str, answer: &Answer, step: &mut Step) -> Result<(), Refused> {
        let gone = || Refused::Invalid("The agent no longer waits for this answer".to_owned());
        let prompt = self.prompts.get(request).ok_or_else(gone)?;
        let response = prompt.response(answer)?;
        if text(&response, "/behavior") == "deny"
            && let Some(tool) = self.tools.get_mut(&prompt.tool_use_id)
        {
            tool.denied = true;
        }
        self.prompts.remove(request);
        let answer = json!({"subtype": "success", "request_id": request, "response": response});
        step.line(&json!({"type": "control_response", "response": answer}));
        Ok(())
    }
}

impl Prompt {
    fn response(&self, answer: &Answer) -> Result<Value, Refused> {
        let deny = |feedback: &str, words: &str, stop: bool| {
            let message = if feedback.is_empty() { words } else { feedback };
            let mut denial = json!({"behavior": "deny", "message": message});
            if stop {
                denial["interrupt"] = true.into();
            }
            denial
        };
        match answer {
            Answer::Option { id, .. } if id == ALLOW => {
                Ok(json!({"behavior": "allow", "updatedInput": self.input}))
            }
            Answer::Option { id, feedback } if id == DENY => Ok(deny(feedback, DENIED, false)),
            Answer::Option { id, feedback } if id == DENY_AND_STOP => Ok(deny(feedback, DENIED, true)),
            Answer::Option { id, .. } => {
                let suggestion = id.strip_prefix(SUGGESTION).and_then(|at| at.parse::<usize>().ok());
                let suggestion = suggestion.and_then(|at| self.suggestions.get(at));
                let suggestion =
                    suggestion.ok_or_else(|| Refused::Invalid("There is no such answer".to_owned()))?;
                Ok(json!({
                    "behavior": "allow", "updatedInput": self.input, "updatedPermissions": [suggestion],
                }))
            }
            Answer::Answers(answers) => {
                let mut input = self.input.clone();
                input["answers"] = self.answers(answers).into();
                Ok(json!({"behavior": "allow", "updatedInput": input}))
            }
            Answer::Dismiss { feedback } => Ok(deny(feedback, DISMISSED, false)),
        }
    }

    /// Question texts with the labels chosen, or the user's own words.
    fn answers(&self, answers: &[QuestionAnswer]) -> Map<String, Value> {
        let mut by_text = Map::new();
        for answer in answers {
            let Some(question) = self.questions.iter().find(|known| known.id == answer.question_id) else {
                continue;
            };
            let label = |id: &String| question.options.iter().find(|o| o.id == *id).map(|o| o.label.as_str());
            let mut words: Vec<&str> = answer.option_ids.iter().filter_map(label).collect();
            if !answer.text.is_empty() {
                words.push(&answer.text);
            }
            if !words.is_empty() {
                by_text.insert(question.text.clone(), words.join(", ").into());
            }
        }
        by_text
    }
}

fn requested_permissions(input: &Value) -> Vec<RequestedPermission> {
    let requested = list(input, "/allowedPrompts").iter().map(|requested| RequestedPermission {
        tool: text(requested, "/tool").to_owned(),
        text: text(requested, "/prompt").to_owned(),
    });
    requested.filter(|requested| !requested.text.is_empty()).collect()
}

fn questions(input: &Value) -> Vec<QuestionPart> {
    let questions = list(input, "/questions").iter().enumerate();
    let part = |(at, question): (usize, &Value)| QuestionPart {
        id: at.to_string(),
        header: text(question, "/header").to_owned(),
        text: text(question, "/question").to_owned(),
        options: list(question, "/options")
            .iter()
            .enumerate()
            .map(|(at, option)| QuestionOption {
                id: at.to_string(),
                label: text(option, "/label").to_owned(),
                description: text(option, "/description").to_owned(),
            })
            .collect(),
        multi: question.get("multiSelect").and_then(Value::as_bool).unwrap_or(false),
        free_text: true,
    };
    questions.map(part).collect()
}

fn option(id: &str, label: &str, role: Role) -> RequestOption {
    RequestOption { id: id.to_owned(), label: label.to_owned(), role }
}

/// "Always" as the agent proposes it; unknown proposals are not shown.
fn suggestion_option(at: usize, suggestion: &Value) -> Option<RequestOption> {
    let session = text(suggestion, "/destination") == "session";
    let where_to = match text(suggestion, "/destination") {
        "session" => " for this session",
        "userSettings" => " everywhere",
        _ => " in this project",
    };
    let label = match text(suggestion, "/type") {
        "addRules" => {
            let rules: Vec<String> = list(suggestion, "/rules").iter().map(rule_text).collect();
            format!("Always allow {}{where_to}", rules.join(", "))
        }
        "addDirectories" => {
            let folders: Vec<&str> =
                list(suggestion, "/directories").iter().filter_map(Value::as_str).collect();
            format!("Allow changes in {}{where_to}", folders.join(", "))
        }
        "setMode" if text(suggestion, "/mode") == "acceptEdits" => format!("Accept all edits{where_to}"),
        "setMode" => format!("Switch to {}{where_to}", text(suggestion, "/mode")),
        _ => return None,
    };
    let role = if session { Role::AllowSession } else { Role::AllowAlways };
    Some(option(&format!("{SUGGESTION}{at}"), &label, role))
}

fn rule_text(rule: &Value) -> String {
    match some_text(rule, "/ruleContent") {
        Some(content) => format!("{}({content})", text(rule, "/toolName")),
        None => text(rule, "/toolName").to_owned(),
    }
}

fn clipped(mut diff: Diff) -> Diff {
    for side in [&mut diff.old_text, &mut diff.new_text].into_iter().flatten() {
        *side = clip(side, MAX_DIFF_TEXT).0;
    }
    diff
}
