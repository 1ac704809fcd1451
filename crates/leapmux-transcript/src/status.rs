//! What an agent is and does right now, beside its transcript.

use serde::{Deserialize, Serialize};

use crate::parts::{OptionGroup, RateLimit, SlashCommand, Todo, Usage};

/// The state a person sees. Everything but the process's part of it is derived by the reducer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    Starting,
    Idle,
    Running,
    Waiting,
    Compacting,
    /// No process; the next message starts it again.
    #[default]
    Inactive,
    StartFailed,
}

/// What the agent's process is doing, as `session.state` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// It is being started; `text` says which step.
    Starting { text: String },
    /// It takes messages.
    Ready,
    /// There is no process.
    #[default]
    Inactive,
    /// It did not start; `text` is for the user.
    Failed { text: String },
}

/// The head of an agent: drawn beside the transcript, replaced wholesale.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentStatus {
    pub state: AgentState,
    pub provider: String,
    pub native_session_id: String,
    pub working_dir: String,
    pub cli_version: String,
    pub options: Vec<OptionGroup>,
    pub commands: Vec<SlashCommand>,
    pub usage: Usage,
    /// By window, in the order they were first told.
    pub rate_limits: Vec<RateLimit>,
    /// Item ids of requests that wait for an answer, oldest first.
    pub pending_request_ids: Vec<String>,
    pub todos: Vec<Todo>,
    /// Where the newest plan is kept; empty: nowhere.
    pub plan_file: String,
    /// Why it did not start.
    pub failure: String,
    /// What start-up is doing.
    pub phase: String,
    /// Milliseconds since 1970; 0: no turn runs.
    pub turn_started_ms: i64,
    /// Nothing has come from the agent for a while in the middle of a turn.
    pub waiting_for_model: bool,
    pub interrupting: bool,
    /// Tokens the model has spent on thinking in this turn, where the agent counts them.
    pub thinking_tokens: u64,
}

impl AgentStatus {
    /// The option group with that id.
    pub fn option(&self, id: &str) -> Option<&OptionGroup> {
        self.options.iter().find(|group| group.id == id)
    }
}
