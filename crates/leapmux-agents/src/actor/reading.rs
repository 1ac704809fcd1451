//! Reading: snapshots, pages and single rows, with what is newer in memory laid over what is saved.

use leapmux_transcript::{Body, Diff, Item};

use super::run::Actor;
use super::{AgentError, Snapshot, Updates, Watching};
use crate::journal::{Anchor, PAGE_MAX, Page};

/// Rows of a page nobody asked a size for.
const PAGE_DEFAULT: u32 = 50;
/// Most changed rows a watcher is sent one by one.
const CHANGES_MAX: u32 = 500;
/// Bytes of a page's texts, about; a page has one row at least.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

impl Actor {
    pub(super) async fn watch(&mut self, after_rev: u64, page_size: u32) -> Result<Watching, AgentError> {
        let updates = Updates(self.watchers.subscribe());
        let changed = match after_rev {
            0 => None,
            rev if rev < self.memo.removed_rev => None,
            rev => self.journal.changed_since(rev, CHANGES_MAX).await?,
        };
        let changed = changed.map(|items| self.with_newer(items, after_rev));
        let (items, has_earlier, reset) = match changed.filter(|items| bytes(items) <= PAGE_BYTES) {
            Some(items) => (items, false, false),
            None => {
                let page = self.history(Anchor::Latest, page_size).await?;
                (page.items, page.has_earlier, true)
            }
        };
        let pending = self.pending_beyond(&items);
        let snapshot = Snapshot {
            status: self.transcript.status().clone(),
            items,
            pending,
            has_earlier,
            rev: self.transcript.rev(),
            reset,
            total_items: self.transcript.total_items(),
        };
        Ok(Watching { snapshot, updates })
    }

    /// Requests that wait, but those among `items`: a page may end above or below them.
    fn pending_beyond(&self, items: &[Item]) -> Vec<Item> {
        let ids = self.transcript.status().pending_request_ids.iter();
        ids.filter(|id| !items.iter().any(|item| item.id == **id))
            .filter_map(|id| self.transcript.live_item(id).cloned())
            .collect()
    }

    pub(super) async fn history(&mut self, anchor: Anchor, limit: u32) -> Result<Page, AgentError> {
        let limit = if limit == 0 { PAGE_DEFAULT } else { limit.min(PAGE_MAX) };
        let mut page = self.journal.page(anchor, limit).await?;
        for item in &mut page.items {
            if let Some(newer) = self.transcript.live_item(&item.id) {
                item.clone_from(newer);
            }
        }
        cut(&mut page, anchor);
        Ok(page)
    }

    /// Saved changes, and those that are not saved.
    fn with_newer(&self, saved: Vec<Item>, after_rev: u64) -> Vec<Item> {
        let mut items: Vec<Item> =
            saved.into_iter().filter(|item| self.transcript.live_item(&item.id).is_none()).collect();
        items.extend(self.transcript.live().filter(|item| item.rev > after_rev).cloned());
        items.sort_by_key(|item| item.position);
        items
    }

    /// One row, as it is now.
    pub(super) async fn find(&mut self, id: &str) -> Result<Option<Item>, AgentError> {
        match self.transcript.live_item(id) {
            Some(item) => Ok(Some(item.clone())),
            None => Ok(self.journal.item(id).await?),
        }
    }
}

/// Leaves out what would make a page too large to send, on the side away from its anchor.
fn cut(page: &mut Page, anchor: Anchor) {
    let forwards = matches!(anchor, Anchor::Oldest | Anchor::After(_));
    while page.items.len() > 1 && bytes(&page.items) > PAGE_BYTES {
        if forwards {
            page.items.pop();
            page.has_later = true;
        } else {
            page.items.remove(0);
            page.has_earlier = true;
        }
    }
}

fn bytes(items: &[Item]) -> usize {
    items.iter().map(weight).sum()
}

/// Bytes of a row's texts, about.
fn weight(item: &Item) -> usize {
    let diffs = |diffs: &[Diff]| -> usize {
        let side = |side: &Option<String>| side.as_ref().map_or(0, String::len);
        diffs.iter().map(|d| side(&d.old_text) + side(&d.new_text) + d.unified.len()).sum()
    };
    200 + match &item.body {
        Body::UserMessage(message) => message.text.len(),
        Body::Text(block) | Body::Thinking(block) => block.text.len(),
        Body::Tool(call) => call.input.len() + call.output.len() + call.command.len() + diffs(&call.diffs),
        Body::Permission(asked) => {
            asked.input.len() + asked.plan.len() + asked.command.len() + diffs(&asked.diffs)
        }
        Body::Plan(plan) => plan.markdown.len(),
        Body::Notice(notice) => notice.text.len(),
        Body::TurnEnd(end) => end.error.len(),
        Body::Question(_) | Body::ProcessExit(_) => 0,
    }
}
