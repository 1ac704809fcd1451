//! Lines into events, events into the transcript, and everything that changed to the journal and the watchers.

use std::sync::Arc;

use leapmux_transcript::{Body, Change, Delivery, Emitted, Event, NoticeKind, NoticeLevel, Phase};
use tokio::time::Instant;

use super::Update;
use super::run::Actor;
use super::start::ProcessState;
use crate::codec::{Command, Signal, Step};
use crate::journal::JournalError;
use crate::lines::Line;

/// A text that has grown to this many bytes is saved every second second, and so on.
const CHECKPOINT_BYTES: usize = 1024 * 1024;

impl Actor {
    /// Takes one event in, from nowhere but ourselves.
    pub(super) fn apply(&mut self, event: Event) -> Option<String> {
        self.apply_from(event.into(), None)
    }

    fn apply_from(&mut self, emitted: Emitted, raw: Option<&str>) -> Option<String> {
        self.remember(&emitted.event);
        let effect = self.transcript.apply(self.now_ms(), emitted);
        let item = effect.item.clone();
        if effect.changes.iter().any(|change| matches!(change, Change::Removed { .. })) {
            // Changes since an earlier revision cannot tell of a row that is gone.
            self.memo.removed_rev = self.transcript.rev();
            self.outbox.batch().memo = Some(self.memo.clone());
        }
        self.outbox.take(effect, raw);
        item
    }

    /// What an event means beyond the transcript.
    fn remember(&mut self, event: &Event) {
        let mut memo = self.memo.clone();
        match event {
            Event::SessionInfo(info) => {
                if let Some(id) = info.native_session_id.as_ref().filter(|id| **id != memo.native_session_id)
                {
                    memo.native_session_id.clone_from(id);
                    memo.resumable = false;
                }
                for group in info.options.iter().flatten() {
                    if let Some(chosen) = memo.options.get_mut(&group.id) {
                        chosen.clone_from(&group.current);
                    }
                }
            }
            Event::TurnStart { message_id, .. } => {
                memo.resumable = true;
                self.turns += 1;
                if let Some(id) = message_id {
                    self.passed.remove(id);
                    self.outbox.batch().uploads_done.push(id.clone());
                }
            }
            Event::UserDelivery { message_id, delivery, .. } if *delivery != Delivery::Queued => {
                self.passed.remove(message_id);
            }
            Event::UserRemoved { message_id } => {
                self.passed.remove(message_id);
            }
            Event::TurnEnd { .. } => {
                self.timers.interrupt = None;
                self.attention = true;
            }
            Event::PermissionRequest { .. } | Event::QuestionRequest { .. } => self.attention = true,
            Event::SessionState(Phase::Failed { .. }) => self.attention = true,
            Event::ProcessExit { expected: false, .. } => self.attention = true,
            _ => {}
        }
        if memo != self.memo {
            self.memo = memo;
            self.outbox.batch().memo = Some(self.memo.clone());
        }
    }

    /// Takes in what the codec made of a line or a command.
    pub(super) fn take(&mut self, step: Step, raw: Option<&str>) {
        self.outgoing.extend(step.send);
        for emitted in step.events {
            self.apply_from(emitted, raw);
        }
        for signal in step.signals {
            self.signal(signal, raw);
        }
    }

    pub(super) fn line(&mut self, line: Line) {
        self.timers.silence = Some(Instant::now() + self.shared.timings.silence);
        if self.transcript.set_waiting_for_model(false) {
            self.outbox.status_changed = true;
        }
        match line {
            Line::Whole(line) => {
                let ProcessState::Running(running) = &mut self.process else { return };
                let step = running.codec.decode(&line);
                self.take(step, Some(&String::from_utf8_lossy(&line)));
            }
            Line::TooLong { bytes } => {
                let size = bytes.div_ceil(1024 * 1024);
                self.notice(
                    NoticeLevel::Error,
                    format!("The agent sent a line of {size} MB, more than LeapMux reads. It was left out."),
                    NoticeKind::Other,
                );
            }
        }
    }

    pub(super) fn notice(&mut self, level: NoticeLevel, text: String, kind: NoticeKind) {
        self.apply(Event::Notice { level, text, kind });
    }

    fn signal(&mut self, signal: Signal, raw: Option<&str>) {
        match signal {
            Signal::Ready => self.became_ready(),
            Signal::StartFailed { reason } => self.start_failed(reason),
            Signal::ResumeFailed { reason } => self.resume_failed(&reason),
            Signal::OptionSet { id, value } => self.option_settled(&id, &value, Ok(false)),
            Signal::OptionRefused { id, value, reason } => self.option_settled(&id, &value, Err(reason)),
            Signal::OptionNeedsRestart { id, value } => self.option_by_restart(&id, &value),
            Signal::WriteFile { request, path, content } => self.write_file(request, path, content),
            Signal::Garbage => self.garbage(raw.unwrap_or_default()),
        }
    }

    /// Some agents have us write the files they change. They run as the same user: nothing is gained or lost by it.
    fn write_file(&mut self, request: serde_json::Value, path: String, content: String) {
        let error = match std::path::Path::new(&path) {
            path if !path.is_absolute() => Some("the path is not absolute".to_owned()),
            path => std::fs::write(path, content).err().map(|error| error.to_string()),
        };
        self.command(Command::FileWritten { request, error });
    }

    /// Gives the codec a command it cannot refuse.
    pub(super) fn command(&mut self, command: Command) {
        let ProcessState::Running(running) = &mut self.process else { return };
        match running.codec.encode(command) {
            Ok(step) => self.take(step, None),
            Err(error) => tracing::debug!(%error, "a codec refused a command"),
        }
    }

    /// Saves what has to be saved, then sends lines to the agent, then tells the watchers.
    pub(super) async fn flush(&mut self) -> Result<(), JournalError> {
        self.timers.flush = None;
        self.grown.extend(self.outbox.grown());
        let now = Instant::now();
        let checkpoint = self.timers.checkpoint.is_some_and(|at| at <= now);
        let must_save = self.outbox.must_be_saved();
        if self.outbox.is_empty() && !checkpoint && self.outgoing.is_empty() {
            return Ok(());
        }
        let status_changed = std::mem::take(&mut self.outbox.status_changed);
        self.status_unsaved |= status_changed;
        let (mut batch, mut updates) = self.outbox.drain();
        for item in &batch.items {
            self.grown.remove(&item.id);
        }
        if checkpoint {
            self.timers.checkpoint = None;
            let grown = std::mem::take(&mut self.grown);
            batch.items.extend(grown.iter().filter_map(|id| self.transcript.live_item(id).cloned()));
        }
        if must_save || !batch.items.is_empty() {
            batch.saved = self.transcript.saved();
            batch.status = self.status_unsaved.then(|| self.transcript.status().clone());
            self.journal.append(&batch).await?;
            self.status_unsaved = false;
        }
        self.plan_checkpoint(now);
        self.send_lines();
        if status_changed {
            updates.push(Update::Status(Box::new(self.transcript.status().clone())));
        }
        self.observe();
        if !updates.is_empty() {
            // Nobody may be watching.
            let _ = self.watchers.send(Arc::new(updates));
        }
        Ok(())
    }

    fn plan_checkpoint(&mut self, now: Instant) {
        if self.grown.is_empty() || self.timers.checkpoint.is_some() {
            return;
        }
        let size = |id: &String| match self.transcript.live_item(id).map(|item| &item.body) {
            Some(Body::Text(block) | Body::Thinking(block)) => block.text.len(),
            _ => 0,
        };
        let bytes: usize = self.grown.iter().map(size).sum();
        let factor = u32::try_from(1 + bytes / CHECKPOINT_BYTES).unwrap_or(u32::MAX);
        self.timers.checkpoint = Some(now + self.shared.timings.checkpoint * factor);
    }

    fn send_lines(&mut self) {
        let lines = std::mem::take(&mut self.outgoing);
        let ProcessState::Running(running) = &self.process else { return };
        for line in lines {
            if let Err(error) = running.process.send(&line) {
                tracing::warn!(%error, "a line for an agent is lost");
                return;
            }
        }
    }

    fn observe(&mut self) {
        let status = self.transcript.status();
        let now = (status.state, status.failure.clone());
        let attention = std::mem::take(&mut self.attention);
        if attention || self.told.as_ref() != Some(&now) {
            self.observer.changed(now.0, &now.1, attention);
            self.told = Some(now);
        }
    }
}
