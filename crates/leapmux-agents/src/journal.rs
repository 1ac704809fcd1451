//! The journal of one agent: the port behind which its transcript is kept, and the fake that keeps it in memory.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;

use std::collections::BTreeMap;

use async_trait::async_trait;
use leapmux_transcript::{AgentStatus, Item, Record, Saved};
use serde::{Deserialize, Serialize};

use crate::codec::Upload;

pub use memory::MemoryJournal;

/// Most rows of one page.
pub const PAGE_MAX: u32 = 200;
/// Client ids remembered for messages that are sent twice.
pub const SENDS_KEPT: usize = 4096;
/// How long they are remembered at least, milliseconds.
pub const SENDS_KEPT_MS: i64 = 10 * 60 * 1000;

/// Keeps one agent's transcript.
#[async_trait]
pub trait Journal: Send + Sync {
    /// What was saved last; none for an agent that was never saved.
    async fn load(&self) -> Result<Option<Loaded>, JournalError>;
    /// Saves all of a batch or nothing, durably before it returns.
    async fn append(&self, batch: &Batch) -> Result<(), JournalError>;
    /// Rows next to `anchor`, ascending by position, at most `limit`.
    async fn page(&self, anchor: Anchor, limit: u32) -> Result<Page, JournalError>;
    /// Rows with a revision above `rev`, ascending by position; none when there are more than `limit`.
    async fn changed_since(&self, rev: u64, limit: u32) -> Result<Option<Vec<Item>>, JournalError>;
    /// One row.
    async fn item(&self, id: &str) -> Result<Option<Item>, JournalError>;
    /// The agent's lines behind a row, oldest first, each as `Logged::raw` kept it.
    async fn raw_lines(&self, item: &str) -> Result<Vec<String>, JournalError>;
    /// The files of a message that has not been delivered.
    async fn uploads(&self, message_id: &str) -> Result<Vec<Upload>, JournalError>;
}

/// Where a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Latest,
    Oldest,
    Before(u64),
    After(u64),
}

/// Rows, and whether there are more on either side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    pub items: Vec<Item>,
    pub has_earlier: bool,
    pub has_later: bool,
}

/// An event with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub record: Record,
    /// The row it is about.
    pub item: Option<String>,
    /// The agent's line or lines, cut to a bound.
    pub raw: Vec<String>,
}

/// What is remembered for the next start of the process.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memo {
    /// Values the user chose, by option group.
    pub options: BTreeMap<String, String>,
    /// The agent's own session; empty: none yet.
    pub native_session_id: String,
    /// Something was said in that session, so that it can be resumed.
    pub resumable: bool,
    /// Revision of the last removal of a row.
    pub removed_rev: u64,
}

/// A message that was taken, by the id its client gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub client_id: String,
    pub item: String,
    pub time_ms: i64,
}

/// What one commit saves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    pub events: Vec<Logged>,
    /// New and changed rows.
    pub items: Vec<Item>,
    pub removed: Vec<String>,
    /// Changed status.
    pub status: Option<AgentStatus>,
    pub saved: Saved,
    pub memo: Option<Memo>,
    pub sends: Vec<Sent>,
    /// Files of new messages, by message id.
    pub uploads: Vec<(String, Vec<Upload>)>,
    /// Messages whose files are no longer needed.
    pub uploads_done: Vec<String>,
}

/// What a new actor starts from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    pub status: AgentStatus,
    pub saved: Saved,
    pub memo: Memo,
    /// Rows that are open.
    pub open: Vec<Item>,
    /// The latest, oldest first, at most `SENDS_KEPT`.
    pub sends: Vec<Sent>,
}

/// The transcript could not be read or saved.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the agent's transcript could not be {doing}: {reason}")]
pub struct JournalError {
    /// "read" or "saved".
    pub doing: &'static str,
    pub reason: String,
}
