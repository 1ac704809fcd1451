//! Rows of the transcript: what the events add up to, what is stored, paged and drawn.

use serde::{Deserialize, Serialize};

use crate::parts::{
    Attachment, Delivery, Diff, ErrorClass, Location, QuestionPart, RequestOption, RequestedPermission,
    Resolution, Stop, Usage,
};

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Unique within the agent: `i` and a number.
    pub id: String,
    /// Order in the transcript, ascending, with gaps.
    pub position: u64,
    /// Rises with every change of any item of this agent.
    pub rev: u64,
    /// When it began, milliseconds since 1970.
    pub time_ms: i64,
    /// `t` and a number; empty between turns.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub turn_id: String,
    /// Item id of the tool call whose subagent this belongs to; empty at the top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// More of it is to come.
    #[serde(default)]
    pub open: bool,
    pub body: Body,
}

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    UserMessage(UserMessage),
    Text(TextBlock),
    Thinking(TextBlock),
    Tool(Box<ToolCall>),
    Plan(PlanDocument),
    Permission(Box<Permission>),
    Question(Question),
    Notice(Notice),
    TurnEnd(TurnEnd),
    ProcessExit(ProcessExit),
}

/// What the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserMessage {
    /// The message's own id towards the agent (a UUID).
    pub message_id: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Id the sending client chose.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    pub delivery: Delivery,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure: String,
}

/// Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextBlock {
    pub text: String,
}

/// What a tool does, in the words of the Agent Client Protocol and a few more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    Read,
    Edit,
    Delete,
    Move,
    Search,
    Execute,
    Think,
    Fetch,
    SwitchMode,
    Task,
    Mcp,
    Todo,
    Question,
    #[default]
    Other,
}

impl ToolKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Move => "move",
            Self::Search => "search",
            Self::Execute => "execute",
            Self::Think => "think",
            Self::Fetch => "fetch",
            Self::SwitchMode => "switch_mode",
            Self::Task => "task",
            Self::Mcp => "mcp",
            Self::Todo => "todo",
            Self::Question => "question",
            Self::Other => "other",
        }
    }

    /// The kind of that word; `Other` for a word nobody knows.
    pub fn of(word: &str) -> Self {
        match word {
            "read" => Self::Read,
            "edit" => Self::Edit,
            "delete" => Self::Delete,
            "move" => Self::Move,
            "search" => Self::Search,
            "execute" => Self::Execute,
            "think" => Self::Think,
            "fetch" => Self::Fetch,
            "switch_mode" => Self::SwitchMode,
            "task" => Self::Task,
            "mcp" => Self::Mcp,
            "todo" => Self::Todo,
            "question" => Self::Question,
            _ => Self::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    #[default]
    Running,
    Ok,
    Failed,
    Denied,
    Cancelled,
}

/// A tool call and its result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's id of the call; not unique over the life of the agent.
    pub native_id: String,
    pub kind: ToolKind,
    /// The provider's own name of the tool.
    pub name: String,
    pub title: String,
    /// JSON; long texts in it are cut.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub input: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    pub status: ToolStatus,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
    /// Bytes of the output before it was cut; 0: it was not.
    #[serde(default)]
    pub output_total_bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
    /// Milliseconds since 1970; 0 while it runs.
    #[serde(default)]
    pub ended_ms: i64,
    /// Command line of an execute tool.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
}

/// A plan the agent wrote down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanDocument {
    pub markdown: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionKind {
    Tool,
    Plan,
    #[default]
    Other,
}

/// The agent asks whether it may.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Permission {
    pub title: String,
    pub kind: PermissionKind,
    /// Item id of the tool call it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool_item_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
    /// JSON of the tool's input.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub input: String,
    /// Plan review: the plan as Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// Plan review: what is allowed along with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requested: Vec<RequestedPermission>,
    pub options: Vec<RequestOption>,
    /// Text with a denial reaches the agent.
    pub accepts_feedback: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

/// The agent asks the user something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Question {
    pub questions: Vec<QuestionPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    #[default]
    Info,
    Warning,
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Retry,
    Compaction,
    Settings,
    Session,
    Interrupted,
    ContextCleared,
    RateLimit,
    #[default]
    Other,
}

/// Something worth a line of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notice {
    pub level: NoticeLevel,
    pub text: String,
    #[serde(default)]
    pub notice: NoticeKind,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TurnEnd {
    pub stop: Stop,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    #[serde(default)]
    pub error_class: ErrorClass,
    #[serde(default)]
    pub duration_ms: i64,
    #[serde(default)]
    pub usage: Usage,
}

/// The agent's process ended by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProcessExit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// Name or number of the signal that ended it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signal: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr_tail: String,
}
