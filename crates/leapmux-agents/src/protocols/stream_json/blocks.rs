//! Content blocks: streamed piece by piece, then whole in an `assistant` message; and the results of tools.

use std::collections::BTreeMap;

use leapmux_transcript::{Diff, Event, ToolEnd, ToolStart, ToolStatus, ToolUpdate, Usage};
use serde_json::Value;

use super::{StreamJson, Tool};
use crate::codec::Step;
use crate::protocols::json::{input_json, list, number, some_text, text};

/// The model message each scope is streaming.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    streams: BTreeMap<String, Stream>,
    /// For blocks that were not streamed.
    unstreamed: u64,
}

#[derive(Debug, Default)]
struct Stream {
    message: String,
    /// Open text and thinking blocks: index and whether it is thinking.
    open: Vec<(u64, bool)>,
    context: u64,
}

impl Blocks {
    /// The id of the oldest open block of this kind, which the whole block closes.
    fn take_open(&mut self, scope: &str, message: &str, thinking: bool) -> String {
        if let Some(stream) = self.streams.get_mut(scope).filter(|stream| stream.message == message)
            && let Some(at) = stream.open.iter().position(|(_, kind)| *kind == thinking)
        {
            let (index, _) = stream.open.remove(at);
            return format!("{message}:{index}");
        }
        self.unstreamed += 1;
        format!("{message}#{}", self.unstreamed)
    }
}

impl StreamJson {
    pub(super) fn stream_event(&mut self, message: &Value, step: &mut Step) {
        let scope = text(message, "/parent_tool_use_id").to_owned();
        let Some(event) = message.get("event") else { return };
        let index = number(event, "/index").unwrap_or_default();
        match text(event, "/type") {
            "message_start" => {
                let context = context_tokens(event, "/message/usage");
                let id = text(event, "/message/id").to_owned();
                self.blocks.streams.insert(scope, Stream { message: id, open: Vec::new(), context });
            }
            "content_block_start" => match text(event, "/content_block/type") {
                kind @ ("text" | "thinking") => {
                    self.blocks.streams.entry(scope).or_default().open.push((index, kind == "thinking"));
                }
                "tool_use" => {
                    let block = event.get("content_block").unwrap_or(&Value::Null);
                    self.tool_use(&scope, block, step);
                }
                _ => {}
            },
            "content_block_delta" => {
                let Some(stream) = self.blocks.streams.get(&scope) else { return };
                let block = format!("{}:{index}", stream.message);
                match text(event, "/delta/type") {
                    "text_delta" => {
                        let text = text(event, "/delta/text").to_owned();
                        step.event_in(&scope, Event::TextDelta { block, text });
                    }
                    "thinking_delta" => {
                        let text = text(event, "/delta/thinking").to_owned();
                        step.event_in(&scope, Event::ThinkingDelta { block, text });
                    }
                    _ => {}
                }
            }
            "message_delta" if scope.is_empty() => {
                let output = number(event, "/usage/output_tokens").unwrap_or_default();
                if let Some(stream) = self.blocks.streams.get(&scope).filter(|stream| stream.context > 0) {
                    let context_used = Some(stream.context + output);
                    step.event(Event::Usage(Usage { context_used, ..Usage::default() }));
                }
            }
            _ => {}
        }
    }

    pub(super) fn assistant(&mut self, message: &Value, step: &mut Step) {
        // The result that follows tells of the error; its text here would be a second copy.
        if message.get("is_api_error_message").and_then(Value::as_bool) == Some(true) {
            return;
        }
        let scope = text(message, "/parent_tool_use_id").to_owned();
        let id = text(message, "/message/id").to_owned();
        for block in list(message, "/message/content") {
            match text(block, "/type") {
                "text" => {
                    let text = text(block, "/text").to_owned();
                    let block = self.blocks.take_open(&scope, &id, false);
                    step.event_in(&scope, Event::TextEnd { block, text });
                }
                "thinking" => {
                    let text = text(block, "/thinking").to_owned();
                    let block = self.blocks.take_open(&scope, &id, true);
                    step.event_in(&scope, Event::ThinkingEnd { block, text });
                }
                "tool_use" => self.tool_use(&scope, block, step),
                _ => {}
            }
        }
    }

    /// First without input as it is streamed, then whole.
    fn tool_use(&mut self, scope: &str, block: &Value, step: &mut Step) {
        let (id, name) = (text(block, "/id").to_owned(), text(block, "/name").to_owned());
        let input = block.get("input").unwrap_or(&Value::Null);
        let facts = (self.dialect.describe)(&name, input);
        if let Some(entries) = (self.dialect.todos)(&name, input).filter(|_| scope.is_empty()) {
            step.event(Event::PlanTodos { entries });
        }
        let event = if self.tools.contains_key(&id) {
            Event::ToolUpdate(Box::new(ToolUpdate {
                tool: id,
                kind: None,
                title: Some(facts.title),
                input: Some(input_json(input)),
                locations: Some(facts.locations),
                command: Some(facts.command),
                diffs: Some(facts.diffs),
                output: None,
            }))
        } else {
            let tool = Tool { name: name.clone(), scope: scope.to_owned(), ..Tool::default() };
            self.tools.insert(id.clone(), tool);
            Event::ToolStart(Box::new(ToolStart {
                tool: id,
                kind: facts.kind,
                name,
                title: facts.title,
                input: input_json(input),
                locations: facts.locations,
                command: facts.command,
                diffs: facts.diffs,
            }))
        };
        step.event_in(scope, event);
    }

    /// Messages of the user's side: the results of tools. Texts among them are the agent's own notes to the model.
    pub(super) fn user(&mut self, message: &Value, step: &mut Step) {
        let scope = text(message, "/parent_tool_use_id").to_owned();
        for result in list(message, "/message/content") {
            if text(result, "/type") == "tool_result" {
                self.tool_result(&scope, message, result, step);
            }
        }
    }

    fn tool_result(&mut self, scope: &str, message: &Value, result: &Value, step: &mut Step) {
        let id = text(result, "/tool_use_id");
        let output = result_text(result.get("content").unwrap_or(&Value::Null));
        let failed = result.get("is_error").and_then(Value::as_bool) == Some(true);
        let meta = list(message, "/tool_result_meta").iter().find(|meta| text(meta, "/id") == id);
        let meta = meta.unwrap_or(&Value::Null);
        let denied = self.tools.get(id).is_some_and(|tool| tool.denied)
            || text(meta, "/permission_decision/decision") == "reject";
        let status = match (failed, text(meta, "/non_execution_kind")) {
            (false, _) => ToolStatus::Ok,
            (true, _) if denied => ToolStatus::Denied,
            (true, "user-rejected") => ToolStatus::Cancelled,
            (true, "permission-rule") => ToolStatus::Denied,
            (true, _) => ToolStatus::Failed,
        };
        let detail = message.get("tool_use_result").unwrap_or(&Value::Null);
        let name = self.tools.get(id).map(|tool| tool.name.clone()).unwrap_or_default();
        if let Some(entries) = (self.dialect.todos)(&name, detail).filter(|_| scope.is_empty()) {
            step.event(Event::PlanTodos { entries });
        }
        let is_command =
            (self.dialect.describe)(&name, &Value::Null).kind == leapmux_transcript::ToolKind::Execute;
        let exit_code = match (is_command, status) {
            (true, ToolStatus::Ok) => Some(0),
            (true, ToolStatus::Failed) => exit_code(&output),
            _ => None,
        };
        let diffs = diff_of(detail).into_iter().collect();
        // A note to the model, not something the command printed.
        let output =
            if output == format!("({name} completed with no output)") { String::new() } else { output };
        // What the model is told of a refusal without words is not for the user.
        let output = (text(meta, "/non_execution_kind") != "user-rejected").then_some(output);
        let end = ToolEnd { tool: id.to_owned(), status, output, exit_code, diffs };
        step.event_in(scope, Event::ToolEnd(Box::new(end)));
    }
}

/// Tokens the model read: fresh, written to the cache and read from it.
pub(super) fn context_tokens(value: &Value, usage: &str) -> u64 {
    ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
        .iter()
        .filter_map(|key| number(value, &format!("{usage}/{key}")))
        .sum()
}

fn result_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let parts = blocks.iter().map(|block| match text(block, "/type") {
                "text" => text(block, "/text").to_owned(),
                kind => format!("[{kind}]"),
            });
            parts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// Failed commands begin their output with it.
fn exit_code(output: &str) -> Option<i32> {
    let rest = output.strip_prefix("Exit code ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What a tool that writes files says it did.
fn diff_of(detail: &Value) -> Option<Diff> {
    let path = some_text(detail, "/filePath")?;
    let hunks = list(detail, "/structuredPatch");
    if hunks.is_empty() {
        let new_text = detail.get("content").and_then(Value::as_str);
        return new_text.map(|text| Diff {
            path,
            old_text: None,
            new_text: Some(leapmux_transcript::clip(text, leapmux_transcript::MAX_DIFF_TEXT).0),
            unified: String::new(),
        });
    }
    let mut unified = String::new();
    for hunk in hunks {
        let at = |key| number(hunk, key).unwrap_or_default();
        let (old, olds, new, news) = (at("/oldStart"), at("/oldLines"), at("/newStart"), at("/newLines"));
        unified.push_str(&format!("@@ -{old},{olds} +{new},{news} @@\n"));
        for line in list(hunk, "/lines").iter().filter_map(Value::as_str) {
            unified.push_str(line);
            unified.push('\n');
        }
    }
    let unified = leapmux_transcript::clip(&unified, leapmux_transcript::MAX_DIFF_TEXT).0;
    Some(Diff { path, old_text: None, new_text: None, unified })
}
