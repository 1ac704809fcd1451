//! Tool calls, which are upserts here, and the permission requests about them.

use leapmux_transcript::{
    Diff, Event, Location, MAX_DIFF_TEXT, OutputPatch, Permission, RequestOption, Role, ToolEnd, ToolKind,
    ToolStart, ToolStatus, ToolUpdate, clip,
};
use serde_json::Value;

use super::{Acp, Prompt, permission_kind};
use crate::codec::Step;
use crate::protocols::json::{input_json, list, number, some_text, text};

/// A tool call of this process.
#[derive(Debug, Default)]
pub(super) struct Tool {
    name: String,
    kind: ToolKind,
    title: String,
    input: Value,
    diffs: Vec<Diff>,
    pub(super) denied: bool,
    ended: bool,
}

/// What agents tell their model of a command without output; nothing a command printed.
const NOTHING_PRINTED: &str = "(no output)";

impl Acp {
    /// A call or a change of one; either may come first, and what is missing stays.
    pub(super) fn tool_told(&mut self, update: &Value, step: &mut Step) {
        let id = text(update, "/toolCallId").to_owned();
        if !self.tools.contains_key(&id) {
            self.tool_started(&id, update, step);
        } else {
            self.tool_changed(&id, update, step);
        }
        self.tool_settled(&id, update, step);
    }

    fn tool_started(&mut self, id: &str, update: &Value, step: &mut Step) {
        let title = text(update, "/title").to_owned();
        let places = locations(update);
        let input = update.get("rawInput").cloned().unwrap_or_default();
        // The first title is the tool's name, where the agent gives no better one.
        let name = (self.dialect.tool_name)(update).unwrap_or_else(|| title.clone());
        let kind = self.kind_of(&name, text(update, "/kind"));
        let mut tool = Tool { name: name.clone(), kind, title: title.clone(), input, ..Tool::default() };
        tool.diffs = diffs(update, &tool);
        step.event(Event::ToolStart(Box::new(ToolStart {
            tool: id.to_owned(),
            kind,
            title: telling(&title, &name, &tool.input, &places),
            name,
            input: input_json(&tool.input),
            locations: places,
            command: text(&tool.input, "/command").to_owned(),
            diffs: tool.diffs.clone(),
        })));
        self.todos_told(&tool, step);
        self.tools.insert(id.to_owned(), tool);
    }

    fn kind_of(&self, name: &str, kind: &str) -> ToolKind {
        let dialect = self.dialect;
        match name {
            _ if dialect.todo_tools.contains(&name) => ToolKind::Todo,
            _ if dialect.task_tools.contains(&name) => ToolKind::Task,
            _ if dialect.question_tools.contains(&name) => ToolKind::Question,
            _ => ToolKind::of(kind),
        }
    }

    fn tool_changed(&mut self, id: &str, update: &Value, step: &mut Step) {
        let Some(tool) = self.tools.get_mut(id) else { return };
        let mut patch = ToolUpdate { tool: id.to_owned(), ..ToolUpdate::default() };
        if let Some(title) = some_text(update, "/title").filter(|title| *title != tool.title && !tool.ended) {
            tool.title.clone_from(&title);
            patch.title = Some(title);
        }
        if let Some(input) = update.get("rawInput").filter(|input| input.is_object() && **input != tool.input)
        {
            tool.input = input.clone();
            patch.input = Some(input_json(input));
            patch.command = some_text(input, "/command");
            if tool.title == tool.name {
                patch.title = Some(telling(&tool.title, &tool.name, input, &locations(update)));
            }
        }
        let places = locations(update);
        if !places.is_empty() && patch.input.is_some() {
            patch.locations = Some(places);
        }
        let found = diffs(update, tool);
        if tool.diffs.is_empty() && !found.is_empty() {
            tool.diffs.clone_from(&found);
            patch.diffs = Some(found);
        }
        if let Some(output) = output(update).filter(|_| status(update).is_none()) {
            patch.output = Some(OutputPatch::Replace(output));
        }
        if patch != (ToolUpdate { tool: id.to_owned(), ..ToolUpdate::default() }) {
            step.event(Event::ToolUpdate(Box::new(patch)));
        }
        if let Some(tool) = self.tools.get(id) {
            self.todos_told(tool, step);
        }
    }

    fn todos_told(&self, tool: &Tool, step: &mut Step) {
        let entries = list(&tool.input, "/todos");
        if tool.kind == ToolKind::Todo && !tool.ended && !entries.is_empty() {
            step.event(Event::PlanTodos { entries: super::updates::todos(entries) });
        }
    }

    fn tool_settled(&mut self, id: &str, update: &Value, step: &mut Step) {
        let (Some(status), Some(tool)) = (status(update), self.tools.get_mut(id)) else { return };
        let status = match status {
            _ if self.cancelled => ToolStatus::Cancelled,
            ToolStatus::Failed if tool.denied => ToolStatus::Denied,
            status => status,
        };
        tool.ended = true;
        let output = output(update).map(|text| match tool.kind {
            ToolKind::Execute if text == NOTHING_PRINTED => String::new(),
            _ => text,
        });
        let exit = ["/rawOutput/metadata/exit", "/rawOutput/exit_code", "/rawOutput/exitCode"];
        let exit_code = exit.iter().find_map(|at| update.pointer(at).and_then(Value::as_i64));
        step.event(Event::ToolEnd(Box::new(ToolEnd {
            tool: id.to_owned(),
            status,
            output,
            exit_code: exit_code.and_then(|code| i32::try_from(code).ok()),
            diffs: Vec::new(),
        })));
    }

    pub(super) fn permission_requested(&mut self, id: Value, params: &Value, step: &mut Step) {
        self.text.close(step);
        let call = params.get("toolCall").unwrap_or(&Value::Null);
        let request = id.to_string();
        let offered = list(params, "/options");
        let mut prompt = Prompt {
            id,
            tool: self.tool_of(call),
            options: offered
                .iter()
                .map(|o| (text(o, "/optionId").to_owned(), denies(text(o, "/kind"))))
                .collect(),
            question: (self.dialect.question)(params),
        };
        if let Some(question) = prompt.question.clone() {
            self.prompts.insert(request.clone(), prompt);
            return step.event(Event::QuestionRequest { request, questions: vec![question] });
        }
        let is_plan = (self.dialect.is_plan)(call);
        if prompt.tool.is_none() && !is_plan {
            // The first sight of the call.
            let id = text(call, "/toolCallId").to_owned();
            self.tool_told(call, step);
            prompt.tool = Some(id);
        }
        let detail = self.permission(call, offered, &prompt, is_plan);
        if let Some(id) = prompt.tool.clone() {
            self.diffs_shown(&id, &detail.diffs, step);
        }
        let tool = prompt.tool.clone();
        self.prompts.insert(request.clone(), prompt);
        step.event(Event::PermissionRequest { request, tool, detail: Box::new(detail) });
    }

    /// The call a request is about: by id, else by what it is going to do.
    fn tool_of(&self, call: &Value) -> Option<String> {
        let id = text(call, "/toolCallId");
        if self.tools.contains_key(id) {
            return Some(id.to_owned());
        }
        let input = call.get("rawInput").filter(|input| input.is_object())?;
        self.tools.iter().find(|(_, tool)| !tool.ended && tool.input == *input).map(|(id, _)| id.clone())
    }

    fn permission(&self, call: &Value, offered: &[Value], prompt: &Prompt, is_plan: bool) -> Permission {
        let known = prompt.tool.as_ref().and_then(|id| self.tools.get(id));
        let nothing = Tool::default();
        let tool = known.unwrap_or(&nothing);
        let empty = Value::Null;
        let input = call.get("rawInput").filter(|input| input.is_object()).unwrap_or(&empty);
        let shown = diffs(call, tool);
        let title = some_text(call, "/title").unwrap_or_else(|| "Permission Request".to_owned());
        Permission {
            title: if is_plan { "Plan Ready for Review".to_owned() } else { self.asking(title, call) },
            kind: permission_kind(is_plan),
            tool_name: tool.name.clone(),
            command: text(input, "/command").to_owned(),
            paths: locations(call).into_iter().map(|place| place.path).collect(),
            diffs: if shown.is_empty() { tool.diffs.clone() } else { shown },
            input: input_json(input),
            plan: if is_plan { self.text.last.clone() } else { String::new() },
            options: offered.iter().map(option).collect(),
            ..Permission::default()
        }
    }

    /// A request's title that is a bare path says what is to be done to it, too.
    fn asking(&self, title: String, call: &Value) -> String {
        if !locations(call).iter().any(|place| place.path == title) {
            return title;
        }
        let verb = match ToolKind::of(text(call, "/kind")) {
            ToolKind::Read => "Read",
            ToolKind::Edit => "Edit",
            ToolKind::Delete => "Delete",
            ToolKind::Move => "Move",
            _ => return title,
        };
        let inside = title.strip_prefix(&self.start.working_dir).and_then(|path| path.strip_prefix('/'));
        format!("{verb} {}", inside.unwrap_or(&title))
    }

    /// Some agents show the change of a file only when they ask.
    fn diffs_shown(&mut self, id: &str, shown: &[Diff], step: &mut Step) {
        let Some(tool) = self.tools.get_mut(id) else { return };
        if !shown.is_empty() && tool.diffs != shown {
            tool.diffs = shown.to_vec();
            let diffs = Some(shown.to_vec());
            let patch = ToolUpdate { tool: id.to_owned(), diffs, ..ToolUpdate::default() };
            step.event(Event::ToolUpdate(Box::new(patch)));
        }
    }
}

/// A title that is more than the tool's name, where the input says more.
fn telling(title: &str, name: &str, input: &Value, places: &[Location]) -> String {
    let said = || some_text(input, "/command").or_else(|| places.first().map(|place| place.path.clone()));
    if title == name { said().unwrap_or_else(|| title.to_owned()) } else { title.to_owned() }
}

/// The end of a call, if the update tells it.
fn status(update: &Value) -> Option<ToolStatus> {
    match text(update, "/status") {
        "completed" => Some(ToolStatus::Ok),
        "failed" => Some(ToolStatus::Failed),
        _ => None,
    }
}

fn denies(kind: &str) -> bool {
    kind.starts_with("reject")
}

fn option(option: &Value) -> RequestOption {
    let label = some_text(option, "/name").unwrap_or_else(|| text(option, "/optionId").to_owned());
    let role = match text(option, "/kind") {
        "allow_once" => Role::AllowOnce,
        "allow_always" if label.contains("session") => Role::AllowSession,
        "allow_always" => Role::AllowAlways,
        kind if denies(kind) => Role::Deny,
        _ => Role::Other,
    };
    RequestOption { id: text(option, "/optionId").to_owned(), label, role }
}

fn locations(update: &Value) -> Vec<Location> {
    let place = |place: &Value| Location {
        path: text(place, "/path").to_owned(),
        line: number(place, "/line").and_then(|line| u32::try_from(line).ok()).unwrap_or_default(),
    };
    list(update, "/locations").iter().map(place).collect()
}

/// The text of a call's content, none when it has no content.
fn output(update: &Value) -> Option<String> {
    let blocks = update.get("content")?.as_array()?;
    let texts = blocks.iter().filter(|block| text(block, "/type") == "content").map(|block| {
        match text(block, "/content/type") {
            "text" => text(block, "/content/text").to_owned(),
            kind => format!("[{kind}]"),
        }
    });
    Some(texts.collect::<Vec<_>>().join("\n"))
}

/// Changes as the content tells them, else as the input of an edit implies.
fn diffs(update: &Value, tool: &Tool) -> Vec<Diff> {
    let clipped =
        |value: Option<&Value>| value.and_then(Value::as_str).map(|text| clip(text, MAX_DIFF_TEXT).0);
    let told: Vec<Diff> = list(update, "/content")
        .iter()
        .filter(|block| text(block, "/type") == "diff")
        .map(|block| Diff {
            path: text(block, "/path").to_owned(),
            old_text: clipped(block.get("oldText")).filter(|old| !old.is_empty()),
            new_text: clipped(block.get("newText")),
            unified: String::new(),
        })
        .collect();
    if !told.is_empty() || tool.kind != ToolKind::Edit {
        return told;
    }
    let input = update.get("rawInput").unwrap_or(&tool.input);
    let first = |keys: &[&str]| keys.iter().find_map(|key| input.get(key));
    let path = first(&["path", "filePath", "file_path"]).and_then(Value::as_str);
    let new = clipped(first(&["content", "new_string", "newString"]));
    match (path, new) {
        (Some(path), Some(new)) => vec![Diff {
            path: path.to_owned(),
            old_text: clipped(first(&["old_string", "oldString"])),
            new_text: Some(new),
            unified: String::new(),
        }],
        _ => Vec::new(),
    }
}
