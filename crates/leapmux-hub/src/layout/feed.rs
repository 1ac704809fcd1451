//! One reader's stream of one organization's layout.

use std::collections::VecDeque;
use std::sync::Arc;

use leapmux_layout::{Event, LogEntry, Snapshot, Visibility};
use leapmux_types::OrgId;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::message::{Start, Subscription};
use super::service::LayoutService;
use crate::HubError;

/// What the reader is told.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedItem {
    /// Everything visible: replaces whatever the reader had.
    Materialized(Snapshot),
    /// One change.
    Event(Event),
}

/// Starts with a snapshot or with what happened since the revision asked for; never leaves a gap.
pub struct LayoutFeed {
    service: LayoutService,
    org: OrgId,
    reader: Visibility,
    events: broadcast::Receiver<Arc<LogEntry>>,
    /// Organizations in which somebody may read more or less than before.
    news: broadcast::Receiver<OrgId>,
    /// It may be this reader, here.
    in_doubt: bool,
    snapshot: Option<Snapshot>,
    backlog: VecDeque<LogEntry>,
    /// The last revision this reader was told of, directly or by leaving it out.
    told: u64,
    /// Events were lost: the reader must start afresh.
    behind: bool,
}

impl LayoutFeed {
    pub(super) fn new(
        service: LayoutService,
        org: OrgId,
        reader: Visibility,
        subscription: Subscription,
        news: broadcast::Receiver<OrgId>,
    ) -> Self {
        let Subscription { start, events } = subscription;
        let mut feed = Self {
            service,
            org,
            reader,
            events,
            news,
            in_doubt: false,
            snapshot: None,
            backlog: VecDeque::new(),
            told: 0,
            behind: false,
        };
        feed.begin(start);
        feed
    }

    fn begin(&mut self, start: Start) {
        self.behind = false;
        self.backlog.clear();
        match start {
            Start::Snapshot(snapshot) => {
                self.told = snapshot.rev;
                self.snapshot = Some(snapshot);
            }
            Start::Entries { after, entries } => {
                self.told = after;
                self.backlog = entries.into();
            }
        }
    }

    /// The next thing to tell. Cancel safe. An error ends the stream.
    pub async fn next(&mut self) -> Result<FeedItem, HubError> {
        loop {
            if self.in_doubt {
                let reader = self.service.reader(&self.reader.user, &self.org).await?;
                self.behind |= reader != self.reader;
                self.reader = reader;
                self.in_doubt = false;
            }
            if self.behind {
                let afresh = self.service.subscribe(&self.org, self.reader.clone(), None).await?;
                self.events = afresh.events;
                self.begin(afresh.start);
            }
            if let Some(snapshot) = self.snapshot.take() {
                return Ok(FeedItem::Materialized(snapshot));
            }
            let entry = match self.backlog.pop_front() {
                Some(entry) => entry,
                None => match self.wait().await? {
                    Some(entry) => entry,
                    None => continue,
                },
            };
            if let Some(event) = self.event(&entry) {
                return Ok(FeedItem::Event(event));
            }
        }
    }

    /// The next entry; `None` when there is something to look at first.
    async fn wait(&mut self) -> Result<Option<LogEntry>, HubError> {
        tokio::select! {
            // What may be read is settled before anything is told.
            biased;
            news = self.news.recv() => match news {
                Ok(org) => self.in_doubt |= org == self.org,
                Err(RecvError::Lagged(_)) => self.in_doubt = true,
                Err(RecvError::Closed) => return Err(HubError::stopping()),
            },
            entry = self.events.recv() => match entry {
                Ok(entry) => return Ok(Some((*entry).clone())),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Err(HubError::stopping()),
            },
        }
        Ok(None)
    }

    /// The entry as this reader sees it, following on what it was told last.
    fn event(&mut self, entry: &LogEntry) -> Option<Event> {
        if entry.rev <= self.told {
            return None;
        }
        let mut event = entry.filter(&self.reader)?;
        event.after = std::mem::replace(&mut self.told, entry.rev);
        Some(event)
    }
}
