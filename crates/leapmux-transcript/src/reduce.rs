//! The reducer: events in, rows and status out. It holds only what can still change, so a transcript of any length costs
//! little memory; the rest lives in the journal.

mod notices;
mod rows;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{Emitted, Event, Record};
use crate::item::{Body, Item};
use crate::parts::Delivery;
use crate::status::{AgentState, AgentStatus, Phase};

/// Distance of neighbours in `Item::position`.
const POSITION_STEP: u64 = 10;
/// Closed tool calls kept for a late update.
const LATE_TOOLS: usize = 256;
/// How far revisions may run ahead of the last saved head. Revisions handed out but not saved before a crash are never
/// handed out again, because a restored transcript goes on behind this reserve.
const REV_RESERVE: u64 = 1_000_000;

/// What changed; in order, the last one of an item counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The row is new or replaced.
    Item(Box<Item>),
    /// Text was appended to an open row.
    Append { item: String, text: String, rev: u64 },
    /// The row is gone.
    Removed { item: String },
    /// `Transcript::status` changed.
    Status,
}

/// What one event did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effect {
    /// What the journal keeps; none for deltas, which are in their block's end.
    pub record: Option<Record>,
    /// The row the event is about.
    pub item: Option<String>,
    pub changes: Vec<Change>,
}

/// The numbers a transcript continues from. Saved with every batch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pub seq: u64,
    pub next_item: u64,
    pub next_turn: u64,
    pub position: u64,
    /// Not below any revision handed out so far.
    pub rev_ceiling: u64,
    pub total_items: u64,
    /// Id and start of the turn that runs.
    pub turn: Option<(String, i64)>,
}

/// A block of text that streams.
#[derive(Debug, Clone, Copy)]
struct OpenText {
    /// The row that grows.
    row: u64,
    /// Bytes of the block that filled earlier rows.
    before: usize,
}

/// The transcript of one agent while it lives.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    status: AgentStatus,
    phase: Phase,
    compacting: bool,
    turn: Option<(String, i64)>,
    seq: u64,
    next_item: u64,
    next_turn: u64,
    position: u64,
    rev: u64,
    total_items: u64,
    /// Rows that are open or may get a late update, by number.
    live: BTreeMap<u64, Item>,
    /// Open text and thinking, by scope, block id and kind.
    blocks: BTreeMap<(String, String, bool), OpenText>,
    /// Tool calls of this process by the provider's id.
    tools: BTreeMap<String, u64>,
    /// Requests that wait, by the provider's id.
    requests: BTreeMap<String, u64>,
    /// Messages whose fate is open, by their own id.
    messages: BTreeMap<String, u64>,
    /// The notice that counts retries, with what it says when it is over; the one of the compaction that runs.
    retry_notice: Option<(u64, String)>,
    compaction_notice: Option<u64>,
    /// The notice of changed options, while it is the last row.
    options_notice: Option<notices::OptionsNotice>,
}

impl Transcript {
    /// An empty transcript of an agent of `provider` in `working_dir`.
    pub fn new(provider: &str, working_dir: &str) -> Self {
        let status = AgentStatus {
            provider: provider.to_owned(),
            working_dir: working_dir.to_owned(),
            ..AgentStatus::default()
        };
        Self { status, next_item: 1, next_turn: 1, ..Self::default() }
    }

    /// Goes on where `saved` stopped. `open` are the rows that were open then; the process that made them is gone, so
    /// the caller ends it with a `process.exit`.
    pub fn restore(status: AgentStatus, saved: Saved, open: Vec<Item>) -> Self {
        let mut transcript = Self {
            phase: match status.state {
                AgentState::StartFailed => Phase::Failed { text: status.failure.clone() },
                _ => Phase::Inactive,
            },
            status,
            turn: saved.turn,
            seq: saved.seq,
            next_item: saved.next_item.max(1),
            next_turn: saved.next_turn.max(1),
            position: saved.position,
            rev: saved.rev_ceiling,
            total_items: saved.total_items,
            ..Self::default()
        };
        for item in open {
            transcript.adopt(item);
        }
        transcript
    }

    /// Takes a stored row back among those that can change: a failed message that is sent again.
    pub fn adopt(&mut self, item: Item) {
        let Some(number) = number_of(&item.id) else { return };
        if let Body::UserMessage(message) = &item.body {
            self.messages.insert(message.message_id.clone(), number);
        }
        self.live.insert(number, item);
    }

    /// The numbers to save with a batch.
    pub fn saved(&self) -> Saved {
        Saved {
            seq: self.seq,
            next_item: self.next_item,
            next_turn: self.next_turn,
            position: self.position,
            rev_ceiling: self.rev + REV_RESERVE,
            total_items: self.total_items,
            turn: self.turn.clone(),
        }
    }

    /// What the agent is and does.
    pub fn status(&self) -> &AgentStatus {
        &self.status
    }
    /// The newest revision.
    pub fn rev(&self) -> u64 {
        self.rev
    }
    /// Rows in the whole transcript.
    pub fn total_items(&self) -> u64 {
        self.total_items
    }
    /// A turn runs.
    pub fn in_turn(&self) -> bool {
        self.turn.is_some()
    }
    /// Rows that may still change, oldest first.
    pub fn live(&self) -> impl Iterator<Item = &Item> {
        self.live.values()
    }
    /// The row with this id, if it may still change.
    pub fn live_item(&self, id: &str) -> Option<&Item> {
        self.live.get(&number_of(id)?)
    }
    /// The provider's id of the request shown by the row `id`, while it waits.
    pub fn pending_request(&self, id: &str) -> Option<&str> {
        let number = number_of(id)?;
        self.requests.iter().find(|(_, row)| **row == number).map(|(request, _)| request.as_str())
    }
    /// Messages kept for later, in order: own id, row.
    pub fn queued_messages(&self) -> Vec<&Item> {
        self.live
            .values()
            .filter(|item| matches!(&item.body, Body::UserMessage(m) if m.delivery == Delivery::Queued))
            .collect()
    }
    /// A tool runs, at the top or below.
    pub fn tool_runs(&self) -> bool {
        self.live.values().any(|item| item.open && matches!(item.body, Body::Tool(_)))
    }

    /// Sets whether the model is silent; true when that changed the status.
    pub fn set_waiting_for_model(&mut self, waiting: bool) -> bool {
        std::mem::replace(&mut self.status.waiting_for_model, waiting) != waiting
    }

    /// Takes one event in. `time_ms` is milliseconds since 1970.
    pub fn apply(&mut self, time_ms: i64, emitted: Emitted) -> Effect {
        let before = (self.status.state, self.status.pending_request_ids.len());
        let turn_before = self.turn.as_ref().map(|(id, _)| id.clone());
        let mut effect = Effect::default();
        let mut status = self.step(time_ms, &emitted, &mut effect);
        self.derive_state();
        status |= before != (self.status.state, self.status.pending_request_ids.len());
        if status {
            effect.changes.push(Change::Status);
        }
        if !emitted.event.is_delta() {
            self.seq += 1;
            let turn_id = self.turn.as_ref().map(|(id, _)| id.clone()).or(turn_before).unwrap_or_default();
            effect.record =
                Some(Record { seq: self.seq, time_ms, turn_id, scope: emitted.scope, event: emitted.event });
        }
        effect
    }

    /// Returns whether the status changed beyond what `derive_state` derives.
    fn step(&mut self, now: i64, emitted: &Emitted, out: &mut Effect) -> bool {
        let scope = emitted.scope.as_str();
        if !matches!(
            emitted.event,
            Event::Retry { .. } | Event::Usage(_) | Event::RateLimits { .. } | Event::SessionInfo(_)
        ) {
            self.settle_retry(out);
        }
        match &emitted.event {
            Event::SessionInfo(info) => self.session_info(info),
            Event::SessionState(phase) => self.session_state(phase),
            Event::TurnStart { message_id, .. } => self.turn_start(now, message_id.as_deref(), out),
            Event::UserMessage { .. } | Event::UserDelivery { .. } | Event::UserRemoved { .. } => {
                self.user_event(now, &emitted.event, out);
                false
            }
            Event::TextDelta { block, text } => self.text_delta(now, scope, block, text, false, out),
            Event::ThinkingDelta { block, text } => self.text_delta(now, scope, block, text, true, out),
            Event::TextEnd { block, text } => self.text_end(now, scope, block, text, false, out),
            Event::ThinkingEnd { block, text } => self.text_end(now, scope, block, text, true, out),
            Event::ThinkingTokens { total } => {
                std::mem::replace(&mut self.status.thinking_tokens, *total) != *total
            }
            Event::ToolStart(start) => self.tool_start(now, scope, start, out),
            Event::ToolUpdate(update) => self.tool_update(update, out),
            Event::ToolEnd(end) => self.tool_end(now, end, out),
            Event::PlanTodos { entries } => {
                std::mem::replace(&mut self.status.todos, entries.clone()) != *entries
            }
            Event::PlanDocument { markdown, path } => self.plan_document(now, scope, markdown, path, out),
            Event::PermissionRequest { request, tool, detail } => {
                self.permission(now, scope, request, tool.as_deref(), detail, out)
            }
            Event::QuestionRequest { request, questions } => {
                self.question(now, scope, request, questions, out)
            }
            Event::RequestResolved { request, resolution } => self.resolve(now, request, resolution, out),
            Event::Usage(usage) => self.usage(usage),
            Event::RateLimits { windows } => self.rate_limits(windows),
            Event::Retry { .. } => self.retry(now, &emitted.event, out),
            Event::Compaction { running, text } => self.compaction(now, *running, text, out),
            Event::Notice { level, text, kind } => self.notice(now, scope, *level, text, *kind, out),
            Event::OptionChanged { label, old, new } => self.option_changed(now, label, old, new, out),
            Event::Interrupt { pending } => {
                std::mem::replace(&mut self.status.interrupting, *pending) != *pending
            }
            Event::TurnEnd { stop, error, error_class, usage } => {
                self.turn_end(now, *stop, error, *error_class, usage, out)
            }
            Event::ProcessExit { .. } => self.process_exit(now, &emitted.event, out),
        }
    }

    fn derive_state(&mut self) {
        self.status.pending_request_ids =
            self.live.iter().filter(|(_, item)| is_waiting(item)).map(|(_, item)| item.id.clone()).collect();
        self.status.state = match &self.phase {
            Phase::Starting { .. } => AgentState::Starting,
            Phase::Inactive => AgentState::Inactive,
            Phase::Failed { .. } => AgentState::StartFailed,
            Phase::Ready if !self.status.pending_request_ids.is_empty() => AgentState::Waiting,
            Phase::Ready if self.compacting => AgentState::Compacting,
            Phase::Ready if self.turn.is_some() => AgentState::Running,
            Phase::Ready => AgentState::Idle,
        };
    }
}

/// A permission or question without an answer.
fn is_waiting(item: &Item) -> bool {
    item.open && matches!(item.body, Body::Permission(_) | Body::Question(_))
}

fn number_of(id: &str) -> Option<u64> {
    id.strip_prefix('i')?.parse().ok()
}
