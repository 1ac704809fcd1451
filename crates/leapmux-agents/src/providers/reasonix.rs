//! Reasonix: the Agent Client Protocol.

use leapmux_transcript::{QuestionOption, QuestionPart, Usage};
use serde_json::Value;

use crate::codec::AgentCodec;
use crate::protocols::acp::{Acp, Dialect};
use crate::protocols::json::{list, number, some_text, text};
use crate::provider::{Accepts, AgentProvider, Capabilities, Launch, SessionStart};

pub(super) struct Reasonix;

static DIALECT: Dialect = Dialect {
    group: |category, _| match category {
        "model" => Some(("model", "Model")),
        "tool_approval" => Some(("permissionMode", "Permissions")),
        "thought_level" => Some(("effort", "Effort")),
        _ => None,
    },
    modes: ("primaryAgent", "Mode"),
    launch_options: |_| Vec::new(),
    tool_name: |_| None,
    todo_tools: &["todo_write"],
    task_tools: &["task"],
    question_tools: &["ask"],
    question,
    dismisses: |option| option.ends_with(":cancel"),
    is_plan: |call| text(call, "/title") == "exit_plan_mode",
    extension: usage,
    // Once a turn has run, a model change fails on the live session.
    restart_helps: |option, failure| option == "model" && failure.message.contains("session runtime"),
};

impl AgentProvider for Reasonix {
    fn id(&self) -> &'static str {
        "reasonix"
    }
    fn label(&self) -> &'static str {
        "Reasonix"
    }
    fn programs(&self) -> &'static [&'static str] {
        &["reasonix"]
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mid_turn_input: false,
            plan: None,
            bypass: None,
            accepts: Accepts { text: true, image: false, pdf: false, other: false },
        }
    }

    fn launch(&self, start: &SessionStart) -> Launch {
        let launch = Launch::new(["acp"]);
        match start.option("model") {
            Some(model) => launch.args(["--model", model]),
            None => launch,
        }
    }

    fn codec(&self, start: &SessionStart) -> Box<dyn AgentCodec> {
        Box::new(Acp::new(&DIALECT, start))
    }
}

/// Questions come as permission requests of a call named `ask-N-qM` with one option a choice.
fn question(params: &Value) -> Option<QuestionPart> {
    if !text(params, "/toolCall/toolCallId").starts_with("ask-") {
        return None;
    }
    let input = params.pointer("/toolCall/rawInput")?;
    let choices =
        list(params, "/options").iter().filter(|option| !(DIALECT.dismisses)(text(option, "/optionId")));
    let described = list(input, "/options");
    let choice = |(at, option): (usize, &Value)| {
        let facts = described.get(at).unwrap_or(&Value::Null);
        QuestionOption {
            id: text(option, "/optionId").to_owned(),
            label: some_text(facts, "/Label").unwrap_or_else(|| text(option, "/name").to_owned()),
            description: text(facts, "/Description").to_owned(),
        }
    };
    Some(QuestionPart {
        id: text(input, "/id").to_owned(),
        header: text(params, "/toolCall/content/0/content/text").to_owned(),
        text: text(params, "/toolCall/title").to_owned(),
        options: choices.enumerate().map(choice).collect(),
        multi: false,
        free_text: false,
    })
}

/// Tokens of the turn come in a notification of its own.
fn usage(method: &str, params: &Value) -> Option<Usage> {
    if method != "_reasonix.io/session/status_update" || text(params, "/event") != "usage" {
        return None;
    }
    let tokens =
        |key: &str| number(params, &format!("/status/usage/turn/{key}")).filter(|tokens| *tokens > 0);
    Some(Usage {
        input_tokens: tokens("promptTokens"),
        output_tokens: tokens("completionTokens"),
        cached_tokens: tokens("cacheHitTokens"),
        ..Usage::default()
    })
}
