//! What happens, in the words of no provider. Codecs produce these, the journal keeps them, the reducer makes rows of them.

use serde::{Deserialize, Serialize};

use crate::item::{NoticeKind, NoticeLevel, Permission, ToolKind, ToolStatus};
use crate::parts::{
    Attachment, Delivery, Diff, ErrorClass, Location, OptionGroup, QuestionPart, RateLimit, Resolution,
    SlashCommand, Stop, Todo, Usage,
};
use crate::status::Phase;

/// One event as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Per agent, from 1, without gaps.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub time_ms: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub turn_id: String,
    /// The provider's id of the tool call whose subagent this comes from; empty at the top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    pub event: Event,
}

/// An event as a codec emits it, before it has a number and a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emitted {
    /// As in `Record`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    pub event: Event,
}

impl From<Event> for Emitted {
    fn from(event: Event) -> Self {
        Self { scope: String::new(), event }
    }
}

/// Who began a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    #[default]
    User,
    Agent,
}

/// Ids of blocks, tools and requests are the provider's own: unique while its process lives, no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// A patch: what is `None` stays as it was.
    #[serde(rename = "session.info")]
    SessionInfo(Box<SessionInfo>),
    #[serde(rename = "session.state")]
    SessionState(Phase),
    #[serde(rename = "turn.start")]
    TurnStart {
        origin: Origin,
        /// The user message that began it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<String>,
    },
    #[serde(rename = "user.message")]
    UserMessage {
        message_id: String,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        client_id: String,
        delivery: Delivery,
    },
    /// What became of a message that is in the transcript already.
    #[serde(rename = "user.delivery")]
    UserDelivery {
        message_id: String,
        delivery: Delivery,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        failure: String,
    },
    /// The user took a message back.
    #[serde(rename = "user.removed")]
    UserRemoved { message_id: String },
    #[serde(rename = "text.delta")]
    TextDelta { block: String, text: String },
    /// `text` replaces what the deltas built.
    #[serde(rename = "text.end")]
    TextEnd { block: String, text: String },
    #[serde(rename = "thinking.delta")]
    ThinkingDelta { block: String, text: String },
    #[serde(rename = "thinking.end")]
    ThinkingEnd { block: String, text: String },
    /// Tokens spent on thinking so far in this turn.
    #[serde(rename = "thinking.tokens")]
    ThinkingTokens { total: u64 },
    #[serde(rename = "tool.start")]
    ToolStart(Box<ToolStart>),
    #[serde(rename = "tool.update")]
    ToolUpdate(Box<ToolUpdate>),
    #[serde(rename = "tool.end")]
    ToolEnd(Box<ToolEnd>),
    /// The whole to-do list.
    #[serde(rename = "plan.todos")]
    PlanTodos { entries: Vec<Todo> },
    #[serde(rename = "plan.document")]
    PlanDocument {
        markdown: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        path: String,
    },
    #[serde(rename = "permission.request")]
    PermissionRequest {
        request: String,
        /// The provider's id of the tool call it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tool: Option<String>,
        detail: Box<Permission>,
    },
    #[serde(rename = "question.request")]
    QuestionRequest { request: String, questions: Vec<QuestionPart> },
    /// Settles a permission or a question; settling it again changes nothing.
    #[serde(rename = "request.resolved")]
    RequestResolved { request: String, resolution: Resolution },
    #[serde(rename = "usage")]
    Usage(Usage),
    /// The windows it names; others stay as they were.
    #[serde(rename = "rate_limits")]
    RateLimits { windows: Vec<RateLimit> },
    #[serde(rename = "retry")]
    Retry { attempt: u32, max: u32, delay_ms: u64, error: String },
    #[serde(rename = "compaction")]
    Compaction {
        /// False: it is over.
        running: bool,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    #[serde(rename = "notice")]
    Notice { level: NoticeLevel, text: String, kind: NoticeKind },
    /// An option has another value now; all three in the words people read.
    #[serde(rename = "option.changed")]
    OptionChanged { label: String, old: String, new: String },
    /// The user asked the agent to stop.
    #[serde(rename = "interrupt")]
    Interrupt { pending: bool },
    #[serde(rename = "turn.end")]
    TurnEnd {
        stop: Stop,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        error: String,
        #[serde(default)]
        error_class: ErrorClass,
        #[serde(default)]
        usage: Usage,
    },
    #[serde(rename = "process.exit")]
    ProcessExit {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        signal: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        stderr_tail: String,
        /// We ended it (restart, close): no row, no failure.
        #[serde(default)]
        expected: bool,
    },
}

impl Event {
    /// A piece of streamed text: worth sending on soon, not worth a place in the journal of its own.
    pub fn is_delta(&self) -> bool {
        match self {
            Self::TextDelta { .. } | Self::ThinkingDelta { .. } | Self::ThinkingTokens { .. } => true,
            Self::ToolUpdate(update) => update.is_output_only(),
            _ => false,
        }
    }
}

/// What a session says of itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SessionInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cli_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<OptionGroup>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Vec<SlashCommand>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolStart {
    pub tool: String,
    pub kind: ToolKind,
    pub name: String,
    pub title: String,
    /// JSON; empty: not known yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub input: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
}

/// A patch: what is `None` stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolUpdate {
    pub tool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ToolKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<Location>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diffs: Option<Vec<Diff>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputPatch>,
}

impl ToolUpdate {
    /// Nothing but output.
    pub fn is_output_only(&self) -> bool {
        self.output.is_some()
            && self.kind.is_none()
            && self.title.is_none()
            && self.input.is_none()
            && self.locations.is_none()
            && self.command.is_none()
            && self.diffs.is_none()
    }
}

/// Live output of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputPatch {
    Append(String),
    Replace(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolEnd {
    pub tool: String,
    pub status: ToolStatus,
    /// None: what was streamed is all there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Empty: as announced before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
}
