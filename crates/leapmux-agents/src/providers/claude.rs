//! Claude Code: stream-JSON over standard streams.

use leapmux_transcript::{Diff, Location, Todo, TodoStatus, ToolKind};
use serde_json::Value;

use crate::codec::AgentCodec;
use crate::protocols::json::{list, number, some_text, text};
use crate::protocols::stream_json::{Dialect, StreamJson, ToolFacts};
use crate::provider::{Accepts, AgentProvider, Capabilities, Launch, Session, SessionStart};

pub(super) struct Claude;

static DIALECT: Dialect = Dialect {
    describe,
    todos,
    question_tool: "AskUserQuestion",
    plan_tool: "ExitPlanMode",
    permission_modes: &[
        ("default", "Default", "Asks before edits and commands"),
        ("plan", "Plan Mode", "Looks and plans, changes nothing"),
        ("acceptEdits", "Accept Edits", "Edits files without asking"),
        ("bypassPermissions", "Bypass Permissions", "Never asks"),
        ("dontAsk", "Don't Ask", "Refuses what it would have to ask for"),
        ("auto", "Auto Mode", "Decides by itself what is safe"),
    ],
    bypass_mode: "bypassPermissions",
};

impl AgentProvider for Claude {
    fn id(&self) -> &'static str {
        "claude"
    }
    fn label(&self) -> &'static str {
        "Claude Code"
    }
    fn programs(&self) -> &'static [&'static str] {
        &["claude"]
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mid_turn_input: true,
            plan: Some("permissionMode"),
            bypass: Some(("permissionMode", "bypassPermissions")),
            accepts: Accepts { text: true, image: true, pdf: true, other: false },
        }
    }

    fn launch(&self, start: &SessionStart) -> Launch {
        let mut launch =
            Launch::new(["-p", "--input-format", "stream-json", "--output-format", "stream-json"])
                .args(["--verbose", "--include-partial-messages", "--permission-prompt-tool", "stdio"])
                .env_default("DISABLE_AUTOUPDATER", "1")
                .env_default("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
                // One to-do tool that writes the whole list.
                .env_default("CLAUDE_CODE_ENABLE_TODO_TOOLS", "1")
                .env_default("CLAUDE_CODE_ENABLE_TASKS", "0");
        launch = match &start.session {
            Session::New { id } => launch.args(["--session-id", id]),
            Session::Resume { id } => launch.args(["--resume", id]),
        };
        if let Some(model) = start.option("model").filter(|model| *model != "default") {
            launch = launch.args(["--model", model]);
        }
        if let Some(effort) = start.option("effort").filter(|effort| *effort != "auto") {
            launch = launch.args(["--effort", effort]);
        }
        if let Some(mode) =
            start.option("permissionMode").filter(|mode| start.may_bypass || *mode != DIALECT.bypass_mode)
        {
            launch = launch.args(["--permission-mode", if mode == "default" { "manual" } else { mode }]);
        }
        if start.may_bypass {
            launch = launch.args(["--allow-dangerously-skip-permissions"]);
        }
        match settings(start) {
            Some(settings) => launch.args(["--settings", &settings]),
            None => launch,
        }
    }

    fn option_needs_restart(&self, option: &str, _value: &str) -> bool {
        option == "outputStyle"
    }

    fn codec(&self, start: &SessionStart) -> Box<dyn AgentCodec> {
        Box::new(StreamJson::new(&DIALECT, start))
    }
}

/// What can only be told as a setting. What the user never chose is left to their own settings.
fn settings(start: &SessionStart) -> Option<String> {
    let mut settings = serde_json::Map::new();
    if let Some(mode) = start.option("fastMode") {
        settings.insert("fastMode".to_owned(), (mode == "on").into());
    }
    if let Some(style) = start.option("outputStyle") {
        settings.insert("outputStyle".to_owned(), style.into());
    }
    (!settings.is_empty()).then(|| Value::Object(settings).to_string())
}

fn describe(name: &str, input: &Value) -> ToolFacts {
    let path = ["/file_path", "/notebook_path", "/path"].into_iter().find_map(|key| some_text(input, key));
    let line = number(input, "/offset").and_then(|line| u32::try_from(line).ok()).unwrap_or_default();
    let locations = path.iter().map(|path| Location { path: path.clone(), line }).collect();
    let first = |keys: &[&str]| keys.iter().find_map(|key| some_text(input, key)).unwrap_or_default();
    let (kind, title) = match name {
        "Bash" | "PowerShell" | "BashOutput" => (ToolKind::Execute, first(&["/description", "/command"])),
        "Read" | "NotebookRead" => (ToolKind::Read, first(&["/file_path", "/notebook_path"])),
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => {
            (ToolKind::Edit, first(&["/file_path", "/notebook_path"]))
        }
        "Glob" | "Grep" | "LS" | "ToolSearch" => (ToolKind::Search, first(&["/pattern", "/query", "/path"])),
        "WebFetch" | "WebSearch" => (ToolKind::Fetch, first(&["/url", "/query"])),
        "Agent" | "Task" => (ToolKind::Task, first(&["/description", "/prompt"])),
        "TodoWrite" | "TaskCreate" | "TaskUpdate" | "TaskList" | "TaskGet" => {
            (ToolKind::Todo, first(&["/subject"]))
        }
        "ExitPlanMode" | "EnterPlanMode" => (ToolKind::SwitchMode, String::new()),
        "AskUserQuestion" => (ToolKind::Question, first(&["/questions/0/question"])),
        name if name.starts_with("mcp__") => (ToolKind::Mcp, name[5..].replacen("__", " / ", 1)),
        _ => (ToolKind::Other, String::new()),
    };
    ToolFacts {
        kind,
        title: if title.is_empty() { name.to_owned() } else { title },
        command: if kind == ToolKind::Execute { text(input, "/command").to_owned() } else { String::new() },
        locations,
        diffs: path.map(|path| diffs(name, &path, input)).unwrap_or_default(),
    }
}

fn diffs(name: &str, path: &str, input: &Value) -> Vec<Diff> {
    let edit = |edit: &Value| Diff {
        path: path.to_owned(),
        old_text: some_text(edit, "/old_string"),
        new_text: Some(text(edit, "/new_string").to_owned()),
        unified: String::new(),
    };
    match name {
        "Write" => {
            let new_text = input.get("content").and_then(Value::as_str).map(str::to_owned);
            new_text
                .map(|new| Diff { path: path.to_owned(), new_text: Some(new), ..Diff::default() })
                .into_iter()
                .collect()
        }
        "Edit" if input.get("new_string").is_some() => vec![edit(input)],
        "MultiEdit" => list(input, "/edits").iter().map(edit).collect(),
        _ => Vec::new(),
    }
}

/// From the input of the tool that writes the whole list.
fn todos(name: &str, input: &Value) -> Option<Vec<Todo>> {
    if name != "TodoWrite" {
        return None;
    }
    let entries = input.get("todos")?.as_array()?;
    let todo = |entry: &Value| Todo {
        text: text(entry, "/content").to_owned(),
        active_text: text(entry, "/activeForm").to_owned(),
        status: match text(entry, "/status") {
            "completed" => TodoStatus::Completed,
            "in_progress" => TodoStatus::InProgress,
            _ => TodoStatus::Pending,
        },
    };
    Some(entries.iter().map(todo).collect())
}
