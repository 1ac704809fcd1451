//! What events did since the last flush: for the journal and for the watchers, each row at most once.

use std::collections::BTreeMap;

use leapmux_transcript::{Body, Change, Effect, Item};

use super::Update;
use crate::journal::{Batch, Logged};

/// Bytes of raw lines kept for one event or one streamed row.
const RAW_KEPT: usize = 64 * 1024;

/// Changes that were not flushed.
#[derive(Default)]
pub(super) struct Outbox {
    batch: Batch,
    changes: Vec<Option<Change>>,
    /// Where in `changes` a row's last change is.
    at: BTreeMap<String, usize>,
    pub(super) status_changed: bool,
    /// Lines of streamed rows, until their end is logged.
    streamed: BTreeMap<String, (Vec<String>, usize)>,
}

impl Outbox {
    /// Takes in what one event did; `raw` is the line it came from.
    pub(super) fn take(&mut self, effect: Effect, raw: Option<&str>) {
        self.carry_lines(&effect);
        match (effect.record, &effect.item) {
            (Some(record), item) => {
                let mut lines =
                    item.as_ref().and_then(|item| self.streamed.remove(item)).unwrap_or_default().0;
                lines.extend(raw.map(|line| leapmux_transcript::clip(line, RAW_KEPT).0));
                self.batch.events.push(Logged { record, item: effect.item, raw: lines });
            }
            (None, Some(item)) => {
                if let Some(line) = raw {
                    let (lines, size) = self.streamed.entry(item.clone()).or_default();
                    if *size + line.len() <= RAW_KEPT {
                        *size += line.len();
                        lines.push(line.to_owned());
                    }
                }
            }
            (None, None) => {}
        }
        for change in effect.changes {
            self.change(change);
        }
    }

    /// Lines of a row that closes without an event of its own go to the row that follows it: a long text has several.
    fn carry_lines(&mut self, effect: &Effect) {
        for change in &effect.changes {
            let Change::Item(row) = change else { continue };
            if row.open || effect.item.as_ref() == Some(&row.id) {
                continue;
            }
            if let (Some(lines), Some(next)) = (self.streamed.remove(&row.id), &effect.item) {
                self.streamed.entry(next.clone()).or_insert(lines);
            }
        }
    }

    fn change(&mut self, change: Change) {
        let id = match &change {
            Change::Status => {
                self.status_changed = true;
                return;
            }
            Change::Item(item) => item.id.clone(),
            Change::Append { item, .. } | Change::Removed { item } => item.clone(),
        };
        let slot = self.at.get(&id).and_then(|at| self.changes.get_mut(*at));
        match (slot, change) {
            (Some(Some(Change::Item(row))), Change::Append { text, rev, .. }) => append(row, &text, rev),
            (Some(Some(Change::Append { text, rev, .. })), Change::Append { text: more, rev: newer, .. }) => {
                text.push_str(&more);
                *rev = newer;
            }
            (slot, change) => {
                if let Some(slot) = slot {
                    *slot = None;
                }
                self.at.insert(id, self.changes.len());
                self.changes.push(Some(change));
            }
        }
    }

    /// Part of the batch that is no event and no row.
    pub(super) fn batch(&mut self) -> &mut Batch {
        &mut self.batch
    }

    /// Nothing happened.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.status_changed && !self.must_be_saved()
    }

    /// Something happened that is not only streamed text or a detail of the status.
    pub(super) fn must_be_saved(&self) -> bool {
        let batch = &self.batch;
        !batch.events.is_empty()
            || batch.memo.is_some()
            || !batch.sends.is_empty()
            || !batch.uploads.is_empty()
            || !batch.uploads_done.is_empty()
            || self.changes.iter().flatten().any(|change| !matches!(change, Change::Append { .. }))
    }

    /// Ids of rows that only grew.
    pub(super) fn grown(&self) -> Vec<String> {
        let grown = |change: &Change| match change {
            Change::Append { item, .. } => Some(item.clone()),
            _ => None,
        };
        self.changes.iter().flatten().filter_map(grown).collect()
    }

    /// The batch to save, and what watchers are told.
    pub(super) fn drain(&mut self) -> (Batch, Vec<Update>) {
        let mut batch = std::mem::take(&mut self.batch);
        let mut updates = Vec::new();
        self.at.clear();
        for change in std::mem::take(&mut self.changes).into_iter().flatten() {
            updates.push(match change {
                Change::Item(item) => {
                    batch.items.push((*item).clone());
                    Update::Item(*item)
                }
                Change::Append { item, text, rev } => Update::Delta { item, text, rev },
                Change::Removed { item } => {
                    batch.removed.push(item.clone());
                    Update::Removed(item)
                }
                Change::Status => continue,
            });
        }
        (batch, updates)
    }
}

fn append(row: &mut Item, more: &str, rev: u64) {
    row.rev = rev;
    match &mut row.body {
        Body::Text(block) | Body::Thinking(block) => block.text.push_str(more),
        Body::Tool(call) => call.output.push_str(more),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use leapmux_transcript::{Emitted, Event, Transcript};

    use super::*;

    fn delta(text: &str) -> Emitted {
        Event::TextDelta { block: "b".into(), text: text.into() }.into()
    }

    #[test]
    fn many_pieces_travel_as_one_and_a_row_once() {
        let mut transcript = Transcript::new("p", "/w");
        let mut outbox = Outbox::default();
        for piece in ["a", "b", "c"] {
            outbox.take(transcript.apply(1, delta(piece)), Some(piece));
        }
        assert!(outbox.must_be_saved(), "a new row is saved before it is shown");
        let (batch, updates) = outbox.drain();
        let [Update::Item(row)] = updates.as_slice() else { panic!("{updates:?}") };
        assert_eq!(Some(row), transcript.live_item(&row.id));
        assert_eq!(batch.items.len(), 1);
        for piece in ["d", "e"] {
            outbox.take(transcript.apply(1, delta(piece)), Some(piece));
        }
        assert!(!outbox.must_be_saved());
        assert_eq!(outbox.grown(), [row.id.as_str()]);
        let (_, updates) = outbox.drain();
        assert!(matches!(updates.as_slice(), [Update::Delta { text, .. }] if text == "de"), "{updates:?}");
        let end = Event::TextEnd { block: "b".into(), text: "abcde".into() };
        outbox.take(transcript.apply(1, end.into()), Some("end"));
        let (batch, _) = outbox.drain();
        assert_eq!(batch.events[0].raw, ["a", "b", "c", "d", "e", "end"]);
    }

    #[test]
    fn lines_of_a_long_text_stay_with_it_and_none_are_left() {
        let mut transcript = Transcript::new("p", "/w");
        let mut outbox = Outbox::default();
        let long = "x".repeat(leapmux_transcript::MAX_TEXT - 1);
        for (piece, line) in [(long.as_str(), "one"), ("abc", "two"), ("d", "three")] {
            outbox.take(transcript.apply(1, delta(piece)), Some(line));
        }
        let end = Event::TextEnd { block: "b".into(), text: format!("{long}abcd") };
        outbox.take(transcript.apply(1, end.into()), Some("end"));
        let (batch, updates) = outbox.drain();
        assert_eq!(updates.len(), 2, "two rows");
        assert_eq!(batch.events[0].raw, ["one", "two", "three", "end"]);
        assert!(outbox.streamed.is_empty());
    }
}
