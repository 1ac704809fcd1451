//! A client's copy: what the Hub confirmed, with the client's own pending batches replayed on top. Local changes show at once;
//! lost, late and doubled messages do no harm; a refused batch leaves no trace.

use std::collections::VecDeque;

use leapmux_types::{BatchId, UserId};

use crate::batch::Batch;
use crate::document::{Document, Undo};
use crate::event::Event;
use crate::refusal::{Code, Refusal};
use crate::snapshot::Snapshot;

/// Most batches that wait for the Hub. Beyond it a client was offline for too long (WSP-125).
pub const MAX_PENDING: usize = 2_000;

/// What became of a message from the Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// The view may have changed.
    Applied,
    /// Known already; nothing changed.
    Seen,
    /// Something in between is missing: ask for everything since [`Replica::rev`], or for a snapshot.
    Gap,
}

#[derive(Debug)]
struct Pending {
    batch: Batch,
    /// The revision the Hub took it at, when that is known and its event is not here yet.
    taken: Option<u64>,
    /// How to take it out of the view; none while it does not fit (the Hub will refuse it).
    undo: Option<Undo>,
}

/// The layout as one client of one user sees it.
#[derive(Debug)]
pub struct Replica {
    user: UserId,
    ready: bool,
    /// Confirmed state with `pending` on top; its revision is the confirmed one.
    view: Document,
    pending: VecDeque<Pending>,
}

impl Replica {
    /// An empty replica; it waits for its first snapshot.
    pub fn new(user: UserId) -> Self {
        Self { user, ready: false, view: Document::default(), pending: VecDeque::new() }
    }

    /// Who edits here.
    pub fn user(&self) -> &UserId {
        &self.user
    }
    /// A snapshot has arrived.
    pub fn is_ready(&self) -> bool {
        self.ready
    }
    /// The confirmed revision.
    pub fn rev(&self) -> u64 {
        self.view.rev()
    }
    /// Confirmed and pending changes together: what is drawn, and what commands work on.
    pub fn view(&self) -> &Document {
        &self.view
    }
    /// Batches the Hub has not answered, in the order to submit them. Submitting one twice does no harm.
    pub fn outbox(&self) -> impl Iterator<Item = &Batch> {
        self.pending.iter().filter(|p| p.taken.is_none()).map(|p| &p.batch)
    }
    /// How many local batches are not confirmed yet.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// A whole state from the Hub. One older than what is known came late and is ignored.
    pub fn receive_snapshot(&mut self, snapshot: &Snapshot) -> Received {
        if self.ready && snapshot.rev < self.rev() {
            return Received::Seen;
        }
        self.reset(snapshot);
        Received::Applied
    }

    /// Takes over a whole state even when its revision is lower: the first message of a new stream, which cannot be late (a Hub
    /// restored from a backup is back in time).
    pub fn reset(&mut self, snapshot: &Snapshot) {
        self.ready = true;
        self.view = Document::load(snapshot);
        self.pending.retain(|p| p.taken.is_none_or(|rev| rev > snapshot.rev));
        for pending in &mut self.pending {
            pending.undo = None;
        }
        self.replay();
    }

    /// One confirmed revision.
    pub fn receive(&mut self, event: &Event) -> Received {
        if !self.ready {
            return Received::Gap;
        }
        if event.rev <= self.rev() {
            return Received::Seen;
        }
        if event.after > self.rev() {
            return Received::Gap;
        }
        self.unwind();
        self.view.confirm(event.rev, &event.steps);
        self.pending.retain(|p| p.batch.id != event.batch && p.taken.is_none_or(|rev| rev > event.rev));
        self.replay();
        Received::Applied
    }

    /// Applies a batch of this client at once and keeps it until the Hub has answered. Refused when it does not fit now.
    pub fn commit(&mut self, batch: Batch) -> Result<(), Refusal> {
        if self.pending.len() >= MAX_PENDING {
            let sentence = "You were offline too long; please repeat the change.";
            return Err(Refusal::new(Code::OfflineTooLong, sentence));
        }
        let (undo, _) = self.view.apply_ops(&batch.ops, &self.user)?;
        self.pending.push_back(Pending { batch, taken: None, undo: Some(undo) });
        Ok(())
    }

    /// The Hub took a batch at this revision (now, or when it was first submitted).
    pub fn taken(&mut self, id: &BatchId, rev: u64) {
        if rev <= self.rev() {
            self.discard(id);
        } else if let Some(pending) = self.pending.iter_mut().find(|p| p.batch.id == *id) {
            pending.taken = Some(rev);
        }
    }

    /// The Hub refused a batch: it disappears from the view. Answers it, when it was still pending.
    pub fn refused(&mut self, id: &BatchId) -> Option<Batch> {
        self.discard(id)
    }

    fn discard(&mut self, id: &BatchId) -> Option<Batch> {
        let at = self.pending.iter().position(|p| p.batch.id == *id)?;
        self.unwind();
        let dropped = self.pending.remove(at);
        self.replay();
        dropped.map(|p| p.batch)
    }

    /// Takes every pending batch out of the view.
    fn unwind(&mut self) {
        for pending in self.pending.iter_mut().rev() {
            if let Some(undo) = pending.undo.take() {
                self.view.roll_back(undo);
            }
        }
    }

    /// Puts every pending batch that fits on the view again.
    fn replay(&mut self) {
        for pending in &mut self.pending {
            pending.undo = self.view.apply_ops(&pending.batch.ops, &self.user).ok().map(|(undo, _)| undo);
        }
    }
}
