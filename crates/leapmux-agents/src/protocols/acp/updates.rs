//! `session/update`: text as it streams, tool calls, plans, and what changes about the session.

use leapmux_transcript::{Event, SessionInfo, SlashCommand, Todo, TodoStatus, Usage};
use serde_json::Value;

use super::Acp;
use crate::codec::Step;
use crate::protocols::json::{list, number, some_text, text};

/// The text or thinking that is streaming: the protocol has no end for it, so whatever comes next ends it.
#[derive(Debug, Default)]
pub(super) struct OpenText {
    open: Option<Open>,
    count: u64,
    /// The last text that was closed: where a plan is written as text, this is it.
    pub(super) last: String,
}

#[derive(Debug)]
struct Open {
    block: String,
    message: String,
    thinking: bool,
    text: String,
}

impl OpenText {
    fn chunk(&mut self, message: &str, thinking: bool, words: &str, step: &mut Step) {
        let goes_on = self.open.as_ref().is_some_and(|open| {
            open.thinking == thinking
                && (open.message == message || message.is_empty() || open.message.is_empty())
        });
        if !goes_on {
            self.close(step);
            self.count += 1;
            let (block, message) = (format!("b{}", self.count), message.to_owned());
            self.open = Some(Open { block, message, thinking, text: String::new() });
        }
        let Some(open) = &mut self.open else { return };
        open.text.push_str(words);
        let (block, text) = (open.block.clone(), words.to_owned());
        step.event(if thinking {
            Event::ThinkingDelta { block, text }
        } else {
            Event::TextDelta { block, text }
        });
    }

    /// Ends what is open.
    pub(super) fn close(&mut self, step: &mut Step) {
        let Some(Open { block, thinking, text, .. }) = self.open.take() else { return };
        if thinking {
            step.event(Event::ThinkingEnd { block, text });
        } else {
            self.last.clone_from(&text);
            step.event(Event::TextEnd { block, text });
        }
    }
}

impl Acp {
    pub(super) fn updated(&mut self, update: &Value, step: &mut Step) {
        let kind = text(update, "/sessionUpdate");
        let replayed = self.replaying
            && matches!(
                kind,
                "agent_message_chunk" | "agent_thought_chunk" | "tool_call" | "tool_call_update" | "plan"
            );
        if replayed {
            return;
        }
        match kind {
            "agent_message_chunk" | "agent_thought_chunk" => {
                let words = chunk_text(update);
                let thinking = kind == "agent_thought_chunk";
                self.text.chunk(text(update, "/messageId"), thinking, &words, step);
            }
            "tool_call" | "tool_call_update" => {
                self.text.close(step);
                self.tool_told(update, step);
            }
            "plan" => {
                self.text.close(step);
                step.event(Event::PlanTodos { entries: todos(list(update, "/entries")) });
            }
            "available_commands_update" => {
                let commands = list(update, "/availableCommands").iter().map(|command| SlashCommand {
                    name: text(command, "/name").to_owned(),
                    description: text(command, "/description").to_owned(),
                });
                let info = SessionInfo { commands: Some(commands.collect()), ..SessionInfo::default() };
                step.event(Event::SessionInfo(Box::new(info)));
            }
            "current_mode_update" => self.mode_told(text(update, "/currentModeId"), step),
            "config_option_update" => self.config_told(update, step),
            "usage_update" => step.event(Event::Usage(Usage {
                context_used: number(update, "/used"),
                context_size: number(update, "/size"),
                cost: update.pointer("/cost/amount").and_then(Value::as_f64).filter(|cost| *cost > 0.0),
                ..Usage::default()
            })),
            _ => {}
        }
    }
}

/// The text of a chunk; other content by its name.
fn chunk_text(update: &Value) -> String {
    match text(update, "/content/type") {
        "text" => text(update, "/content/text").to_owned(),
        "resource_link" => {
            let uri = text(update, "/content/uri");
            format!("[{}]({uri})", some_text(update, "/content/name").unwrap_or_else(|| uri.to_owned()))
        }
        "" => String::new(),
        kind => format!("[{kind}]"),
    }
}

/// To-dos as the protocol and most tools write them.
pub(super) fn todos(entries: &[Value]) -> Vec<Todo> {
    let todo = |entry: &Value| Todo {
        text: text(entry, "/content").to_owned(),
        active_text: text(entry, "/activeForm").to_owned(),
        status: match text(entry, "/status") {
            "completed" => TodoStatus::Completed,
            "in_progress" => TodoStatus::InProgress,
            _ => TodoStatus::Pending,
        },
    };
    entries.iter().map(todo).collect()
}

/// Usage in the answer to a prompt.
pub(super) fn turn_usage(answer: &Value) -> Usage {
    let tokens = |key| number(answer, key).filter(|tokens| *tokens > 0);
    Usage {
        input_tokens: tokens("/usage/inputTokens"),
        output_tokens: tokens("/usage/outputTokens"),
        cached_tokens: tokens("/usage/cachedReadTokens"),
        ..Usage::default()
    }
}
