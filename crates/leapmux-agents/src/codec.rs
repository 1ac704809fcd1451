//! The pure half of a provider: lines in, events out; commands in, lines out. No IO, no clock, no processes.

use leapmux_transcript::{Emitted, Event, QuestionAnswer};
use serde_json::Value;

/// Translates between one agent process and the event model.
pub trait AgentCodec: Send {
    /// The first lines to send, once the process runs.
    fn start(&mut self) -> Step;
    /// Takes one line of the agent, without its line end. A line nobody understands is not an error: the step says so.
    fn decode(&mut self, line: &[u8]) -> Step;
    /// Turns what the user wants into lines, or says why it cannot be done.
    fn encode(&mut self, command: Command) -> Result<Step, Refused>;
}

/// What a line or a command leads to.
#[derive(Debug, Default)]
pub struct Step {
    pub events: Vec<Emitted>,
    /// Lines for the agent, without line ends, in order.
    pub send: Vec<String>,
    pub signals: Vec<Signal>,
}

impl Step {
    /// Adds an event of the agent itself, not of a subagent.
    pub fn event(&mut self, event: Event) {
        self.events.push(event.into());
    }
    /// Adds an event of the subagent started by the tool call `scope`; empty: of the agent itself.
    pub fn event_in(&mut self, scope: &str, event: Event) {
        self.events.push(Emitted { scope: scope.to_owned(), event });
    }
    /// Adds a line.
    pub fn line(&mut self, value: &Value) {
        self.send.push(value.to_string());
    }
    /// Adds all of `other`.
    pub fn extend(&mut self, other: Step) {
        self.events.extend(other.events);
        self.send.extend(other.send);
        self.signals.extend(other.signals);
    }
}

/// What the actor has to know beside the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The session is open: messages may be sent.
    Ready,
    /// It will not become ready; the text is for the user.
    StartFailed { reason: String },
    /// The session to be resumed does not exist for the agent; start a new one.
    ResumeFailed { reason: String },
    /// An option that was asked for is in force.
    OptionSet { id: String, value: String },
    /// The agent refused an option.
    OptionRefused { id: String, value: String, reason: String },
    /// The option can only be given to a new process.
    OptionNeedsRestart { id: String, value: String },
    /// The agent wants a file written; answer with `Command::FileWritten`.
    WriteFile { request: Value, path: String, content: String },
    /// The line is not of the protocol at all.
    Garbage,
}

/// What the user, or the actor for them, wants.
#[derive(Debug, Clone)]
pub enum Command {
    /// A message. While a turn runs only providers with `Capabilities::mid_turn_input` get one.
    Prompt { message_id: String, text: String, uploads: Vec<Upload> },
    /// Stop the running turn.
    Interrupt,
    /// Settle a request.
    Respond { request: String, answer: Answer },
    /// Set an option group to a value.
    SetOption { id: String, value: String },
    /// Take back a message the agent has in its own queue.
    Withdraw { message_id: String },
    /// The file a `Signal::WriteFile` asked for is written, or could not be.
    FileWritten { request: Value, error: Option<String> },
}

/// A file sent with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub name: String,
    pub media_type: String,
    pub data: Vec<u8>,
}

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One of the options a permission request offered.
    Option { id: String, feedback: String },
    /// Answers to the questions of a question request.
    Answers(Vec<QuestionAnswer>),
    /// The user does not want to answer.
    Dismiss { feedback: String },
}

/// Why a command cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A new process can do it.
    #[error("this needs a restart of the agent")]
    NeedsRestart,
    #[error("{0}")]
    Invalid(String),
}
