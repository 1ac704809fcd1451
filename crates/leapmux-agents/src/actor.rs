//! The actor that owns one agent: its process, its transcript and everybody who watches it. A handle sends it requests; it
//! answers when what they changed is in the journal.

mod answers;
mod feed;
mod messages;
mod options;
mod outbox;
mod reading;
mod run;
mod start;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leapmux_runtime::Tasks;
use leapmux_transcript::{AgentState, AgentStatus, Delivery, Item, QuestionAnswer, Resolution};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::codec::Upload;
use crate::detect::Detector;
use crate::journal::{Anchor, Journal, JournalError, Page};
use crate::process::Runner;

/// Requests that wait for an actor. Full: the caller waits.
const MAILBOX: usize = 64;
/// Flushes a watcher may be behind before it has to start from a snapshot again.
const WATCHER_LAG: usize = 256;

/// What all agents of a Worker share.
#[derive(Clone)]
pub struct Shared {
    pub runner: Runner,
    pub detector: Arc<Detector>,
    pub tasks: Tasks,
    pub timings: Timings,
}

/// How long things take at most, or at least.
#[derive(Debug, Clone, Copy)]
pub struct Timings {
    /// From launch until the agent takes messages.
    pub startup: Duration,
    /// Streamed text is sent on this late, so that many pieces travel as one.
    pub coalesce: Duration,
    /// Streamed text is saved this often.
    pub checkpoint: Duration,
    /// Silence in a turn after which the status says so.
    pub silence: Duration,
    /// How long an interrupt may take before the user is told that it does not work.
    pub interrupt: Duration,
    /// How long an agent may take to accept an option.
    pub option: Duration,
    /// How long a process may take to end by itself, and again after it was told to.
    pub stop: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            startup: Duration::from_secs(300),
            coalesce: Duration::from_millis(30),
            checkpoint: Duration::from_secs(1),
            silence: Duration::from_secs(15),
            interrupt: Duration::from_secs(20),
            option: Duration::from_secs(30),
            stop: Duration::from_secs(5),
        }
    }
}

/// Which agent this is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Id of a provider.
    pub provider: String,
    pub working_dir: String,
    /// A session of the agent's own to resume at the first start; empty: none.
    pub resume_session: String,
    /// Options wanted from the first start, by group id.
    pub options: BTreeMap<String, String>,
    /// Variables of this agent's process.
    pub env: leapmux_pty::Environment,
}

/// Told what a tab bar shows, whenever it changes.
pub trait Observer: Send + Sync {
    /// `attention`: something happened that the user will want to see (a turn ended, a request waits, a failure).
    fn changed(&self, state: AgentState, failure: &str, attention: bool);
}

/// Why a request was refused or failed; the texts are for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    NotFound(String),
    /// Right request, wrong moment.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Storage(String),
    #[error("the agent is closed")]
    Closed,
}

impl From<JournalError> for AgentError {
    fn from(error: JournalError) -> Self {
        Self::Storage(error.to_string())
    }
}

/// A change a watcher is told of.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    Item(Item),
    Delta { item: String, text: String, rev: u64 },
    Removed(String),
    Status(Box<AgentStatus>),
}

/// Where a watcher starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub status: AgentStatus,
    pub items: Vec<Item>,
    /// Requests that wait for an answer and are not among `items`, oldest first.
    pub pending: Vec<Item>,
    pub has_earlier: bool,
    pub rev: u64,
    /// The rows are a fresh page, not changes to earlier ones.
    pub reset: bool,
    pub total_items: u64,
}

/// A snapshot and what follows it.
#[derive(Debug)]
pub struct Watching {
    pub snapshot: Snapshot,
    pub updates: Updates,
}

/// Changes, in the order they happened.
#[derive(Debug)]
pub struct Updates(broadcast::Receiver<Arc<Vec<Update>>>);

/// Why no further updates come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpdatesEnd {
    /// The watcher was too slow: watch again after the last revision it has.
    #[error("too many changes are waiting")]
    Lagged,
    #[error("the agent is closed")]
    Closed,
}

impl Updates {
    /// The next changes. Cancelling loses nothing.
    pub async fn next(&mut self) -> Result<Arc<Vec<Update>>, UpdatesEnd> {
        self.0.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(_) => UpdatesEnd::Lagged,
            broadcast::error::RecvError::Closed => UpdatesEnd::Closed,
        })
    }
}

/// A message of the user.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// A repeated send with the same id is answered, not sent again; empty: never repeated.
    pub client_id: String,
    pub text: String,
    pub uploads: Vec<Upload>,
}

/// An answer to a permission or question.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// Row of the request.
    pub item: String,
    /// The option; empty for answers to questions.
    pub option: String,
    pub feedback: String,
    pub answers: Vec<QuestionAnswer>,
    /// Stop all further requests with this answer.
    pub bypass: bool,
    /// Carry the plan out in a new conversation.
    pub clear_context: bool,
}

type Reply<T> = oneshot::Sender<Result<T, AgentError>>;

enum Request {
    Watch { after_rev: u64, page_size: u32, reply: Reply<Watching> },
    History { anchor: Anchor, limit: u32, reply: Reply<Page> },
    RawLines { item: String, reply: Reply<Vec<String>> },
    Send { message: Outgoing, reply: Reply<(String, Delivery)> },
    Interrupt { reply: Reply<()> },
    Respond { response: Response, reply: Reply<(bool, Resolution)> },
    SetOption { id: String, value: String, reply: Reply<bool> },
    Start { reply: Reply<()> },
    Drop { item: String, reply: Reply<()> },
    Retry { item: String, reply: Reply<()> },
    Close { reply: Reply<()> },
}

/// The way to one agent. Clones reach the same one.
#[derive(Clone)]
pub struct AgentHandle {
    mailbox: mpsc::Sender<Request>,
}

impl AgentHandle {
    /// Takes an agent up where its journal stopped, or begins a new one and starts it.
    pub async fn open(
        profile: Profile,
        journal: Arc<dyn Journal>,
        observer: Arc<dyn Observer>,
        shared: Shared,
    ) -> Result<Self, AgentError> {
        let (mailbox, requests) = mpsc::channel(MAILBOX);
        let actor = run::Actor::load(profile, journal, observer, shared.clone(), requests).await?;
        shared.tasks.spawn("agent", actor.run());
        Ok(Self { mailbox })
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, AgentError> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(request(reply)).await.map_err(|_| AgentError::Closed)?;
        answer.await.map_err(|_| AgentError::Closed)?
    }

    /// The actor has ended: closed, or its journal failed. A new one may be opened.
    pub fn is_closed(&self) -> bool {
        self.mailbox.is_closed()
    }
    /// What changed after `after_rev` (0: the latest page), and everything from then on.
    pub async fn watch(&self, after_rev: u64, page_size: u32) -> Result<Watching, AgentError> {
        self.ask(|reply| Request::Watch { after_rev, page_size, reply }).await
    }
    /// A page of rows.
    pub async fn history(&self, anchor: Anchor, limit: u32) -> Result<Page, AgentError> {
        self.ask(|reply| Request::History { anchor, limit, reply }).await
    }
    /// The agent's own lines behind a row.
    pub async fn raw_lines(&self, item: String) -> Result<Vec<String>, AgentError> {
        self.ask(|reply| Request::RawLines { item, reply }).await
    }
    /// Takes a message; it is in the journal when this returns. Its row and what became of it so far.
    pub async fn send(&self, message: Outgoing) -> Result<(String, Delivery), AgentError> {
        self.ask(|reply| Request::Send { message, reply }).await
    }
    /// Stops the running turn, if one runs.
    pub async fn interrupt(&self) -> Result<(), AgentError> {
        self.ask(|reply| Request::Interrupt { reply }).await
    }
    /// Answers a request. False: somebody had before, and the resolution is theirs.
    pub async fn respond(&self, response: Response) -> Result<(bool, Resolution), AgentError> {
        self.ask(|reply| Request::Respond { response, reply }).await
    }
    /// Sets an option. True: the agent was restarted for it.
    pub async fn set_option(&self, id: String, value: String) -> Result<bool, AgentError> {
        self.ask(|reply| Request::SetOption { id, value, reply }).await
    }
    /// Starts the agent if it has no process.
    pub async fn start(&self) -> Result<(), AgentError> {
        self.ask(|reply| Request::Start { reply }).await
    }
    /// Removes a message that waits or failed.
    pub async fn drop_message(&self, item: String) -> Result<(), AgentError> {
        self.ask(|reply| Request::Drop { item, reply }).await
    }
    /// Sends a failed message again.
    pub async fn retry_message(&self, item: String) -> Result<(), AgentError> {
        self.ask(|reply| Request::Retry { item, reply }).await
    }
    /// Ends the process and the actor; nothing of either is left when this returns.
    pub async fn close(&self) {
        // Closed already: what was asked for.
        let _ = self.ask(|reply| Request::Close { reply }).await;
    }
}
