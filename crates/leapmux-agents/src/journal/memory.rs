//! A journal in memory: for tests of everything above it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use leapmux_transcript::Item;

use super::{Anchor, Batch, Journal, JournalError, Loaded, Logged, Page, SENDS_KEPT};
use crate::codec::Upload;

/// Keeps everything in memory, and can be told to fail.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    loaded: Option<Loaded>,
    items: BTreeMap<String, Item>,
    events: Vec<Logged>,
    uploads: BTreeMap<String, Vec<Upload>>,
    commits: u64,
    failing: bool,
}

impl MemoryJournal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Every event, in order.
    pub fn events(&self) -> Vec<Logged> {
        self.state().events.clone()
    }
    /// Every row, by position.
    pub fn items(&self) -> Vec<Item> {
        sorted(&self.state())
    }
    /// How often it saved.
    pub fn commits(&self) -> u64 {
        self.state().commits
    }
    /// Makes every further `append` fail, or work again.
    pub fn set_failing(&self, failing: bool) {
        self.state().failing = failing;
    }
}

fn sorted(state: &State) -> Vec<Item> {
    let mut items: Vec<Item> = state.items.values().cloned().collect();
    items.sort_by_key(|item| item.position);
    items
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn load(&self) -> Result<Option<Loaded>, JournalError> {
        let state = self.state();
        let open = sorted(&state).into_iter().filter(|item| item.open).collect();
        Ok(state.loaded.clone().map(|loaded| Loaded { open, ..loaded }))
    }

    async fn append(&self, batch: &Batch) -> Result<(), JournalError> {
        let mut state = self.state();
        if state.failing {
            return Err(JournalError { doing: "saved", reason: "told to fail".to_owned() });
        }
        state.commits += 1;
        state.events.extend(batch.events.iter().cloned());
        for item in &batch.items {
            state.items.insert(item.id.clone(), item.clone());
        }
        for id in &batch.removed {
            state.items.remove(id);
        }
        state.uploads.extend(batch.uploads.iter().cloned());
        for id in &batch.uploads_done {
            state.uploads.remove(id);
        }
        let loaded = state.loaded.get_or_insert_default();
        loaded.saved = batch.saved.clone();
        if let Some(status) = &batch.status {
            loaded.status = status.clone();
        }
        if let Some(memo) = &batch.memo {
            loaded.memo = memo.clone();
        }
        loaded.sends.extend(batch.sends.iter().cloned());
        let too_many = loaded.sends.len().saturating_sub(SENDS_KEPT);
        loaded.sends.drain(..too_many);
        Ok(())
    }

    async fn page(&self, anchor: Anchor, limit: u32) -> Result<Page, JournalError> {
        let all = sorted(&self.state());
        let limit = limit as usize;
        let (from, to) = match anchor {
            Anchor::Latest => (all.len().saturating_sub(limit), all.len()),
            Anchor::Oldest => (0, limit.min(all.len())),
            Anchor::Before(position) => {
                let to = all.partition_point(|item| item.position < position);
                (to.saturating_sub(limit), to)
            }
            Anchor::After(position) => {
                let from = all.partition_point(|item| item.position <= position);
                (from, (from + limit).min(all.len()))
            }
        };
        Ok(Page { items: all[from..to].to_vec(), has_earlier: from > 0, has_later: to < all.len() })
    }

    async fn changed_since(&self, rev: u64, limit: u32) -> Result<Option<Vec<Item>>, JournalError> {
        let changed: Vec<Item> = sorted(&self.state()).into_iter().filter(|item| item.rev > rev).collect();
        Ok((changed.len() <= limit as usize).then_some(changed))
    }

    async fn item(&self, id: &str) -> Result<Option<Item>, JournalError> {
        Ok(self.state().items.get(id).cloned())
    }

    async fn raw_lines(&self, item: &str) -> Result<Vec<String>, JournalError> {
        let state = self.state();
        let of_item = state.events.iter().filter(|event| event.item.as_deref() == Some(item));
        Ok(of_item.flat_map(|event| event.raw.clone()).collect())
    }

    async fn uploads(&self, message_id: &str) -> Result<Vec<Upload>, JournalError> {
        Ok(self.state().uploads.get(message_id).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_the_contract() {
        super::super::contract::run(&MemoryJournal::default()).await;
    }
}
