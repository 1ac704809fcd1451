//! The conversation of one agent, whoever provides it: events as they happen, the rows they add up to, and the reducer
//! between the two. Pure: time is in the events, ids are counted.

mod bounds;
mod event;
mod item;
mod parts;
mod reduce;
mod status;

pub use bounds::{MAX_DIFF_TEXT, MAX_INPUT_TEXT, MAX_OUTPUT, MAX_TEXT, clip, clip_json};
pub use event::{Emitted, Event, Origin, OutputPatch, Record, SessionInfo, ToolEnd, ToolStart, ToolUpdate};
pub use item::{
    Body, Item, Notice, NoticeKind, NoticeLevel, Permission, PermissionKind, PlanDocument, ProcessExit,
    Question, TextBlock, ToolCall, ToolKind, ToolStatus, TurnEnd, UserMessage,
};
pub use parts::{
    Attachment, Delivery, Diff, ErrorClass, Location, OptionGroup, OptionValue, QuestionAnswer,
    QuestionOption, QuestionPart, RateLimit, RateLimitStatus, RequestOption, RequestedPermission, Resolution,
    Role, SlashCommand, Stop, Todo, TodoStatus, Usage,
};
pub use reduce::{Change, Effect, Saved, Transcript};
pub use status::{AgentState, AgentStatus, Phase};
