//! Notices: retries, compaction and changed options each keep to one row while they go on.

use super::{Change, Effect, Transcript};
use crate::event::Event;
use crate::item::{Body, Item, Notice, NoticeKind, NoticeLevel};

/// The row of the options changed last, and what it lists: label, value before the first change, value now.
#[derive(Debug, Clone)]
pub(super) struct OptionsNotice {
    item: Item,
    changes: Vec<(String, String, String)>,
}

impl OptionsNotice {
    fn take(&mut self, label: &str, old: &str, new: &str) {
        match self.changes.iter_mut().find(|(known, ..)| known == label) {
            Some((.., now)) => new.clone_into(now),
            None => self.changes.push((label.to_owned(), old.to_owned(), new.to_owned())),
        }
        self.changes.retain(|(_, old, new)| old != new);
    }

    fn text(&self) -> String {
        let texts = self.changes.iter().map(|(label, old, new)| format!("{label} ({old} → {new})"));
        texts.collect::<Vec<_>>().join(", ")
    }
}

fn body(level: NoticeLevel, text: String, notice: NoticeKind) -> Body {
    Body::Notice(Notice { level, text, notice })
}

impl Transcript {
    pub(super) fn notice(
        &mut self,
        now: i64,
        scope: &str,
        level: NoticeLevel,
        text: &str,
        kind: NoticeKind,
        out: &mut Effect,
    ) -> bool {
        self.add(now, scope, false, body(level, text.to_owned(), kind), out);
        false
    }

    /// One row counts the tries of one request.
    pub(super) fn retry(&mut self, now: i64, event: &Event, out: &mut Effect) -> bool {
        let Event::Retry { attempt, max, delay_ms, error } = event else { return false };
        let wait = if *delay_ms == 0 { String::new() } else { format!(" in {} s", delay_ms.div_ceil(1000)) };
        let waits = format!("API Retry {attempt}/{max}{wait} — {error}");
        let row = body(NoticeLevel::Warning, waits, NoticeKind::Retry);
        let number = match self.retry_notice.take() {
            Some((number, _)) => {
                self.change(number, out, |item| item.body = row);
                number
            }
            None => self.add(now, "", true, row, out),
        };
        self.retry_notice = Some((number, format!("API Retry {attempt}/{max} — {error}")));
        false
    }

    /// The agent goes on: nothing waits any more.
    pub(super) fn settle_retry(&mut self, out: &mut Effect) {
        let Some((number, text)) = self.retry_notice.take() else { return };
        self.change(number, out, |item| {
            item.open = false;
            item.body = body(NoticeLevel::Warning, text, NoticeKind::Retry);
        });
        // The event at hand is about something else.
        out.item = None;
    }

    pub(super) fn compaction(&mut self, now: i64, running: bool, text: &str, out: &mut Effect) -> bool {
        self.compacting = running;
        let text = match (text, running) {
            ("", true) => "Compacting context...",
            ("", false) => "Context compacted",
            (text, _) => text,
        };
        let row = body(NoticeLevel::Info, text.to_owned(), NoticeKind::Compaction);
        let number = match self.compaction_notice.take() {
            Some(number) => {
                self.change(number, out, |item| {
                    item.body = row;
                    item.open = running;
                });
                number
            }
            None => self.add(now, "", running, row, out),
        };
        self.compaction_notice = running.then_some(number);
        false
    }

    /// Its turn is over and nobody told what became of it. `completed`: the turn ended well.
    pub(super) fn settle_compaction(&mut self, completed: bool, out: &mut Effect) {
        let Some(number) = self.compaction_notice.take() else { return };
        let text = if completed { "Context compacted" } else { "Compacting the context was stopped" };
        self.change(number, out, |item| {
            item.open = false;
            item.body = body(NoticeLevel::Info, text.to_owned(), NoticeKind::Compaction);
        });
    }

    /// Changes in a row share one notice; what is back at its old value is dropped from it.
    pub(super) fn option_changed(
        &mut self,
        now: i64,
        label: &str,
        old: &str,
        new: &str,
        out: &mut Effect,
    ) -> bool {
        if old == new {
            return false;
        }
        let settings = |text| body(NoticeLevel::Info, text, NoticeKind::Settings);
        let Some(mut notice) = self.options_notice.take() else {
            self.add(now, "", false, settings(format!("{label} ({old} → {new})")), out);
            if let Some(Change::Item(item)) = out.changes.last() {
                let changes = vec![(label.to_owned(), old.to_owned(), new.to_owned())];
                self.options_notice = Some(OptionsNotice { item: (**item).clone(), changes });
            }
            return false;
        };
        notice.take(label, old, new);
        self.rev += 1;
        if notice.changes.is_empty() {
            self.total_items -= 1;
            out.changes.push(Change::Removed { item: notice.item.id });
            return false;
        }
        notice.item.rev = self.rev;
        notice.item.body = settings(notice.text());
        out.item = Some(notice.item.id.clone());
        out.changes.push(Change::Item(Box::new(notice.item.clone())));
        self.options_notice = Some(notice);
        false
    }
}
