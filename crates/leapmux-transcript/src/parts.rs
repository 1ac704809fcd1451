//! The small values events and rows share.

use serde::{Deserialize, Serialize};

/// A file sent with a message. The transcript keeps what it was, not what was in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

/// What became of a user's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Kept until the agent can take it, here or in the agent's own queue.
    #[default]
    Queued,
    /// The agent has it and answers it with a turn of its own.
    Sent,
    /// The agent took it into the turn that was running.
    Folded,
    /// It did not reach the agent.
    Failed,
    /// The agent dropped it unread.
    Cancelled,
}

/// A place in a file a tool works on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Location {
    pub path: String,
    /// 1 is the first; 0: no line in particular.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
}

fn is_zero(line: &u32) -> bool {
    *line == 0
}

/// A change of one file: two texts, or a unified diff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Diff {
    pub path: String,
    /// None: the file is new, or the old text is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_text: Option<String>,
    /// None: the file is removed, or only `unified` is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_text: Option<String>,
    /// Instead of the two texts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unified: String,
}

/// Tokens and money; a field that is `None` is not known, and in an event leaves the earlier value.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Usage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_used: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

impl Usage {
    /// Takes over every field `newer` knows.
    pub fn update(&mut self, newer: &Usage) {
        self.context_used = newer.context_used.or(self.context_used);
        self.context_size = newer.context_size.or(self.context_size);
        self.input_tokens = newer.input_tokens.or(self.input_tokens);
        self.output_tokens = newer.output_tokens.or(self.output_tokens);
        self.cached_tokens = newer.cached_tokens.or(self.cached_tokens);
        self.cost = newer.cost.or(self.cost);
    }
}

/// How much of a plan's allowance is used in one window of time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RateLimit {
    /// `five_hour`, `seven_day` and so on: lower case with underscores.
    pub window: String,
    pub status: RateLimitStatus,
    /// 100: all of it; `None`: not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_percent: Option<f64>,
    /// Milliseconds since 1970; 0: not told.
    #[serde(default)]
    pub resets_at_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitStatus {
    #[default]
    Allowed,
    /// Almost used up.
    Warning,
    /// Used up: the agent waits, or fails.
    Exceeded,
}

/// What an agent asks to be allowed along with its plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestedPermission {
    pub tool: String,
    /// What it would do, in words.
    pub text: String,
}

/// One line of the agent's to-do list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Todo {
    pub text: String,
    pub status: TodoStatus,
    /// What to show while it is in progress; empty: `text`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub active_text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TodoStatus {
    #[default]
    Pending,
    InProgress,
    Completed,
}

/// A setting of the agent and what it may be set to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OptionGroup {
    /// `model`, `effort`, `permissionMode`, `primaryAgent`, or one of the provider's own.
    pub id: String,
    pub label: String,
    pub current: String,
    pub default_value: String,
    pub mutable: bool,
    pub values: Vec<OptionValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OptionValue {
    pub value: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A command the agent understands when a message begins with `/name`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlashCommand {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What an answer to a permission request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    AllowOnce,
    AllowSession,
    AllowAlways,
    Deny,
    DenyAndStop,
    #[default]
    Other,
}

/// One answer a permission request offers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestOption {
    pub id: String,
    pub label: String,
    pub role: Role,
}

/// One question of a question request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuestionPart {
    pub id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub header: String,
    pub text: String,
    pub options: Vec<QuestionOption>,
    /// Several options may be chosen.
    pub multi: bool,
    /// A text of one's own is an answer too.
    pub free_text: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuestionOption {
    pub id: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// The answer to one question: options, a text of one's own, or nothing (skipped).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuestionAnswer {
    pub question_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub option_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// How a request was settled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolution {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub option_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub option_label: String,
    #[serde(default)]
    pub role: Role,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub feedback: String,
    /// By the agent or by the end of its turn or process, not by an answer.
    #[serde(default)]
    pub withdrawn: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<QuestionAnswer>,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub time_ms: i64,
}

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    #[default]
    Completed,
    Cancelled,
    MaxTokens,
    Refused,
    Error,
}

/// What kind of failure ended a turn, as far as the agent tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    Auth,
    RateLimit,
    Overloaded,
    Network,
    Server,
    Context,
    #[default]
    Other,
}

impl ErrorClass {
    /// The class of an HTTP status a model service answered with.
    pub fn of_http_status(status: u64) -> Self {
        match status {
            401 | 403 => Self::Auth,
            429 => Self::RateLimit,
            503 | 529 => Self::Overloaded,
            500..=599 => Self::Server,
            _ => Self::Other,
        }
    }
}
